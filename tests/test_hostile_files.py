"""Files that are not what they should be: refused in one line, named, with a next step, and left as they are."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import START, TODAY, Machine, Said, image, machine_in, opened, rows, say, settle
from tracker.db import connecting
from tracker.protocols import schemas

pytestmark = pytest.mark.slow
CANARY = "canary-7f3a"
WAL_FILE = b"\x02"
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX modes and devices")


@pytest.fixture(params=["en", "ja"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    return place


@pytest.fixture
def course(machine: Machine) -> Machine:
    """A machine on which a course runs."""
    assert say(*START).code == 0
    return machine


def _assert_refused(said: Said, *, named: Path, code: int = 1) -> None:
    """One line on stderr that names the file and the next step."""
    assert (code, 1) == (said.code, len(said.complaint)), said
    assert str(named) in said.err
    assert "Traceback" not in said.err
    assert "ISOTRACK_DEBUG" not in said.err
    parts = [part for part in re.split("; |。", said.err) if part.strip()]
    assert len(parts) > 1, f"no next step: {said.err}"


def _empty(db: Path) -> None:
    db.write_bytes(b"")


def _garbage(db: Path) -> None:
    db.write_bytes(bytes(range(256)) * 64)


def _cut_short(db: Path) -> None:
    octets = db.read_bytes()
    db.write_bytes(octets[: len(octets) // 2 + 100])


def _header_alone(db: Path) -> None:
    db.write_bytes(db.read_bytes()[:100])


def _overwritten_in_the_middle(db: Path) -> None:
    octets = bytearray(db.read_bytes())
    for page in range(4096, len(octets), 4096):
        octets[page : page + 512] = b"\xff" * 512
    db.write_bytes(octets)


def _someone_elses(db: Path) -> None:
    db.unlink()
    with opened(db) as connection:
        connection.executescript("CREATE TABLE bookmark (url TEXT); INSERT INTO bookmark VALUES ('x')")


def _someone_elses_with_a_log(db: Path) -> None:
    db.unlink()
    with opened(db) as connection:
        connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE bookmark (url TEXT)")
    assert db.read_bytes()[18:19] == WAL_FILE


def _newer(db: Path) -> None:
    with opened(db) as connection:
        connection.execute("PRAGMA user_version = 999")


def _newer_with_a_log(db: Path) -> None:
    with opened(db) as connection:
        connection.executescript("PRAGMA user_version = 999; PRAGMA journal_mode = WAL")
    assert db.read_bytes()[18:19] == WAL_FILE


def _without_a_version(db: Path) -> None:
    with opened(db) as connection:
        connection.execute("PRAGMA user_version = 0")


WRONG: list[Callable[[Path], None]] = [
    _empty,
    _garbage,
    _cut_short,
    _header_alone,
    _overwritten_in_the_middle,
    _someone_elses,
    _someone_elses_with_a_log,
    _newer,
    _newer_with_a_log,
    _without_a_version,
]


@pytest.mark.parametrize("spoil", WRONG, ids=lambda spoil: spoil.__name__.strip("_"))
@pytest.mark.parametrize(
    "command",
    [("log", "weight", "55"), START, ("plan",), (), ("calendar", "export")],
    ids=lambda command: command[0] if command else "status",
)
def test_a_database_that_is_none_of_ours_is_refused_by_every_command_and_left_as_it_is(
    course: Machine, spoil: Callable[[Path], None], command: tuple[str, ...], lang: str
) -> None:
    spoil(course.db)
    before = image(course.folder)
    said = say("--lang", lang, *command)
    if spoil in (_cut_short, _overwritten_in_the_middle) and command in ((), ("plan",)) and said.code == 0:
        assert before == image(course.folder)
        return  # A reader may not meet the pages that are damaged.
    _assert_refused(said, named=course.db)
    assert before == image(course.folder)


@pytest.mark.parametrize("command", [("log", "weight", "55"), START, ("plan",)], ids=lambda command: command[0])
def test_a_folder_in_place_of_the_database_is_refused(machine: Machine, command: tuple[str, ...], lang: str) -> None:
    machine.db.mkdir()
    _assert_refused(say("--lang", lang, *command), named=machine.db)
    assert list(machine.db.iterdir()) == []


def test_a_folder_that_is_a_file_is_refused_by_its_path(machine: Machine) -> None:
    (machine.folder / "file").write_bytes(b"mine")
    there = machine.folder / "file" / "isotrack.db"
    for command in (START, ("log", "weight", "55")):
        said = say("--db", str(there), *command)
        assert (said.code, len(said.complaint)) == (1, 1), said
        assert str(there.parent) in said.err
    assert image(machine.folder) == {"file": b"mine"}


@pytest.mark.parametrize("command", [("log", "weight", "55"), ("plan",), ("undo",), ("calendar", "export")])
def test_where_there_is_no_database_none_is_made_and_the_way_to_one_is_named(
    machine: Machine, command: tuple[str, ...]
) -> None:
    said = say(*command)
    assert said.code in (1, 2)
    assert len(said.complaint) == 1
    assert "isotrack start" in said.err
    assert image(machine.folder) == {}


@posix
def test_a_link_to_a_database_is_followed_and_stays_a_link(course: Machine) -> None:
    link = course.folder / "link.db"
    link.symlink_to(course.db)
    assert say("--db", str(link), "log", "weight", "55", "--note", "by the link").code == 0
    assert link.is_symlink()
    assert rows(course.db, "SELECT count(*) FROM fact WHERE note = 'by the link'") == [(1,)]


@posix
def test_a_link_that_leads_nowhere_is_refused_and_nothing_is_made_behind_it(machine: Machine) -> None:
    machine.db.symlink_to(machine.folder / "elsewhere.db")
    logged, started = say("log", "weight", "55"), say(*START)
    assert logged.code in (1, 2)
    assert len(logged.complaint) == 1
    _assert_refused(started, named=machine.db)
    assert "isotrack start" not in started.err, "this is what was just tried"
    assert list(machine.folder.iterdir()) == [machine.db]


def test_a_database_that_another_program_keeps_is_refused_after_a_wait(
    course: Machine, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(connecting, "FIRST_WAIT_MS", 50)
    monkeypatch.setattr(connecting, "LAST_WAIT_MS", 100)
    before = image(course.folder)
    holder = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE');"
        " print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(course.db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        said = say("--lang", lang, "log", "weight", "55")
        looked = say("plan")
        other.kill()
    assert (said.code, len(said.complaint)) == (1, 2), said.err
    waiting, refused = said.complaint
    assert "..." in waiting or "…" in waiting
    assert str(course.db) in refused
    assert looked.code == 0
    assert before == {name: octets for name, octets in image(course.folder).items() if "-journal" not in name}
    assert say("log", "weight", "55").code == 0


@pytest.fixture
def for_whom_modes_hold() -> Sequence[str]:
    """What starts a command so that the modes of files hold for it: for root, without the power over them."""
    if os.name == "nt":
        pytest.skip("POSIX modes")
    if os.geteuid() != 0:
        return ()
    drop = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if shutil.which("setpriv") is None or subprocess.run([*drop, "true"], check=False).returncode != 0:
        pytest.skip("modes do not hold for root")
    return drop


def test_a_file_that_is_read_only_is_read_and_refuses_to_be_written(
    course: Machine, for_whom_modes_hold: Sequence[str]
) -> None:
    before = image(course.folder)
    course.db.chmod(0o400)
    assert course.isotrack("plan", under=for_whom_modes_hold).code == 0
    refused = [course.isotrack("log", "weight", "55", under=for_whom_modes_hold)]
    course.db.chmod(0o000)
    refused += [course.isotrack(*command, under=for_whom_modes_hold) for command in (("plan",), ("undo",))]
    course.db.chmod(0o600)
    assert before == image(course.folder)
    for said in refused:
        _assert_refused(said, named=course.db)


def test_a_folder_that_is_read_only_is_read_and_refuses_a_write(
    course: Machine, for_whom_modes_hold: Sequence[str]
) -> None:
    before = image(course.folder)
    course.folder.chmod(0o500)
    plan, log, export = (
        course.isotrack(*command, under=for_whom_modes_hold)
        for command in (("plan",), ("log", "weight", "55"), ("calendar", "export"))
    )
    course.folder.chmod(0o700)
    assert before == image(course.folder)
    assert plan.code == 0
    _assert_refused(log, named=course.db)
    assert (export.code, len(export.complaint)) == (1, 1), export


def test_a_folder_in_which_nothing_can_be_made_or_seen_is_named(
    machine: Machine, for_whom_modes_hold: Sequence[str]
) -> None:
    folder = machine.folder / "data"
    folder.mkdir()
    refused: list[Said] = []
    for mode in (0o500, 0o000):
        folder.chmod(mode)
        for db in (folder / "isotrack.db", folder / "deeper" / "isotrack.db"):
            refused.append(machine.isotrack("--db", str(db), *START, under=for_whom_modes_hold))  # noqa: PERF401
    folder.chmod(0o700)
    assert list(folder.iterdir()) == []
    for said in refused:
        assert (said.code, len(said.complaint)) == (1, 1), said
        assert str(folder) in said.err


@posix
def test_what_a_new_course_makes_is_for_its_owner_alone_whatever_the_umask(machine: Machine) -> None:
    db = machine.folder / "data" / "isotrack" / "isotrack.db"
    before = os.umask(0)
    try:
        assert machine.isotrack(*START, ISOTRACK_DB=str(db)).code == 0
        assert machine.isotrack("calendar", "export", ISOTRACK_DB=str(db)).code == 0
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in machine.folder.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in machine.folder.rglob("*") if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


# --- protocol files ---------------------------------------------------------------------------------------------


def _standard() -> str:
    return next((schemas() / "protocols").glob("jp-standard@*.json")).read_text("utf-8")


PROTOCOL_FILES: dict[str, bytes | None] = {
    "missing": None,
    "empty": b"",
    "binary": bytes(range(256)) * 8,
    "UTF-16": '{"id": "own"}'.encode("utf-16"),
    "ten megabytes": b'{"id": "' + b"x" * (10 << 20) + b'"}',
    "nested deeply": b"[" * 200_000 + b"]" * 200_000,
    "nested deeply in objects": b'{"id":' * 50_000 + b"1" + b"}" * 50_000,
    "a list": b"[]",
    "null": b"null",
    "a number too long": b'{"id": ' + b"9" * 5_000 + b"}",
    "not a number": b'{"id": NaN}',
    "a lone surrogate": b'{"id": "\\ud800"}',
    "a key twice": b'{"id": "a", "id": "b"}',
    "cut short": _standard().encode()[:-200],
    "an unknown key": _standard().replace('"id"', '"idd"', 1).encode(),
}


@pytest.mark.parametrize("kind", PROTOCOL_FILES)
@pytest.mark.parametrize("opening", [True, False], ids=["start", "check"])
def test_a_protocol_file_that_is_wrong_is_refused_by_name_and_nothing_is_saved(
    machine: Machine, kind: str, *, opening: bool, lang: str
) -> None:
    file = machine.folder / "own.json"
    octets = PROTOCOL_FILES[kind]
    if octets is not None:
        file.write_bytes(octets)
    before = image(machine.folder)
    command = (*START, "--protocol", str(file)) if opening else ("protocols", "check", str(file))
    said = say("--lang", lang, *command)
    assert said.code in (1, 2)
    assert len(said.complaint) == 1, said.err
    assert len(said.err) < 1_000
    assert str(file) in said.err
    assert "ISOTRACK_DEBUG" not in said.err
    assert before == image(machine.folder)


def test_a_folder_in_place_of_a_protocol_file_is_refused_by_name(machine: Machine) -> None:
    said = say("protocols", "check", str(machine.folder))
    assert len(said.complaint) == 1
    assert said.code in (1, 2)
    assert str(machine.folder) in said.err


@posix
def test_a_protocol_file_without_an_end_is_refused_and_not_waited_for(machine: Machine) -> None:
    for endless in ("/dev/zero", "/dev/full"):
        script = (
            "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30));"
            "from tracker.cli.main import run; sys.exit(run(sys.argv[1:]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, "protocols", "check", endless],
            env=machine.environment(), capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert done.returncode in (1, 2)
        assert endless in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_protocol_file_with_a_byte_order_mark_is_taken(machine: Machine) -> None:
    own = json.loads(_standard()) | {"id": "own-clinic"}
    file = machine.folder / "own.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(own).encode())
    assert say("protocols", "check", str(file)).code == 0
    assert say(*START, "--protocol", str(file)).code == 0
    file.unlink()
    said = say("plan", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["course"]["protocol"] == "own-clinic"


# --- where a calendar goes --------------------------------------------------------------------------------------


def _export(target: str, *more: str) -> Said:
    return say("calendar", "export", "-o", target, *more)


def test_a_calendar_into_a_folder_or_a_missing_folder_is_refused(course: Machine, lang: str) -> None:
    (course.folder / "folder").mkdir()
    before = image(course.folder)
    for target in ("folder", "missing/reminders.ics", str(course.folder), "..", "isotrack.db/reminders.ics"):
        said = _export(target, "--lang", lang)
        assert (said.code, len(said.complaint)) == (1, 1), said
        assert target in said.err
        forced = _export(target, "--lang", lang, "--force")
        assert (forced.code, len(forced.complaint)) == (1, 1), forced
    assert before == image(course.folder)


def test_an_empty_name_for_a_calendar_is_a_wrong_value(course: Machine) -> None:
    before = image(course.folder)
    for name in ("", " ", "\u3000"):
        said = _export(name)
        assert (said.code, len(said.complaint)) == (2, 1)
    assert before == image(course.folder)


@pytest.mark.parametrize("name", ["", "folder", "missing/reminders.ics"])
def test_a_start_whose_calendar_cannot_be_written_saves_nothing(machine: Machine, name: str) -> None:
    (machine.folder / "folder").mkdir()
    said = say(*START, "--ics", name)
    assert said.code == (1 if name else 2)
    assert len(said.complaint) == 1
    assert "Saved" not in said.out
    assert image(machine.folder) == {}


@posix
def test_a_calendar_is_not_written_through_a_link(course: Machine) -> None:
    target, link = course.folder / "target.ics", course.folder / "link.ics"
    target.write_bytes(b"mine")
    link.symlink_to(target)
    dangling = course.folder / "dangling.ics"
    dangling.symlink_to(course.folder / "nowhere.ics")
    before = image(course.folder)
    for name in (link.name, dangling.name):
        for more in ((), ("--force",)):
            said = _export(name, *more)
            assert (said.code, len(said.complaint)) == (1, 1), said
            assert name in said.err
    assert before == image(course.folder)
    assert link.is_symlink()
    assert dangling.is_symlink()


@pytest.mark.parametrize(
    "octets",
    [b"", b"mine", b"BEGIN:VCALENDAR\r\nPRODID:-//someone else//EN\r\nEND:VCALENDAR\r\n", b"\xff\xfe\x00"],
    ids=["empty", "text", "another calendar", "binary"],
)
def test_a_file_that_isotrack_did_not_write_is_replaced_only_by_force(course: Machine, octets: bytes) -> None:
    target = course.folder / "mine.ics"
    target.write_bytes(octets)
    before = image(course.folder)
    said = _export(target.name)
    assert (said.code, len(said.complaint)) == (1, 1), said
    assert "--force" in said.err
    assert before == image(course.folder)
    assert _export(target.name, "--force").code == 0
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR")


@pytest.mark.parametrize("more", [(), ("--force",)], ids=["", "force"])
def test_a_calendar_never_takes_the_place_of_the_database(course: Machine, more: tuple[str, ...]) -> None:
    before = image(course.folder)
    said = _export(course.db.name, *more)
    assert said.code in (1, 2)
    assert len(said.complaint) == 1
    assert before == image(course.folder)


@posix
@pytest.mark.parametrize("more", [(), ("--force",)], ids=["", "force"])
def test_a_pipe_or_a_device_is_no_place_for_a_calendar(course: Machine, more: tuple[str, ...]) -> None:
    pipe = course.folder / "pipe.ics"
    os.mkfifo(pipe)
    before = image(course.folder)
    said = course.isotrack("calendar", "export", "-o", pipe.name, *more, longest=10)
    assert (said.code, len(said.complaint)) == (1, 1), said
    assert pipe.is_fifo()
    assert before == image(course.folder)


@posix
def test_a_calendar_into_a_full_device_is_refused_and_the_device_stays(course: Machine) -> None:
    # Without --force alone: root would really put a file in its place.
    device = Path("/dev/full").stat().st_rdev
    said = _export("/dev/full")
    assert (said.code, len(said.complaint)) == (1, 1), said
    assert device == Path("/dev/full").stat().st_rdev
    assert [course.db] == list(course.folder.iterdir())


# --- where the output goes --------------------------------------------------------------------------------------


def _in_a_shell(machine: Machine, line: str, **more: str) -> Said:
    done = subprocess.run(
        ["/bin/sh", "-c", f'isotrack() {{ "{sys.executable}" -m tracker "$@"; }}; {line}'],
        cwd=machine.folder, env=machine.environment(**more), stdin=subprocess.DEVNULL, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    return Said(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def _printing(machine: Machine, where: str, *command: str) -> Said:
    """Run one command as a process of its own whose output is a pipe without a reader, a full device, or closed."""
    if where == "closed":
        return _in_a_shell(machine, f"isotrack {' '.join(command)} >&-; exit")
    if where == "a pipe without a reader":
        reader, out = os.pipe()
        os.close(reader)
    else:
        out = os.open("/dev/full", os.O_WRONLY)
    done = subprocess.run(
        [sys.executable, "-m", "tracker", *command], cwd=machine.folder, env=machine.environment(),
        stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, timeout=60, check=False,
    )  # fmt: skip
    os.close(out)
    return Said(done.returncode, "", done.stderr.decode("utf-8", "replace"))


NOWHERE = ["a pipe without a reader", "a full device", "closed"]


@posix
@pytest.mark.parametrize("where", NOWHERE)
def test_an_output_that_nobody_can_take_is_no_failure_of_what_was_saved(course: Machine, where: str) -> None:
    for number, command in enumerate((("log", "weight", "55"), ("log", "visit"), ("undo",), ("log", "visit")), start=1):
        said = _printing(course, where, *command)
        assert (said.code, len(said.complaint)) == (0, 1), said
        assert said.err.startswith("isotrack: saved; but the output could not be printed"), said
        assert rows(course.db, "SELECT count(*) + count(undone_at) FROM command") == [(1 + number,)]


@posix
@pytest.mark.parametrize("where", NOWHERE)
@pytest.mark.parametrize("command", ["plan", "plan --json", "calendar preview", "--help"])
def test_an_output_that_nobody_can_take_is_a_reading_that_failed(course: Machine, command: str, where: str) -> None:
    said = _printing(course, where, *command.split())
    code = 0 if where == "closed" else 1  # Who closes it wants none.
    assert (said.code, len(said.complaint)) == (code, 1 if where == "a full device" else 0), said
    assert "ISOTRACK_DEBUG" not in said.err


@posix
def test_a_closed_stderr_changes_nothing(course: Machine) -> None:
    assert _in_a_shell(course, "isotrack log weight 55 2>&-").code == 0
    assert _in_a_shell(course, "isotrack log weight -- -1 2>&-").code == 2


@pytest.mark.parametrize(
    "console",
    [
        pytest.param({"PYTHONIOENCODING": "ascii"}, id="ascii"),
        pytest.param({"PYTHONIOENCODING": "cp932"}, id="cp932"),
        pytest.param({"LC_ALL": "C"}, id="C"),
        pytest.param({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, id="C without UTF-8"),
    ],
)
def test_a_console_that_cannot_show_a_character_shows_another(machine: Machine, console: dict[str, str]) -> None:
    note = "café \U0001f338 メモ"
    assert say("--lang", "ja", *START, "--name", "ゆき \U0001f338").code == 0
    assert say("--lang", "ja", "log", "weight", "55", "--note", note).code == 0
    for command in (("plan",), ("history",), ("calendar", "export"), ("log", "visit")):
        said = machine.isotrack("--lang", "ja", *command, **console)
        assert (said.code, said.complaint) == (0, [])
    if "PYTHONUTF8" not in console:  # There the arguments themselves arrive broken.
        assert machine.isotrack("--lang", "ja", "log", "weight", "56", "--note", note, **console).code == 0
        assert [(note,)] * 2 == rows(machine.db, "SELECT note FROM fact WHERE note IS NOT NULL")
    refused = machine.isotrack("--lang", "ja", "log", "weight", "五十キロ", **console)
    assert (refused.code, len(refused.complaint)) == (2, 1)
    assert "Traceback" not in refused.err


# --- nothing leaves ---------------------------------------------------------------------------------------------

WATCH = """
import sys
def watch(event, arguments):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto", "socket.bind",
                         "urllib.", "http.client.", "smtplib.", "ftplib.", "webbrowser.")):
        sys.stderr.write(f"NETWORK {event}\\n")
        sys.stderr.flush()
        import os
        os._exit(77)
sys.addaudithook(watch)
"""


def test_no_command_reaches_for_the_network(machine: Machine) -> None:
    (machine.folder / "sitecustomize.py").write_text(WATCH)
    path = os.pathsep.join([str(machine.folder), machine.environment()["PYTHONPATH"]])
    probe = subprocess.run(
        [sys.executable, "-c", "import socket; socket.getaddrinfo('localhost', 80)"],
        env=machine.environment(PYTHONPATH=path), capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert probe.returncode == 77, "the watch does not work"
    start = tuple(one for one in START if one not in ("--timezone", "Asia/Tokyo"))
    commands = (start, ("log", "visit"), (), ("plan",), ("calendar", "export"), ("protocols",), ("undo",))
    for command in commands:
        said = machine.isotrack(*command, PYTHONPATH=path)
        assert (said.code, said.complaint) == (0, [])


def test_no_socket_is_opened_in_this_process_either(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert say(*START).code == 0
    assert say("calendar", "export").code == 0
    assert [machine.db.name, "reminders.ics"] == sorted(image(machine.folder))


# --- nothing of the patient's is in an error --------------------------------------------------------------------


@pytest.fixture
def planted(course: Machine) -> Machine:
    """A course with texts of the patient's own, none of which may be read in an error."""
    for command in (
        ("log", "visit", "--note", f"{CANARY} visit"),
        ("log", "weight", "55", "--on", "-1d", "--note", f"{CANARY} weight"),
        ("book", "visit/2", "2026-12-21", "--note", f"{CANARY} booking"),
    ):
        assert say(*command).code == 0
    return course


def _assert_silent(said: Said) -> None:
    assert (said.code, len(said.complaint)) == (1, 1), said
    assert CANARY not in said.err
    assert CANARY not in said.out
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "failure",
    [
        "CREATE TRIGGER no BEFORE INSERT ON fact BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "CREATE TRIGGER no BEFORE INSERT ON weight BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "CREATE UNIQUE INDEX one_weight ON weight (weight_g)",
        "DROP TABLE prescription",
        "ALTER TABLE fact DROP COLUMN note",
        "ALTER TABLE fact RENAME COLUMN note TO remark",
    ],
)
def test_a_failure_of_the_database_tells_nothing_of_what_is_in_it(planted: Machine, failure: str) -> None:
    with opened(planted.db) as connection:
        connection.execute(failure)
    before = planted.db.read_bytes()
    _assert_silent(say("log", "weight", "55", "--note", f"{CANARY} new"))
    assert before == planted.db.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE fact SET kind = ? WHERE note LIKE '%visit'",
        "UPDATE fact SET on_date = ? WHERE note LIKE '%visit'",
        "UPDATE course SET enrolled = ?",
        "UPDATE course SET protocol_text = ?",
        "UPDATE patient SET recorded_at = ?",
    ],
)
def test_an_error_inside_tells_nothing_of_what_it_met(planted: Machine, change: str) -> None:
    with closing(sqlite3.connect(planted.db)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(change, (CANARY,))
    for command in (("plan",), ("log", "weight", "56", "--note", f"{CANARY} new"), ("history",)):
        said = say(*command)
        assert CANARY not in said.err
        assert "Traceback" not in said.err
        assert len(said.complaint) <= 1
        if said.code == 0:
            assert command == ("history",) or "recorded_at" in change


def test_an_error_that_nobody_foresaw_tells_its_kind_alone(planted: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"{CANARY} of the value in hand")

    monkeypatch.setattr("tracker.engine.schedule.plan", fail)
    before = planted.db.read_bytes()
    for command in (("plan",), ("log", "weight", "56", "--note", f"{CANARY} new"), ("log", "visit", "--on", TODAY)):
        said = say(*command)
        _assert_silent(said)
        assert "RuntimeError" in said.err
    assert before == planted.db.read_bytes()
