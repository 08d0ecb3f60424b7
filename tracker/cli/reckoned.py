"""How a day came about, as a person would check it: from which fact, by which sum, and how else it could be read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tracker.cli import paper
from tracker.cli.describe import describe
from tracker.dates import How
from tracker.errors import N_, Counted, Phrase, counted
from tracker.i18n import active
from tracker.reckoning import Reckoning, Rounding

if TYPE_CHECKING:
    from tracker.readings.basis import Basis

HOW = {
    How.COUNTED: N_("days counted"),
    How.CALENDAR: N_("the same day of the month, or its last"),
    How.ROLLED_FORWARD: N_("the same day of the month, or the 1st of the next"),
    How.THIRTY_DAYS: N_("30 days a month"),
    How.CIVIL_LAW: N_("civil law: from the following day on, month end to month end"),
}
"""The ways of reading a span: gettext message ids."""
_TAKEN = {
    Rounding.EARLY: N_("What is due is taken early."),
    Rounding.NOT_BEFORE: N_("It must not come too early: the latest is taken."),
    Rounding.LONG: N_("A window that forbids is taken long: the latest holds."),
    Rounding.LEAD: N_("A window that must have begun is taken long: the earliest holds."),
    Rounding.SHORT: N_("A window that permits is taken short: the earliest holds."),
}


def line(message: str, indent: int = 2, **values: object) -> None:
    """A line below what it belongs to; ``message`` is a gettext message id."""
    paper.put(" " * indent + active().fill(message, values), hang=indent + 2)


def basis(of: Basis, indent: int = 2, counted_from: str = N_("From {on}: {what}.")) -> None:
    """The fact that something is counted from; ``counted_from`` says what is, a gettext message id."""
    what = of.what
    if of.fact is not None and of.is_told:
        what = Phrase(N_("{what}, number {id}"), {"what": of.what, "id": of.fact.id})
    elif of.fact is not None:
        what = Phrase(N_("{what} ({text}, number {id})"),
                      {"what": of.what, "text": describe(of.fact), "id": of.fact.id})  # fmt: skip
    line(counted_from, indent, on=of.on, what=what)
    if of.days_off:
        line("{text}", indent, text=_days_off(of.days_off))


def _days_off(count: int) -> Counted:
    return counted("{count} paused or held day is in it: the course is longer by it.",
                   "{count} paused or held days are in it: the course is longer by them.", count=count)  # fmt: skip


def reckoning(of: Reckoning, indent: int = 2) -> None:
    """The sum, and every way of reading its span where there are several."""
    if of.span.count:
        backwards = of.rounding is Rounding.LEAD or of.span.count < 0
        line(N_("{since} less {span} is {day}.") if backwards else N_("{since} and {span} is {day}."), indent,
             since=of.since, span=of.span, day=of.day)  # fmt: skip
    if of.counts_first_day:
        line(N_("The first day counts."), indent)
    if of.days_more > 0:
        line("{text}", indent, text=counted(
            "With its paused, held and missed days they last {count} day longer.",
            "With its paused, held and missed days they last {count} days longer.", count=of.days_more))  # fmt: skip
    if of.days_more < 0:
        line("{text}", indent, text=counted(
            "By what was logged they last {count} day less long.",
            "By what was logged they last {count} days less long.", count=-of.days_more))  # fmt: skip
    readings = of.readings
    if len({day for _how, day in readings}) > 1:
        for how, day in readings:
            line(N_("{day}: {how}"), indent + 2, day=day, how=Phrase(HOW[how]))
        line(_TAKEN[of.rounding], indent + 2)


def as_json(of: Reckoning | None) -> dict[str, Any] | None:
    """The same for programs."""
    if of is None:
        return None
    return {
        "since": of.since.isoformat(),
        "anchor": str(of.anchor),
        "span": str(of.span),
        "rounding": of.rounding.value,
        "counts_first_day": of.counts_first_day,
        "readings": [{"how": how.value, "day": day.isoformat()} for how, day in of.readings],
        "day": of.day.isoformat(),
    }


def until(last: date | None, *, is_estimate: bool) -> Phrase:
    """The last day of something, as it is said."""
    if last is None:
        return Phrase(N_("a day that no source names"))
    return Phrase(N_("{day} (estimate)") if is_estimate else "{day}", {"day": last})
