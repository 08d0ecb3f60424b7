"""Keeping a calendar on a server in step with the plan.

Which server that is, and a whole run against it; what a run does is in ``sending``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.calendar.merge import Action
from tracker.dav import Server
from tracker.db import patients, published, remote
from tracker.errors import N_, InputError, ServerError
from tracker.i18n import language
from tracker.journeys.calendar import comparing, remembering
from tracker.journeys.calendar.sending import Run, Sent, Synced, left, ours, prepare, send
from tracker.journeys.calendar.take_over import pull
from tracker.journeys.calendar.three_way import Form, There, sides
from tracker.journeys.context import Context

_PASSES = 3
"""How often a run sends, where another device writes at the same moment or the server did not keep what it took."""
_GOES_ON = N_("what was sent is remembered; the next sync goes on from there")


class CutOffError(ServerError):
    """The sync did not come to its end; ``done`` is what was done before."""

    def __init__(self, why: ServerError, done: Synced) -> None:
        super().__init__(why.message, _GOES_ON, **why.values)
        self.done = done


class Setup(Struct, frozen=True):
    """Where the calendar is kept: no password. ``calendar`` is its address once it was made."""

    url: str
    user: str
    form: Form = Form.EVENT
    calendar: str | None = None


def setup(context: Context) -> Setup | None:
    """The server that this patient's calendar is kept on, if there is one."""
    with context.database.reading() as connection:
        url = remembering.remembered(connection, context, published.SYNC_URL)
        user = remembering.remembered(connection, context, published.SYNC_USER)
        form = remembering.remembered(connection, context, published.SYNC_FORM)
        calendar = remembering.remembered(connection, context, published.SYNC_CALENDAR)
    return Setup(url, user or "", Form.TODO if form == Form.TODO else Form.EVENT, calendar) if url else None


def setups(context: Context) -> dict[str, Setup]:
    """The servers that the calendars of all patients are kept on, by the patient's name."""
    with context.database.reading() as connection:
        return setups_in(connection)


def setups_in(connection: Connection) -> dict[str, Setup]:
    """The same, of a database that is open."""
    known = {one.label: published.settings(connection, one.id) for one in patients.all_of_them(connection)}
    return {
        label: Setup(said[published.SYNC_URL], said.get(published.SYNC_USER, ""))
        for label, said in known.items() if said.get(published.SYNC_URL)
    }  # fmt: skip


def stop(context: Context) -> Setup:
    """Keep the calendar on no server any more; what it was. Nothing is deleted there."""
    was = kept_on(context)
    _remember(context, Setup("", ""), "")
    return was


def kept_on(context: Context) -> Setup:
    """The server that the calendar is kept on; raise InputError where it is on none."""
    was = setup(context)
    if was is None:
        raise InputError(N_("the calendar is kept on no server"))
    return was


def preview(context: Context, where: Setup, server: Server, *, restore: bool = False) -> Synced:
    """What a sync would do: nothing is written here or there."""
    calendar = where.calendar or server.calendar(_identity(context, where.form)[0], where.form.component)
    there = There.of(server.entries(calendar, where.form.component) if calendar else ())
    with context.database.reading() as connection:
        found = sides(connection, context, where.form, calendar, there, restore=restore)
    shown = [step for step in ours(found) if step.action is not Action.FORGET]
    sent = tuple(Sent(step.action, found.title(step.uid), found.day(step)) for step in shown)
    return Synced(sent=sent, left=left(found), kept=found.kept, unreadable=there.unreadable)


def sync(
    context: Context,
    where: Setup,
    server: Server,
    *,
    take_over: bool = False,
    restore: bool = False,
    on_step: Callable[[int, int], None] = lambda _done, _of: None,
) -> Synced:
    """Bring the server's calendar in step with the plan.

    What another device changed is reported and left as it is there; ``take_over`` makes facts of it (one command,
    which can be undone), ``restore`` puts the plan's own back. Raise ServerError where the server cannot be reached
    or refuses, and CutOffError where it does so after something was done.
    """
    run = Run()
    try:
        calendar, is_new = _calendar(context, where, server, anew=restore)
        entries = server.entries(calendar, where.form.component)
        if where.calendar is None or restore:
            _begin(context, where, calendar, is_empty=is_new or not entries)
        if take_over:
            run.pulled = pull(context, where.form, calendar, There.of(entries))
        for number in range(_PASSES + 1):
            found = prepare(context, where.form, calendar, There.of(entries), run, restore=restore)
            if not run.texts or number == _PASSES:
                break
            send(context, server, calendar, found, run, on_step)
            entries = server.entries(calendar, where.form.component)
        run.require_end(urlsplit(where.url).hostname or where.url)
    except ServerError as error:
        if run.has_begun:
            raise CutOffError(error, replace(run.done(), busy=0, unreadable=0)) from error
        raise
    return run.done()


def _identity(context: Context, form: Form) -> tuple[str, str]:
    """The calendar's id on a server and its name: derived from the first course, so that no second one is made."""
    with context.database.reading() as connection:
        found = comparing.compared(connection, context)
    name = language(found.settings.language).gettext(N_("Reminders"))
    return str(uuid.uuid5(uuid.UUID(found.uuid), f"calendar:{form.value}")), name


def _calendar(context: Context, where: Setup, server: Server, *, anew: bool) -> tuple[str, bool]:
    """The address of our calendar, which is made where there is none yet; ``anew`` where it was deleted, too."""
    if where.calendar is not None and not anew:
        return where.calendar, False
    component = where.form.component
    identity, name = _identity(context, where.form)
    there = server.calendar(identity, component)
    return (there, False) if there else (server.make_calendar(identity, name, component), True)


def _begin(context: Context, where: Setup, calendar: str, *, is_empty: bool) -> None:
    """Remember the calendar, now that it was seen, and nothing of one that was there in its place."""
    if is_empty:
        with context.database.writing() as connection:
            remote.forget_all(connection, calendar)
    _remember(context, where, calendar)


def _remember(context: Context, where: Setup, calendar: str) -> None:
    said = {
        published.SYNC_URL: where.url,
        published.SYNC_USER: where.user,
        published.SYNC_FORM: where.form,
        published.SYNC_CALENDAR: calendar,
    }
    with context.database.writing() as connection:
        # The entries stay in the language of the first sync, whatever terminal a later one is run from.
        said["language"] = remembering.settings_of(connection, context).language
        for name, value in said.items():
            remembering.remember_setting(connection, context, name, str(value))
