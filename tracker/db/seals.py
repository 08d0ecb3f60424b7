"""Seals: what was recorded of a patient, chained by SHA-256, so that a value which silently became another is found.

SQLite sees a page that is no page; it does not see a 5 that has become a 4. So each transaction that records, voids or
takes back anything of a patient ends with a seal: a mark for every row that it made or changed (the row's digest as the
file holds it), and a link over these marks and the link of the seal before. What was last marked of a row has to be
what it is now, and every seal has to follow from the one before it. The chain is against a failing disk and for what
somebody did past isotrack; it is no signature: who can write the file can seal it anew.

Sealed are the patient, the commands, the courses and the facts with their values: all that anything medical follows
from. How a calendar is written and what calendars were given is not: it changes by itself, and no fact hangs on it.

Looked at are the seals by ``isotrack doctor`` and where a copy is put back, never by a command that reads the record.

What a person has looked at and takes as it is gets a seal of its own, which says when: ``!`` and the moment, then a
mark for every row as it is now (``-`` where there is none any more) and one for every seal that does not follow.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.db.tables import DETAILS
from tracker.facts import KINDS

SEALED = 8
"""The version from which on records are sealed."""
PATIENT, COMMAND, COURSE, FACT = "p", "c", "k", "f"
"""What a mark is about, by its first letter."""
Ask = Callable[[str, Sequence[Any]], tuple[Sequence[str], Sequence[Sequence[Any]]]]
"""Asks the database: a statement and its values; the names of the columns and the rows."""
_TABLES = {PATIENT: "patient", COMMAND: "command", COURSE: "course", FACT: "fact"}
_OF_PATIENT = {
    PATIENT: "id = ?", COMMAND: "patient_id = ?", COURSE: "patient_id = ?",
    FACT: "course_id IN (SELECT id FROM course WHERE patient_id = ?)",
}  # fmt: skip
_DETAIL = {kind.name: kind.table for kind in KINDS if kind.table in DETAILS}
_TOUCHED = "touched"
_AT_A_TIME = 500
_OCTETS = 9
"""Of a row's digest in its mark: enough that no error of a disk gives the same by chance."""
_SEAL = "s"
"""What a mark in a seal that accepts is about beside rows: a seal, by its position."""
_GONE = "-"
"""In place of the digest of a row that is accepted to be gone."""
Row = tuple[str, int]
"""A row: what it is, and its id."""


def touch(connection: Connection, what: str, number: int) -> None:
    """Note that a row was made or changed: the transaction ends with its seal."""
    connection.info.setdefault(_TOUCHED, {})[what, number] = None


def forget(connection: Connection) -> None:
    """Know of nothing that was made or changed: what this connection did before came to nothing."""
    connection.info.pop(_TOUCHED, None)


def seal(connection: Connection) -> None:
    """Seal what the transaction has made or changed; called once, before it is committed."""
    touched: dict[Row, None] = connection.info.pop(_TOUCHED, {})
    if not touched:
        return
    ask = asking(connection)
    found: dict[Row, tuple[int, str]] = {}
    for what in _TABLES:
        ids = [number for letter, number in touched if letter == what]
        for first in range(0, len(ids), _AT_A_TIME):
            some = ids[first : first + _AT_A_TIME]
            found |= {(what, one.id): (one.patient, one.digest)
                      for one in _rows(ask, what, f"id IN ({', '.join('?' * len(some))})", some)}  # fmt: skip
    for patient in dict.fromkeys(whose for whose, _digest in found.values()):
        _append(ask, patient, [(row, found[row][1]) for row in touched if row in found and found[row][0] == patient])


def begin(connection: Connection) -> None:
    """Seal every record as it is: it was written by an isotrack that knew no seals."""
    forget(connection)
    ask = asking(connection)
    for (patient,) in ask("SELECT id FROM patient ORDER BY id", ())[1]:
        _append(ask, patient, [((one.what, one.id), one.digest) for one in _record(ask, patient)])


def asking(connection: Connection) -> Ask:
    """Asks on a connection of a command's own."""
    return _asking(connection.connection.cursor())


def _asking(cursor: Any) -> Ask:
    """With the driver's own cursor: SQLAlchemy's way to a statement costs more than the statement."""

    def ask(statement: str, values: Sequence[Any]) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
        cursor.execute(statement, tuple(values))
        return tuple(column[0] for column in cursor.description or ()), cursor.fetchall()

    return ask


def _append(ask: Ask, patient: int, marked: Iterable[tuple[Row, str]], begin: str = "") -> None:
    newest = "SELECT position, link FROM seal WHERE patient_id = ? ORDER BY position DESC LIMIT 1"
    (position, link), *_none = [*ask(newest, (patient,))[1], (0, "")]
    marks = begin + " ".join(f"{what}{number}:{digest}" for (what, number), digest in marked)
    values = (patient, position + 1, _link(link, patient, position + 1, marks), marks)
    ask("INSERT INTO seal (patient_id, position, link, marks) VALUES (?, ?, ?, ?)", values)


def _link(before: str, patient: int, position: int, marks: str) -> str:
    return _written(_hashed(f"{before}\n{patient}\n{position}\n{marks}"))


def _hashed(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


def _written(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")


# --- rows as they are -------------------------------------------------------------------------------------------------


class _Sealed(Struct, frozen=True):
    """A row as the file holds it."""

    what: str
    id: int
    patient: int
    digest: str
    name: str = ""
    """The kind of a fact, the verb of a command."""
    day: str = ""


def _record(ask: Ask, patient: int) -> Iterator[_Sealed]:
    """All that is sealed of a patient."""
    for what, where in _OF_PATIENT.items():
        yield from _rows(ask, what, where, (patient,))


def _rows(ask: Ask, what: str, where: str, values: Sequence[Any]) -> Iterator[_Sealed]:
    """The rows of a table for which a condition holds; a fact with its values."""
    chosen = f"FROM {_TABLES[what]} WHERE {where}"
    names, rows = ask(f"SELECT * {chosen} ORDER BY id", values)  # noqa: S608 - names and words of our own, as below
    found = [dict(zip(names, row, strict=True)) for row in rows]
    if what != FACT:
        for row in found:
            whose = row["id"] if what == PATIENT else row["patient_id"]
            yield _Sealed(what, row["id"], whose, _digest(row), row.get("verb", ""), row.get("enrolled", ""))
        return
    courses = f"SELECT id, patient_id FROM course WHERE id IN (SELECT course_id {chosen})"  # noqa: S608
    whose = dict(_pairs(ask, courses, values))
    kept: dict[str, dict[int, dict[str, Any]]] = {}
    for table in dict.fromkeys(_DETAIL[row["kind"]] for row in found if row["kind"] in _DETAIL):
        names, rows = ask(f"SELECT * FROM {table} WHERE fact_id IN (SELECT id {chosen})", values)  # noqa: S608
        of_table = (dict(zip(names, row, strict=True)) for row in rows)
        kept[str(table)] = {row["fact_id"]: row for row in of_table}
    for row in found:
        detail = kept.get(_DETAIL.get(row["kind"]) or "", {}).get(row["id"])
        digest = _digest(row, detail)
        yield _Sealed(what, row["id"], whose.get(row["course_id"], 0), digest, row["kind"], row["on_date"])


def _pairs(ask: Ask, statement: str, values: Sequence[Any]) -> Iterable[Any]:
    return ask(statement, values)[1]


def _digest(*rows: dict[str, Any] | None) -> str:
    """Of a row's columns by name, as they are kept; what is not there is left out, so that a later column may come."""
    plain = [{name: value for name, value in row.items() if value is not None} if row is not None else None
             for row in rows]  # fmt: skip
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), default=repr)
    return _written(hashlib.sha256(text.encode()).digest()[:_OCTETS])


# --- looking at them --------------------------------------------------------------------------------------------------


class Problem(Enum):
    """What is wrong."""

    CHANGED = "changed"
    """A row is not what it was when it was sealed."""
    MISSING = "missing"
    """A sealed row is gone."""
    UNSEALED = "unsealed"
    """A row was never sealed: no isotrack wrote it."""
    BROKEN = "broken"
    """A seal does not follow from the one before it, or is gone."""


Known = tuple[int, str, int, str]


class Flaw(Struct, frozen=True):
    """Something that is wrong with the record of a patient."""

    problem: Problem
    patient: int
    what: str = ""
    """What the row is; empty where it is about a seal."""
    id: int = 0
    """Of the row, or the position of the seal."""
    name: str = ""
    """The kind of a fact, the verb of a command; empty where nobody knows."""
    day: str = ""
    mark: str = ""
    """What it is now, by which it is known again once it was accepted."""

    @property
    def known(self) -> Known:
        """What tells it from any other."""
        return self.patient, self.what or _SEAL, self.id, self.mark


class Accepted(Struct, frozen=True):
    """What was accepted of a patient at one time."""

    patient: int
    at: str
    """The moment, as it is kept."""
    marks: tuple[tuple[str, int, str], ...]
    """What each is about, its id, what it was then."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """What it was about, each once."""
        return tuple(dict.fromkeys((what, number) for what, number, _mark in self.marks))


def flaws(ask: Ask) -> Iterator[Flaw]:
    """What is wrong with the records that are sealed, patient by patient.

    ``ask`` gives texts that are none any more as texts all the same: see :func:`asking_of_a_file`.
    """
    known = [patient for (patient,) in ask("SELECT id FROM patient ORDER BY id", ())[1]]
    sealed = [patient for (patient,) in ask("SELECT DISTINCT patient_id FROM seal ORDER BY patient_id", ())[1]]
    for patient in dict.fromkeys((*known, *sealed)):
        last, broken = _followed(ask, patient)
        yield from (Flaw(Problem.BROKEN, patient, id=position, mark=mark) for position, mark in broken)
        there = {(one.what, one.id): one for one in _record(ask, patient)}
        for row, digest in last.items():
            one = there.pop(row, None)
            if one is None and digest != _GONE:
                yield Flaw(Problem.MISSING, patient, *row, *_elsewhere(ask, row), _GONE)
            elif one is not None and one.digest != digest:
                yield Flaw(Problem.CHANGED, patient, *row, one.name, one.day, one.digest)
        yield from (Flaw(Problem.UNSEALED, patient, *row, one.name, one.day, one.digest) for row, one in there.items())


def accept(ask: Ask, found: Iterable[Flaw], moment: str) -> None:
    """Begin with a new seal at what is there: these flaws are none any more, until what they are about changes again.

    Of two flaws of one row the later one counts from now on; copies of the database may hold either.
    """
    by_patient: dict[int, list[Flaw]] = {}
    for flaw in found:
        by_patient.setdefault(flaw.patient, []).append(flaw)
    for patient, some in by_patient.items():
        _append(ask, patient, [((flaw.what or _SEAL, flaw.id), flaw.mark) for flaw in some], f"!{moment} ")


def as_they_are(ask: Ask, found: Iterable[Flaw]) -> Iterator[Flaw]:
    """The same flaws of rows, with what each row is by now."""
    for flaw in found:
        if flaw.what:
            now = next(_rows(ask, flaw.what, "id = ?", (flaw.id,)), None)
            yield replace(flaw, mark=now.digest if now is not None else _GONE)


def accepted(ask: Ask) -> Iterator[Accepted]:
    """What was ever accepted, in its order."""
    seals = "SELECT patient_id, marks FROM seal WHERE marks LIKE '!%' ORDER BY patient_id, position"
    for patient, marks in ask(seals, ())[1]:
        moment, _blank, rest = str(marks).removeprefix("!").partition(" ")
        found = tuple((what, int(number), mark) for what, number, mark in _MARK.findall(rest))
        yield Accepted(patient, moment, found)


def _followed(ask: Ask, patient: int) -> tuple[dict[Row, str], list[tuple[int, str]]]:
    """What was last marked of each row of a patient; where the chain is broken, and nobody has accepted that."""
    last: dict[Row, str] = {}
    broken = []
    before, expected = "", 1
    seals = "SELECT position, link, marks FROM seal WHERE patient_id = ? ORDER BY position"
    for position, link, marks in ask(seals, (patient,))[1]:
        found = _MARK.findall(str(marks))
        if position != expected or link != _link(before, patient, position, str(marks)):
            broken.append((position, _written(_hashed(f"{link}\n{position}\n{marks}")[:_OCTETS])))
        last |= {(what, int(number)): digest for what, number, digest in found}
        before, expected = str(link), int(position) + 1
    unknown = [one for one in broken if last.get((_SEAL, one[0])) != one[1]]
    return {row: digest for row, digest in last.items() if row[0] != _SEAL}, unknown


_MARK = re.compile(r"(?a:([pckfs])(\d{1,18}):(\S+))")


def _elsewhere(ask: Ask, row: Row) -> tuple[str, str]:
    """Kind and day of a row that is no longer the patient's, as far as there is one of its id."""
    found = list(_rows(ask, row[0], "id = ?", (row[1],)))
    return (found[0].name, found[0].day) if found else ("", "")


def asking_of_a_file(connection: sqlite3.Connection) -> Ask:
    """Asks on a bare connection; a text that is damaged is given as it is, and no error."""
    connection.text_factory = lambda octets: octets.decode("utf-8", "surrogateescape")
    return _asking(connection.cursor())
