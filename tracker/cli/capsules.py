"""What is to be said of the capsules: those taken against the prescription or a hold, and how long the rest lasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tracker.cli import paper, show
from tracker.errors import N_, Listed, Phrase, counted
from tracker.facts.intake import Product
from tracker.facts.stock import Stock, capsules_said
from tracker.i18n import active
from tracker.laboratory import Level
from tracker.pattern import written
from tracker.readings.departures import departures, not_seen_by_the_clinic

if TYPE_CHECKING:
    from tracker.engine.view import View
    from tracker.readings.departures import Above, Departures
    from tracker.readings.stock import AtHand, Short, Unfit

_DAYS = 10
"""Days that are named at most."""


def not_seen(view: View) -> Departures:
    """What departs from what was to be taken, and no visit came after."""
    return not_seen_by_the_clinic(view.history, departures(view.history, view.plan))


def of_a_course(view: View) -> Departures:
    """All that departs from it."""
    return departures(view.history, view.plan)


def put(found: Departures) -> None:
    """Print them in a line each, with what is to be done about them."""
    for one in _said(found):
        paper.put("! " + _with_what_to_do(one))


def for_a_doctor(found: Departures, *, is_full: bool) -> Iterator[str]:
    """The same without what the patient is to do."""
    for one in _said(found, is_full=is_full):
        yield str(active().value(one.what))


def supply(view: View) -> tuple[date, str] | None:
    """That the capsules at hand are used up, or end before the next visit, and from when; None where neither is so."""
    match _supply(view):
        case None:
            return None
        case (since, found):
            return since, none_at_hand(since, found)
        case short if short.visit.planned_day < view.plan.today:
            return short.last, show.filled(
                N_("! Capsules last until {on}, and the visit of {visit} ({key}) is overdue: ask your clinic how you"
                   " get more."), on=short.last, visit=short.visit.planned_day, key=short.visit.key,
            )  # fmt: skip
        case short:
            return short.last, show.filled(
                N_("! Capsules last until {on}, and the next visit is on {visit} ({key}): ask your clinic how you get"
                   " more before."), on=short.last, visit=short.visit.planned_day, key=short.visit.key,
            )  # fmt: skip


def supply_for_a_doctor(view: View) -> Iterator[str]:
    """The same without what the patient is to do."""
    match _supply(view):
        case None:
            return
        case (since, found):
            if left := _left(found):
                yield show.filled(
                    N_("By what was recorded no whole dose is at hand since {on}: what is left, {left}, does not make"
                       " {mg} mg. The days from then on are not assumed taken."), on=since, left=left,
                    mg=found.none_mg,
                )  # fmt: skip
                return
            yield show.filled(N_("By what was recorded no whole dose is at hand since {on}; the days from then on are"
                                 " not assumed taken."), on=since)  # fmt: skip
        case short if short.visit.planned_day < view.plan.today:
            yield show.filled(N_("The capsules at hand last until {on}, and the visit of {visit} is overdue."),
                              on=short.last, visit=short.visit.planned_day)  # fmt: skip
        case short:
            yield show.filled(N_("The capsules at hand last until {on}, and the next visit is on {visit}."),
                              on=short.last, visit=short.visit.planned_day)  # fmt: skip


def _supply(view: View) -> tuple[date, AtHand] | Short | None:
    """What is at hand where that is no whole dose, or how the capsules end before the next visit."""
    line, today = view.plan.timeline, view.plan.today
    if line.last_dose is not None or not view.history.all(Stock):
        return None
    from tracker.readings.stock import at_hand, short_of_the_visit  # start-up: only where they are counted

    found = at_hand(view.history, line, today)
    if found is not None and found.none_since is not None:
        return found.none_since, found
    return short_of_the_visit(view.history, view.plan)


def put_supply(view: View) -> bool:
    """Print it, where there is something to say; whether there was."""
    if (found := supply(view)) is not None:
        paper.put(found[1])
    return found is not None


def _left(found: AtHand) -> Listed | None:
    """What is left of the kind of capsules that is prescribed; None where none are."""
    left = tuple(capsules_said(count, mg, product) for product, mg, count in found.capsules if product is found.product)
    return Listed(left) if left else None


def none_at_hand(since: date, found: AtHand) -> str:
    """That what is left of the capsules which were recorded makes no dose, why, and what to do."""
    left = _left(found)
    message = N_(
        "! By what was recorded no whole dose is at hand since {on}: the days from then on are not assumed taken."
        " Say what came ({came}), which days had their capsules ({taken}) and which had none ({missed})."
    )
    if left:
        message = N_(
            "! By what was recorded no whole dose is at hand since {on}: what is left, {left}, does not make {mg} mg."
            " The days from then on are not assumed taken. Say what came ({came}), which days had their capsules"
            " ({taken}) and which had none ({missed})."
        )
    return show.filled(
        message, on=since, left=left, mg=found.none_mg, came="isotrack log stock 28 --strength 20",
        taken=Phrase(N_("isotrack log dose --on DATE")), missed=Phrase(N_("isotrack log dose --missed --on DATE")),
    )  # fmt: skip


def do_not_make(unfit: Unfit) -> None:
    """That what is left over makes no dose."""
    left = Listed(tuple(capsules_said(count, mg, Product.CONVENTIONAL) for mg, count in unfit.strengths))
    show.say(
        N_("! {capsules} left over do not make the {mg} mg of {on}: a capsule cannot be halved. Ask your clinic or"
           " pharmacist."), capsules=left, mg=written(unfit.doses), on=unfit.on,
    )  # fmt: skip


def contract(view: View) -> Iterator[dict[str, Any]]:
    """As ``findings`` in ``schemas/plan.schema.json``."""
    for one in _said(not_seen(view), is_full=True):
        yield _finding(one.code, one.on, _with_what_to_do(one), Level.WATCH)
    if (found := supply(view)) is not None:
        yield _finding("run-out", *found, Level.CONTACT)


def _finding(code: str, on: date, text: str, level: Level) -> dict[str, Any]:
    return {"about": "dose", "level": level.value, "codes": [code], "on": on.isoformat(),
            "text": text.removeprefix("! "), "sources": [], "confirmed": False}  # fmt: skip


class _Said(Struct, frozen=True):
    """One kind of departures in words."""

    code: str
    on: date
    """The first of its days."""
    what: Phrase
    to_do: Phrase


def _with_what_to_do(one: _Said) -> str:
    return show.filled(N_("{what}. {todo}"), what=one.what, todo=one.to_do)


def _said(found: Departures, *, is_full: bool = False) -> Iterator[_Said]:
    tell = Phrase(N_("Tell your clinic."))
    if found.above:
        days = _listed([_above(one) for one in found.above], is_full=is_full)
        what = Phrase(N_("More was taken than was prescribed: {days}"), {"days": days})
        yield _Said("above-prescribed", found.above[0].on, what, tell)
    if found.held:
        what = counted("Capsules were logged on {count} day of a hold, before the clinic's word: {days}",
                       "Capsules were logged on {count} days of a hold, before the clinic's word: {days}",
                       count=len(found.held), days=_listed(found.held, is_full=is_full))  # fmt: skip
        yield _Said("taken-while-held", found.held[0], what, tell)
    if found.paused:
        what = counted("Capsules were logged on {count} day of a pause: {days}",
                       "Capsules were logged on {count} days of a pause: {days}",
                       count=len(found.paused), days=_listed(found.paused, is_full=is_full))  # fmt: skip
        yield _Said("taken-while-paused", found.paused[0], what, tell)
    if found.unsigned:
        from tracker.journeys.course import signatures  # start-up: only where one is missing
    for one in found.unsigned:
        yield _Said("before-consent", one.first, signatures.unsigned(one), signatures.signed_else(one))


def _above(one: Above) -> Phrase:
    return Phrase(N_("{on} {mg} mg (prescribed: {prescribed} mg)"),
                  {"on": one.on, "mg": one.mg, "prescribed": one.prescribed})  # fmt: skip


def _listed(days: Sequence[object], *, is_full: bool) -> object:
    if is_full or len(days) <= _DAYS:
        return Listed(tuple(days))
    return Phrase(N_("{text}, the last ones"), {"text": Listed(tuple(days[-_DAYS:]))})
