"""Completion is installed for one user, by a real shell completes real words, and is taken away without a trace."""

from __future__ import annotations

import os
import pty
import shlex
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import click
import pytest

from tests.support import START, Machine, Said, image, machine_in, say, settle
from tests.test_documents import commands
from tracker.cli.main import cli
from tracker.shells import SHELLS, place

SCRIPTS = {
    "bash": ".local/share/bash-completion/completions/isotrack",
    "zsh": ".local/share/zsh/site-functions/_isotrack",
    "fish": ".config/fish/completions/isotrack.fish",
}
_PATIENCE = 30
_OWNING_IT = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Runs a program to which the terminal belongs, as to that of a person."""
_PACKAGE = Path("/usr/share/bash-completion/bash_completion")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine of its own, on which commands run inside this process."""
    made = machine_in(tmp_path)
    settle(made, monkeypatch)
    return made


def done(*arguments: str) -> Said:
    said = say(*arguments)
    assert (said.code, said.complaint) == (0, []), said
    return said


# --- where it is put --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", SHELLS)
def test_it_is_put_where_the_shell_looks_and_taken_away(machine: Machine, shell: str) -> None:
    done("completion", "install", shell)
    script = machine.folder / SCRIPTS[shell]
    assert script.read_text() == done("completion", "show", shell).out
    assert stat.S_IMODE(script.stat().st_mode) == 0o600
    assert list(image(machine.folder)) == [SCRIPTS[shell]]
    assert "there already" in done("completion", "install", shell).out
    done("completion", "remove")
    assert image(machine.folder) == {}
    assert "Nothing changed" in done("completion", "remove").out


@pytest.mark.parametrize(
    ("shell", "variable", "folder", "script"),
    [
        ("bash", "BASH_COMPLETION_USER_DIR", "/own", "/own/completions/isotrack"),
        ("bash", "BASH_COMPLETION_USER_DIR", "/own:/two", "/own/completions/isotrack"),
        ("bash", "XDG_DATA_HOME", "/data", "/data/bash-completion/completions/isotrack"),
        ("bash", "XDG_DATA_HOME", "", f"/home/yuki/{SCRIPTS['bash']}"),
        ("bash", "XDG_DATA_HOME", "not/absolute", f"/home/yuki/{SCRIPTS['bash']}"),
        ("fish", "XDG_CONFIG_HOME", "/config", "/config/fish/completions/isotrack.fish"),
        ("zsh", "XDG_DATA_HOME", "/data", "/data/zsh/site-functions/_isotrack"),
        ("zsh", "ZDOTDIR", "/zsh", f"/home/yuki/{SCRIPTS['zsh']}"),
    ],
)  # fmt: skip
def test_the_environment_says_where_a_shell_looks(shell: str, variable: str, folder: str, script: str) -> None:
    assert str(place(shell, Path("/home/yuki"), {variable: folder}).script) == script


def test_zsh_reads_its_line_from_the_folder_that_it_reads() -> None:
    home = Path("/home/yuki")
    profiles = [place("zsh", home, environment).profile for environment in ({}, {"ZDOTDIR": "/zsh"})]
    assert profiles == [home / ".zshrc", Path("/zsh/.zshrc")]


@pytest.mark.parametrize(("said", "shell"), [("/bin/bash", "bash"), ("/usr/local/bin/fish", "fish"), ("zsh", "zsh")])
def test_the_shell_is_found_where_none_is_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, said: str, shell: str
) -> None:
    monkeypatch.setenv("SHELL", said)
    done("completion", "install")
    assert list(image(machine.folder)) == [SCRIPTS[shell]]


@pytest.mark.parametrize("said", ["/bin/dash", "", None])
def test_a_shell_that_is_not_known_is_asked_for(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, said: str | None
) -> None:
    monkeypatch.delenv("SHELL", raising=False)
    if said is not None:
        monkeypatch.setenv("SHELL", said)
    refused = say("completion", "install")
    assert (refused.code, len(refused.complaint)) == (2, 1)
    assert "isotrack completion install bash" in refused.err
    assert image(machine.folder) == {}


# --- nothing that is not ours -----------------------------------------------------------------------------------


def test_a_file_of_somebody_else_is_replaced_only_when_told_and_never_removed(machine: Machine) -> None:
    script = machine.folder / SCRIPTS["fish"]
    script.parent.mkdir(parents=True)
    script.write_text("complete -c isotrack -a mine\n")
    refused = say("completion", "install", "fish")
    assert (refused.code, len(refused.complaint)) == (1, 1)
    done("completion", "remove", "fish")
    assert script.read_text() == "complete -c isotrack -a mine\n"
    done("completion", "install", "fish", "--force")
    assert script.read_text() == done("completion", "show", "fish").out


def test_nothing_is_written_through_a_link(machine: Machine) -> None:
    script = machine.folder / SCRIPTS["bash"]
    script.parent.mkdir(parents=True)
    other = machine.folder / "other"
    other.write_text("# isotrack completion\n")
    script.symlink_to(other)
    for arguments in (("install", "bash"), ("install", "bash", "--force")):
        assert say("completion", *arguments).code == 1
    done("completion", "remove")
    assert (script.is_symlink(), other.read_text()) == (True, "# isotrack completion\n")


def test_a_folder_that_is_a_link_is_named_as_what_it_is(machine: Machine) -> None:
    dotfiles = machine.folder / "dotfiles"
    dotfiles.mkdir()
    (machine.folder / ".config").mkdir()
    (machine.folder / ".config" / "fish").symlink_to(dotfiles)
    said = done("completion", "install", "fish")
    assert f"Saved: {dotfiles.resolve()}/completions/isotrack.fish" in said.out


# --- the line for zsh -------------------------------------------------------------------------------------------

ZSHRC = [b"", b"export A=1\n", b"export A=1", b"alias x='\xff'\r\n# isotrack completion\nif [[ -r x ]]; then :; fi\n"]


@pytest.mark.parametrize("before", ZSHRC)
def test_the_line_is_added_once_and_taken_out_alone(machine: Machine, before: bytes) -> None:
    profile = machine.folder / ".zshrc"
    profile.write_bytes(before)
    profile.chmod(0o644)
    said = done("completion", "install", "zsh")
    assert profile.read_bytes() == before
    line = place("zsh", machine.folder, {}).line
    assert line.decode() in said.out
    for _ in range(2):
        done("completion", "install", "zsh", "--add-line")
        assert profile.read_bytes() == before + (b"\n" if before[-1:] not in (b"", b"\n") else b"") + line + b"\n"
    assert stat.S_IMODE(profile.stat().st_mode) == 0o644
    done("completion", "remove", "zsh")
    assert profile.read_bytes().rstrip(b"\n") == before.rstrip(b"\n")
    assert list(image(machine.folder)) == [".zshrc"]


def test_the_line_of_another_place_is_replaced(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    done("completion", "install", "zsh", "--add-line")
    monkeypatch.setenv("XDG_DATA_HOME", str(machine.folder / "my data"))
    done("completion", "install", "zsh", "--add-line")
    lines = (machine.folder / ".zshrc").read_text().splitlines()
    assert [len(lines), "'" + str(machine.folder / "my data") in lines[0]] == [1, True]


def test_a_profile_that_is_a_link_is_left_and_named(machine: Machine) -> None:
    dotfile = machine.folder / "zshrc"
    dotfile.write_text("export A=1\n")
    (machine.folder / ".zshrc").symlink_to(dotfile)
    refused = say("completion", "install", "zsh", "--add-line")
    assert (refused.code, len(refused.complaint)) == (1, 1)
    assert str(dotfile) in refused.err
    assert sorted(image(machine.folder)) == ["zshrc"]
    done("completion", "install", "zsh")
    done("completion", "remove")
    assert dotfile.read_text() == "export A=1\n"


def test_a_dry_run_writes_and_removes_nothing(machine: Machine) -> None:
    for shell in SHELLS:
        assert "nothing was saved" in done("--dry-run", "completion", "install", shell).out
    done("--dry-run", "completion", "install", "zsh", "--add-line")
    assert image(machine.folder) == {}
    done("completion", "install", "zsh", "--add-line")
    before = image(machine.folder)
    assert "nothing was saved" in done("--dry-run", "completion", "remove").out
    assert image(machine.folder) == before


# --- what is completed ------------------------------------------------------------------------------------------


def offered(*words: str) -> list[str]:
    from click.shell_completion import ShellComplete

    found = ShellComplete(cli, {}, "isotrack", "_ISOTRACK_COMPLETE").get_completions(list(words[:-1]), words[-1])
    return [one.value if one.type == "plain" else one.type for one in found]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("comp",), ["compare", "completion"]), (("completion", ""), ["install", "show", "remove"]),
        (("completion", "install", "f"), ["fish"]), (("log", "symptom", "gritty"), ["gritty eyes"]),
        (("log", "symptom", "唇の"), ["唇の乾燥"]), (("chart", "al"), ["alt", "alp"]),
        (("procedure", "plan", "derma"), ["dermapen"]), (("report", "-o", ""), ["file"]),
        (("--db", "x"), ["file"]), (("record", "import", ""), ["file"]), (("calendar", "subscribe", ""), ["file"]),
        (("log", "dose", "--mis"), ["--missed"]), (("--lang", ""), ["en", "ja"]),
        (("--patient", ""), []), (("patients", "delete", "S"), []),
    ],
)  # fmt: skip
def test_words_are_completed(words: tuple[str, ...], found: list[str]) -> None:
    assert [one for one in offered(*words) if one in found] == found
    assert found or not offered(*words)


def test_every_command_and_every_flag_is_completed() -> None:
    missing = []
    for name, command in commands(cli, click.Context(cli)):
        *path, last = name.split()
        if not command.hidden and last not in offered(*path, last):
            missing.append(name)
        visible = (one for one in command.params if isinstance(one, click.Option) and not one.hidden)
        flags = {flag for one in visible for flag in one.opts if flag.startswith("--")}
        missing += [f"{name} {flag}" for flag in flags - set(offered(*name.split(), "--"))]
    assert missing == []


def asked(machine: Machine, words: str, **more: str) -> Said:
    count = str(len(words.split(" ")) - 1)
    return machine.isotrack(_ISOTRACK_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count, **more)


QUESTIONS = ("isotrack ", "isotrack --patient S", "isotrack patients delete ", "isotrack book v", "isotrack fix ",
             "isotrack log symptom h", "isotrack ask ", "isotrack --patient A --patient B plan -",
             "isotrack --today 2026-13-41 log ", "isotrack log 'dose ")  # fmt: skip


@pytest.mark.slow
def test_to_complete_opens_no_database_and_names_no_patient(tmp_path: Path) -> None:
    machine = machine_in(tmp_path)
    for words in QUESTIONS:
        assert asked(machine, words).err == "", words
    assert image(machine.folder) == {}
    assert machine.isotrack(*START, "--patient", "Sato Hanako").code == 0
    assert machine.isotrack(*START, "--patient", "Suzuki Jun").code == 0
    before = image(machine.folder)
    machine.db.chmod(0)  # whoever is not root could not open it
    for words in QUESTIONS:
        said = asked(machine, words)
        assert ("Sato" in said.out, "Suzuki" in said.out, said.err) == (False, False, ""), words
    machine.db.chmod(0o600)
    assert image(machine.folder) == before


@pytest.mark.slow
def test_what_cannot_be_read_is_answered_with_nothing(tmp_path: Path) -> None:
    machine = machine_in(tmp_path)
    for more in ({"ISOTRACK_TODAY": "junk"}, {"ISOTRACK_DB": ""}, {"ISOTRACK_LANG": "xx"}, {"ISOTRACK_PATIENT": "\n"}):
        assert asked(machine, "isotrack pl", **more).err == ""
    said = machine.isotrack(_ISOTRACK_COMPLETE="bash_complete", COMP_WORDS="isotrack", COMP_CWORD="x")
    assert (said.out, said.err) == ("", "")


# --- in real shells ---------------------------------------------------------------------------------------------


class Terminal:
    """A shell at a terminal, in which ``isotrack`` completes as it does and otherwise keeps what it was called with."""

    def __init__(self, machine: Machine, shell: list[str]) -> None:
        self._heard = machine.folder / "heard"
        programs = machine.folder / "bin"
        programs.mkdir(exist_ok=True)
        program = programs / "isotrack"
        program.write_text(
            "#!/bin/sh\n"
            f'[ -n "$_ISOTRACK_COMPLETE" ] && exec {shlex.quote(sys.executable)} -m tracker\n'
            f'printf "%s\\n" "$@" > {shlex.quote(str(self._heard))}.new\n'
            f"mv {shlex.quote(str(self._heard))}.new {shlex.quote(str(self._heard))}\n"
        )
        program.chmod(0o755)
        environment = machine.environment(PATH=f"{programs}:{os.environ['PATH']}", TERM="xterm", COLUMNS="200")
        self._master, slave = pty.openpty()
        self._shell = subprocess.Popen(
            [sys.executable, "-c", _OWNING_IT, *shell], stdin=slave, stdout=slave, stderr=slave, cwd=machine.folder,
            env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        os.set_blocking(self._master, False)
        self._seen = b""

    def typed(self, line: str) -> list[str]:
        """Type a line with tabs in it, and Enter; the words with which the program was called."""
        self._heard.unlink(missing_ok=True)
        os.write(self._master, line.encode() + b"\r")
        begun = time.monotonic()
        while not self._heard.exists():
            self._read()
            assert time.monotonic() - begun < _PATIENCE, self._seen.decode(errors="replace")
            time.sleep(0.02)
        return self._heard.read_text().splitlines()

    def _read(self) -> None:
        """Let the shell go on printing."""
        with suppress(BlockingIOError, OSError):
            self._seen += os.read(self._master, 65536)

    def close(self) -> None:
        self._shell.kill()
        self._shell.wait()
        os.close(self._master)


def shell_at_a_terminal(machine: Machine, shell: str, how: str) -> Terminal:
    """Install completion as a person would, and open that shell."""
    assert machine.isotrack("completion", "install", shell, *(["--add-line"] if how == "line" else [])).code == 0
    if shell != "bash":
        return Terminal(machine, [shell, "-i"])
    read = _PACKAGE if how == "package" else machine.folder / SCRIPTS["bash"]
    profile = machine.folder / ".bashrc"
    profile.write_text(f"source {read}\nbind 'set enable-bracketed-paste off'\n")
    return Terminal(machine, ["bash", "--noprofile", "--rcfile", str(profile), "-i"])


HOWS = [("bash", "package"), ("bash", "source"), ("zsh", "line"), ("fish", "file")]


@pytest.fixture(params=HOWS, ids="-".join)
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    shell, how = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    if how == "package" and not _PACKAGE.exists():
        pytest.skip("bash-completion is not installed")
    opened = shell_at_a_terminal(machine_in(tmp_path), shell, how)
    try:
        yield opened
    finally:
        opened.close()


@pytest.mark.slow
def test_a_real_shell_completes_what_is_typed(terminal: Terminal) -> None:
    typed: Mapping[str, list[str]] = {
        "isotrack calen\texpo\t--chan\t": ["calendar", "export", "--changes"],
        "isotrack log symptom gri\t2": ["log", "symptom", "gritty eyes", "2"],
        "isotrack log symptom 唇の\t": ["log", "symptom", "唇の乾燥"],
        "isotrack log blood GP\t": ["log", "blood", "GPT"],
        "isotrack completion install fi\t": ["completion", "install", "fish"],
    }
    assert {line: terminal.typed(line) for line in typed} == typed
