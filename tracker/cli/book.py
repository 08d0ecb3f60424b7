"""``isotrack book``: appointments for planned items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tracker.cli import names, show, whose
from tracker.cli.base import NOTE, Command, code, context, flags, is_asked, option
from tracker.cli.choices import pick
from tracker.cli.days import WordOfADay, order_of_days
from tracker.cli.names import Completed
from tracker.cli.show import saved
from tracker.cli.typed import NotADayError, SeveralTimesError, combined, read_when
from tracker.cli.values import read_key
from tracker.errors import N_, InputError, NoSuchError
from tracker.facts import KINDS, Appointment, Done, Session
from tracker.i18n import _

if TYPE_CHECKING:
    from tracker.plan import Item

_SOME_TIME = time(15, 30)
"""Of an appointment in an example."""


@click.command(
    cls=Command,
    help=N_(
        "Record an appointment for the planned item KEY (isotrack plan shows the keys): a day, or a day and a time."
    ),
)
@click.argument("key", type=Completed(names.items))
@click.argument("when", nargs=-1, type=WordOfADay())
@option("--cancel", is_flag=True, help=N_("Take the appointment away."))
@option("--note", type=NOTE, metavar="TEXT", help=N_("A note of your own; - reads it from standard input."))
def book(key: str, when: tuple[str, ...], cancel: bool, note: str | None) -> None:
    """An appointment."""
    from tracker.journeys.course import opening, recording

    key, when = _in_order(key, when)
    key = _kind_called(read_key(key))
    if cancel:
        if when:
            raise InputError(N_("--cancel takes no day"))
        done = recording.unbook(context(), key)
        whose.saved(N_("Saved: {key} has no appointment any more."), key=key)
    else:
        _refuse_what_is_missing(key, when)
        typed = " ".join(when)
        zones: list[str] = []

        def place() -> ZoneInfo | None:
            zones.extend(filter(None, [opening.zone_of_the_last_course(context())]))
            return ZoneInfo(zones[0]) if zones else None

        on, at = _when(typed, place)
        try:
            done = recording.book(context(), key, on, at, note)
        except NoSuchError as refused:
            if not any(one.startswith(f"{key.partition('/')[0]}/") for one in refused.among):
                _refuse_a_procedure_without_a_plan(key)
            raise
        booked = done.recorded[-1]
        assert isinstance(booked, Appointment)  # noqa: S101 - that is what was recorded
        saved(done, N_("appointment on {when}"), when=combined(on, at), key=booked.key)
        if zones:
            show.say(N_("The time is that of {zone}, the time zone of the course."), zone=zones[0])
    show.outcome(done, context())


def _when(typed: str, place: Callable[[], ZoneInfo | None]) -> tuple[date, time | None]:
    """The day and time that were typed; of an hour of either half of the day, the one that is meant."""
    try:
        return read_when(typed, flags().day(), code(), place, order_of_days)
    except SeveralTimesError as refused:
        if not is_asked():
            raise
        for number, one in enumerate(refused.times, start=1):
            show.say(N_("{number}: {when}"), number=number, when=one)
        meant = refused.times[pick(_("Which time is meant?"), len(refused.times)) - 1]
        return meant.date(), meant.time()


def _in_order(key: str, when: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What was typed with the item in front, where the day stands there and the item behind it: 10月5日 再診."""
    words = " ".join(when).split()
    place = next((at for at, word in enumerate(words) if _names_an_item(word)), None)
    if place is None or _names_an_item(key):
        return key, when
    return words[place], (key, *words[:place], *words[place + 1 :])


def _names_an_item(word: str) -> bool:
    name, _stroke, number = word.partition("/")
    return word.lower() in _names_of_kinds() or (number.isdecimal() and not name.isdecimal())


def _kind_called(key: str) -> str:
    """The kind of a word that ``log`` knows it by, in either language: of it the next open item is meant."""
    return _names_of_kinds().get(key.lower(), key)


def _names_of_kinds() -> dict[str, str]:
    logged = ((kind.log, kind) for kind in KINDS if kind.log is not None and kind.cls in (Done, Session))
    return {name: kind.name for said, kind in logged for name in said.names}


def _refuse_what_is_missing(key: str, when: Sequence[str]) -> None:
    """Raise InputError where the item or the day is missing; the command is offered for what is open next."""
    try:
        day = combined(*read_when(" ".join((key, *when)), flags().day(), code(), order=order_of_days))
    except SeveralTimesError as refused:
        day = refused.times[0]
    except NotADayError:
        day = None
    if day is None and when:
        return
    missing = N_("the item that the appointment is for is missing")
    if day is None:
        missing = N_("the day of the appointment is missing")
    item = _next_to_book(key)
    if item is None:
        raise InputError(missing)
    day = day or datetime.combine(max(item.planned_day, flags().day()), _SOME_TIME)
    said = f'"{day:%Y-%m-%d %H:%M}"' if isinstance(day, datetime) else day.isoformat()
    raise InputError(missing, N_("for example: {command}"), command=f"isotrack book {item.key} {said}")


def _refuse_a_procedure_without_a_plan(key: str) -> None:
    """Raise InputError where the item would be a session of a procedure, none of which is planned."""
    from tracker.procedures import catalogue  # only where there is no such item

    found = catalogue().procedures.get(key.partition("/")[0])
    if found is not None:
        raise InputError(N_('there is no planned item "{key}"'), N_("to plan a session of it first: {command}"),
                         key=key, command=f"isotrack procedure plan {found.code} --sessions 1")  # fmt: skip


def _next_to_book(key: str) -> Item | None:
    """The next open item that is not booked: of the key or kind that was said, else of all; None where none is open."""
    from tracker.journeys.context import look

    free = [one for one in look(context()).plan.items if one.state.is_open and one.appointment is None]
    named = [one for one in free if key in (one.key, one.rule.id, one.kind)]
    return min(named or ([] if _names_an_item(key) else free), key=lambda one: one.planned_day, default=None)
