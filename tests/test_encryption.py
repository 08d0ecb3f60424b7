"""An encrypted database: nobody reads it, every command works on it, and no moment of turning it loses a fact."""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.support import LONG, START, Machine, Said, doomed, faults, image, machine_in, opened, rows, say, settle
from tests.test_durability import Moments, needs_kill
from tracker import asides
from tracker.cli import passphrase, running
from tracker.db import belongings, cipher, restoring, turned
from tracker.envelope import Envelope
from tracker.errors import StorageError
from tracker.journeys.course import picturing

sqlcipher = pytest.importorskip("sqlcipher3.dbapi2")

SECRET, OTHER = "correct horse battery", "another one of words"
FEW = 4
"""Rounds of the derivation of a key: here nobody guesses."""
CANARY = "Canaryword"
ROUNDS = 60 if LONG else 2


@pytest.fixture(autouse=True)
def _keys_are_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "ITERATIONS", FEW)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A record with a photo, a note and a copy of today, all of it plain."""
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    Image.new("RGB", (24, 24), "red").save(place.folder.parent / "red.jpg")
    monkeypatch.setattr(running, "machine_day", lambda: __import__("datetime").date(2026, 11, 28))
    for line in (START, ("log", "weight", "55", "--note", CANARY),
                 ("log", "photo", str(place.folder.parent / "red.jpg"), "--area", "forehead")):  # fmt: skip
        assert say(*line).code == 0
    return place


@pytest.fixture
def encrypted(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    said = say("encrypt", "--yes")
    assert (said.code, said.err) == (0, "")
    return machine


@contextmanager
def unlocked(path: Path, secret: str = SECRET) -> Iterator[Any]:
    """The database past the program, as another one that knows SQLCipher opens it, by its passphrase."""
    with closing(sqlcipher.connect(str(path), isolation_level=None, timeout=30)) as connection:
        connection.execute("PRAGMA cipher_log_level = NONE")
        if not path.read_bytes().startswith(cipher.PLAIN):
            connection.execute(f"PRAGMA key = '{secret}'")
            connection.execute(f"PRAGMA kdf_iter = {cipher.ITERATIONS}")
        yield connection


def notes(path: Path, secret: str = SECRET) -> list[str]:
    with unlocked(path, secret) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [note for (note,) in connection.execute("SELECT note FROM fact WHERE note IS NOT NULL ORDER BY id")]


def is_plain(path: Path) -> bool:
    return path.read_bytes().startswith(cipher.PLAIN)


def readable(folder: Path) -> list[str]:
    """The files in which words or pictures can be read."""
    words = (CANARY.encode(), b"CREATE TABLE", b"SQLite format 3", b"\xff\xd8\xff\xe0\x00\x10JFIF")
    return sorted(path.name for path in folder.rglob("*") if path.is_file()
                  if any(word in path.read_bytes() for word in words))  # fmt: skip


def copies(machine: Machine) -> list[Path]:
    return sorted((machine.folder / "isotrack.db.backups").glob("*.db"))


# --- what is encrypted ------------------------------------------------------------------------------------------


def test_nothing_of_the_record_can_be_read_in_any_file_and_every_command_works(
    encrypted: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert readable(encrypted.folder) == []
    assert len(copies(encrypted)) == 1
    for path in encrypted.folder.rglob("*"):
        if path.is_file() and path.name != "elsewhere":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    for line in (("log", "visit", "--note", CANARY), ("plan",), (), ("history",), ("backup",), ("backup", "usb.db"),
                 ("undo",), ("redo",), ("--dry-run", "log", "weight", "57"), ("photos",), ("patients",)):  # fmt: skip
        said = say(*line)
        assert (said.code, said.err) == (0, ""), (line, said)
    assert readable(encrypted.folder) == []
    assert notes(encrypted.folder / "usb.db") == [CANARY, CANARY]
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    before = image(encrypted.folder)
    for line in (("plan",), ("log", "visit"), ("--dry-run", "log", "visit"), ("encrypt", "--yes"), ("backup",)):
        said = say(*line)
        assert (said.code, len(said.complaint)) == (1, 1), said
        assert "terminal" in said.err
    assert image(encrypted.folder) == before


def test_what_is_exported_is_plain_and_said_to_be(encrypted: Machine) -> None:
    for line in (("calendar", "export", "-o", "a.ics"), ("report", "--photos", "-o", "a.html"), ("record", "export"),
                 ("record", "export", "--csv", "doses"), ("record", "export", "--fhir", "-o", "b.json"),
                 ("photos", "--export", ".")):  # fmt: skip
        said = say(*line)
        assert (said.code, "not encrypted" in said.out) == (0, True), said
    picture = next(encrypted.folder.glob("*forehead*.jpg"))
    with Image.open(picture) as shown:
        assert shown.size == (24, 24)
    assert say("photos", "--export", ".").code == 0, "the same once more"
    picture.write_bytes(b"mine")
    assert (say("photos", "--export", ".").code, picture.read_bytes()) == (1, b"mine")
    page = (encrypted.folder / "a.html").read_text("utf-8")
    assert "data:image/jpeg;base64," in page
    there = ("--db", "there.db")
    assert say("record", "import", "isotrack-record.json", *there).code in (0, 1)


def test_it_comes_back_as_it_was_and_copies_and_photos_with_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {name: octets for name, octets in image(machine.folder).items() if not name.endswith(".db")}
    schema = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
    listed, laid_out = say("history", "--json").out, rows(machine.db, schema)
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    assert say("encrypt", "--yes").code == 0
    assert say("history", "--json").out == listed
    assert say("--today", "2026-11-25", "log", "photo", "../red.jpg", "--area", "chin").code == 0
    assert say("undo").code == 0
    assert say("decrypt", "--yes").code == 0
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    assert say("decrypt", "--yes").code == 2
    assert {name: octets for name, octets in image(machine.folder).items() if not name.endswith(".db")} == before
    assert json.loads(say("history", "--json").out)[: len(json.loads(listed))] == json.loads(listed)
    assert rows(machine.db, schema) == laid_out
    assert faults(machine.db) == []
    assert [is_plain(path) for path in copies(machine)] == [True]


def test_of_an_encrypted_copy_it_is_said_that_it_is_plain_here_and_its_photos_are_seen(encrypted: Machine) -> None:
    assert say("backup", "copy.db").code == 0
    assert say("--db", "new.db", *START).code == 0
    (encrypted.folder / "isotrack.db.photos").rename(encrypted.folder / "new.db.photos")
    for lang, warning in (("en", "whoever has the disk can read it"), ("ja", "ディスクを手にした人が読めます")):
        said = say("--db", "new.db", "--lang", lang, "restore", "copy.db", "--dry-run")
        assert (said.code, warning in said.out.replace("\n", ""), said.err) == (0, True, "")
    assert say("--db", "new.db", "restore", "copy.db", "--yes").code == 0
    assert "missing" not in say("--db", "new.db", "photos").out
    assert say("--db", "new.db", "doctor").code == 0
    assert say("--db", "new.db", "encrypt", "--yes").code == 0
    assert "missing" not in say("--db", "new.db", "photos").out


def test_a_copy_comes_back_whatever_it_is_encrypted_with(encrypted: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert say("backup", "elsewhere.db").code == 0
    assert say("log", "weight", "57", "--note", "later").code == 0
    (encrypted.folder / "new").write_text(OTHER)
    (encrypted.folder / "new").chmod(0o600)
    assert say("passwd", "--yes", "--new-passphrase-file", "new").code == 0
    assert say("plan").code == 1
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", OTHER)
    assert notes(copies(encrypted)[0], OTHER) == []
    assert [one["readable"] for one in json.loads(say("backup", "--list", "--json").out)] == [True]
    with unlocked(encrypted.db, OTHER) as connection:
        assert connection.execute("SELECT name FROM kept_key").fetchall() == [("photos",)]
    _typed(monkeypatch, SECRET)
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    said = say("--passphrase-file", "new", "restore", "elsewhere.db", "--yes")
    assert (said.code, "does not open" in said.err) == (1, True)
    _typed(monkeypatch, SECRET, OTHER)
    assert say("restore", "elsewhere.db", "--yes").code == 0
    assert notes(encrypted.db, OTHER) == [CANARY]
    _typed(monkeypatch, OTHER)
    assert say("photos").out.count("missing") == 0
    shutil.copy(encrypted.folder.parent / "red.jpg", encrypted.folder / "x")
    shutil.rmtree(encrypted.folder / "isotrack.db.backups")
    encrypted.db.unlink()
    _typed(monkeypatch, SECRET)
    assert say("restore", "elsewhere.db", "--yes").code == 0
    assert not is_plain(encrypted.db)


def test_an_older_format_is_brought_to_this_one_encrypted(encrypted: Machine) -> None:
    shutil.copy(Path(__file__).parent / "data" / "v5.db", encrypted.folder / "old.db")
    assert say("--db", "old.db", "encrypt", "--yes").code == 0
    kept = encrypted.folder / "old.db.backups" / "format-5.db"
    assert (is_plain(kept), is_plain(encrypted.folder / "old.db")) == (False, False)
    (encrypted.folder / "old.db").unlink()
    shutil.copy(kept, encrypted.folder / "old.db")
    assert say("--db", "old.db", "patients").code == 0
    assert [path.name for path in kept.parent.glob("*.db") if is_plain(path)] == []


# --- the passphrase ---------------------------------------------------------------------------------------------


def _lines(lines: tuple[str, ...]) -> str:
    return "\n".join(lines)


def _typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Somebody sits at a terminal and types these, one a question."""
    left = list(lines)
    monkeypatch.setattr(passphrase, "is_at_a_terminal", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _question: left.pop(0) if left else "")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_it_is_typed_twice_when_it_is_set_and_three_times_at_most_when_it_is_asked_for(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    before = image(machine.folder)
    for wrong in ((SECRET, OTHER), ("short",), ("", "")):
        _typed(monkeypatch, *wrong)
        said = say("--lang", lang, "encrypt", "--yes")
        assert (said.code, len(said.complaint), image(machine.folder)) == (2, 1, before), said
    _typed(monkeypatch, "ｃorrect horse ばtteryが", "correct horse ばtteryか\u3099")
    said = say("--lang", lang, "encrypt", "--yes")
    assert said.code == 0, said
    assert SECRET not in said.out + said.err
    _typed(monkeypatch, "wrong", "wrong", "correct horse ばtteryが")
    assert say("--lang", lang, "plan").code == 0
    _typed(monkeypatch, "wrong", "wrong", "wrong", "correct horse ばtteryが")
    said = say("--lang", lang, "log", "visit")
    assert (said.code, len(said.complaint)) == (1, 3), said


def test_it_comes_from_a_file_or_an_open_one_that_nobody_else_can_read(
    encrypted: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    file = encrypted.folder / "pass"
    file.write_text(f"{SECRET}\nmore\n")
    for mode, code in ((0o644, 1), (0o640, 1), (0o600, 0), (0o400, 0)):
        file.chmod(mode)
        assert say("--passphrase-file", "pass", "plan").code == code, oct(mode)
        assert say("plan", "--passphrase-file", "pass").code == code, oct(mode)
    for content, code in ((b"", 2), (b"\n", 2), (b"\xff\xfe", 2), (b"wrong words", 1), (SECRET.encode() + b"\r\n", 0)):
        file.chmod(0o600)
        file.write_bytes(content)
        said = say("--passphrase-file", "pass", "plan")
        assert (said.code, len(said.complaint)) == (code, code != 0), (content, said)
    for line in (("--passphrase-file", "none"), ("--passphrase-file", "."), ("--passphrase-fd", "97"),
                 ("--passphrase-fd", "0", "--passphrase-file", "pass")):  # fmt: skip
        said = say(*line, "plan")
        assert (said.code in (1, 2), len(said.complaint)) == (True, 1), said
    reader, writer = os.pipe()
    os.write(writer, SECRET.encode())
    os.close(writer)
    assert say("--passphrase-fd", str(reader), "log", "visit").code == 0
    os.close(reader)


def test_of_a_plain_file_it_is_said_that_a_passphrase_was_not_used(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", "nobody asked")
    said = say("plan")
    assert (said.code, said.complaint) == (0, [f"! {machine.db} is not encrypted: the passphrase was not used."])
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", "")
    assert say("plan").err == ""


def test_the_keyring_has_a_copy_that_was_read_back_and_is_never_the_only_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.errors import NoKeyringError, PasswordDeleteError

    kept: dict[tuple[str, str], str] = {}

    def delete(*which: str) -> None:
        if kept.pop(which, None) is None:  # type: ignore[call-overload]
            raise PasswordDeleteError

    def no(*_: str) -> None:
        raise NoKeyringError

    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    monkeypatch.setattr(keyring, "set_password", lambda *_: None)
    monkeypatch.setattr(keyring, "get_password", lambda *which: kept.get(which))
    monkeypatch.setattr(keyring, "delete_password", delete)
    said = say("encrypt", "--yes", "--keyring")
    assert (said.code, "There is no keyring" in said.err) == (0, True)
    monkeypatch.setattr(keyring, "set_password", lambda one, two, secret: kept.update({(one, two): secret}))
    (machine.folder / "new").write_text(OTHER)
    (machine.folder / "new").chmod(0o600)
    assert say("passwd", "--yes", "--keyring", "--new-passphrase-file", "new").code == 0
    assert list(kept.values()) == [OTHER]
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    assert say("plan").code == 0
    with monkeypatch.context() as without:
        without.setattr(keyring, "get_password", no)
        assert say("plan").code == 1
        assert say("--passphrase-file", "new", "plan").code == 0
        kept[next(iter(kept))] = "out of date"
    _typed(monkeypatch, OTHER)
    assert say("plan").code == 0
    _typed(monkeypatch, OTHER)
    assert say("decrypt", "--yes").code == 0
    assert kept == {}
    assert belongings.files_of(machine.db) == [machine.db, *(
        machine.folder / f"isotrack.db.{folder}" for folder in ("backups", "photos")
    )]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_that_there_is_no_way_back_is_said_before_and_asked_about(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    before = image(machine.folder)
    said = say("--lang", lang, "encrypt")
    assert (said.code, image(machine.folder)) == (2, before)
    assert {"en": "no way back", "ja": "方法はありません"}[lang] in said.out
    said = say("--lang", lang, "encrypt", "--yes", "--dry-run")
    assert (said.code, image(machine.folder)) == (0, before), said
    monkeypatch.setattr("tracker.cli.encrypt.is_asked", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    assert (say("--lang", lang, "encrypt").code, image(machine.folder)) == (2, before)


# --- damage -----------------------------------------------------------------------------------------------------


def test_a_damaged_file_is_told_from_a_wrong_passphrase_as_far_as_can_be(
    encrypted: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = encrypted.db.read_bytes()
    for place, word in ((100, "is damaged"), (3000, "is damaged"), (4096 * 3 + 7, "is damaged"), (3, "does not open")):
        octets = bytearray(whole)
        octets[place] ^= 1
        encrypted.db.write_bytes(octets)
        said = say("log", "weight", "60")
        assert (said.code, word in said.err, len(said.complaint)) == (1, True, 1), (place, said)
        assert encrypted.db.read_bytes() == octets
    encrypted.db.write_bytes(whole[: len(whole) // 2])
    assert say("log", "weight", "60").code == 1
    encrypted.db.write_bytes(os.urandom(4096 * 10))
    assert say("plan").code == 1
    encrypted.db.write_bytes(whole)
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", "not this one")
    assert "does not open" in say("plan").err
    monkeypatch.setattr(cipher, "import_module", _nothing)
    said = say("plan")
    assert (said.code, "isotretinoin-tracker[encrypt]" in said.err) == (1, True)
    assert encrypted.db.read_bytes() == whole


def _nothing(_name: str) -> None:
    raise ImportError


def test_a_sealed_photo_opens_under_its_own_name_with_its_own_key_alone() -> None:
    seal, octets = Envelope(b"k" * 32), b"\xff\xd8\xff picture"
    closed = seal.closed(octets, "a.jpg")
    assert seal.opened(closed, seal.name("a.jpg")) == ("a.jpg", octets)
    assert octets not in closed
    broken = [closed[:at] + bytes([closed[at] ^ 1]) + closed[at + 1 :] for at in range(len(closed))]
    wrong = [(seal, one, seal.name("a.jpg")) for one in [*broken, closed[:-1], closed[:20], b""]]
    wrong += [(seal, closed, seal.name("b.jpg")), (Envelope(b"x" * 32), closed, seal.name("a.jpg"))]
    for with_what, one, name in wrong:
        with pytest.raises(StorageError):
            with_what.opened(one, name)


# --- what it costs ----------------------------------------------------------------------------------------------


def test_a_plain_file_loads_nothing_for_encryption_and_a_key_is_derived_once_a_command(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "import sys\nfrom tracker.cli.main import run\nrun(['log', 'weight', '56']); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], env=machine.environment(), capture_output=True, text=True,
                         check=True, cwd=machine.folder)  # fmt: skip
    assert {"sqlcipher3", "cryptography", "keyring"} & set(ran.stdout.split()) == set()
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    assert say("encrypt", "--yes").code == 0
    derived = []
    derive = cipher._derived.__wrapped__
    monkeypatch.setattr(cipher, "_derived", lambda *how: derived.append(how) or derive(*how))
    assert say("log", "visit").code == 0
    assert len(derived) == 1


# --- turned at any moment ---------------------------------------------------------------------------------------

TURNS: dict[str, tuple[tuple[str, ...], bool]] = {
    "encrypt": (("encrypt", "--yes"), False), "decrypt": (("decrypt", "--yes"), True),
    "passwd": (("passwd", "--yes", "--new-passphrase-file", "../new"), True),
}  # fmt: skip


class EveryCall(Moments):
    """Beside what others watch, what is written into the file itself."""

    calls = (*Moments.calls, "write", "ftruncate")


def _reset(machine: Machine, state: dict[str, bytes]) -> None:
    shutil.rmtree(machine.folder)
    machine.folder.mkdir(mode=0o700)
    for name, octets in state.items():
        (machine.folder / name).parent.mkdir(exist_ok=True, mode=0o700)
        (machine.folder / name).write_bytes(octets)
        (machine.folder / name).chmod(0o600)


def _everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _killed(moment: int, *arguments: str) -> bool:
    child = os.fork()
    if child == 0:
        moments = EveryCall(moment, lambda _: os.kill(os.getpid(), 9))
        with moments.watched():
            say(*arguments)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _refused(moment: int, *arguments: str) -> Said | None:
    """The command where its so manyth call fails; None where it has fewer."""

    def refuse(_name: str) -> None:
        raise OSError(28, os.strerror(28))

    moments = EveryCall(moment, refuse)
    with moments.watched():
        said = say(*arguments)
    return said if len(moments.seen) > moment else None


@needs_kill
@pytest.mark.slow
@pytest.mark.parametrize("how", ["killed", "refused"])
@pytest.mark.parametrize("turn", TURNS)
def test_turning_that_is_cut_off_at_any_call_leaves_the_old_or_the_new_and_nothing_unnamed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, turn: str, how: str
) -> None:
    line, is_encrypted = TURNS[turn]
    new = machine.folder.parent / "new"
    new.write_text(OTHER)
    new.chmod(0o600)
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    assert not is_encrypted or say("encrypt", "--yes").code == 0
    state, moment, ends = _everything(machine.folder), 0, set()
    step = 1 if LONG else 9 if how == "refused" else 6
    while _killed(moment, *line) if how == "killed" else _refused(moment, *line):
        for secret in (SECRET, OTHER):
            monkeypatch.setenv("ISOTRACK_PASSPHRASE", secret)
            after = say("log", "weight", "58", "--note", "after")
            if after.code == 0:
                break
        assert after.code == 0, (moment, after)
        assert notes(machine.db, secret) == [CANARY, "after"], moment
        assert "missing" not in say("photos").out
        ends.add((is_plain(machine.db), secret))
        if not is_plain(machine.db):
            assert [name for name in readable(machine.folder) if name not in after.err] == [], moment
        assert [path.name for path in machine.folder.iterdir() if ".turn" in path.name] == []
        listed = json.loads(say("backup", "--list", "--json").out)
        assert [one["readable"] for one in listed] == [True] or (turn, is_plain(machine.db)) == ("decrypt", True), (
            moment
        )
        monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
        _reset(machine, state)
        moment += step
    assert moment > 20
    assert len(ends) == 2, "some were cut off before, some behind"


WRITING = """
import sys
from tracker.db import cipher
from tracker.cli.main import run
cipher.ITERATIONS = 4
for number in range(int(sys.argv[2])):
    run(["log", "weight", "55", "--note", f"fact {sys.argv[1]}.{number}"])
"""


@pytest.mark.slow
@pytest.mark.long
def test_four_that_write_while_it_is_encrypted_and_decrypted_lose_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    each = 150 if LONG else 5
    writers = [machine.begin("-c", WRITING, str(one), str(each), ISOTRACK_PASSPHRASE=SECRET) for one in range(4)]
    turned_so_often, line = 0, ("encrypt", "--yes")
    while any(one.poll() is None for one in writers) or turned_so_often < 2:
        said = say(*line)
        assert said.code == 0, said
        turned_so_often += 1
        line = ("decrypt", "--yes") if line[0] == "encrypt" else ("encrypt", "--yes")
    heard = [one.communicate() for one in writers]
    complaints = [line for _out, err in heard for line in err.splitlines() if line.startswith("isotrack:")]
    acknowledged = sum(out.count("Saved: 55") for out, _err in heard)
    if line[0] == "encrypt":
        assert say("encrypt", "--yes").code == 0
    found = notes(machine.db)
    assert (complaints, acknowledged) == ([], 4 * each), turned_so_often
    assert sorted(found) == sorted([CANARY, *(f"fact {one}.{number}" for one in range(4) for number in range(each))])


@needs_kill
@pytest.mark.slow
@pytest.mark.long
def test_turning_that_is_killed_at_random_while_others_write_loses_no_acknowledged_fact(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    dice = random.Random(4)  # noqa: S311 - dice, no secret
    program = (
        WRITING.partition("for number")[0] + 'while True:\n    run(["encrypt", "--yes"])\n    run(["decrypt", "--yes"])'
    )
    writers = [machine.begin("-c", WRITING, str(one), str(ROUNDS * 4), ISOTRACK_PASSPHRASE=SECRET) for one in range(2)]
    killed = 0
    while any(one.poll() is None for one in writers):
        with doomed(machine.begin("-c", program, ISOTRACK_PASSPHRASE=SECRET)) as turning:
            time.sleep(dice.uniform(0.4, 1.2))
            turning.kill()
            killed += 1
    heard = [one.communicate() for one in writers]
    assert killed > 1
    assert [err for _out, err in heard if "isotrack:" in err] == []
    assert [out.count("Saved: 55") for out, _err in heard] == [ROUNDS * 4] * 2
    assert say("log", "weight", "59", "--note", "last").code == 0
    wanted = [CANARY, "last", *(f"fact {one}.{number}" for one in range(2) for number in range(ROUNDS * 4))]
    assert sorted(notes(machine.db)) == sorted(wanted)
    if not is_plain(machine.db):
        assert readable(machine.folder) == []


TURNING_THAT_IS_KILLED = """
import os, sys, time
from pathlib import Path
from tracker.db import cipher, encrypting, turned
from tracker.cli.main import run
cipher.ITERATIONS = 4
check = encrypting.check
def slow(*about):
    Path(sys.argv[1]).touch()
    time.sleep(1.5)
    check(*about)
def cut_off(handle, path):
    octets = turned.ready(path).read_bytes()
    os.write(handle, octets[: int(sys.argv[2])])
    os._exit(9)
encrypting.check, turned.pour = slow, cut_off
run(sys.argv[3:])
"""


@pytest.mark.slow
@pytest.mark.parametrize("poured", [0, 4096])
@pytest.mark.parametrize("word", ["encrypt", "decrypt"])
def test_who_waited_for_a_turning_that_was_killed_writes_into_what_comes_of_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, word: str, poured: int
) -> None:
    """All of the waiting is for the lock: what is laid beside the file comes after it has begun."""
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    if word == "decrypt":
        assert say("encrypt", "--yes").code == 0
    locked = machine.folder / "locked"
    program = ("-c", TURNING_THAT_IS_KILLED, str(locked), str(poured), word, "--yes")
    turning = machine.begin(*program, ISOTRACK_PASSPHRASE=SECRET)
    while not locked.exists():
        time.sleep(0.01)
    said = say("log", "weight", "58", "--note", "waited")
    turning.communicate()
    assert (turning.returncode, said.code, "Saved: 58" in said.out) == (9, 0, True), said
    assert say("log", "weight", "59", "--note", "last").code == 0
    assert is_plain(machine.db) == (word == "decrypt")
    assert sorted(notes(machine.db)) == sorted([CANARY, "waited", "last"])


@needs_kill
@pytest.mark.slow
def test_writing_that_is_killed_at_any_statement_in_an_encrypted_file_is_there_whole_or_not_at_all(
    encrypted: Machine,
) -> None:
    state, moment = _everything(encrypted.folder), 0
    while _killed(moment, "log", "weight", "57", "--note", "cut"):
        assert notes(encrypted.db) in ([CANARY], [CANARY, "cut"]), moment
        assert say("log", "weight", "58").code == 0
        _reset(encrypted, state)
        moment += 1 if LONG else 6
    assert moment > 10


@pytest.mark.slow
@pytest.mark.long
def test_two_that_write_into_an_encrypted_file_at_once_are_both_served(encrypted: Machine) -> None:
    each = 100 if LONG else 10
    writers = [encrypted.begin("-c", WRITING, str(one), str(each), ISOTRACK_PASSPHRASE=SECRET) for one in range(2)]
    heard = [one.communicate() for one in writers]
    assert [out.count("Saved: 55") for out, _err in heard] == [each, each], heard
    assert len(set(notes(encrypted.db))) == 2 * each + 1


def test_what_waits_for_the_old_content_meets_the_new_one(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite, past the program, has the file open all the while: it is told, and takes nothing back."""
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    program = _lines((
        "import sqlite3, sys", "c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)",
        "print(c.execute('SELECT count(*) FROM fact').fetchone(), flush=True)", "sys.stdin.readline()",
        "try:", "    c.execute('BEGIN IMMEDIATE'); c.execute('DELETE FROM fact'); c.execute('COMMIT')",
        "except sqlite3.DatabaseError as error:", "    print(error)",
    ))  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", program, str(machine.db)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as waiting:  # fmt: skip
        assert waiting.stdout is not None
        waiting.stdout.readline()
        assert say("encrypt", "--yes").code == 0
        assert "not a database" in waiting.communicate("go\n")[0]
    assert notes(machine.db) == [CANARY]


def test_it_waits_for_who_writes_and_reads(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    monkeypatch.setattr(turned, "_GIVEN_UP_AFTER", 0.2)
    program = _lines((
        "import sqlite3, sys", "c = sqlite3.connect(sys.argv[1], isolation_level=None)",
        "c.execute(sys.argv[2]); c.execute('SELECT * FROM fact').fetchall()", "print(flush=True)",
        "sys.stdin.readline()",
    ))  # fmt: skip
    before = image(machine.folder)
    for how in ("BEGIN", "BEGIN IMMEDIATE"):
        with subprocess.Popen([sys.executable, "-c", program, str(machine.db), how], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as other:  # fmt: skip
            assert other.stdout is not None
            other.stdout.readline()
            said = say("encrypt", "--yes")
            other.communicate("\n")
        assert (said.code, "in use" in said.err, image(machine.folder)) == (1, True, before), said
    assert say("encrypt", "--yes").code == 0


def test_what_is_left_in_a_journal_is_taken_back_before(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    program = _lines((
        "import os, sqlite3, sys", "c = sqlite3.connect(sys.argv[1], isolation_level=None)",
        "c.execute('PRAGMA cache_size = 1'); c.execute('PRAGMA foreign_keys = OFF')",
        "c.execute('BEGIN IMMEDIATE'); c.execute('DELETE FROM setting'); c.execute('DELETE FROM fact')",
        "c.execute('CREATE TABLE big (a)'); c.executemany('INSERT INTO big VALUES (?)', [('x' * 3000,)] * 50)",
        "os._exit(9)",
    ))  # fmt: skip
    subprocess.run([sys.executable, "-c", program, str(machine.db)], check=False)
    assert turned.has_hot_journal(machine.db)
    said = say("encrypt", "--yes")
    assert (said.code, notes(machine.db)) == (0, [CANARY]), said


def test_the_doctor_reads_it_and_finds_what_is_wrong_inside(
    encrypted: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = say("doctor")
    assert (well.code, well.err) == (0, "")
    assert "every entry is as it was recorded" in well.out
    assert "1 photo, each as it was kept" in well.out
    photo = next((encrypted.folder / "isotrack.db.photos").iterdir())
    photo.write_bytes(photo.read_bytes()[:-1] + bytes([photo.read_bytes()[-1] ^ 1]))
    assert "is not what was kept" in " ".join(say("doctor").out.split())
    with unlocked(encrypted.db) as connection:
        connection.execute("UPDATE fact SET note = 'another' WHERE note = ?", (CANARY,))
    found = say("doctor", "--json")
    assert (found.code, found.err) == (1, "")
    assert [one["check"] for one in json.loads(found.out)["findings"] if one["level"] == "wrong"] == ["seals", "photos"]
    assert say("doctor", "--accept", "--yes").code == 0
    [kept] = (encrypted.folder / "isotrack.db.backups").glob("accepted-*.db")
    assert b"SQLite format 3" not in kept.read_bytes()
    found = json.loads(say("doctor", "--json").out)["findings"]
    assert {one["check"] for one in found if one["level"] == "wrong"} == {"photos"}
    assert [one["level"] for one in found if one["check"] == "accepted"] == ["ok"]
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", OTHER)
    refused = say("doctor")
    assert (refused.code, refused.out, len(refused.complaint)) == (1, "", 1)


def test_it_is_wiped_with_all_that_belongs_to_it(encrypted: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert say("backup", "usb.db").code == 0
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    before = image(encrypted.folder)
    assert say("wipe", "--yes").code == 1
    assert image(encrypted.folder) == before
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    for left in (".turning-" + "0" * 8 + "-0000-0000-0000-" + "0" * 12, ".keyring"):
        encrypted.db.with_name(encrypted.db.name + left).write_bytes(b"")
    said = say("wipe", "--yes")
    assert (said.code, said.err) == (0, ""), said
    assert list(encrypted.folder.rglob("*")) == []


def test_no_word_of_the_passphrase_is_ever_said_or_kept(encrypted: Machine) -> None:
    said = [say(*line) for line in ((), ("plan",), ("settings",), ("history",), ("backup", "--list"))]
    assert [one for one in said if re.search("horse|battery", one.out + one.err)] == []
    assert [path for path in encrypted.folder.rglob("*") if path.is_file() and b"horse" in path.read_bytes()] == []
    key = cipher.key(SECRET, b"s" * 16)
    assert key.raw.hex() not in repr(key)
    with opened(encrypted.folder / "x.db") as other:
        other.execute("CREATE TABLE a (b)")
    assert belongings.files_of(encrypted.db)[0] == encrypted.db


# --- what others turn meanwhile ---------------------------------------------------------------------------------


@pytest.mark.parametrize("turning", ["encrypt", "decrypt"])
def test_a_photo_is_sealed_as_the_database_is_when_it_is_saved(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, turning: str
) -> None:
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    if turning == "decrypt":
        assert say("encrypt", "--yes").code == 0
    Image.new("RGB", (24, 24), "blue").save(machine.folder.parent / "blue.jpg")
    carry_out = picturing.carry_out

    def late(*args: Any, **named: Any) -> Any:
        assert say(turning, "--yes").code == 0
        return carry_out(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(picturing, "carry_out", late)
        assert say("log", "photo", str(machine.folder.parent / "blue.jpg"), "--area", "chin").code == 0
    said = say("photos", "--json")
    assert (said.code, "missing" in say("photos").out) == (0, False)
    assert {one["file"].endswith(".jpg") for one in json.loads(said.out)["photos"]} == {turning == "decrypt"}
    (machine.folder / "out").mkdir()
    assert say("photos", "--export", str(machine.folder / "out")).code == 0
    assert len(list((machine.folder / "out").iterdir())) == 2


HELD = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_RDWR)
try:
    fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
except OSError:
    sys.exit(7)
"""
"""Asks for the file as who turns it does."""


@pytest.mark.skipif(os.name == "nt", reason="files are locked otherwise there")
@pytest.mark.parametrize("is_encrypted", [False, True])
def test_nobody_turns_the_database_until_the_copy_of_it_has_its_name(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, *, is_encrypted: bool
) -> None:
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    if is_encrypted:
        assert say("encrypt", "--yes").code == 0
    sync_file, held = asides.sync_file, list[int]()

    def look(path: Path) -> None:
        sync_file(path)
        held.append(subprocess.run([sys.executable, "-c", HELD, str(machine.db)], check=False).returncode)

    monkeypatch.setattr(asides, "sync_file", look)
    assert say("backup").code == 0
    assert held == [7]
    assert subprocess.run([sys.executable, "-c", HELD, str(machine.db)], check=False).returncode == 0


# --- putting a copy back ----------------------------------------------------------------------------------------


def test_a_plain_copy_that_is_put_back_is_never_plain_beside_an_encrypted_database(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert say("backup", "plain.db").code == 0
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    assert say("encrypt", "--yes").code == 0
    assert say("log", "visit").code == 0
    (machine.folder / "plain.db").rename(machine.folder.parent / "plain.db")
    found = list[str]()
    pour = restoring._pour  # noqa: SLF001 - in between

    def looked_at(*args: Any) -> Any:
        found.extend(readable(machine.folder))
        return pour(*args)

    monkeypatch.setattr(restoring, "_pour", looked_at)
    assert say("restore", str(machine.folder.parent / "plain.db"), "--yes").code == 0
    assert (found, readable(machine.folder), notes(machine.db)) == ([], [], [CANARY])


@pytest.mark.parametrize("how", ["a page", "the first page", "the beginning", "all"])
def test_over_a_damaged_encrypted_database_a_plain_copy_comes_encrypted_or_it_is_said(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    plain = machine.folder.parent / "plain.db"
    assert say("backup", str(plain)).code == 0
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    assert say("encrypt", "--yes").code == 0
    octets = bytearray(machine.db.read_bytes())
    place = {"a page": slice(5 * cipher.PAGE, 6 * cipher.PAGE), "the first page": slice(100, 200)}.get(how)
    place = place or slice(0, cipher.PAGE)
    octets[place] = bytes(place.stop - place.start)
    machine.db.write_bytes(octets)
    if how == "all":  # no copy says what it was encrypted with, and nothing that it was but the photos
        for path in copies(machine):
            path.unlink()
    said = say("restore", str(plain), "--yes")
    assert said.code == 0, said
    assert is_plain(machine.db) == (how == "all")
    assert ("isotrack encrypt" in said.out) == (how == "all")
    assert notes(machine.db) == [CANARY]
    shown = say("photos")
    assert ("missing" in shown.out) == (how == "all")
    assert "--clean" not in shown.out
    assert say("photos", "--clean", "--yes").code == 0
    assert len(list((machine.folder / "isotrack.db.photos").glob("*.photo"))) == 1
