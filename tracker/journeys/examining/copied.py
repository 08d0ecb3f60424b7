"""The copies of the database: whether each can be read and is what was recorded, and how old the newest is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct

from tracker.db import cipher, contents, keys_here, seals
from tracker.db.backups import Copy
from tracker.db.connecting import WrongPassphraseError
from tracker.db.contents import Content
from tracker.db.engine import DamagedError
from tracker.db.migrations import ForeignError, NewerError
from tracker.db.seals import Known
from tracker.errors import N_, Phrase, StorageError, counted
from tracker.journeys.context import Context
from tracker.journeys.examining.finding import Finding, Found, Level


class Held(Struct, frozen=True):
    """A copy: how many entries in it are not what was recorded, or why it cannot be read."""

    copy: Copy
    flaws: int = 0
    accepted: int = 0
    """How many more are not, as they were accepted in the database since."""
    error: StorageError | None = None
    newest: datetime | None = None
    content: Content | None = None


def held(context: Context) -> list[Held]:
    """The copies that lie beside the database, looked at one by one."""
    copies = context.database.backups.all()
    accepted = _accepted(context) if copies else frozenset()
    keys_here.know_former(context.database)
    return [_looked_at(context, copy, accepted) for copy in copies]


def _is_known(context: Context, held: Held) -> bool:
    """Whether all that was recorded in a copy is in the database as well."""
    try:
        here = contents.content(context.database, context.database.path, writable=False)
    except StorageError:
        return False
    return held.content is None or here.knows_all_of(held.content)


def _accepted(context: Context) -> frozenset[Known]:
    """What was accepted in the database, as far as it can be read: its copies from before that have it as well."""
    database = context.database
    try:
        with database.named(), database.connector.opened(database.path, writable=False) as connection:
            ask = seals.asking_of_a_file(connection)
            return frozenset((one.patient, *mark) for one in seals.accepted(ask) for mark in one.marks)
    except StorageError:
        return frozenset()


def _looked_at(context: Context, copy: Copy, accepted: frozenset[Known]) -> Held:
    try:
        content = contents.content(context.database, copy.path)
        found = contents.flaws(context.database, copy.path, content.version)
        left = sum(flaw.known not in accepted for flaw in found)
        return Held(copy, left, len(found) - left, newest=content.newest, content=content)
    except StorageError as error:
        return Held(copy, error=error)


def newest_whole(copies: list[Held]) -> str | None:
    """What names the copy that has most of what was recorded, of those that are whole."""
    whole = [one for one in copies if one.error is None and not (one.flaws or one.accepted) and one.newest is not None]
    best = max(whole, key=lambda one: (
        # By what it knows: the clock that said its day, and when something was typed, may have been wrong.
        len(one.content.state) if one.content else 0, one.newest.timestamp() if one.newest else 0, one.copy.is_of_a_day,
    ), default=None)  # fmt: skip
    return best.copy.path.name.removesuffix(".db") if best is not None else None


def say(context: Context, today: date, copies: list[Held], found: Found) -> Iterator[Finding]:
    """What there is to say of them."""
    for one in copies:
        file = str(one.copy.path)
        if one.error is not None and one.copy.is_as_found:
            continue  # it was kept for what is wrong with it
        level, advice = _advice(context, one, is_well=found.is_sound and not found.flaws)
        if one.error is not None:
            yield Finding(check="copies", level=level, file=file, advice=advice,
                          text=Phrase(one.error.message, one.error.values))  # fmt: skip
        elif one.flaws:
            entries = counted("{count} row", "{count} rows", count=one.flaws)
            text = Phrase(N_("In the copy {file} something is not what was recorded: {entries}."),
                          {"file": file, "entries": entries})  # fmt: skip
            yield Finding(check="copies", level=level, file=file, text=text, advice=advice)
    if (barred := context.database.backups.barred()) is not None:
        yield Finding(check="copies", level=Level.WRONG, file=str(context.database.backups.folder),
                      text=Phrase(N_("No copy is made, and those that there are cannot be seen: {reason}."),
                                  {"reason": barred}), advice=_BARRED)  # fmt: skip
    else:
        yield from _age(context, today, copies, found)


def _advice(context: Context, one: Held, *, is_well: bool) -> tuple[Level, Phrase]:
    """What to do with a copy of which something is wrong; what only cannot be opened may be all that there is."""
    if one.error is not None and not isinstance(one.error, DamagedError):
        return Level.WARNING, _opening(one.error)
    if one.copy.is_replaced:
        return Level.WARNING, Phrase(N_("it was the database before a copy was put back: delete it when nothing of it"
                                        " is missed"))  # fmt: skip
    if not is_well:
        return Level.WRONG, Phrase(N_("keep it until the database is well, or a newer copy is whole"))
    if not _is_known(context, one):
        return Level.WRONG, Phrase(N_("keep it: something was recorded in it that is not in the database"))
    if _accepted(context):
        return Level.WRONG, Phrase(N_("keep it: it may have what was accepted as lost in the database"))
    return Level.WRONG, Phrase(N_("it is of no use: delete it; today's copy is made with {command}"),
                               {"command": "isotrack backup"})  # fmt: skip


def _opening(error: StorageError) -> Phrase:
    """What stands between a person and a copy that may be whole."""
    if isinstance(error, WrongPassphraseError):
        return Phrase(N_("keep it: the passphrase with which it was encrypted opens it; look again with that one"))
    if isinstance(error, NewerError):
        return Phrase(N_("keep it: an isotrack of that format, or a newer one, opens it"))
    if error.hint == cipher.INSTALL:
        return Phrase(N_("keep it, it may be whole; to open encrypted files: {command}"), {"command": cipher.COMMAND})
    if isinstance(error, ForeignError):
        return Phrase(N_("keep it until you know whose it is"))
    return Phrase(N_("keep it, it may be whole: look again when this account can read it"))


_BARRED = Phrase(N_("make that folder readable for this account alone, or move it away: the next entry makes another"))


def _age(context: Context, today: date, copies: list[Held], found: Found) -> Iterator[Finding]:
    """How many can be read, and what is in none of them."""
    whole = [one for one in copies if one.error is None and not one.flaws]
    days = [one.copy.day for one in whole if one.copy.is_of_a_day and one.copy.day is not None]
    days = [day for day in days if day <= today] or days  # one of a day to come says nothing of how old it is
    last, first = _day(found.newest), _day(found.first)
    missing = last is not None and first is not None and (max(days) < last if days else first < last)
    values = {"copies": counted("{count} copy", "{count} copies", count=len(whole))}
    if missing:
        since = max(days) if days else first
        yield Finding(check="copies", level=Level.WARNING, file=str(context.database.backups.folder), text=Phrase(
            N_("What was recorded since {day} is in no copy beside the database."), {"day": since}
        ), advice=Phrase(N_("make one: {command}"), {"command": "isotrack backup"}))  # fmt: skip
    elif days:
        age = counted("{count} day", "{count} days", count=max((today - max(days)).days, 0))
        yield Finding(check="copies", level=Level.OK, text=Phrase(
            N_("Copies: {copies} can be read; the newest is of {day} ({age} ago)."),
            values | {"day": max(days), "age": age},
        ))  # fmt: skip
    else:
        yield Finding(check="copies", level=Level.OK, text=Phrase(N_("Copies: {copies} can be read."), values))


def _day(moment: str | None) -> date | None:
    """The day of a moment, by the clock of this machine, on which copies are made."""
    try:
        return datetime.fromisoformat(moment).astimezone().date() if moment else None
    except ValueError:
        return None
