"""Whether one copy has all that another has, so that it can take its place."""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path

from tracker.db import seals, signs
from tracker.db.connecting import Connector
from tracker.errors import StorageError


def knows(connector: Connector, newer: Path, older: Path) -> bool:
    """Whether all that was recorded in the older file, standing or taken back, is in the newer one.

    Of what cannot be opened nobody knows; one that is damaged has nothing that could be put back.
    """
    if not older.exists():
        return True
    with connector.without_asking():
        try:
            version, there = _what_is_in(connector, older)
        except sqlite3.Error as error:
            return signs.sign_of(error) in signs.DAMAGED
        except (OSError, StorageError):
            return False
        try:
            version_here, here = _what_is_in(connector, newer)
        except (OSError, StorageError, sqlite3.Error):
            return False
    return version <= version_here and there <= here


def _what_is_in(connector: Connector, path: Path) -> tuple[int, set[tuple[object, ...]]]:
    """The format, and by what every command and course is known."""
    with connector.opened(path, writable=False) as connection:
        connection.text_factory = bytes  # whatever a bit has made of a text
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        found = set(connection.execute("SELECT id, verb, recorded_at FROM command"))
        return version, found | set(connection.execute("SELECT uuid FROM course"))


def is_whole(connector: Connector, path: Path) -> bool:
    """Whether all that is in a copy is what was recorded, as far as its seals say."""
    try:
        with connector.without_asking(), connector.opened(path, writable=False) as connection:
            ((version,),) = connection.execute("PRAGMA user_version").fetchall()
            return version < seals.SEALED or not any(True for _ in seals.flaws(seals.asking_of_a_file(connection)))
    except (OSError, sqlite3.Error, StorageError):
        return False


def count(connector: Connector, copy: Path) -> float:
    """How many commands a copy knows; of one that cannot be opened nobody can say that another knows as much."""
    try:
        with connector.without_asking(), connector.opened(copy, writable=False) as connection:
            ((found,),) = connection.execute("SELECT count(*) FROM command").fetchall()
    except (OSError, sqlite3.Error, StorageError):
        return math.nan
    return float(found)
