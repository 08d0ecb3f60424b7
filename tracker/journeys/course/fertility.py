"""Whether pregnancy is possible, said after the start: what the programme asks because of it follows."""

from __future__ import annotations

from tracker.capsules import dangers
from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, Listed
from tracker.facts import Fertility, Possible, kind_of
from tracker.journeys.context import Context
from tracker.journeys.course.dangers import in_a_row
from tracker.journeys.course.recording import stop_if_same
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out
from tracker.rules import Once, Text


def log_fertility(context: Context, fact: Fertility) -> Outcome:
    """Record that pregnancy is possible from a day on, or is not; what was said of the same day is replaced."""

    def write(work: UnitOfWork) -> None:
        stop_if_same(work.view, fact)
        check(fact, work.view, context.today)
        before = next((one for one in work.view.history.fertility if one.on == fact.on), None)
        work.record(fact, work.void(before) if before is not None else None)
        _say_of(work, fact)

    return carry_out(context, "log", kind_of(fact).say(fact), write)


def _say_of(work: UnitOfWork, fact: Fertility) -> None:
    before, after = _asked(work.view), _asked(work.after())
    if work.after().can_become_pregnant != (fact.possible is Possible.YES):
        later = work.after().history.fertility[-1]
        work.say(N_("What was said of {on} holds from then on: {what}."), on=later.on, what=kind_of(later).say(later))
    left = {one.id for one in dangers(work.after().history)}
    if gone_dangers := [one for one in dangers(work.view.history) if one.id not in left]:
        work.say(
            N_("By your clinic's word no pregnancy was possible then; this holds the capsules no longer: {others}."),
            others=in_a_row(gone_dangers),
        )
    new = [title for title in after if title not in before]
    gone = [title for title in before if title not in after]
    if new:
        work.say(N_("The programme asks for it now: {titles}. Contact your clinic."), titles=Listed(tuple(new)))
    if gone:
        work.say(N_("On your clinic's word no longer asked for: {titles}."), titles=Listed(tuple(gone)))
    if not new and not gone:
        work.say(N_("Nothing that the programme asks changes."))


def _asked(view: View) -> list[Text]:
    """What a course is asked for by the titles of the rules, without what was asked for once and is past."""
    planned = {item.rule.id for item in view.plan.items}
    rules = view.protocol.rules_for(can_become_pregnant=view.can_become_pregnant)
    return list(dict.fromkeys(one.title for one in rules if one.id in planned or not isinstance(one.timing, Once)))
