"""The database is turned where it lies, whatever it is called by, and whatever another account lays beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.errors import PasswordDeleteError
from PIL import Image

from tests.support import START, Machine, faults, image, machine_in, rows, say, settle
from tests.test_encryption import OTHER, SECRET, copies, is_plain, notes, readable
from tracker.cli import passphrase
from tracker.db import cipher, turned
from tracker.db.connecting import Connector
from tracker.db.engine import Database
from tracker.errors import StorageError

pytest.importorskip("sqlcipher3.dbapi2")

ANOTHER = 4711
needs_posix = pytest.mark.skipif(os.name == "nt", reason="links and accounts are others there")
in_both = pytest.mark.parametrize("lang", ["en", "ja"])
FULL = OSError(28, os.strerror(28))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A plain record with a photo and a copy of today."""
    monkeypatch.setattr(cipher, "ITERATIONS", 4)
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    Image.new("RGB", (24, 24), "red").save(tmp_path / "red.jpg")
    for module in ("running", "copies", "doctor", "which_copy"):
        monkeypatch.setattr(f"tracker.cli.{module}.machine_day", lambda: date(2026, 11, 28))
    for line in (START, ("log", "weight", "55", "--note", "first"), ("log", "photo", "../red.jpg", "--area", "chin")):
        assert say(*line).code == 0
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    for name, secret in (("new", OTHER), ("newer", f"{OTHER} more")):
        (tmp_path / name).write_text(secret)
        (tmp_path / name).chmod(0o600)
    return place


@pytest.fixture
def link(machine: Machine) -> str:
    """Another name of the database, in another folder."""
    (machine.folder.parent / "linked").mkdir(mode=0o700)
    found = machine.folder.parent / "linked" / "by.db"
    found.symlink_to(machine.db)
    return str(found)


def fail(error: BaseException) -> Callable[..., Any]:
    def failing(*_all: Any, **_how: Any) -> Any:
        raise error

    return failing


# --- by which name it is reached --------------------------------------------------------------------------------


@needs_posix
@in_both
def test_what_is_cut_off_behind_a_link_is_finished_by_who_comes_by_the_name_itself(
    machine: Machine, link: str, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    with monkeypatch.context() as cut_off:
        cut_off.setattr(turned, "pour", fail(FULL))
        refused = say("--db", link, "encrypt", "--yes", "--lang", lang)
    assert (refused.code, len(refused.complaint), turned.ready(machine.db).exists()) == (1, 1, True), refused
    assert {"en": "the next command finishes it", "ja": "次のコマンド"}[lang] in refused.err
    assert say("log", "weight", "57", "--note", "by itself").code == 0
    assert say("--db", link, "log", "weight", "58", "--note", "by the link").code == 0
    assert notes(machine.db) == ["first", "by itself", "by the link"]
    assert readable(machine.folder) == []
    assert say("--db", link, "decrypt", "--yes").code == 0
    assert [is_plain(one) for one in copies(machine)] == [True]
    assert "missing" not in say("photos").out
    assert [path.name for path in Path(link).parent.iterdir()] == ["by.db"]


@needs_posix
@pytest.mark.parametrize(("ending", "lang"), [("photos", "en"), ("backups", "ja"), ("turned", "ja"), ("keyring", "en")])
def test_what_lies_beside_a_link_is_asked_to_be_moved_before_anything_is_done(
    machine: Machine, link: str, ending: str, lang: str
) -> None:
    beside, was = Path(f"{link}.{ending}"), image(machine.folder)
    if ending in ("photos", "backups"):
        beside.mkdir()
    else:
        beside.write_bytes(b"x")
    for command in (["plan"], ["log", "weight", "57"], ["encrypt", "--yes"], ["wipe", "--yes"],
                    ["wipe", "--unopened", "--yes"]):  # fmt: skip
        refused = say("--db", link, *command, "--lang", lang)
        assert (refused.code, str(beside) in refused.err, image(machine.folder)) == (2, True, was), refused
        assert beside.exists()
        assert f"{machine.db}.{ending}" in refused.err
        assert ("--db" in refused.err) == (ending == "turned"), "it may be older than the file"
    assert say("plan").code == 0


@in_both
def test_a_file_that_has_a_second_name_is_not_turned(machine: Machine, lang: str) -> None:
    second = machine.folder / "second.db"
    for commands in ((["encrypt", "--yes"],), (["decrypt", "--yes"], ["passwd", "--yes"])):
        os.link(machine.db, second)
        was = image(machine.folder)
        for command in commands:
            refused = say(*command, "--lang", lang)
            assert (refused.code, len(refused.complaint), image(machine.folder)) == (1, 1, was), refused
        second.unlink()
        made = machine.folder / "isotrack.db.new-77"
        os.link(machine.db, made)  # a command that was killed while it made the file
        assert say(*commands[0]).code == 0
        assert not made.exists()


# --- another account --------------------------------------------------------------------------------------------


@needs_posix
@pytest.mark.parametrize("what", ["another's", "a link", "a second name", "a pipe"])
@pytest.mark.parametrize("is_there", [True, False])
def test_what_takes_the_place_of_the_new_content_after_it_was_looked_at_is_not_poured(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, what: str, is_there: bool
) -> None:
    forged, ready = machine.folder / "forged", turned.ready(machine.db)
    shutil.copy(machine.db, forged)
    was = machine.db.read_bytes()
    if not is_there:
        machine.db.unlink()
    if what == "another's":
        forged.rename(ready)
        fstat, owned = os.fstat, ready.stat().st_ino

        def other(handle: int) -> os.stat_result:
            found = fstat(handle)
            return os.stat_result([*found[:4], ANOTHER, *found[5:]]) if found.st_ino == owned else found

        monkeypatch.setattr(os, "fstat", other)
    elif what == "a pipe":
        os.mkfifo(ready)
    else:
        (os.symlink if what == "a link" else os.link)(forged, ready)
    with pytest.raises((StorageError, OSError)):
        turned.finish(machine.db, lambda: None)
    assert os.path.lexists(ready)
    assert machine.db.read_bytes() == was if is_there else not machine.db.exists()


class Ring:
    """A keyring of the test's own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.asked: list[str] = []
        for name in ("get_password", "set_password", "delete_password"):
            monkeypatch.setattr(keyring, name, getattr(self, name))

    def get_password(self, service: str, name: str) -> str | None:
        self.asked.append(name)
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.asked.append(name)
        self.kept[service, name] = secret

    def delete_password(self, service: str, name: str) -> None:
        self.asked.append(name)
        if self.kept.pop((service, name), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    return Ring(monkeypatch)


def type_(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.delenv("ISOTRACK_PASSPHRASE", raising=False)
    monkeypatch.setattr(passphrase, "is_at_a_terminal", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _question: secret)


@needs_posix
@pytest.mark.parametrize(("mark", "lang"), [
    (b"hanako@dav.example", "en"), (b"database 1", "ja"), (b"\xff", "en"), (None, "ja"), ("another's", "en"),
])  # fmt: skip
def test_a_mark_of_the_keyring_that_is_not_isotracks_is_not_believed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, ring: Ring, mark: bytes | str | None, lang: str
) -> None:
    assert say("encrypt", "--yes").code == 0
    file = machine.db.with_name("isotrack.db.keyring")
    if mark is None:
        os.mkfifo(file)
    else:
        file.write_bytes(mark if isinstance(mark, bytes) else b"database 01234567-89ab-cdef-0123-456789abcdef")
    ring.kept["isotrack", "hanako@dav.example"] = "of the calendar"
    if mark == "another's":
        read = os.fstat
        monkeypatch.setattr(os, "fstat", lambda handle: (
            os.stat_result([*read(handle)[:4], ANOTHER, *read(handle)[5:]])
            if file.exists() and os.path.samestat(read(handle), file.stat()) else read(handle)
        ))  # fmt: skip
    type_(monkeypatch, SECRET)
    shown = say("plan", "--lang", lang)
    assert (shown.code, len(shown.complaint), str(file) in shown.err) == (0, 1, True), shown
    assert ring.asked == []
    assert say("passwd", "--yes", "--new-passphrase-file", "../new", "--lang", lang).code == 0
    assert ring.asked == []
    type_(monkeypatch, OTHER)
    with monkeypatch.context() as anothers_folder:
        anothers_folder.setattr("tracker.asides.write_private", fail(PermissionError(1, "no")))
        monkeypatch.setenv("ISOTRACK_PASSPHRASE", OTHER)
        said = say("passwd", "--yes", "--keyring", "--new-passphrase-file", "../new", "--lang", lang)
        assert (said.code, str(file) in said.err, ring.asked) == (0, True, []), said
    said = say("passwd", "--yes", "--keyring", "--new-passphrase-file", "../newer", "--lang", lang)
    assert said.code == 0, said
    assert ring.kept.pop(("isotrack", "hanako@dav.example")) == "of the calendar"
    assert list(ring.kept.values()) == [f"{OTHER} more"]


# --- killed -----------------------------------------------------------------------------------------------------


def test_a_copy_in_the_keyring_is_known_from_the_moment_in_which_it_is_there(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, ring: Ring
) -> None:
    def keep_and_be_killed(service: str, name: str, secret: str) -> None:
        ring.kept[service, name] = secret
        raise KeyboardInterrupt

    monkeypatch.setattr(keyring, "set_password", keep_and_be_killed)
    assert say("encrypt", "--yes", "--keyring").code != 0
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    assert (list(ring.kept.values()), say("plan").code) == ([SECRET], 0)
    is_kept = dict(ring.kept)
    ring.kept.clear()  # as where it was killed a moment before
    type_(monkeypatch, SECRET)
    shown = say("plan")
    assert (shown.code, shown.err) == (0, "")
    ring.kept.update(is_kept)
    assert say("decrypt", "--yes").code == 0
    assert (ring.kept, [path.name for path in machine.folder.glob("*.keyring")]) == ({}, [])


@in_both
def test_copies_follow_however_often_a_change_of_the_passphrase_was_cut_off(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    assert say("encrypt", "--yes").code == 0
    new, newer = ("--yes", "--new-passphrase-file", "../new"), ("--yes", "--new-passphrase-file", "../newer")
    [copy] = copies(machine)
    with monkeypatch.context() as cut_off:
        cut_off.setattr("tracker.db.encrypting.follow", lambda at, *_: [one.path for one in at.backups.all()])
        said = say("passwd", *new, "--lang", lang)
        assert (said.code, "readable by" in said.err, "誰でも" in said.err) == (0, False, False), said
        assert {"en": "keep another passphrase", "ja": "別のパスフレーズ"}[lang] in said.err
        shutil.copy(copy, copy.with_name("2026-11-20.db"))
        monkeypatch.setenv("ISOTRACK_PASSPHRASE", OTHER)
        said = say("log", "weight", "57", "--note", "second", "--lang", lang)
        assert {"en": "keep another passphrase", "ja": "別のパスフレーズ"}[lang] in said.err
        copy.unlink()
        assert say("backup").code == 0
        assert say("passwd", *newer).code == 0
    secret = f"{OTHER} more"
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", secret)
    said = say("log", "weight", "58", "--lang", lang)
    assert (said.code, said.err) == (0, "")
    assert [notes(one, secret) for one in copies(machine)] == [[], ["first", "second"]]
    with Database(machine.db, passphrase=lambda _path, before: None if before else secret).reading() as connection:
        assert connection.exec_driver_sql("SELECT name FROM kept_key").all() == [("photos",)]


# --- a full disk ------------------------------------------------------------------------------------------------


@in_both
def test_a_disk_that_is_full_is_found_before_the_new_content_counts(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    was, size, grown = image(machine.folder), machine.db.stat().st_size, []

    def no_room(handle: int, octets: bytes) -> None:
        os.write(handle, octets[: len(octets) // 2])
        grown.append(len(octets))
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as full:
        full.setattr(turned, "_write", no_room)
        refused = say("encrypt", "--yes", "--lang", lang)
    assert (refused.code, len(refused.complaint), image(machine.folder)) == (1, 1, was), refused
    assert {"en": "make room on the disk, and", "ja": "空きを作"}[lang] in refused.err
    assert 0 < grown[0] < size
    assert say("encrypt", "--yes").code == 0


@pytest.mark.parametrize("how", ["plain", "encrypted"])
def test_what_was_made_room_for_is_nothing_to_who_comes_after_a_kill(machine: Machine, how: str) -> None:
    assert how == "plain" or say("encrypt", "--yes").code == 0
    with machine.db.open("ab") as file:
        file.write(bytes(5 * 4096))
    for line in (("plan",), ("doctor",), ("log", "weight", "57", "--note", "after"), ("doctor",)):
        said = say(*line)
        assert (said.code, [one for one in said.complaint if "not used" not in one]) == (0, []), (line, said)
    assert notes(machine.db) == ["first", "after"]
    assert how == "encrypted" or faults(machine.db) == []
    assert say("decrypt" if how == "encrypted" else "encrypt", "--yes").code == 0
    assert notes(machine.db) == ["first", "after"]


# --- wiped ------------------------------------------------------------------------------------------------------


def test_who_was_on_the_way_to_a_database_that_is_wiped_makes_no_new_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Database._require_file

    def wiped_then(self: Database) -> None:
        look(self)
        machine.db.unlink(missing_ok=True)

    monkeypatch.setattr(Database, "_require_file", wiped_then)
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    for line in (("log", "weight", "57"), ("plan",), ("undo",)):
        said = say(*line)
        assert (said.code, len(said.complaint), machine.db.exists()) == (2, 1, False), said
    with pytest.raises(Exception, match="unable to open"):
        Connector().engine(machine.db).connect()
    assert not machine.db.exists()
    assert rows(machine.folder / "isotrack.db.backups" / "2026-11-28.db", "SELECT count(*) FROM patient") == [(1,)]
