"""Where shells look for what completes a program's words, and what is put there for one user and taken away again."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from tracker.errors import N_, StorageError
from tracker.files import Aside, Ours, cannot_write, check_target, head_of, holds

SHELLS = ("bash", "zsh", "fish")
MARK = b"isotrack completion"
"""Stands at the head of every script that is written, and at the end of the line for zsh."""
_READ_BY_ZSH = b"#compdef isotrack"
"""The first line of what zsh finds by itself in a folder of its fpath."""
_GUARD = b"if [[ -r "


class Place(Struct, frozen=True):
    """Where one shell finds its script, and the file that has to name it where it finds none by itself."""

    shell: str
    script: Path
    profile: Path | None = None

    @property
    def line(self) -> bytes:
        """The line of the profile that reads the script, wherever it stands; silent once the script is gone."""
        path = shlex.quote(str(self.script))
        ready = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }"
        return _GUARD + os.fsencode(f"{path} ]]; then {ready}; source {path}; fi # ") + MARK

    @property
    def ours(self) -> Ours:
        """By what a script of ours is known."""
        return Ours(MARK, head(self.shell), N_("{file} was not written by isotrack"))


def place(shell: str, home: Path, environment: Mapping[str, str]) -> Place:
    """Where that shell looks, for the user with that home and environment."""

    def folder(name: str, otherwise: str) -> Path:
        said = Path(environment.get(name, ""))
        return said if said.is_absolute() else home / otherwise

    data = folder("XDG_DATA_HOME", ".local/share")
    match shell:
        case "bash":
            own = Path(environment.get("BASH_COMPLETION_USER_DIR", "").partition(os.pathsep)[0])
            return Place(shell, (own if own.is_absolute() else data / "bash-completion") / "completions" / "isotrack")
        case "fish":
            return Place(shell, folder("XDG_CONFIG_HOME", ".config") / "fish" / "completions" / "isotrack.fish")
    return Place(shell, data / "zsh" / "site-functions" / "_isotrack", folder("ZDOTDIR", "") / ".zshrc")


def head(shell: str) -> bytes:
    """The beginning of a script for that shell."""
    mark = b"# " + MARK + b": written by it, and taken away by isotrack completion remove\n"
    return _READ_BY_ZSH + b"\n" + mark if shell == "zsh" else mark


def script(shell: str, source: str) -> bytes:
    """The whole script: its head, and what Click gives for that shell."""
    octets = source.encode()
    return head(shell) + (octets.removeprefix(_READ_BY_ZSH) if shell == "zsh" else octets)


def check(found: Place, database: Path, *, force: bool) -> None:
    """Raise StorageError where the script must not be written: a link, a folder, a file that is not ours."""
    if found.script.is_symlink() or found.script.parent.exists():
        check_target(found.script, found.ours, database, force=force)


def install(found: Place, octets: bytes) -> bool:
    """Put the script in its place; False where it was there already."""
    if holds(found.script, octets):
        return False
    try:
        found.script.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(found.script, error) from error
    _write(found.script, octets, found.ours)
    return True


def is_there(found: Place) -> bool:
    """Whether a script of ours is in its place."""
    is_a_file = found.script.is_file() and not found.script.is_symlink()
    return is_a_file and MARK in head_of(found.script)


def remove(found: Place) -> None:
    """Take the script away."""
    try:
        found.script.unlink()
    except OSError as error:
        raise cannot_write(found.script, error) from error


def with_line(found: Place) -> bytes | None:
    """The profile with the line in it, once; None where it has it."""
    read = _profile(found)
    if found.line in read.splitlines():
        return None
    kept = _without_line(read)
    return kept + b"\n" * (kept[-1:] not in (b"", b"\n")) + found.line + b"\n"


def without_line(found: Place) -> bytes | None:
    """The profile without the line; None where it has none."""
    read = _profile(found)
    kept = _without_line(read)
    return None if kept == read else kept


def check_profile(found: Place) -> None:
    """Raise StorageError where the profile is not to be changed: those who link it elsewhere keep it there."""
    if found.profile is not None and found.profile.is_symlink():
        raise StorageError(N_("{file} is a link, and stays as it is"), N_("change it where it lies: {target}"),
                           file=str(found.profile), target=str(found.profile.resolve()))  # fmt: skip


def write_profile(found: Place, octets: bytes) -> None:
    """Put another text in place of the profile."""
    assert found.profile is not None  # noqa: S101 - there is none without a line
    # What a killed run left beside it is a beginning of this text.
    _write(found.profile, octets, Ours(b"", octets, ""))


def _profile(found: Place) -> bytes:
    if found.profile is None or not found.profile.exists():
        return b""
    try:
        return found.profile.read_bytes()
    except OSError as error:
        raise cannot_write(found.profile, error) from error


def _without_line(octets: bytes) -> bytes:
    """Without the line as this or another version wrote it, wherever the script lay."""
    return b"".join(
        line for line in octets.splitlines(keepends=True)
        if not (line.startswith(_GUARD) and line.rstrip().endswith(b"; fi # " + MARK))
    )  # fmt: skip


def _write(target: Path, octets: bytes, ours: Ours) -> None:
    with Aside([target], ours) as aside:
        aside.write(target, octets)
        aside.move_into_place([target])
