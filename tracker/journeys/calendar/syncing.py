"""Keeping a calendar on a server in step with the plan.

What is about to be sent is remembered before it is sent, and what was sent after the server took it: a run that is
cut off anywhere is completed by the next one, and never taken for another device's change.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from tracker.calendar import resource
from tracker.calendar.merge import Action, Step
from tracker.dav import ChangedMeanwhileError, Held, Server, ServerError
from tracker.db import patients, published, remote
from tracker.errors import N_, InputError
from tracker.i18n import language
from tracker.journeys.calendar import comparing, remembering
from tracker.journeys.calendar.take_over import Pulled, pull
from tracker.journeys.calendar.three_way import Difference, Form, Kept, Sides, There, sides
from tracker.journeys.context import Context, patient_of
from tracker.publication import GONE, Known

_PASSES = 3
"""How often a run looks again, where another device writes at the same moment."""


class Setup(Struct, frozen=True):
    """Where the calendar is kept: no password. ``calendar`` is its address once it was made."""

    url: str
    user: str
    form: Form = Form.EVENT
    calendar: str | None = None


class Sent(Struct, frozen=True):
    """An entry that was sent or deleted, and when it is."""

    action: Action
    title: str
    when: date | datetime | None


class Synced(Struct, frozen=True, kw_only=True):
    """What a sync did, or would do."""

    sent: tuple[Sent, ...] = ()
    """What was done with which entry."""
    pulled: Pulled = field(default_factory=Pulled)
    """What another device changed, and was taken over."""
    left: tuple[Difference, ...] = ()
    """What another device changed, and is still as it made it."""
    kept: tuple[Kept, ...] = ()
    """Single days of a series that another device took out or changed since the last sync; they stay so."""
    unreadable: int = 0
    """Entries of the server's that cannot be read; they are left alone."""
    busy: int = 0
    """Entries that another device kept changing under our hands; the next run has them."""

    def count(self, action: Action) -> int:
        """How many entries this was done with."""
        return Counter(one.action for one in self.sent)[action]


def setup(context: Context) -> Setup | None:
    """The server that this patient's calendar is kept on, if there is one."""
    with context.database.reading() as connection:
        url = remembering.remembered(connection, context, published.SYNC_URL)
        user = remembering.remembered(connection, context, remembering.SYNC_USER)
        form = remembering.remembered(connection, context, remembering.SYNC_FORM)
        calendar = remembering.remembered(connection, context, remembering.SYNC_CALENDAR)
    return Setup(url, user or "", Form(form or Form.EVENT), calendar) if url else None


def setups(context: Context) -> dict[str, Setup]:
    """The servers that the calendars of all patients are kept on, by the patient's name."""
    with context.database.reading() as connection:
        known = {one.label: published.settings(connection, one.id) for one in patients.all_of_them(connection)}
    return {
        label: Setup(said[published.SYNC_URL], said.get(remembering.SYNC_USER, ""))
        for label, said in known.items() if said.get(published.SYNC_URL)
    }  # fmt: skip


def stop(context: Context) -> Setup:
    """Keep the calendar on no server any more; what it was. Nothing is deleted there."""
    was = setup(context)
    if was is None:
        raise InputError(N_("the calendar is kept on no server"))
    _remember(context, Setup("", ""), "")
    return was


def preview(context: Context, where: Setup, server: Server, *, restore: bool = False) -> Synced:
    """What a sync would do: nothing is written here or there."""
    calendar = where.calendar or server.calendar(_identity(context, where.form)[0], where.form.component)
    there = There.of(server.entries(calendar, where.form.component) if calendar else ())
    with context.database.reading() as connection:
        found = sides(connection, context, where.form, calendar, there, restore=restore)
    return Synced(sent=_sent(found, _ours(found)), left=_left(found), kept=found.kept, unreadable=there.unreadable)


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
    or refuses.
    """
    calendar = _calendar(context, where, server, anew=restore)
    pulled = Pulled()
    sent: tuple[Sent, ...] = ()
    kept: tuple[Kept, ...] = ()
    for number in range(_PASSES):
        there = There.of(server.entries(calendar, where.form.component))
        if take_over and number == 0:
            pulled = pull(context, where.form, calendar, there)
        found, send = _prepare(context, where.form, calendar, there, restore=restore)
        busy = _send(context, server, calendar, found, send, there.held, on_step)
        sent += _sent(found, [step for step in send if step.uid not in busy])
        kept += tuple(one for one in found.kept if one not in kept)
        if not busy:
            break
    return Synced(
        sent=sent, left=_left(found), pulled=pulled, kept=kept, unreadable=there.unreadable, busy=len(busy),
    )  # fmt: skip


def _identity(context: Context, form: Form) -> tuple[str, str]:
    """The calendar's id on a server and its name: derived from the first course, so that no second one is made."""
    with context.database.reading() as connection:
        found = comparing.compared(connection, context)
    name = language(found.settings.language).gettext(N_("Reminders"))
    return str(uuid.uuid5(uuid.UUID(found.uuid), f"calendar:{form.value}")), name


def _calendar(context: Context, where: Setup, server: Server, *, anew: bool) -> str:
    """The address of our calendar, which is made where there is none yet; ``anew`` where it was deleted, too."""
    if where.calendar is not None and not anew:
        return where.calendar
    component = where.form.component
    identity, name = _identity(context, where.form)
    there = server.calendar(identity, component)
    calendar = there or server.make_calendar(identity, name, component)
    if there is None:
        with context.database.writing() as connection:
            remote.forget_all(connection, calendar)
    _remember(context, where, calendar)
    return calendar


def _remember(context: Context, where: Setup, calendar: str) -> None:
    said = {
        published.SYNC_URL: where.url,
        remembering.SYNC_USER: where.user,
        remembering.SYNC_FORM: where.form,
        remembering.SYNC_CALENDAR: calendar,
    }
    with context.database.writing() as connection:
        # The entries stay in the language of the first sync, whatever terminal a later one is run from.
        said["language"] = remembering.settings_of(connection, context).language
        for name, value in said.items():
            remembering.remember_setting(connection, context, name, str(value))


def _sent(found: Sides, send: list[Step]) -> tuple[Sent, ...]:
    shown = [step for step in send if step.action is not Action.FORGET]
    return tuple(Sent(step.action, found.title(step.uid), found.day(step)) for step in shown)


def _ours(found: Sides) -> list[Step]:
    return [step for step in found.steps if step.elsewhere is None]


def _left(found: Sides) -> tuple[Difference, ...]:
    return tuple(one for step in found.steps if (one := found.difference(step)))


def _prepare(context: Context, form: Form, calendar: str, there: There, *, restore: bool) -> tuple[Sides, list[Step]]:
    """What is to be sent, remembered before it is."""
    with context.database.writing() as connection:
        found = sides(connection, context, form, calendar, there, restore=restore)
        ours = _ours(found)
        remote.forget(connection, calendar, [step.uid for step in ours if step.action is Action.FORGET])
        # First what gains a single day, then what loses it: a run that is cut off forgets none.
        send = sorted((step for step in ours if step.action is not Action.FORGET), key=_gains_no_day(found))
        intents = {
            step.uid: replace(
                _settled(found.known.get(step.uid, Known()), step),
                sent=GONE if step.action is Action.DELETE else found.wanted[step.uid].seen,
            )
            for step in send
        }
        seen = {
            uid: replace(was, seen=replace(was.seen, own=there.seen[uid].own))
            for uid, was in found.known.items()
            if was.seen is not None and uid in there.seen and uid not in intents
        }
        noticed = {uid: was for uid, was in seen.items() if was != found.known[uid]}
        remote.save(connection, calendar, patient_of(connection, context).id, intents | noticed)
    return found, send


def _gains_no_day(found: Sides) -> Callable[[Step], bool]:
    return lambda step: all(str(one) in step.here.own for one in found.days.get(step.uid, ()))


def _settled(was: Known, step: Step) -> Known:
    """What is known of an entry, now that it was read: a change whose answer was lost did arrive, if it is there.

    Without this a run that is cut off before it comes to the entry would forget that change, and the next run would
    take it for another device's.
    """
    if not step.before.agrees(step.here):
        return was
    return replace(was, seen=None if step.before == GONE else step.before)


def _send(
    context: Context,
    server: Server,
    calendar: str,
    found: Sides,
    send: list[Step],
    held: dict[str, Held],
    on_step: Callable[[int, int], None],
) -> set[str]:
    """Send every step and remember each that the server took; the UIDs that changed there meanwhile."""
    busy = set()
    for number, step in enumerate(send, start=1):
        text = found.text(step, held) if step.action is not Action.DELETE else b""
        try:
            _send_one(server, calendar, step, held, text)
        except ChangedMeanwhileError:
            busy.add(step.uid)
            continue
        except ServerError as error:
            hint = N_("what was sent is remembered; the next sync goes on from there")
            raise ServerError(error.message, hint, **error.values) from error
        with context.database.writing() as connection:
            if step.action is Action.DELETE:
                remote.forget(connection, calendar, [step.uid])
            else:
                want = found.wanted[step.uid]
                own = resource.read(text)[1].own if found.days.get(step.uid) else ()
                settled = {step.uid: Known(digest=want.digest, seen=replace(want.seen, own=own))}
                remote.save(connection, calendar, patient_of(connection, context).id, settled)
        on_step(number, len(send))
    return busy


def _send_one(server: Server, calendar: str, step: Step, held: dict[str, Held], text: bytes) -> None:
    match step.action:
        case Action.CREATE:
            server.create(calendar, step.uid, text)
        case Action.UPDATE:
            server.update(held[step.uid], text)
        case Action.DELETE:
            server.delete(held[step.uid])
