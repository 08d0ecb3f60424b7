"""No copy, no key and no file is lost by advice, by another copy, or because a command was cut off before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support import Machine, say
from tests.test_backups import _bad
from tests.test_encryption import OTHER, SECRET, copies
from tests.test_turning import in_both, link, machine
from tracker.db import cipher, encrypting
from tracker.db.connecting import Connector

__all__ = ["link", "machine"]
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


@in_both
@pytest.mark.parametrize("what", CLOSED)
def test_a_copy_that_only_cannot_be_opened_is_to_be_kept(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, what: str, lang: str
) -> None:
    assert say("backup").code == 0
    [copy] = copies(machine)
    CLOSED[what](copy)
    if what == "no permission":
        head = Connector.head

        def closed(self: Connector, path: Path) -> bytes:
            if path == copy:
                raise PermissionError(13, "Permission denied", str(path))
            return head(self, path)

        monkeypatch.setattr(Connector, "head", closed)
    elif what == "no library":
        monkeypatch.setitem(__import__("sys").modules, "sqlcipher3.dbapi2", None)
    said = say("doctor", "--lang", lang)
    kept = {"en": "keep it", "ja": "削除しないで"}[lang]
    assert (kept in said.out, "of no use" in said.out, "使えませんので" in said.out) == (True, False, False), said
    assert said.code == (1 if what == "what the database lacks" else 0)


@in_both
def test_copies_that_a_cut_off_change_of_the_passphrase_left_open_all_the_same(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    assert say("encrypt", "--yes").code == 0
    with monkeypatch.context() as cut_off:
        cut_off.setattr("tracker.db.encrypting.follow", lambda at, *_: [one.path for one in at.backups.all()])
        assert say("passwd", "--yes", "--new-passphrase-file", "../new").code == 0
    [copy] = copies(machine)
    was = copy.read_bytes()
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", OTHER)
    assert say("doctor", "--lang", lang).code == 0
    assert {"en": "Copies: 1 copy", "ja": "バックアップ：1"}[lang] in say("doctor", "--lang", lang).out
    assert "2026-11-28" in say("restore", "--lang", lang).out
    assert say("restore", "2026-11-28", "--dry-run").code == 0
    assert copy.read_bytes() == was
    monkeypatch.setenv("ISOTRACK_PASSPHRASE", SECRET)
    shutil.copy(machine.db, copy)  # the other way round: the database has the former one, a copy the new one
    machine.db.write_bytes(was)
    said = say("doctor", "--lang", lang)
    assert (said.code, {"en": "keep it", "ja": "削除しないで"}[lang] in said.out) == (0, True), said
