"""A course that is entered in the middle: what ``start`` asks about the time before, and what it says of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.cli import paper, show
from tracker.cli.amounts import read_milligrams
from tracker.cli.base import is_asked
from tracker.cli.choices import pick
from tracker.cli.values import Value
from tracker.errors import N_, InputError
from tracker.facts import Earlier, HowEarlier, by_name
from tracker.i18n import _, active

if TYPE_CHECKING:
    from tracker.engine.view import View

EARLIER = Value(by_name()["earlier"].column("how").sort, "earlier")
_ANSWERS = {
    HowEarlier.DONE: N_("done: as planned, though it is not recorded here"),
    HowEarlier.UNKNOWN: N_("unknown: nobody knows whether it was done"),
    HowEarlier.OPEN: N_("open: it is still to be done, or will be logged"),
}


def earlier(first_dose: date, today: date, how: HowEarlier | None, taken: Decimal | None) -> Earlier | None:
    """What is said or answered of the time before today; None where nothing is."""
    if first_dose >= today:
        if how is not None or taken is not None:
            raise InputError(
                N_("nothing lies before today: the first capsule is on {on}"),
                N_("--earlier and --taken-so-far are for a course that runs already"),
                on=first_dose,
            )
        return None
    if how is None and is_asked():
        how = _asked()
        taken = _asked_taken(today) if taken is None else taken
    if how is None and taken is None:
        return None
    return Earlier(on=today, how=how or HowEarlier.OPEN, taken=taken)


def _asked() -> HowEarlier:
    show.say(N_("The course began before today. What of the plan lies before today:"))
    answers = list(_ANSWERS)
    for number, text in enumerate(_ANSWERS.values(), start=1):
        paper.put(f"  {number}  {_(text)}")

    def number_of(word: str) -> int | None:
        with suppress(InputError):
            return answers.index(EARLIER.convert(word, None, None)) + 1
        return None

    return answers[pick(_("Number or word"), len(answers), len(answers), number_of) - 1]


def _asked_taken(today: date) -> Decimal | None:
    question = show.filled(N_("Milligrams taken in all before {today} (empty: as prescribed)"), today=today)
    while True:
        typed = paper.ask(question, _(": "))
        if not typed.strip():
            return None
        try:
            return read_milligrams(typed)
        except InputError as error:
            show.say(error.message, **error.values)


def say(view: View) -> None:
    """What stays open of the time before; where nothing was said of it, how that is done."""
    from tracker.journeys.course import entering

    show.remarks(entering.remarks(view))
    overdue = entering.left_open(view)
    if view.history.earlier is not None or not overdue or view.plan.timeline.first_dose >= view.plan.today:
        return
    count = len(overdue)
    what = active().ngettext(
        "{count} item of before today is still open", "{count} items of before today are still open", count
    )
    show.say(
        N_("! {what}. If all was done as planned: isotrack log earlier done. If that is not known: isotrack log earlier"
           " unknown. With --taken-so-far MG where the doses were not as prescribed."),
        what=what,
    )  # fmt: skip
