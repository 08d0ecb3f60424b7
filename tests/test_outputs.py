"""Every file that any command writes: for its owner alone, beside its place and renamed, never through a link."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import START, Machine, Said, machine_in, say, settle
from tests.test_photos import photo_of
from tracker.errors import StorageError
from tracker.files import Ours, check_target

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="POSIX modes and links")]
TO_A_FILE = {
    "calendar export -o": "out.ics", "calendar export --as todo -o": "out.ics",
    "calendar export --changes -o": "out.ics", "calendar subscribe": "out.ics",
    "record export -o": "out.json", "record export --fhir -o": "out.json",
    "record export --csv doses -o": "out.csv", "record export --csv blood -o": "out.csv",
    "record export --csv symptoms -o": "out.csv", "report -o": "out.html", "report --photos -o": "out.html",
    "backup": "out.db",
}  # fmt: skip
"""Commands that write a file of a person's choice, which they are told last."""
ELSEWHERE = [
    "start --move 2026-12-01 --today 2026-11-23", "log weight 56", "log photo shot.png --area forehead",
    "calendar export", "calendar export --all-patients all", "record export", "record export --csv doses", "report",
    "backup",
    "backup --list", "restore copy.db --yes", "record import taken.json --db other/new.db", "completion install zsh",
    "completion install bash", "completion install fish", "calendar subscribe kept.ics",
]  # fmt: skip
"""Commands that write where they know by themselves, or into folders."""
each = pytest.mark.parametrize("command", TO_A_FILE)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with a course, on which every new file is for everybody unless somebody sees to it."""
    with pytest.MonkeyPatch.context() as patch:
        place = machine_in(tmp_path_factory.mktemp("outputs"))
        settle(place, patch)
        before = os.umask(0)
        assert say(*START).code == 0
        yield place
        os.umask(before)


@pytest.fixture
def machine(course: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The same, in an empty folder."""
    folder = Path(tempfile.mkdtemp(dir=course.folder))
    monkeypatch.chdir(folder)
    return Machine(folder, course.db)


def write(command: str, *more: str) -> Said:
    return say(*command.split(), TO_A_FILE[command], *more)


def open_to_others(folder: Path) -> list[str]:
    """What others could read or write; the folders of a shell, where they were not there, hold nothing of a record."""
    found = [path for path in folder.rglob("*") if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    found = [path for path in found if path.is_file() or not {".local", ".config"} & {*path.parts}]
    return [str(path.relative_to(folder)) for path in found]


@each
def test_a_file_of_a_persons_choice_is_for_its_owner_alone(machine: Machine, command: str) -> None:
    assert write(command).code == 0
    assert stat.S_IMODE(Path(TO_A_FILE[command]).stat().st_mode) == 0o600
    assert open_to_others(machine.db.parent) == []


def test_whatever_any_command_makes_is_for_its_owner_alone(machine: Machine) -> None:
    for command in ("backup copy.db", "record export -o taken.json"):
        assert say(*command.split()).code == 0
    (machine.folder / "shot.png").write_bytes(photo_of("PNG"))
    (machine.folder / "shot.png").chmod(0o600)
    for command in ELSEWHERE:
        said = say(*command.split())
        assert (said.code, open_to_others(machine.db.parent)) == (0, []), (command, said)


@each
def test_a_link_is_never_followed(machine: Machine, command: str) -> None:
    target = machine.folder / "precious"
    for content in ("mine", None):
        target.unlink(missing_ok=True)
        if content is not None:
            target.write_text(content)
        Path(TO_A_FILE[command]).symlink_to(target)
        for more in ((), ("--force",)):
            said = write(command, *more)
            assert (said.code, len(said.complaint)) == (1, 1), said
        assert (target.read_text() if target.exists() else None) == content
        Path(TO_A_FILE[command]).unlink()
    assert [path.name for path in machine.folder.iterdir() if path.name.startswith(".")] == []


@each
def test_a_file_that_isotrack_did_not_write_stays_unless_it_is_forced(machine: Machine, command: str) -> None:
    path = machine.folder / TO_A_FILE[command]
    path.write_text("mine")
    before = path.stat().st_ino
    said = write(command)
    assert (said.code, len(said.complaint), path.read_text()) == (1, 1, "mine"), said
    assert "--force" in said.err
    with path.open() as held:  # so that no new file gets its number
        assert write(command, "--force").code == 0
        assert held.read() == "mine"  # another file has its name now; this one was not written into
        assert path.stat().st_ino != before


@each
def test_what_is_not_finished_leaves_the_old_file_and_nothing_beside_it(
    machine: Machine, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert write(command).code == 0
    path = machine.folder / TO_A_FILE[command]
    whole = path.read_bytes()
    moved = "2027-05-01" if "2027-06-01" in say("until").out else "2027-06-01"
    assert say("until", moved).code == 0
    assert say("log", "weight", "57", "--on", "2026-11-2" + str(len(list(machine.db.parent.iterdir())) % 5)).code == 0
    names = {one.name for one in machine.folder.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _refuse)
        said = write(command, *(["--force"] if command == "backup" else []))
    assert "Traceback" not in said.err
    assert path.read_bytes() == whole or command == "calendar subscribe"  # that was written anew before
    assert {one.name for one in machine.folder.iterdir()} == names


def _refuse(_path: Path, target: Path) -> Path:
    raise OSError(28, "no room", str(target))


def test_a_device_a_folder_and_the_database_itself_are_no_targets(machine: Machine) -> None:
    for target in (machine.folder, machine.db, Path(os.devnull)):
        with pytest.raises(StorageError):
            check_target(target, Ours(b"", b"", "{file}"), machine.db, force=True)
