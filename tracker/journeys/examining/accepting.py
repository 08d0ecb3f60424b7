"""Taking what is there as it is: damage that no copy can mend, once a person has looked at it.

What can be accepted is that a row is not what was recorded, was never recorded or is gone, that a seal does not follow,
that a text is torn (what can still be read of it stays), that an entry is none any more (it is taken out). Never a file
whose pages, references or layout are damaged otherwise, nor a record that still could not be read: commands would fail
on it afterwards as before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from tracker.db import migrations, patients, seals, store, texts, whole
from tracker.db.rehearsal import Rehearsal
from tracker.db.seals import Ask, Flaw
from tracker.db.texts import Torn
from tracker.errors import N_, InputError, Phrase, StorageError, TrackerError
from tracker.facts import KINDS, Fact, kind_of
from tracker.journeys.context import Context, pinned, seen
from tracker.journeys.examining import copied, illegible, inside
from tracker.journeys.examining.finding import Finding, Found, Level
from tracker.journeys.examining.illegible import Repair

_REFERENCES = "references"
_CAN_BE = ("seals", "texts", _REFERENCES)
"""What of the doctor's findings can be accepted."""
_NOT_READ = (ArithmeticError, AssertionError, LookupError, TypeError, ValueError, TrackerError)
"""What comes of values that are none any more."""
_UNREADABLE = N_("what is there cannot be read by isotrack: it was not accepted")


class Offer(Struct, frozen=True):
    """What would be accepted."""

    findings: tuple[Finding, ...]
    """In words."""
    flaws: tuple[Flaw, ...]
    torn: tuple[Torn, ...]
    instead: Phrase | None
    """The copy that would mend it."""
    now: tuple[Fact, ...]
    """The entries among them, as they are now and as far as they can be read."""
    repairs: tuple[Repair, ...]
    """What becomes of what cannot be read; with torn texts it shows only when they are mended."""


def look(context: Context) -> Offer:
    """What there is to accept, perhaps nothing; raise StorageError where something is wrong that cannot be."""
    copy = copied.newest_whole(copied.held(context))
    looking, findings = inside.look(context, copy, mend=False), list[Finding]()
    while True:
        try:
            findings.append(next(looking))
        except StopIteration as end:
            found = end.value
            break
    wrong = [one for one in findings if one.level is Level.WRONG or one.check == "cut-off"]
    repairs, taken_out = _repairs(context, found) if all(one.check in _CAN_BE for one in wrong) else ((), False)
    for one in wrong:
        if one.check not in _CAN_BE or (one.check == _REFERENCES and not taken_out):
            raise StorageError(N_("this cannot be accepted: {problem}"), N_("{command} says what to do"),
                               problem=one.text, command="isotrack doctor")  # fmt: skip
    return Offer(tuple(wrong), found.flaws, found.torn, inside.back(copy), _now(context, found), repairs)


def _repairs(context: Context, found: Found) -> tuple[tuple[Repair, ...], bool]:
    """What has to become of what cannot be read; whether all that refers to nothing is taken out by it."""
    if found.torn or found.version != migrations.HEAD:
        return (), False
    with suppress(_Looked), Rehearsal(context.database.of_the_disk()).writing() as connection:
        with _whatever_is_in_it(connection) as ask:
            repairs = illegible.repairs(connection, ask, found.flaws, _kept(context))
            out = {one.taken_out for one in repairs}
            broken = ask("PRAGMA foreign_key_check", ())[1]
        raise _Looked
    return repairs, all(table == "fact" and number in out for table, number, *_rest in broken)


class _Looked(Exception):  # noqa: N818 - no error: it takes the transaction back
    """Nothing is to be written."""


def _kept(context: Context) -> str:
    return context.now.astimezone(UTC).isoformat(timespec="seconds")


def _now(context: Context, found: Found) -> tuple[Fact, ...]:
    wanted = {flaw.id for flaw in found.flaws if flaw.what == seals.FACT}
    if found.torn or found.version != migrations.HEAD:
        return ()
    try:
        with context.database.reading() as connection:
            facts = [one.fact for patient in patients.all_of_them(connection)
                     for one in whole.read(connection, patient.id, ()).entries]  # fmt: skip
    except _NOT_READ:
        return ()
    return tuple(one for one in facts if one.id in wanted and _can_be_said(one))


def _can_be_said(one: Fact) -> bool:
    try:
        kind_of(one).say(one)
    except _NOT_READ:
        return False
    return True


def accept(context: Context, offer: Offer, day: date) -> Path:
    """Take it as it is, in one transaction with the seal that says so; where the file from before lies.

    ``day`` is that of the machine's clock. Raise InputError where it is not what was offered any more.
    """
    database = context.database
    with database.writing(unchecked=True) as connection:
        with _whatever_is_in_it(connection) as ask:
            if tuple(seals.flaws(ask)) != offer.flaws or tuple(texts.torn(ask)) != offer.torn:
                raise InputError(N_("it has changed meanwhile: nothing was accepted"), N_("look at it again"))
            for one in offer.torn:
                texts.mend(ask, one)
            repairs = illegible.repairs(connection, ask, offer.flaws, _kept(context))
            illegible.make(ask, repairs)
            after = (*seals.flaws(ask), *seals.as_they_are(ask, offer.flaws)) if offer.torn or repairs else ()
            seals.accept(ask, (*offer.flaws, *after), _kept(context))
        _require_readable(connection, context)
        try:
            kept = database.backups.keep_accepted(day)  # of what is on the disk: nothing is committed yet
        except (OSError, sqlite3.Error) as error:
            raise database.cannot_copy(error, database.backups.folder) from error
    return kept


@contextmanager
def _whatever_is_in_it(connection: Connection) -> Iterator[Ask]:
    """Asks on the connection of the transaction; texts that are none are no error in the block."""
    driver: Any = connection.connection.driver_connection
    before = driver.text_factory
    try:
        yield seals.asking_of_a_file(driver)
    finally:
        driver.text_factory = before


def _require_readable(connection: Connection, context: Context) -> None:
    """Raise StorageError for a record that no command could read or write."""
    try:
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise ValueError  # noqa: TRY301 - as for any other
        for one in patients.all_of_them(connection):
            for course in whole.read(connection, one.id, ()).courses:
                started = pinned(course.course, course.protocol_text, context.today)
                seen(started, store.load(connection, course.course, KINDS), context.today)
    except _NOT_READ as error:
        raise StorageError(_UNREADABLE, N_("{command} says what to do"), command="isotrack doctor") from error
