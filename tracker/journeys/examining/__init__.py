"""Whether the database is well, and all that lies around it: what is wrong, and what to do about each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from msgspec.structs import replace

from tracker.db import journals, turned
from tracker.db.engine import DamagedError
from tracker.db.place import NoDatabaseError
from tracker.journeys.context import Context
from tracker.journeys.examining import around, calendars, copied, inside
from tracker.journeys.examining.finding import Finding, Level

__all__ = ["Finding", "Level", "examine"]


def examine(context: Context, day: date, *, mend: bool) -> Iterator[Finding]:
    """What there is to say of the database; what can be mended without a loss is, where that is asked for.

    ``day`` is that of the machine's clock, by which copies have their names. Nothing else is written. Raise
    NoDatabaseError where there is none, and no copy of one either, StorageError where its passphrase is not known.
    """
    database = context.database
    with database.named():
        turned.is_there(database.path, database.connector.on_wait)
    if (
        not database.path.is_file()
        and not database.path.is_symlink()
        and not (database.backups.may_be() or journals.left(database.path))
    ):
        with database.reading():
            raise NoDatabaseError("")
    with suppress(DamagedError):
        _ = database.is_encrypted  # without its passphrase there is nothing that could be said of it
    said = set()
    for one in _all(context, day, mend=mend):
        if (what := (one.file, one.entry, str(one.text))) in said:
            continue  # what is damaged is met by one check after the other
        said.add(what)
        if mend and one.mend is not None and one.mend():
            yield replace(one, level=Level.OK, is_mended=True, mend=None)
        else:
            yield one


def _all(context: Context, day: date, *, mend: bool) -> Iterator[Finding]:
    copies = copied.held(context)
    found = yield from inside.look(context, copied.newest_whole(copies), mend=mend)
    yield from copied.say(context, day, copies, found)
    yield from around.permissions(context)
    yield from around.place(context)
    yield from around.leftovers(context)
    yield from around.photos(context, found)
    if found.is_sound:
        yield from calendars.remembered(context)
        yield from calendars.subscribed(context)
    yield around.versions(found)
