"""Another account of the machine, where it can lay files beside ours: none is taken over, nothing is shown to it.

Its files are ours here, and only said to be another's: a test has no second account.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import stat
import sys
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support import LONG, START, Machine, begun_in, image, rows, say
from tracker import asides, ways
from tracker.db import layout, seals
from tracker.db.connecting import Connector

ANOTHER = 4711
in_both = pytest.mark.parametrize("lang", ["en", "ja"])
needs_posix = pytest.mark.skipif(os.name == "nt", reason="who owns a file is asked elsewhere")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return begun_in(tmp_path, monkeypatch)


def give_away(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    """Let these belong to another account."""
    lstat = Path.lstat

    def other(path: Path) -> os.stat_result:
        return another(lstat(path), path in paths)

    monkeypatch.setattr(Path, "lstat", other)


def another(found: os.stat_result, is_anothers: bool) -> os.stat_result:  # noqa: FBT001 - of a test
    """What the system would say of it."""
    return os.stat_result([*found[: stat.ST_UID], ANOTHER, *found[stat.ST_UID + 1 :]]) if is_anothers else found


@needs_posix
@pytest.mark.parametrize(("ending", "lang"), [(".turned", "en"), ("-journal", "ja"), ("-wal", "en"), ("-shm", "ja")])
def test_what_another_account_lays_beside_the_database_is_never_taken_over(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, ending: str, lang: str
) -> None:
    forged = machine.db.with_name(machine.db.name + ending)
    shutil.copy(machine.db, forged)
    with closing(sqlite3.connect(forged)) as connection:
        connection.execute("UPDATE weight SET weight_g = 99000")
        connection.commit()
    give_away(monkeypatch, forged)
    was = image(machine.folder)
    for command in (["history"], ["log", "weight", "55"], ["doctor"], ["wipe", "--yes"]):
        refused = say(*command, "--lang", lang)
        assert (refused.code, len(refused.complaint), str(forged) in refused.err) == (1, 1, True), refused
        assert image(machine.folder) == was
    forged.unlink()
    assert rows(machine.db, "SELECT weight_g FROM weight") == [(54000,)]


FOLDERS = {
    "of everybody": (0o777, 0o600, False, True),
    "of everybody, who remove but their own": (0o1777, 0o600, False, not hasattr(os, "geteuid") or os.geteuid() != 0),
    "of a group": (0o770, 0o600, True, True), "of a group of this account alone": (0o775, 0o600, False, False),
    "that others read": (0o755, 0o600, True, False), "on a disk without permissions": (0o777, 0o777, True, False),
    "of everybody, with a file of everybody": (0o777, 0o666, True, True),
    "of a group, with a file of the group": (0o770, 0o660, True, True),
}  # fmt: skip
"""The permissions of a folder and of what is made there, whether its group has others, whether it is refused."""


@needs_posix
@pytest.mark.parametrize("folder", FOLDERS)
def test_in_a_folder_in_which_others_can_write_no_database_is_used(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    mode, made, is_shared, is_refused = FOLDERS[folder]
    assert say("backup", "copy.db").code == 0
    monkeypatch.setattr(asides, "_is_shared", lambda _group: is_shared)
    if "disk" in folder:
        monkeypatch.setattr(asides, "made_in", lambda _folder: machine.db.stat())
    machine.folder.chmod(mode)
    machine.db.chmod(made)
    was = image(machine.folder)
    for command in (["status"], ["log", "weight", "55"], ["restore", "copy.db", "--yes"], ["encrypt", "--yes"]):
        for lang in ("en", "ja") if command == ["status"] else ("en",):
            said = say(*command, "--lang", lang)
            refused = (said.code, len(said.complaint), str(machine.folder) in said.err, image(machine.folder) == was)
            assert (refused == (1, 1, True, True)) is is_refused, said
            if not is_refused:
                break
    told = say("doctor").out
    assert (f"write in the folder {machine.folder} " in told) is (is_refused and not mode & stat.S_ISVTX), told
    if is_refused:
        shutil.copy(machine.db, machine.folder / "kept.db")
        assert (say("wipe", "--yes").code, machine.db.exists()) == (0, False)  # what there is can be taken away
        (machine.folder / "kept.db").rename(machine.folder / "copy.db")
        for command in (list(START), ["restore", "copy.db", "--yes"]):
            refused_too = say(*command)
            left = [one.name for one in machine.folder.glob("isotrack.db*")]
            assert (refused_too.code, left) == (1, []), refused_too


@needs_posix
def test_of_a_copy_where_others_can_write_nothing_is_believed_that_comes_while_it_is_read(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = machine.folder / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    copy = shared / "copy.db"
    assert say("backup", str(copy)).code == 0
    with closing(sqlite3.connect(copy)) as connection:  # a log that says otherwise, as another account would make it
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE weight SET weight_g = 99000")
        connection.commit()
        log = Path(f"{copy}-wal").read_bytes()
    copy.unlink()
    assert say("backup", str(copy)).code == 0
    was = copy.read_bytes()
    found = Connector._require_own

    def lay(path: Path) -> None:
        Path(f"{copy}-wal").unlink(missing_ok=True)
        found(path)
        if path == copy:
            Path(f"{copy}-wal").write_bytes(log)
            give_away(monkeypatch, Path(f"{copy}-wal"))

    monkeypatch.setattr(Connector, "_require_own", staticmethod(lay))
    assert say("restore", str(copy), "--yes").code in (0, 1)
    assert (rows(machine.db, "SELECT weight_g FROM weight"), copy.read_bytes()) == ([(54000,)], was)


@needs_posix
def test_the_database_of_a_command_is_read_with_the_locks_of_others_wherever_it_lies(machine: Machine) -> None:
    copy = machine.folder / "copy.db"
    shutil.copy(machine.db, copy)
    machine.folder.chmod(0o1777)
    (machine.folder / "link.db").symlink_to(machine.db)
    connector = Connector(live=machine.db)
    with closing(sqlite3.connect(machine.db)) as another_command, closing(sqlite3.connect(copy)) as another_program:
        another_command.execute("BEGIN EXCLUSIVE")
        another_program.execute("BEGIN EXCLUSIVE")
        for path, is_locked in ((machine.db, True), (machine.folder / "link.db", True), (copy, False)):
            with connector.opened(path) as connection:
                connection.execute("PRAGMA busy_timeout = 0")
                if is_locked:
                    with pytest.raises(sqlite3.OperationalError, match="locked"):
                        connection.execute("SELECT 1 FROM weight")
                else:
                    connection.execute("SELECT 1 FROM weight")


GROUPS: tuple[tuple[str, tuple[str, ...], dict[str, tuple[int, int]], bool], ...] = (
    ("hana", (), {}, False), ("hana", ("hana",), {}, False), ("hana", ("yuki",), {}, True),
    ("before", (), {}, False), ("before", ("hana",), {}, False), ("staff", ("hana", "yuki"), {}, True),
    ("hana", (), {"yuki": (1001, 1000)}, True), ("hana", (), {"yuki": (1001, 1001)}, False),
    ("hana", ("root",), {"root": (0, 0)}, False),
    # an account of a network, which is not listed
    ("hana", (), {"hana": (4711, 1)}, False), ("staff", (), {"hana": (4711, 1)}, True),
)  # fmt: skip
"""Groups with the number 1000: their name, members, other accounts by number and own group, whether they are shared."""


@needs_posix
def test_a_group_is_shared_in_which_another_account_is_whatever_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def account(name: str, number: int, group: int) -> SimpleNamespace:
        return SimpleNamespace(pw_name=name, pw_uid=number, pw_gid=group)

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("pwd.getpwuid", lambda _account: account("hana", 1000, 1000))
    for name, members, others, is_shared in GROUPS:
        known = {"hana": (1000, 1000), **others}
        accounts = [account(one, *numbers) for one, numbers in known.items()]
        monkeypatch.setattr("pwd.getpwall", lambda accounts=accounts: accounts)
        monkeypatch.setattr(
            "grp.getgrgid", lambda _, name=name, members=members: SimpleNamespace(gr_name=name, gr_mem=members)
        )
        assert asides._is_shared(1000) is is_shared, (name, members, others)  # noqa: SLF001 - a machine has one such group
    assert not asides._is_shared(0)  # noqa: SLF001 - as above: who is in it is nobody else
    for members, others, is_known, is_shared in (
        ((), {}, True, False), (("root", "hana"), {}, True, False), (("mallory",), {}, True, True),
        ((), {"mallory": (1001, 0)}, True, True), ((), {}, False, False), (("mallory",), {}, False, True),
    ):  # fmt: skip
        known = {"root": (0, 0), **({"hana": (1000, 1000)} if is_known else {}), **others}
        accounts = [account(one, *numbers) for one, numbers in known.items()]
        monkeypatch.setattr("pwd.getpwall", lambda accounts=accounts: accounts)
        monkeypatch.setattr("pwd.getpwuid", lambda number, known=known: {numbers[0]: account(one, *numbers)
                            for one, numbers in known.items()}[number])  # fmt: skip
        monkeypatch.setattr("grp.getgrgid", lambda _, members=members: SimpleNamespace(gr_name="root", gr_mem=members))
        assert asides._is_shared(0) is is_shared, (members, others, is_known)  # noqa: SLF001 - as above
    monkeypatch.undo()
    assert not asides._is_shared(4_000_000)  # noqa: SLF001 - nobody's


@needs_posix
def test_the_group_of_a_folder_with_a_list_of_accounts_is_not_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o770)
    monkeypatch.setattr(asides, "_is_shared", lambda _group: False)
    assert not asides.open_to_others(tmp_path)
    monkeypatch.setattr(os, "getxattr", lambda _path, name: name.encode(), raising=False)
    assert asides.open_to_others(tmp_path)


@needs_posix
def test_a_disk_that_gives_all_files_one_owner_is_known_by_a_new_file(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: ANOTHER + 1)
    give_away(monkeypatch, machine.db, machine.folder, *machine.folder.iterdir())
    assert say("status").code == 1
    assert sorted(one.name for one in machine.folder.iterdir() if one.name.startswith(".")) == []
    monkeypatch.setattr(asides, "made_in", lambda _folder: another(machine.db.stat(), is_anothers=True))
    assert say("status").code == 0


@needs_posix
@in_both
def test_a_database_of_another_account_is_not_written_to(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    give_away(monkeypatch, machine.db)
    monkeypatch.setattr(os, "geteuid", lambda: ANOTHER + 1)
    was = image(machine.folder)
    refused = say("log", "weight", "55", "--lang", lang)
    assert (refused.code, len(refused.complaint), image(machine.folder)) == (1, 1, was), refused
    assert str(machine.db) in say("doctor", "--lang", lang).out


LISTS = {
    "ours": True, "in another's folder": False, "another's": False, "behind a link": False, "in a linked folder": False,
    "of a database with copies of its own": False,
}  # fmt: skip
"""Whose the list of what was written elsewhere is, and whether a wipe deletes what it names."""


@needs_posix
@pytest.mark.parametrize(("listed", "lang"), [(one, "ja" if at % 2 else "en") for at, one in enumerate(LISTS)])
def test_what_another_account_lists_is_not_deleted(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, listed: str, lang: str
) -> None:
    other, folder = machine.folder / "other" / "isotrack.db", machine.folder / "isotrack.db.backups"
    other.parent.mkdir()
    shutil.copy(machine.db, other)
    if listed == "of a database with copies of its own":
        (other.parent / "isotrack.db.backups").mkdir()
    folder.mkdir(exist_ok=True)
    (folder / "written").write_text(json.dumps([str(other), ""]) + "\n")
    named = folder / "written"
    if listed == "behind a link":
        named.rename(machine.folder / "list")
        named.symlink_to(machine.folder / "list")
    elif listed == "in a linked folder":
        folder.rename(machine.folder / "folder")
        folder.symlink_to(machine.folder / "folder")
    elif "another's" in listed:
        give_away(monkeypatch, named := folder if "folder" in listed else named)
        monkeypatch.setattr(os, "geteuid", lambda: ANOTHER + 1)
        if named != folder:  # of an open file, by its number
            fstat, found = os.fstat, named.stat()
            monkeypatch.setattr(os, "fstat", lambda one: another(fstat(one), os.path.samestat(fstat(one), found)))
    wiped = say("wipe", "--yes", "--lang", lang)
    assert (wiped.code, machine.db.exists(), other.exists()) == (0, False, not LISTS[listed]), wiped
    if not LISTS[listed]:
        assert str(other if "copies" in listed else folder) in wiped.out, wiped


@needs_posix
@pytest.mark.parametrize(("why", "lang"), [("cannot be read", "en"), ("belongs to another account", "en"),
                                           ("belongs to another account", "ja")])  # fmt: skip
def test_a_folder_of_copies_that_cannot_be_seen_is_not_an_empty_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, why: str, lang: str
) -> None:
    assert say("log", "weight", "55").code == 0
    folder = str(machine.folder / "isotrack.db.backups")
    assert list(Path(folder).glob("*.db"))
    monkeypatch.setenv("ISOTRACK_TODAY", "2026-11-25")
    if why == "cannot be read":
        close(monkeypatch, folder)
    else:
        give_away(monkeypatch, Path(folder))
        monkeypatch.setattr(os, "geteuid", lambda: ANOTHER + 1)
    logged = say("log", "weight", "56", "--lang", lang)
    assert (logged.code, f"{folder}" in logged.err, len(logged.complaint)) == (0, True, 1), logged
    assert rows(machine.db, "SELECT max(weight_g) FROM weight") == [(56000,)]
    looked = say("doctor", "--lang", lang)
    assert (looked.code, folder in looked.out) == (1, True), looked
    for command in (["restore"], ["restore", "2026-11-24", "--yes"], ["restore", "--json"], ["encrypt", "--yes"]):
        refused = say(*command, "--lang", lang)
        assert (refused.code, folder in refused.err, len(refused.complaint)) == (1, True, 1), (command, refused)
    machine.db.unlink()
    for command in (["status"], list(START), ["history"], ["restore"], ["restore", "2026-11-24", "--yes"]):
        refused = say(*command, "--lang", lang)
        assert (refused.code != 0, folder in refused.err, machine.db.exists()) == (True, True, False), (
            command,
            refused,
        )
        assert lang != "en" or why in refused.err, (command, refused)


def close(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """Let the folder be closed to this account, also where it is root's."""

    def closed(name: str, how: Any) -> Any:
        def call(path: Any, *more: Any, **others: Any) -> Any:
            found = os.fspath(path) if isinstance(path, str | os.PathLike) else ""
            if found.startswith(folder + "/") or (found == folder and name in ("scandir", "open", "listdir")):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), found)
            return how(path, *more, **others)

        return call

    for name in ("scandir", "open", "listdir", "stat", "lstat", "unlink"):
        monkeypatch.setattr(os, name, closed(name, getattr(os, name)))


@needs_posix
@pytest.mark.parametrize("name", ["isotrack.db.backups", "isotrack.db.photos"])
def test_a_folder_of_another_account_gets_nothing_of_ours(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = machine.folder / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    give_away(monkeypatch, folder)
    with pytest.raises(PermissionError):
        asides.make_private(folder)
    assert say("backup").code == (1 if "backups" in name else 0)
    assert list(folder.iterdir()) == []
    assert "belongs to another account" in say("doctor").out


@needs_posix
def test_the_permissions_of_a_page_are_those_of_ours_and_not_of_one_that_was_laid_there(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = machine.folder / "p.html"
    assert say("report", "-o", "p.html").code == 0
    for owner, expected in (("ours", 0o644), ("another's", 0o600)):
        page.chmod(0o644)
        with monkeypatch.context() as patch:
            if owner != "ours":
                give_away(patch, page, Path("p.html"))
            assert say("report", "-o", "p.html").code == 0
        assert stat.S_IMODE(page.stat().st_mode) == expected


@needs_posix
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_below_a_folder_in_which_others_can_write_no_database_is_used(machine: Machine, lang: str) -> None:
    above = machine.folder.parent
    assert say("backup", "copy.db").code == 0
    was = image(machine.folder)
    above.chmod(0o777)
    try:
        told = say("doctor", "--lang", lang)
        assert (told.code, str(above) in told.out, "chmod go-w" in told.out) == (1, True, True), told
        for command in (["status"], ["log", "weight", "55"], ["restore", "copy.db", "--yes"], ["encrypt", "--yes"],
                        [*START, "--db", "anew/x.db"]):  # fmt: skip
            refused = say(*command, "--lang", lang)
            assert (refused.code, len(refused.complaint), f" {above}" in refused.err.replace("フォルダー", " ")) == (
                1, 1, True), refused  # fmt: skip
        assert image(machine.folder) == was
        assert not (machine.folder / "anew").exists()
        assert say("wipe", "--yes").code == 0
        above.chmod(0o1777)  # nobody else gives names to what is ours
        assert say(*START).code == 0
    finally:
        above.chmod(0o700)


WAYS: dict[str, tuple[str, list[tuple[str, ways.Why]], bool]] = {
    "as it should be": ("real/in/x.db", [], False),
    "a link of ours": ("link/in/x.db", [], False),
    "another's link": ("link/in/x.db", [("link", ways.Why.LINK)], True),
    "another's link to the file": ("real/in/y.db", [("real/in/y.db", ways.Why.LINK)], True),
    "a link of ours over another's": ("two/in/x.db", [("link", ways.Why.LINK)], True),
    "another's link and back": ("link/../real/in/x.db", [("link", ways.Why.LINK)], True),
    "another's folder": ("real/in/x.db", [("real", ways.Why.ANOTHERS)], True),
    "another's folder behind a link": ("link/in/x.db", [("real", ways.Why.ANOTHERS)], True),
    "a folder that is not there": ("real/none/x.db", [], False),
    "the folder itself": ("real/in/x.db", [], True),  # which is looked at by itself
}
"""A way, what of it another account can change, and whether something belongs to one."""


@needs_posix
@pytest.mark.parametrize("root", [False, True])
def test_every_part_of_a_way_is_looked_at_as_it_is_typed_and_where_links_lead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: bool
) -> None:
    me, lstat = os.geteuid(), os.lstat
    (tmp_path / "real" / "in").mkdir(parents=True)
    (tmp_path / "real" / "in" / "x.db").touch()
    (tmp_path / "real" / "in" / "y.db").symlink_to("x.db")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "two").symlink_to(tmp_path / "link")
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else me or 1000)
    for name, (typed, wanted, is_anothers) in WAYS.items():
        given = {tmp_path / ("real/in" if name == "the folder itself" else part) for part, _why in wanted}

        def other(path: Any, *, given: set[Path] = given, is_given: bool = is_anothers, **how: Any) -> os.stat_result:
            owned = os.stat_result([*lstat(path, **how)[: stat.ST_UID], os.geteuid(), *lstat(path)[stat.ST_UID + 1 :]])
            return another(owned, is_given and Path(path) in given)

        with monkeypatch.context() as patch:
            patch.setattr(os, "lstat", other)
            found = [(str(one.path.relative_to(tmp_path)), one.why) for one in ways.changeable(tmp_path / typed)]
        # Root uses the database of any account: there only a link counts, in a folder that is not its owner's.
        assert found == [one for one in wanted if not root or one[1] is ways.Why.LINK], name


@needs_posix
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_through_a_link_of_another_account_nothing_is_read_or_written(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    link, lstat = machine.folder.parent / "link", os.lstat
    link.symlink_to(machine.folder)
    was = image(machine.folder)
    assert say("status", "--db", str(link / "isotrack.db")).code == 0
    monkeypatch.setattr(os, "lstat", lambda path, **how: another(lstat(path, **how), Path(path) == link))
    commands = (["status", "--db", str(link / "isotrack.db")], ["calendar", "export", "-o", str(link / "x.ics")],
                ["wipe", "--yes", "--db", str(link / "isotrack.db")], ["backup", str(link / "copy.db")],
                ["record", "export", "-o", str(link / "x.json")], ["restore", "--yes", str(link / "isotrack.db")],
                ["record", "import", str(link / "x.json")], ["import-blood", str(link / "x.csv")],
                ["record", "import-doses", str(link / "x.csv")],
                ["calendar", "import-appointments", str(link / "x.ics")], ["report", "-o", str(link / "x.html")],
                ["log", "photo", str(link / "x.jpg"), "--area", "chin"])  # fmt: skip
    for command in commands:
        refused = say(*command, "--lang", lang)
        assert (refused.code, len(refused.complaint), str(link) in refused.err) == (1, 1, True), refused
        assert image(machine.folder) == was, command


@needs_posix
@pytest.mark.long
@pytest.mark.parametrize("how", [["wipe", "--yes", "--patient", "Taro"], ["wipe", "--yes"]][: 2 if LONG else 1])
def test_a_wipe_follows_no_link_that_another_account_has_laid_since(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, how: list[str]
) -> None:
    folder, stick, lstat = machine.folder / "dir", machine.folder / "stick", os.lstat
    folder.mkdir()
    stick.mkdir()
    for database, whose in ((["--db", "mine.db"], folder), ([], stick)):
        for command in ([*START], ["backup", f"{whose}/x.db"], ["calendar", "export", "-o", f"{whose}/x.ics"],
                        ["report", "-o", f"{whose}/x.html"]):  # fmt: skip
            assert say(*database, *command, *(() if "backup" in command else ("--patient", "Taro"))).code == 0, command
    was = [image(folder), image(stick)]
    folder.rename(machine.folder / "dir2")
    folder.symlink_to(stick)
    monkeypatch.setattr(os, "lstat", lambda path, **how: another(lstat(path, **how), Path(path) == folder))
    said = say("--db", "mine.db", *how)
    assert said.code == 0, said
    assert [image(machine.folder / "dir2"), image(stick)] == was
    for name in ("x.db", "x.ics", "x.html"):
        assert str(folder / name) in said.out


@pytest.mark.parametrize("forgery", [
    "CREATE TRIGGER spy AFTER INSERT ON fact BEGIN DELETE FROM weight; END",
    "CREATE VIEW spy AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "CREATE TABLE spy (x TEXT)", "CREATE VIRTUAL TABLE spy USING fts5(x)",
    "ALTER TABLE fact ADD COLUMN spy TEXT GENERATED ALWAYS AS (hex(zeroblob(9))) VIRTUAL",
    'CREATE TABLE "spy""; DROP TABLE fact; --" (x TEXT)',
    ("DROP TABLE patient; CREATE VIEW patient AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
     " SELECT n AS id, 'me' AS label, '2026-11-24T00:00:00+00:00' AS recorded_at FROM r"),
])  # fmt: skip
@pytest.mark.long
@pytest.mark.parametrize("onto", ["a database", "nothing"] if LONG else ["nothing"])
def test_a_copy_that_would_act_by_itself_is_not_put_back(machine: Machine, forgery: str, onto: str) -> None:
    forged = machine.folder / "forged.db"
    shutil.copy(machine.db, forged)
    try:
        with closing(sqlite3.connect(forged)) as connection:
            connection.executescript(forgery)
    except sqlite3.OperationalError as error:
        pytest.skip(str(error))  # this build has no such tables
    if onto == "nothing":
        machine.db.unlink()
    was = image(machine.folder)
    refused = say("restore", "forged.db", "--yes")
    assert (refused.code, len(refused.complaint), image(machine.folder)) == (1, 1, was), refused


ELSEWISE = {
    "command": ("recorded_at TEXT NOT NULL", ("recorded_at TEXT NOT NULL check (recorded_at < '2026-11-28T00')",
                "recorded_at TEXT NOT NULL ChEcK\n(verb <> 'log')", "recorded_at TEXT COLLATE NOCASE NOT NULL",
                "recorded_at TEXT NOT NULL DEFAULT 'x'", "recorded_at TEXT NOT NULL ON CONFLICT REPLACE",
                "recorded_at TEXT NOT NULL /* x */", "recorded_at TEXT, CONSTRAINT x NOT NULL")),
    "fact": ("CHECK (number >= 1)", ("", "CHECK (number >= 2)", 'CHECK (number >= 1), CHECK ("number" >= 1)',
                                     "CONSTRAINT a CHECK (number >= 1)")),
    "weight": ("PRIMARY KEY (fact_id)", ("PRIMARY KEY (fact_id) on conflict ignore",
                                         "PRIMARY KEY (fact_id), check (weight_g < 60000)")),
    "done": ("'negative', 'positive'", ("'Negative', 'positive'",)),
    "undone_command": ("undone_at IS NOT NULL", ("undone_at IS NULL", "undone_at IS NOT NULL and id < 3")),
    "course_of_patient": ("(patient_id)", ("(patient_id collate nocase)", "(patient_id desc)")),
}  # fmt: skip
"""By the name of a table or an index a part of it, and what somebody else might have written there."""


def test_a_copy_with_a_clause_that_is_not_ours_is_not_put_back_in_whatever_letters(machine: Machine) -> None:
    forged = machine.folder / "forged.db"
    for name, (part, others) in ELSEWISE.items():
        for other in others:
            shutil.copy(machine.db, forged)
            with closing(sqlite3.connect(forged, isolation_level=None)) as connection:
                connection.execute("PRAGMA writable_schema = ON")
                written = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ?"
                assert connection.execute(written, (part, other, name)).rowcount == 1
            with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(forged)) as connection:
                found = layout.differences(seals.asking_of_a_file(connection))
                table = {"undone_command": "command", "course_of_patient": "course"}.get(name, name)
                assert found == [table], other
    machine.db.unlink()
    was = image(machine.folder)
    refused = say("restore", "forged.db", "--yes")
    assert (refused.code, len(refused.complaint), image(machine.folder)) == (1, 1, was), refused
    shutil.copy(forged, machine.db)
    assert "The layout is not that of a new database: course." in " ".join(say("doctor").out.split())


@needs_posix
@in_both
def test_a_pipe_with_a_passphrase_is_not_waited_for(machine: Machine, lang: str) -> None:
    pipe = machine.folder / "pipe"
    os.mkfifo(pipe, 0o600)
    refused = say("encrypt", "--yes", "--passphrase-file", "pipe", "--lang", lang)
    assert (refused.code, len(refused.complaint), "--passphrase-fd" in refused.err) == (2, 1, True), refused


@in_both
def test_without_a_folder_of_ones_own_the_database_has_to_be_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    def nobody(_path: str) -> str:
        return "~/x"  # as where HOME is not set and the account has no entry

    monkeypatch.setattr(os.path, "expanduser", nobody)
    for arguments in (["--db", "~/x.db"], ["backup", "~/x.db"]):
        refused = say("history", *arguments) if arguments[0] == "--db" else say(*arguments)
        assert (refused.code, len(refused.complaint)) == (2, 1), refused
    monkeypatch.delenv("ISOTRACK_DB")
    monkeypatch.setattr(sys.modules["platformdirs"] if "platformdirs" in sys.modules else __import__("platformdirs"),
                        "user_data_path", _raise)  # fmt: skip
    refused = say("history", "--lang", lang)
    assert (refused.code, len(refused.complaint), "HOME" in refused.err) == (2, 1, True), refused
    assert machine.db.exists()


def _raise(*_all: Any, **_how: Any) -> Path:
    raise RuntimeError("Could not determine home directory.")


@needs_posix
@pytest.mark.parametrize(("what", "lang"), [("pipe", "ja"), ("circle", "en"), ("folder", "en")])
def test_what_is_no_file_in_the_place_of_the_database_is_refused_by_everything(
    machine: Machine, what: str, lang: str
) -> None:
    odd = machine.folder / "odd"
    if what == "pipe":
        os.mkfifo(odd, 0o600)
    elif what == "circle":
        odd.symlink_to(odd)
    elif what == "folder":
        odd.mkdir()
    for command in (["history"], list(START), ["doctor"], ["doctor", "--accept", "--yes"], ["wipe", "--yes"],
                    ["wipe", "--unopened", "--yes"], ["restore", str(machine.db), "--yes"]):  # fmt: skip
        refused = say(*command, "--db", str(odd), "--lang", lang)
        if what != "circle":  # the doctor says what it can of a link, and a wipe removes it
            assert (refused.code, len(refused.complaint)) == (1, 1), (command, refused)
        assert "ISOTRACK_DEBUG" not in refused.err, (command, refused)
