"""No copy, no key and no file is lost by advice, by another copy, or because a command was cut off before."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.support import START, Machine, faults, machine_in, rows, say, settle
from tests.test_backups import _bad
from tests.test_encryption import OTHER, SECRET, _typed, copies, is_plain, unlocked
from tests.test_turning import FULL, fail, machine
from tracker import album, asides
from tracker.db import cipher, encrypting, restoring, turned
from tracker.db.backups import Backups
from tracker.db.connecting import Connector

__all__ = ["machine"]
pytest.importorskip("sqlcipher3.dbapi2")
DAY = date(2026, 11, 28)


# --- what the doctor says of a copy -----------------------------------------------------------------------------


def other_passphrase(copy: Path) -> None:
    aside, key = copy.with_name("aside"), cipher.key("of another time", b"0123456789abcdef")
    with encrypting.exported(copy, None, aside, key, {}):
        aside.replace(copy)


CLOSED: dict[str, Callable[[Path], Any]] = {
    "another passphrase": other_passphrase,
    "a newer format": lambda copy: _bad(copy, "PRAGMA user_version = 99"),
    "another program's mark": lambda copy: _bad(copy, "PRAGMA application_id = 7"),
    "no permission": lambda _copy: None,
    "no library": other_passphrase,
    "what the database lacks": lambda copy: _bad(
        copy, "INSERT INTO command (patient_id, verb, recorded_at) VALUES (1, 'log', '2026-11-28 10:00:00.000000')",
        "UPDATE weight SET weight_g = weight_g + 1",
    ),
}  # fmt: skip


def test_a_copy_that_only_cannot_be_opened_is_to_be_kept(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert say("backup").code == 0
    [copy] = copies(machine)
    was = copy.read_bytes()
    head = Connector.head

    def closed(self: Connector, path: Path) -> bytes:
        if path == copy:
            raise PermissionError(13, "Permission denied", str(path))
        return head(self, path)

    for (what, close), lang in zip(CLOSED.items(), cycle(["en", "ja"]), strict=False):
        copy.write_bytes(was)
        close(copy)
        with monkeypatch.context() as around:
            if what == "no permission":
                around.setattr(Connector, "head", closed)
            elif what == "no library":
                around.setitem(sys.modules, "sqlcipher3.dbapi2", None)
            said = say("doctor", "--lang", lang)
        kept = {"en": "keep it", "ja": "削除しないで"}[lang]
        assert (kept in said.out, "of no use" in said.out, "使えませんので" in said.out) == (True, False, False), said
        assert said.code == (1 if what == "what the database lacks" else 0), what


def test_copies_that_a_cut_off_change_of_the_passphrase_left_open_all_the_same(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert say("encrypt", "--yes").code == 0
    with monkeypatch.context() as cut_off:
        cut_off.setattr("tracker.db.encrypting.follow", lambda at, *_: [one.path for one in at.backups.all()])
        assert say("passwd", "--yes", "--new-passphrase-file", "../new").code == 0
    [copy] = copies(machine)
    was = copy.read_bytes()
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", OTHER)
    said = say("doctor")
    assert (said.code, "Copies: 1 copy" in said.out) == (0, True), said
    assert "2026-11-28" in say("restore").out
    assert say("restore", "2026-11-28", "--dry-run").code == 0
    assert copy.read_bytes() == was
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    shutil.copy(machine.db, copy)  # the other way round: the database has the former one, a copy the new one
    machine.db.write_bytes(was)
    said = say("doctor")
    assert (said.code, "keep it" in said.out) == (0, True), said


# --- a copy in the place of another -----------------------------------------------------------------------------


def asked(path: Path) -> set[str]:
    return {text for (text,) in rows(path, "SELECT text FROM question")}


@pytest.fixture
def laid_back(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """An older file lies in the place of the database; today's copy alone has what was recorded since."""
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    monkeypatch.setattr("tracker.cli.copies.machine_day", lambda: DAY)
    monkeypatch.setattr("tracker.cli.which_copy.machine_day", lambda: DAY)
    shutil.copy(machine.db, machine.folder / "phone.db")
    assert say("ask", "important").code == 0
    assert say("backup").code == 0
    shutil.copy(machine.folder / "phone.db", machine.db)
    return machine


def test_a_copy_of_today_that_has_more_is_kept(laid_back: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):  # the second one has all that the first one had
        assert say("backup").code == 0
        assert [(one.name, asked(one)) for one in copies(laid_back)] == [
            ("2026-11-28.db", set()), ("replaced-2026-11-28.db", {"important"}),
        ]  # fmt: skip
    # What an entry makes by itself takes the same way, should another command have made one in that very moment.
    assert say("restore", "replaced-2026-11-28", "--yes").code == 0
    assert (asked(laid_back.db), say("backup").code) == ({"important"}, 0)
    shutil.copy(laid_back.folder / "phone.db", laid_back.db)
    monkeypatch.setattr(Backups, "is_made", lambda *_: False)
    assert say("log", "weight", "56").code == 0
    assert [asked(one) for one in copies(laid_back)].count({"important"}) == 1
    assert say("encrypt", "--dry-run").code == 0
    assert say("doctor").code == 0


def test_a_day_that_alone_has_something_is_never_one_too_many(laid_back: Machine) -> None:
    [today] = copies(laid_back)
    early = today.rename(today.with_name("2026-10-01.db"))
    for day in range(2, 16):  # all of which has its newest
        shutil.copy(laid_back.folder / "phone.db", today.with_name(f"2026-10-{day:02}.db"))
    assert say("backup").code == 0
    there = [one.name for one in copies(laid_back)]
    assert (early.exists(), "2026-10-02.db" in there) == (True, False), there
    shutil.copy(early, today.with_name("replaced-2026-10-05.db"))
    assert (say("backup").code, early.exists()) == (0, False)


BETTER: dict[str, Callable[[Machine], Any]] = {
    "a command": lambda _machine: None,
    "another record": lambda machine: (
        machine.db.unlink(), shutil.rmtree(machine.folder / "isotrack.db.backups"), say(*START),
    ),
    "a newer format": lambda machine: _bad(machine.folder / "stick" / "isotrack-2026-11-28.db",
                                           "PRAGMA user_version = 99"),
    "another passphrase": lambda machine: other_passphrase(machine.folder / "stick" / "isotrack-2026-11-28.db"),
}  # fmt: skip


@pytest.mark.parametrize(("what", "lang"), [*zip(BETTER, cycle(["en", "ja"]))])
def test_elsewhere_too_a_copy_is_replaced_by_one_that_has_all_of_it_alone(
    laid_back: Machine, what: str, lang: str
) -> None:
    stick = laid_back.folder / "stick"
    stick.mkdir()
    first, second = stick / "isotrack-2026-11-28.db", stick / "isotrack-2026-11-28-2.db"
    shutil.copy(copies(laid_back)[0], first)
    BETTER[what](laid_back)
    was = first.read_bytes()
    for _ in range(2):
        said = say("backup", "stick", "--lang", lang)
        assert (said.code, second.name in said.out) == (0, True), said
    assert ({one.name for one in stick.iterdir()}, first.read_bytes()) == ({first.name, second.name}, was)
    refused = say("backup", str(first), "--lang", lang)
    assert (refused.code, len(refused.complaint), "--force" in refused.err) == (1, 1, True), refused
    assert (say("backup", str(second)).code, first.read_bytes()) == (0, was)
    assert say("backup", str(first), "--force").code == 0
    assert (asked(first), faults(first)) == (set(), [])


# --- where others can write -------------------------------------------------------------------------------------


def test_who_takes_the_name_of_a_copy_gets_nothing_and_is_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    shared = machine.folder / "shared"
    shared.mkdir()
    replace, fsync, their = Path.replace, os.fsync, list[int]()
    when = ""

    def take(path: Path) -> None:
        path.unlink()
        path.write_bytes(b"")
        their.append(os.open(path, os.O_RDONLY))

    def beside_it(handle: int) -> None:
        if not their and when == "while it is written":
            for one in shared.iterdir():
                take(one)
        fsync(handle)

    def named(path: Path, target: Path) -> Path:
        if path.parent.name == "shared" and when == "before it has its name":
            take(path)
        done = replace(path, target)
        if path.parent.name == "shared" and when == "after it has its name":
            take(target)
        return done

    monkeypatch.setattr(os, "fsync", beside_it)
    monkeypatch.setattr(Path, "replace", named)
    for when in ("while it is written", "before it has its name", "after it has its name"):
        said = say("backup", "shared/my.db")
        assert (said.code, len(said.complaint), "Copied" in said.out) == (1, 1, False), (when, said)
        assert [os.fstat(one).st_size for one in their] == [0]
        os.close(their.pop())
        for one in shared.iterdir():
            one.unlink()
    assert [one.name for one in copies(machine)] == ["2026-11-28.db"], "what was made there is gone again"
    assert list((machine.folder / "isotrack.db.backups").glob(".*")) == []


def test_a_disk_without_room_for_a_copy_lets_one_be_made_on_another(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    monkeypatch.setattr(asides, "make_private", fail(FULL))
    assert (say("backup", "usb.db").code, faults(machine.folder / "usb.db")) == (0, [])
    monkeypatch.setattr(asides, "others_write", lambda folder, _made: folder.name == "shared")
    (machine.folder / "shared").mkdir()
    refused = say("backup", "shared/usb.db")
    assert (refused.code, len(refused.complaint), list((machine.folder / "shared").iterdir())) == (1, 1, [])


def test_nothing_is_copied_before_it_is_known_that_nobody_else_can_write_there(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    assert say("backup", "copy.db").code == 0
    (machine.folder / "shared").mkdir()
    written = []
    monkeypatch.setattr(asides, "others_write", lambda folder, _made: folder.name == "shared")
    monkeypatch.setattr(restoring, "_copy", lambda *_: written.append(1))
    refused = say("--db", "shared/x.db", "restore", str(machine.folder / "copy.db"), "--yes")
    assert (refused.code, len(refused.complaint), written) == (1, 1, []), refused
    assert list((machine.folder / "shared").iterdir()) == []


@pytest.mark.parametrize("octets", [b"", b"SQLite format 3\0", None])
def test_what_is_no_database_of_ours_is_no_whole_copy(tmp_path: Path, octets: bytes | None) -> None:
    found = tmp_path / "a.db"
    if octets is None:
        with closing(sqlite3.connect(found)) as connection:
            connection.execute("CREATE TABLE a (b)")
    else:
        found.write_bytes(octets)
    assert not Connector().is_whole(found)


# --- which copy is meant ----------------------------------------------------------------------------------------


def test_a_day_is_a_copy_before_it_is_a_file_that_happens_to_be_there(
    laid_back: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for word in ("2026-11-28", "2026-11-28.db", "today", "28.11.2026"):
        with monkeypatch.context() as another:
            _means_a_copy(laid_back, another, word)


def _means_a_copy(laid_back: Machine, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    shutil.copy(laid_back.folder / "phone.db", laid_back.folder / word)
    [copy] = copies(laid_back)
    assert say("--today", "2026-11-28", "restore", word, "--dry-run").out.replace("\n  ", "").count(str(copy)) == 1
    shown = say("--today", "2026-11-28", "restore", f"./{word}", "--dry-run")
    assert (shown.code, str(copy) in shown.out) == (0, False), shown
    copy.rename(copy.with_name("2026-11-20.db"))  # there is none of that day: the file is meant, if it is ours
    assert word in say("--today", "2026-11-28", "restore", word, "--dry-run").out
    monkeypatch.setattr(asides, "is_foreign", lambda path, *_: path.name == word)
    for lang in ("en", "ja"):
        refused = say("--today", "2026-11-28", "restore", word, "--yes", "--lang", lang)
        assert (refused.code, len(refused.complaint), f"./{word}" in refused.err) == (2, 1, True), refused
    copy.with_name("2026-11-20.db").rename(copy)


# --- a turning that was cut off, and another file laid in its place ----------------------------------------------


LAID = {"nothing": False, "the same file": False, "an empty file": False, "the new content": False,
        "a newer file": True, "an older file": True}  # fmt: skip
"""What a person lays in the place of a database that is half turned, and whether anything is lost if it is not kept."""


@pytest.mark.parametrize("word", ["encrypt", "decrypt"])
def test_what_lies_in_the_place_of_a_file_that_is_half_turned_is_kept(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    older = machine.db.read_bytes()
    assert say("ask", "in both").code == 0
    shutil.copy(machine.db, machine.folder / "newer.db")
    assert say("--db", "newer.db", "ask", "newer").code == 0
    assert word == "encrypt" or say("encrypt", "--yes").code == 0
    was = machine.db.read_bytes()
    with monkeypatch.context() as killed:
        killed.setattr(turned, "pour", fail(OSError(5, "Input/output error")))
        assert say(word, "--yes").code == 1
    ready, new = turned.ready(machine.db).read_bytes(), turned._laid(machine.db).octets
    reserved = machine.db.read_bytes()
    assert reserved.startswith(was)
    newer = (machine.folder / "newer.db").read_bytes()
    laid = {"nothing": reserved, "the same file": was, "an empty file": b"", "the new content": new,
            "an older file": older, "a newer file": newer}  # fmt: skip
    for what, is_kept in LAID.items():
        for poured in (0, 4096, 5 * 4096) if what == "nothing" else (0,):
            machine.db.write_bytes(new[:poured] + laid[what][poured:])
            turned.ready(machine.db).write_bytes(ready)
            kept = list[Path]()
            turned.finish(machine.db, lambda: None, lambda _path, file, kept=kept: kept.append(file))
            assert [one.read_bytes() for one in kept] == [laid[what]] * is_kept, (what, poured)
            assert (machine.db.read_bytes(), turned.ready(machine.db).exists()) == (new, False)
    shutil.copy(machine.folder / "newer.db", machine.db)
    turned.ready(machine.db).write_bytes(new)  # of a version that did not say what it was made of
    said = say("ask", "--json", "--lang", "ja" if word == "decrypt" else "en")
    *_before, kept_now = sorted((machine.folder / "isotrack.db.backups").glob("replaced-*.db"))
    assert ("in both" in said.out, "newer" in said.out, kept_now.read_bytes() == newer) == (True, False, True), said
    assert f"isotrack restore {kept_now.stem}" in said.err.replace("\n  ", " "), said
    assert say("log", "weight", "57").code == 0  # it is a copy as any other: it follows, and comes back
    assert is_plain(kept_now) == is_plain(machine.db) == (word == "decrypt")
    assert say("restore", kept_now.stem, "--yes").code == 0
    assert "newer" in say("ask", "--json").out


def test_where_the_file_is_gone_what_was_ready_takes_its_place_as_it_is(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(turned, "pour", fail(OSError(5, "Input/output error")))
        assert say("encrypt", "--yes").code == 1
    ready = turned._laid(machine.db).octets
    shutil.copy(turned.ready(machine.db), machine.folder / "ready")
    for line in (("restore", "2026-11-28", "--dry-run"), ("plan",), ("doctor",), START):
        shutil.copy(machine.folder / "ready", turned.ready(machine.db))
        machine.db.unlink(missing_ok=True)
        assert say(*line).code == (0 if line != START else 2), line
        assert (machine.db.read_bytes(), turned.ready(machine.db).exists()) == (ready, False)


# --- the keys of the photos -------------------------------------------------------------------------------------


def seen(machine: Machine) -> int:
    """How many photos come out as pictures."""
    out = machine.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    say("photos", "--export", str(out))
    return sum(one.read_bytes().startswith(b"\xff\xd8") for one in out.iterdir())


@pytest.fixture
def gone(machine: Machine) -> Machine:
    """An encrypted database is lost; there is today's copy, the sealed photo, and a plain copy from before."""
    for line in (("backup", "stick.db"), ("encrypt", "--yes"), ("backup",)):
        assert say(*line).code == 0
    assert seen(machine) == 1
    Image.new("RGB", (24, 24), "blue").save(machine.folder.parent / "blue.jpg")
    machine.db.unlink()
    return machine


def told(lang: str = "en") -> str:
    return " ".join(say("doctor", "--lang", lang).out.split())


def test_a_plain_copy_in_the_place_of_an_encrypted_database_is_encrypted_as_its_copies_are(
    gone: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert say("restore", "stick.db", "--yes").code == 0
    assert (is_plain(gone.db), seen(gone)) == (False, 1)
    assert say("passwd", "--yes", "--new-passphrase-file", "../new").code == 0
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", OTHER)
    assert seen(gone) == 1
    gone.db.unlink()
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    said = say("restore", "stick.db", "--yes")
    assert ("isotrack encrypt" in said.out, is_plain(gone.db)) == (True, True), said


@pytest.mark.parametrize("by", ["the same", "another"])
def test_no_photo_becomes_unreadable_whatever_is_put_back_and_encrypted_anew(
    gone: Machine, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    assert say("restore", "stick.db", "--yes").code == 0
    assert (is_plain(gone.db), seen(gone)) == (True, 0)
    for lang, words in (("en", "no key here opens (1 file)"), ("ja", "ここにある鍵では開けない")):
        assert words in told(lang)
    secret = SECRET if by == "the same" else OTHER
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", secret)
    assert say("encrypt", "--yes").code == 0
    assert seen(gone) == (1 if by == "the same" else 0)
    if by == "another":
        assert "no key here opens (1 file)" in told()
        assert say("log", "photo", "../blue.jpg", "--area", "chin").code == 0  # a second key is in use by now
        assert seen(gone) == 1
        with monkeypatch.context() as at_a_terminal:
            at_a_terminal.delenv("ISOTRACK_PASSPHRASE")
            _typed(at_a_terminal, SECRET, OTHER)
            assert say("restore", "2026-11-28", "--yes").code == 0
        assert say("log", "photo", "../blue.jpg", "--area", "chin").code == 0
    count = seen(gone)
    assert count == (1 if by == "the same" else 2)
    assert say("passwd", "--yes", "--new-passphrase-file", "../newer").code == 0
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", f"{OTHER} more")
    assert (seen(gone), say("photos", "--clean", "--yes").code, seen(gone)) == (count, 0, count)
    if by == "the same":  # else that copy has still its own
        assert say("restore", "2026-11-28", "--yes").code == 0
        assert seen(gone) == 1
    assert say("decrypt", "--yes").code == 0
    assert list((gone.folder / "isotrack.db.photos").glob("*.photo")) == []


def test_a_key_that_a_copy_alone_has_is_named_and_taken_over(gone: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = copies(gone)[0]
    shutil.copy(copy, gone.db)
    with unlocked(gone.db) as connection:
        connection.execute("UPDATE kept_key SET value = ?", ("ab" * 32,))
    for lang, words in (("en", "a copy alone has"), ("ja", "バックアップだけにある鍵")):
        assert words in told(lang)
    assert (seen(gone), say("doctor", "--mend").code, seen(gone)) == (0, 0, 1)
    shutil.copy(gone.folder / "stick.db", gone.db)
    assert "isotrack encrypt takes that key over" in told()
    monkeypatch.delenv("ISOTRACK_PASSPHRASE")
    assert "no key here opens (1 file)" in told()
    (gone.folder / "isotrack.db.photos").rename(gone.folder / "photos")
    assert "is not there" in told()


# --- disks that know no second names, and what has rotted -------------------------------------------------------


def test_where_the_disk_knows_no_second_names_everything_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    settle(machine_in(tmp_path), monkeypatch)
    monkeypatch.setattr(os, "link", refuse)
    assert say(*START).code == 0
    assert say("backup", "stick.db").code == 0
    assert say("log", "weight", "55").code == 0
    assert say("restore", "./stick.db", "--yes").code == 0
    assert "54 kg" in say("history").out
    assert "55 kg" not in say("history").out
    assert "replaced-" in say("restore").out


def test_a_database_in_which_something_has_rotted_takes_no_whole_copy_s_place(machine: Machine) -> None:
    assert say("log", "weight", "70").code == 0
    assert say("backup").code == 0
    [copy] = copies(machine)
    with closing(sqlite3.connect(machine.db)) as rotting:
        rotting.execute("UPDATE weight SET weight_g = 17000 WHERE weight_g = 70000")
        rotting.commit()
    assert say("backup").code == 0
    kept = [one for one in copies(machine) if one != copy]
    weights = []
    for one in (copy, *kept):
        with closing(sqlite3.connect(one)) as looked:
            weights.append({grams for (grams,) in looked.execute("SELECT weight_g FROM weight")})
    assert any(70000 in one for one in weights)


def test_a_name_of_a_photo_is_never_a_way_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "key").write_bytes(b"secret")
    for name in ("../key", str(tmp_path / "key"), "..", "", "a/b", "x\0y"):
        assert not album.is_there(tmp_path / "photos", name, None)
        assert album.place(tmp_path / "photos", name, None).parent == tmp_path / "photos"


def test_what_a_copy_remembers_of_nobody_is_not_that_of_the_next_patient(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert say("backup", "foreign.db").code == 0
    foreign = machine.folder / "foreign.db"
    with closing(sqlite3.connect(foreign)) as hostile:
        hostile.execute("INSERT INTO setting VALUES (2, 'subscribed-file', ?)", [str(tmp_path / "planted.ics")])
        hostile.commit()
    monkeypatch.setenv("ISOTRACK_DB", str(tmp_path / "new.db"))
    assert say("restore", str(foreign), "--yes").code == 0
    assert say("--patient", "next", *START).code == 0
    assert not (tmp_path / "planted.ics").exists()
    with closing(sqlite3.connect(tmp_path / "new.db")) as looked:
        assert looked.execute("SELECT name FROM setting WHERE name = 'subscribed-file'").fetchall() == []
