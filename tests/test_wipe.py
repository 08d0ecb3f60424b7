"""What is wiped is gone, and nothing else; whatever stops a wipe, it can be run again."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from tests.support import LONG, START, Machine, Said, faults, machine_in, opened, rows, say, settle
from tests.test_photos import photo_of
from tracker import asides
from tracker.cli import passphrase
from tracker.db import connecting, written

WORD = "canarium"
HANAKO, TARO = "Canaria Hanako", "Yamada Taro"
URL = "https://dav.example/hanako/"
in_both = pytest.mark.parametrize("lang", ["en", "ja"])
WRITING = [
    "calendar export", "calendar export --as todo -o tasks.ics", "calendar export --only visit",
    "calendar export --changes", "calendar subscribe kept.ics", "calendar export --all-patients everyone",
    "record export", "record export -o elsewhere/r.json --with-calendar", "record export --csv doses",
    "record export --csv blood", "record export --csv symptoms", "record export --fhir", "report", "report -o p.html",
    "backup elsewhere", "backup copy.db",
]  # fmt: skip
"""Every command that writes a file to a place of a person's choice."""
SOME = ["calendar subscribe kept.ics", "record export", "report", "report -o p.html", "backup copy.db"]


class Keys(KeyringBackend):
    """A keyring of a test's own."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_stuck = False

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.is_stuck:
            raise PasswordDeleteError
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


@pytest.fixture
def keys() -> Iterator[Keys]:
    before, mine = keyring.get_keyring(), Keys()
    mine.kept["isotrack", "hanako@dav.example"] = "secret"
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: Keys) -> Machine:
    del keys
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    (place.folder / "elsewhere").mkdir()
    return place


def done(*words: str) -> Said:
    said = say(*words)
    assert said.code == 0, (words, said)
    return said


def fill(machine: Machine, *whose: str) -> None:
    """A course with a note, a photo, a calendar on a server and files of every kind."""
    done(*START, *whose)
    done("log", "weight", "55", "--note", f"{WORD} {whose}", *whose)
    (machine.folder / "shot.png").write_bytes(photo_of("PNG"))
    done("log", "photo", "shot.png", "--area", "forehead", *whose)
    (machine.folder / "shot.png").unlink()
    for command in SOME:
        done(*command.split(), *whose)


def keep_on_a_server(machine: Machine, *, patient: int = 1) -> None:
    with opened(machine.db) as connection:
        for name, value in (("sync-url", URL), ("sync-user", "hanako")):
            connection.execute("INSERT INTO setting VALUES (?, ?, ?)", (patient, name, value))


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    typed = io.StringIO(text)
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)


# --- everything -------------------------------------------------------------------------------------------------


@in_both
def test_nothing_is_left_of_a_database_and_of_what_it_wrote(machine: Machine, keys: Keys, lang: str) -> None:
    fill(machine)
    keep_on_a_server(machine)
    own = machine.folder / "elsewhere" / "mine.txt"
    own.write_text("mine")
    for name in ("isotrack.db.new-4711", "isotrack.db.backup-v2", "isotrack.db-wal"):
        (machine.folder / name).write_bytes(b"x")
    said = done("wipe", "--yes", "--lang", lang)
    assert files(machine.folder) == ["elsewhere/mine.txt"]
    assert keys.kept == {}
    for told in (URL, "hanako@dav.example", "SSD", str(machine.folder / "copy.db")):
        assert told in said.out
    assert say("wipe", "--yes").code == 2
    assert say("plan").code == 2


def test_every_file_that_a_command_writes_is_known_to_a_wipe(machine: Machine) -> None:
    done(*START)
    done("backup")
    folder = Path(f"{machine.db}.backups")
    for command in WRITING:
        before, listed = {*files(machine.folder)}, {*written.known(folder)}
        done(*command.split())
        made = {one for one in files(machine.folder) if not one.startswith("isotrack.db")} - before
        found = {str(one.path.relative_to(machine.folder)) for one in {*written.known(folder)} - listed}
        assert (len(made), made) == (1, found), command
    again = [one for one in WRITING if "copy.db" not in one]
    for command in again if LONG else again[::5]:
        done(*command.split())
    assert len(written.known(folder)) == len(WRITING)  # each once


def test_what_is_not_isotracks_any_more_stays_and_is_named(machine: Machine) -> None:
    fill(machine)
    (machine.folder / "report.html").write_text("my own page")
    (machine.folder / "isotrack-record.json").unlink()
    (machine.folder / "copy.db").unlink()
    with sqlite3.connect(machine.folder / "copy.db") as other:
        other.execute("CREATE TABLE mine (x)")
    (machine.folder / "p.html").rename(machine.folder / "moved.html")
    (machine.folder / "p.html").symlink_to(machine.folder / "moved.html")
    (machine.folder / "isotrack.db.photos" / "mine.txt").write_text("mine")
    said = done("wipe", "--yes")
    assert files(machine.folder) == ["copy.db", "isotrack.db.photos/mine.txt", "moved.html", "p.html", "report.html"]
    for name in ("copy.db", "p.html", "report.html"):
        assert f"- {machine.folder / name}: it is not known to be of what is deleted here" in said.out


def test_what_was_printed_by_a_rehearsal_is_not_noted_and_a_rehearsal_deletes_nothing(machine: Machine) -> None:
    fill(machine)
    before = files(machine.folder)
    assert "dry run" in done("wipe", "--dry-run").out
    assert "dry run" in done("wipe", "--dry-run", "--yes").out
    done("report", "-o", "never.html", "--dry-run")
    done("record", "export", "-o", "-")
    assert files(machine.folder) == before
    assert "never.html" not in (machine.folder / "isotrack.db.backups" / "written").read_text()


def test_what_lies_on_a_disk_that_is_not_here_is_named(machine: Machine) -> None:
    done(*START)
    (machine.folder / "stick").mkdir()
    done("backup", "stick")
    (machine.folder / "stick").rename(machine.folder.with_name("drawer"))
    assert str(machine.folder / "stick" / "isotrack-") in done("wipe", "--yes").out


def test_a_file_with_another_name_is_named(machine: Machine) -> None:
    done(*START)
    done("backup")
    (machine.folder / "elsewhere" / "other.db").hardlink_to(machine.db)
    said = done("wipe", "--yes")
    assert f"- {machine.db} has another name" in said.out
    assert said.out.count("hard link") == 1


def test_a_database_of_an_older_format_and_one_behind_a_link_are_wiped_too(machine: Machine) -> None:
    shutil.copy(Path(__file__).parent / "data" / "v4.db", machine.db)
    done("wipe", "--yes")
    assert files(machine.folder) == []
    done(*START)
    machine.db.rename(machine.folder / "elsewhere" / "real.db")
    machine.db.symlink_to(machine.folder / "elsewhere" / "real.db")
    done("log", "weight", "55")
    done("wipe", "--yes")
    assert files(machine.folder) == []


# --- agreed to --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "code"), [("isotrack.db", 0), ("ｉｓｏｔｒａｃｋ.db ", 0), ("yes", 2), ("", 1)])
def test_the_name_of_the_file_is_asked_for(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    done(*START)
    answer(monkeypatch, f"{typed}\n" if typed else "")
    said = say("wipe", "--lang", "ja" if code else "en")
    assert (said.code, machine.db.exists()) == (code, code != 0), said
    assert "isotrack.db" in said.out


@in_both
def test_without_a_terminal_it_has_to_be_said(machine: Machine, lang: str) -> None:
    done(*START)
    said = say("wipe", "--lang", lang)
    assert (said.code, len(said.complaint), machine.db.exists()) == (2, 1, True)
    assert "--yes" in said.err


# --- one patient ------------------------------------------------------------------------------------------------


def test_one_patient_is_gone_from_everywhere_and_the_others_are_as_they_were(machine: Machine, keys: Keys) -> None:
    fill(machine, "--patient", HANAKO)
    keep_on_a_server(machine)
    done(*START, "--patient", TARO)
    done("log", "weight", "60", "--note", "taros", "--patient", TARO)
    done("record", "export", "-o", "taro.json", "--patient", TARO)
    done("report", "-o", "taro.html", "--patient", TARO)
    done("backup", "both.db")
    said = done("wipe", "--patient", HANAKO, "--yes")
    assert HANAKO in said.out
    for path in filter(Path.is_file, machine.folder.rglob("*")):
        assert not [word for word in (b"Canaria", WORD.encode()) if word in path.read_bytes()], path
    left = [one for one in files(machine.folder) if not one.startswith("isotrack.db")]
    assert left == ["both.db", "taro.html", "taro.json"]
    assert keys.kept == {}
    assert faults(machine.db) == []
    assert "60" in done("history").out
    assert rows(machine.folder / "both.db", "SELECT label FROM patient") == [(TARO,)]
    assert {one.path.name for one in written.known(Path(f"{machine.db}.backups"))} >= {"taro.html", "taro.json"}
    assert say("wipe", "--patient", HANAKO, "--yes").code == 2


DELETED, WIPED = ("patients", "delete"), ("wipe", "--yes", "--patient")


NAMES = [(HANAKO, HANAKO, WIPED), ("me", "me", DELETED), (HANAKO, HANAKO, DELETED), (HANAKO, "canaria hanako", WIPED)]


@pytest.mark.long
@pytest.mark.parametrize(("first", "other", "how"), NAMES if LONG else NAMES[:2])
def test_who_had_the_name_before_stays_in_every_copy(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, first: str, other: str, how: tuple[str, ...]
) -> None:
    after = "Canaria Jiro"
    done(*START, *(() if first == "me" else ("--patient", first)))
    done("log", "weight", "61")
    done("backup")
    done("backup", "elsewhere/out.db")
    done("patients", "rename", first, after)
    if other == "me":
        done(*START, "--patient", "Yamada Taro")
        done("patients", "rename", "Yamada Taro", "me")
    else:
        done(*START, "--patient", other)
    done("backup", "elsewhere/both.db")
    answer(monkeypatch, f"{other}\n")
    done(*how, other)
    backups = sorted(Path(f"{machine.db}.backups").glob("*.db"))
    for copy in (*backups, machine.folder / "elsewhere" / "out.db", machine.folder / "elsewhere" / "both.db"):
        weights = "SELECT count(*) FROM fact WHERE kind = 'weight'"
        is_of_both = how[0] == "patients" and copy.name == "both.db"  # what lies elsewhere stays then
        assert rows(copy, weights) == [(3 if is_of_both else 2,)], copy
    done("restore", "--yes", "elsewhere/out.db")


def test_a_copy_elsewhere_that_goes_with_a_patient_is_named_before(machine: Machine) -> None:
    done(*START, "--patient", HANAKO)
    done("backup", "elsewhere/hers.db")
    done(*START, "--patient", TARO)
    done("backup", "elsewhere/both.db")
    for lang in ("en", "ja"):
        said = done("wipe", "--dry-run", "--patient", HANAKO, "--lang", lang)
        assert ("hers.db" in said.out, "both.db" in said.out) == (True, False)
    done("wipe", "--yes", "--patient", HANAKO)
    assert files(machine.folder / "elsewhere") == ["both.db"]


def test_a_copy_of_another_database_in_the_place_of_ours_keeps_whom_it_has(machine: Machine) -> None:
    done(*START, "--patient", HANAKO)
    done("backup", "elsewhere/out.db")
    done("--db", "other.db", *START, "--patient", HANAKO)
    done("--db", "other.db", "backup", "elsewhere/out.db", "--force")
    done(*START, "--patient", TARO)
    done("wipe", "--yes", "--patient", HANAKO)
    assert rows(machine.folder / "elsewhere" / "out.db", "SELECT label FROM patient") == [(HANAKO,)]


BESIDE, ELSEWHERE = "isotrack.db.backups/*.db", "elsewhere/*.db"


def friends(machine: Machine) -> None:
    """One's own record is replaced by a friend's: of the same name, as most are."""
    done("--db", "elsewhere/friend.db", *START)
    done("--db", "elsewhere/friend.db", "backup", "f.db")
    shutil.rmtree(machine.folder / "elsewhere")
    (machine.folder / "elsewhere").mkdir()
    done(*START)
    done("log", "weight", "61")
    done("restore", "--yes", "f.db")


def an_earlier_one(machine: Machine) -> None:
    """The database was deleted by hand and begun anew, with what was copied before still there."""
    done(*START)
    done("log", "weight", "61")
    done("backup", "elsewhere/out.db")
    for one in (machine.db, *machine.folder.glob(BESIDE)):
        one.unlink()
    done(*START)


@pytest.mark.parametrize(("lang", "how"), [("en", DELETED), ("ja", WIPED)])
@pytest.mark.parametrize(("made", "where"), [(friends, BESIDE), (an_earlier_one, ELSEWHERE)])
def test_a_name_alone_deletes_nothing_and_what_stays_is_named(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    made: Callable[[Machine], None],
    where: str,
    lang: str,
    how: tuple[str, ...],
) -> None:
    made(machine)
    own = "SELECT count(*) FROM fact WHERE kind = 'weight'"
    before = [one for one in sorted(machine.folder.glob(where)) if rows(one, own) == [(2,)]]
    assert before
    answer(monkeypatch, "me\n")
    said = done(*how, "me", "--lang", lang)
    assert [rows(one, own) for one in before if one.exists()] == [[(2,)]] * len(before)
    is_looked_at = where == BESIDE or how == WIPED  # else what lies elsewhere is not touched at all
    assert [str(one) in said.out.replace("\n", "") for one in before] == [is_looked_at] * len(before), said
    assert ("to remove it" in said.out.casefold()) == (is_looked_at and lang == "en")


@in_both
def test_a_copy_of_an_earlier_database_is_called_what_it_is(machine: Machine, lang: str) -> None:
    an_earlier_one(machine)
    said = done("wipe", "--yes", "--lang", lang)
    line = next(line for line in said.out.splitlines() if "out.db" in line)
    assert ("not of this database" if lang == "en" else "このデータベースのものではない") in said.out, said
    assert "out.db" in line
    assert "not what isotrack wrote" not in said.out
    assert files(machine.folder) == ["elsewhere/out.db"]


@pytest.mark.parametrize("how", [("wipe", "--yes"), (*WIPED, "me")])
def test_a_copy_elsewhere_that_nothing_here_opens_is_named(machine: Machine, how: tuple[str, ...]) -> None:
    done(*START)
    done("backup", "elsewhere/out.db")
    for one in ("elsewhere/out.db", "p.html"):
        (machine.folder / one).write_bytes(random.Random(3).randbytes(3 * 4096))  # noqa: S311 - no secret
    written.remember(Path(f"{machine.db}.backups"), [written.Written(machine.folder / "p.html", "a course")])
    said = done(*how)
    assert f"{machine.folder / 'elsewhere' / 'out.db'}: it is encrypted, and may be" in said.out, said
    assert "p.html: it is encrypted" not in said.out
    assert (machine.folder / "elsewhere" / "out.db").exists()


def test_a_calendar_stays_with_its_patient_whoever_has_the_name_now(machine: Machine) -> None:
    """What is remembered of a calendar is taken over from here, for the same patient."""
    done(*START, "--patient", HANAKO)
    done("backup", "elsewhere/out.db")
    done("patients", "rename", HANAKO, TARO)
    done("calendar", "subscribe", "taros.ics", "--patient", TARO)
    done(*START, "--patient", HANAKO)
    done("calendar", "subscribe", "hers.ics", "--patient", HANAKO)
    done("restore", "--yes", "elsewhere/out.db")
    found = rows(
        machine.db, "SELECT label, value FROM setting JOIN patient ON id = patient_id WHERE name = 'subscribed-file'"
    )
    assert found == [(HANAKO, str(machine.folder / "taros.ics"))]


OF_ONE = [
    "report -o p.html", "record export --csv doses", "record export", "record export --fhir", "calendar export",
]  # fmt: skip
"""Commands that write a file of one patient; photos lie in files of their own."""
OF_ONE = OF_ONE if LONG else OF_ONE[:2]
EXPORT_PHOTOS = ("photos", "--export", "elsewhere")


@pytest.mark.long
@pytest.mark.parametrize("other", [("--patient", TARO), ("--db", "other.db", "--patient", HANAKO)][: 2 if LONG else 1])
def test_a_file_of_somebody_else_is_replaced_only_where_that_is_said_and_stays_then(
    machine: Machine, other: tuple[str, ...]
) -> None:
    (machine.folder / "shot.png").write_bytes(photo_of("PNG"))
    mine = ("--patient", HANAKO)
    for whose in (mine, other):
        done(*START, *whose)
        done("log", "photo", "shot.png", "--area", "forehead", *whose)
    done("log", "dose", "10", *other)
    for command in OF_ONE:
        done(*command.split(), *mine)
        done(*command.split(), *mine)
        refused = say(*command.split(), *other)
        assert (refused.code, "--force" in refused.err) == (1, True), command
        done(*command.split(), "--force", *other)
        assert say(*command.split(), *mine).code == 1, command
    done(*EXPORT_PHOTOS, *mine)
    made = set(files(machine.folder / "elsewhere"))
    done(*EXPORT_PHOTOS, *other)
    before = [one for one in files(machine.folder) if not one.startswith(("isotrack.db", "other.db"))]
    said = done("wipe", "--yes", *mine)
    left = [one for one in files(machine.folder) if not one.startswith(("isotrack.db", "other.db"))]
    assert set(before) - set(left) == {f"elsewhere/{one}" for one in made}
    assert str(machine.folder / "p.html") in said.out
    assert say("wipe", "--yes", *other).code == 0
    left = [one for one in files(machine.folder) if not one.startswith(("isotrack.db", "other.db"))]
    assert left == ["shot.png"]


def test_a_copy_of_another_database_stays_where_all_of_this_one_goes(machine: Machine) -> None:
    done(*START)
    done("backup", "elsewhere/out.db")
    done("--db", "other.db", *START)
    done("--db", "other.db", "backup", "elsewhere/out.db", "--force")
    said = done("wipe", "--yes")
    assert str(machine.folder / "elsewhere" / "out.db") in said.out
    assert files(machine.folder / "elsewhere") == ["out.db"]


def test_a_page_that_was_changed_and_does_not_say_whose_it_is_is_neither_replaced_nor_deleted(machine: Machine) -> None:
    done(*START)
    done("report")
    page = machine.folder / "report.html"
    (uuid,) = rows(machine.db, "SELECT uuid FROM course")[0]
    page.write_bytes(page.read_bytes().replace(f'<meta name="isotrack-course" content="{uuid}">\n'.encode(), b""))
    for lang in ("en", "ja"):
        refused = say("report", "--lang", lang)
        assert (refused.code, len(refused.complaint)) == (1, 1)
    said = done("wipe", "--yes")
    assert (str(page) in said.out, page.exists()) == (True, True)


def _without_digests(machine: Machine) -> None:
    """The list as an older isotrack wrote it, and other files than those of the digests."""
    listed = Path(f"{machine.db}.backups") / written.NAME
    lines = [json.loads(line)[:2] for line in listed.read_text().splitlines() if line]
    listed.write_text("".join(f"{json.dumps(one)}\n" for one in lines))
    page = machine.folder / "p.html"
    page.write_bytes(re.sub(rb"<meta name=.isotrack-course[^\n]*\n", b"", page.read_bytes()))


@pytest.mark.parametrize("how", ["lost", "back", "moved", "unnoted", "undigested"])
def test_what_is_known_to_be_of_the_patient_is_replaced_whatever_became_of_the_list(machine: Machine, how: str) -> None:
    """By what it says, else by its digest, else by an old note."""
    done(*START)
    done("backup", "elsewhere/out.db")
    if how == "back":
        done("undo")
        done(*START, "--dose", "30")
    listed = Path(f"{machine.db}.backups") / written.NAME
    commands = [("report", "-o", "p.html"), ("record", "export"), ("record", "export", "--fhir")]
    commands += [("record", "export", "--csv", "doses")] if how in ("moved", "undigested") else []
    for command in commands:
        done(*command)
    if how == "lost":
        machine.db.unlink()
        shutil.rmtree(listed.parent)
    if how in ("lost", "back"):
        done("restore", "--yes", "elsewhere/out.db")
    elif how == "moved":
        listed.write_text(listed.read_text().replace(str(machine.folder), "/gone"))
    elif how == "unnoted":
        listed.unlink()
    else:
        _without_digests(machine)
    done("log", "dose", "20")
    for command in commands:
        done(*command)
    done("wipe", "--yes")
    assert [one for one in files(machine.folder) if one.endswith((".html", ".json", ".csv"))] == []


def test_a_file_is_known_by_whatever_link_its_folder_is_named(machine: Machine) -> None:
    done(*START)
    (machine.folder / "docs").symlink_to("elsewhere")
    done("record", "export", "--csv", "doses", "-o", "docs/d.csv")
    for name in ("docs/d.csv", "elsewhere/d.csv"):
        done("log", "dose", "20", "--on", START[1])
        done("record", "export", "--csv", "doses", "-o", name)
    done("wipe", "--yes")
    assert files(machine.folder / "elsewhere") == []


def test_the_list_stays_short_however_often_a_file_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    for number in range(100):
        written.remember(folder, [written.Written(tmp_path / "a", "one", (str(number),))])
    assert len((folder / written.NAME).read_text().split()) < 200
    [found] = written.known(folder)
    assert (found.digests[-1], len(found.digests)) == ("99", 8)
    written.remember(folder, [written.Written(tmp_path / "a", "one")])
    assert written.known(folder)[0].digests == ()
    written.remember(folder, [written.Written(tmp_path / "a", "one", ("new",))])
    [line] = (folder / written.NAME).read_text().splitlines()
    assert json.loads(line) == [str(tmp_path / "a"), "one", "new"]


def test_a_password_that_another_patient_needs_stays(machine: Machine, keys: Keys) -> None:
    done(*START, "--patient", HANAKO)
    done(*START, "--patient", TARO)
    for patient in (1, 2):
        keep_on_a_server(machine, patient=patient)
    done("wipe", "--patient", HANAKO, "--yes")
    assert keys.kept != {}
    done("calendar", "sync", "--stop")
    assert keys.kept == {}


@in_both
def test_deleting_a_patient_names_what_stays_and_takes_the_password(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, keys: Keys, lang: str
) -> None:
    done(*START, "--patient", HANAKO)
    done("report", "--patient", HANAKO)
    keep_on_a_server(machine)
    answer(monkeypatch, f"{HANAKO}\n")
    said = done("patients", "delete", HANAKO, "--lang", lang)
    assert f"isotrack wipe --patient '{HANAKO}'" in said.out
    assert ((machine.folder / "report.html").exists(), keys.kept) == (True, {})


# --- the keyring ------------------------------------------------------------------------------------------------


@in_both
def test_a_server_that_is_used_no_more_leaves_no_password(machine: Machine, keys: Keys, lang: str) -> None:
    done(*START)
    keep_on_a_server(machine)
    done("calendar", "sync", "--stop", "--dry-run")
    assert keys.kept != {}
    said = done("calendar", "sync", "--stop", "--lang", lang)
    assert (keys.kept, "hanako@dav.example" in said.out) == ({}, True)


@in_both
def test_a_keyring_that_does_not_let_go_is_named(machine: Machine, keys: Keys, lang: str) -> None:
    done(*START)
    keep_on_a_server(machine)
    keys.is_stuck = True
    said = done("wipe", "--yes", "--lang", lang)
    assert "keyring del isotrack hanako@dav.example" in said.err
    assert files(machine.folder) == []


# --- what is in the way -----------------------------------------------------------------------------------------


def test_a_damaged_database_can_be_wiped(machine: Machine) -> None:
    fill(machine)
    octets = bytearray(machine.db.read_bytes())
    for page in range(4096, len(octets), 4096):
        octets[page : page + 512] = b"\xff" * 512
    machine.db.write_bytes(octets)
    said = done("wipe", "--yes")
    assert "which passwords the keyring has is not known" in said.out
    assert files(machine.folder) == []


PASSPHRASE = "correct horse battery"  # noqa: S105 - of nothing


def shut(machine: Machine, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Let a database with what belongs to it be one that nobody can open."""
    done(*START)
    done("report")
    done("backup", "copy.db")
    album = machine.folder / "isotrack.db.photos"
    album.mkdir(exist_ok=True)
    (album / "0123456789abcdef.jpg").write_bytes(photo_of("JPEG"))
    octets = machine.db.read_bytes()
    if how.startswith("encrypted"):
        monkeypatch.setenv("ISOTRACK_PASSPHRASE", PASSPHRASE)
        done("encrypt", "--yes", "--keyring")
        done("backup", "elsewhere/sealed.db")
        monkeypatch.delenv("ISOTRACK_PASSPHRASE")
        keyring.delete_password("isotrack", machine.db.with_name("isotrack.db.keyring").read_text())
        if how == "encrypted, and the library is not there":
            monkeypatch.setitem(sys.modules, "sqlcipher3.dbapi2", None)
    elif how == "a newer format":
        machine.db.write_bytes(octets[:60] + (99).to_bytes(4, "big") + octets[64:])
    elif how == "no header":
        machine.db.write_bytes(bytes(4096) + octets[4096:])
    elif how == "noise":
        machine.db.write_bytes(random.Random(3).randbytes(len(octets)))  # noqa: S311 - any
    elif how == "empty":
        machine.db.write_bytes(b"")
    if how.endswith("alone"):
        machine.db.write_bytes(b"\1" * 9999)
        for name in ("backups", "photos"):
            shutil.rmtree(machine.folder / f"isotrack.db.{name}")


SHUT = ["encrypted", "noise", "empty", "a newer format", "encrypted, and the library is not there"]


@pytest.mark.long
@pytest.mark.parametrize("how", [*(SHUT if LONG else SHUT[::3]), "no header", "alone"])
def test_a_database_that_nobody_can_open_is_wiped_when_its_path_is_typed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    shut(machine, monkeypatch, how)
    own = machine.folder / "elsewhere" / "mine.zip"
    own.write_bytes(random.Random(4).randbytes(9999))  # noqa: S311 - any
    written.remember(machine.folder / "isotrack.db.backups", [written.Written(own)] if how != "alone" else [])
    before = files(machine.folder)
    for lang in ("en", "ja"):
        refused = say("wipe", "--yes", "--lang", lang)
        assert (refused.code, len(refused.complaint), files(machine.folder)) == (1, 1, before), refused
        assert "isotrack wipe --unopened" in refused.err, refused
    assert say("wipe", "--unopened").code == 2
    assert say("wipe", "--unopened", "--patient", HANAKO, "--yes").code == 2
    if how == "alone":  # nothing says that it is isotrack's
        refused = say("wipe", "--unopened", "--yes")
        assert (refused.code, len(refused.complaint)) == (2, 1), refused
    assert "dry run" in done("wipe", "--unopened", "--dry-run").out
    for typed in ("isotrack.db", "yes"):
        answer(monkeypatch, f"{typed}\n")
        assert say("wipe", "--unopened").code == 2
    assert files(machine.folder) == before
    answer(monkeypatch, f"{machine.db}\n")
    told = done("wipe", "--unopened")
    # Of a file that was alone nobody knows what it wrote elsewhere.
    left = ["copy.db", "report.html"] if how == "alone" else []
    assert files(machine.folder) == sorted(["elsewhere/mine.zip", *left])
    assert how == "alone" or f"- {own}: it is encrypted, and may be" in told.out
    assert "calendar on a server" in told.out


def test_without_a_terminal_what_nobody_can_open_goes_where_there_is_a_sign_of_isotrack(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> None:
    shut(machine, monkeypatch, "encrypted")
    done("wipe", "--unopened", "--yes", "--lang", "ja")
    assert (files(machine.folder), [name for _service, name in keys.kept]) == ([], ["hanako@dav.example"])
    done(*START)
    keep_on_a_server(machine)
    done("wipe", "--unopened", "--yes")  # one that can be read is read
    assert (files(machine.folder), keys.kept) == ([], {})


def test_what_nobody_can_open_is_not_deleted_while_a_command_has_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.db import turned

    done(*START)
    octets = machine.db.read_bytes()
    monkeypatch.setattr(turned, "_GIVEN_UP_AFTER", 0.05)
    reader = f"import sqlite3, sys; c = sqlite3.connect({str(machine.db)!r}, isolation_level=None); "
    reader += "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", reader], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        machine.db.write_bytes(octets[:60] + (99).to_bytes(4, "big") + octets[64:])
        before = files(machine.folder)
        refused = say("wipe", "--unopened", "--yes")
        assert (refused.code, len(refused.complaint), files(machine.folder)) == (1, 1, before), refused
        other.communicate()


@pytest.mark.parametrize(("what", "lang"), [("garbage", "en"), ("someone else's", "ja"), ("empty", "ja")])
def test_a_file_of_somebody_elses_is_left_as_it_is(machine: Machine, what: str, lang: str) -> None:
    if what == "someone else's":
        with opened(machine.db) as connection:
            connection.execute("CREATE TABLE bookmark (url TEXT)")
    else:
        machine.db.write_bytes(b"my notes" if what == "garbage" else b"")
    before = machine.db.read_bytes()
    said = say("wipe", "--yes", "--lang", lang)
    assert (said.code, len(said.complaint), machine.db.read_bytes()) == (1, 1, before)


def test_while_another_command_writes_nothing_is_deleted(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(machine)
    before = files(machine.folder)
    monkeypatch.setattr(connecting, "LAST_WAIT_MS", 50)
    with opened(machine.db) as other:
        other.execute("BEGIN IMMEDIATE")
        said = say("wipe", "--yes")
    assert (said.code, len(said.complaint), files(machine.folder)) == (1, 2, before)
    assert "waiting" in said.complaint[0]


def test_what_cannot_be_deleted_is_named_and_the_next_wipe_tries_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(machine)
    unlink = Path.unlink

    def refuse(path: Path, **how: Any) -> None:
        if path.name == "p.html":
            raise PermissionError(13, "no")
        unlink(path, **how)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        said = say("wipe", "--yes")
    assert (said.code, len(said.complaint), f"! {machine.folder / 'p.html'}" in said.out) == (1, 1, True)
    assert files(machine.folder) == ["isotrack.db.backups/written", "p.html"]
    done("wipe", "--yes")
    assert files(machine.folder) == []


@contextmanager
def killed_at(place: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A kill just before the file that comes at this place is removed."""
    count = [0]
    unlink = Path.unlink

    def dying(path: Path, **how: Any) -> None:
        count[0] += 1
        if count[0] > place:
            raise KeyboardInterrupt  # and at each one behind it: what is killed tidies nothing up
        unlink(path, **how)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", dying)
        yield count


@pytest.mark.long
@pytest.mark.parametrize("whose", [(), ("--patient", HANAKO)])
def test_a_wipe_that_is_killed_anywhere_is_finished_by_the_next(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, whose: tuple[str, ...]
) -> None:
    fill(machine, *whose)
    if whose:
        done(*START, "--patient", TARO)
        done("backup", "both.db")
    whole = machine.folder.with_name("whole")
    shutil.copytree(machine.folder, whole)
    place = 0
    while True:
        with killed_at(place, monkeypatch) as count:
            said = say("wipe", "--yes", *whose)
        if count[0] <= place:
            break
        assert said.code == 130, said
        again = say("wipe", "--yes", *whose)
        assert again.code == 0 or whose, again
        found = [path for path in machine.folder.rglob("*") if path.is_file() and WORD.encode() in path.read_bytes()]
        assert found == [], (place, said, again)
        if not whose:
            assert files(machine.folder) == [], place
        shutil.rmtree(machine.folder)
        shutil.copytree(whole, machine.folder)
        place += 1 if LONG else 7
    assert place > 7


# --- the list ---------------------------------------------------------------------------------------------------


def test_a_list_that_was_cut_off_or_written_by_others_is_read_as_far_as_it_goes(machine: Machine) -> None:
    done(*START)
    done("report")
    path = machine.folder / "isotrack.db.backups" / "written"
    path.write_bytes(path.read_bytes() + b'[]\n7\n["", ""]\n{"a": 1}\n\xff\n["/x", "cut o')
    done("report", "-o", "two.html")
    assert [one.path.name for one in written.known(path.parent)] == ["report.html", "two.html"]


def test_a_list_that_cannot_be_written_is_no_failure_of_a_command(machine: Machine) -> None:
    done(*START)
    done("backup")
    path = machine.folder / "isotrack.db.backups" / "written"
    path.symlink_to(machine.folder / "elsewhere" / "somewhere")
    done("report")
    assert files(machine.folder / "elsewhere") == []
    path.unlink()
    path.mkdir()
    done("report", "-o", "two.html")


# --- what others do meanwhile -----------------------------------------------------------------------------------


@pytest.mark.parametrize("whose", [(), ("--patient", HANAKO)])
def test_what_is_made_while_the_question_stands_goes_too(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, whose: tuple[str, ...]
) -> None:
    done(*START, *whose)
    if whose:
        done(*START, "--patient", TARO)

    def others_work(_question: str, *_rest: Any) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        (machine.folder / "shot.png").write_bytes(photo_of("PNG"))
        done("log", "photo", "shot.png", "--area", "forehead", "--note", WORD, *whose)
        (machine.folder / "shot.png").unlink()
        keep_on_a_server(machine)
        for command in ("report -o late.html", "record export -o elsewhere/late.json", "backup late.db", "backup"):
            done(*command.split(), *whose)
        return HANAKO if whose else "isotrack.db"

    monkeypatch.setattr("tracker.cli.paper.ask", others_work)
    answer(monkeypatch, "")
    done("wipe", *whose)
    left = files(machine.folder)
    assert whose or left == []
    assert not {"late.html", "elsewhere/late.json"}.intersection(left)
    holding = [path for path in machine.folder.rglob("*") if path.is_file() for word in (HANAKO, WORD)
               if word.encode() in path.read_bytes()]  # fmt: skip
    assert holding == []
    assert keyring.get_password("isotrack", "hanako@dav.example") is None


def test_a_patient_who_is_deleted_does_not_come_back_in_a_copy_that_was_just_being_made(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(*START, "--patient", HANAKO)
    done(*START, "--patient", TARO)
    monkeypatch.setattr(connecting, "FIRST_WAIT_MS", 20)
    monkeypatch.setattr(connecting, "LAST_WAIT_MS", 50)
    sync_file, said = asides.sync_file, list[Said]()

    def delayed(path: Path) -> None:
        sync_file(path)
        if not said:
            said.append(say("wipe", "--patient", HANAKO, "--yes"))

    monkeypatch.setattr(asides, "sync_file", delayed)
    done("backup")
    assert said[0].code == 1
    done("wipe", "--patient", HANAKO, "--yes")
    assert [path for path in machine.folder.rglob("*.db") if HANAKO.encode() in path.read_bytes()] == []


def test_the_passphrase_stays_in_the_keyring_until_the_database_is_gone(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> None:
    done(*START)
    before = dict(keys.kept)
    assert passphrase.keep(machine.db, "a passphrase")
    monkeypatch.setattr(connecting, "FIRST_WAIT_MS", 20)
    monkeypatch.setattr(connecting, "LAST_WAIT_MS", 50)
    with opened(machine.db) as other:
        other.execute("BEGIN IMMEDIATE")
        assert say("wipe", "--yes").code == 1
    assert len(keys.kept) == len(before) + 1
    monkeypatch.setattr(passphrase, "forget", lambda _path: False)
    assert say("wipe", "--yes").code == 1
    assert files(machine.folder) == ["isotrack.db.keyring"]  # which still says what to forget
    monkeypatch.undo()
    done("--db", str(machine.db), "wipe", "--yes")
    assert (files(machine.folder), keys.kept) == ([], before)


def test_a_server_that_is_used_no_more_leaves_no_password_wherever_the_command_is_killed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> None:
    done(*START)
    keep_on_a_server(machine)
    for place in ("tracker.journeys.calendar.syncing.stop", "tracker.cli.whose.saved"):
        keys.kept["isotrack", "hanako@dav.example"] = "secret"
        with monkeypatch.context() as patch:
            patch.setattr(place, doomed)
            assert say("calendar", "sync", "--stop").code == 130
    say("calendar", "sync", "--stop")
    assert (keys.kept, say("calendar", "sync", "--stop").code) == ({}, 2)


def doomed(*_args: Any, **_named: Any) -> None:
    raise KeyboardInterrupt
