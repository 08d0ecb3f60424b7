"""What no pregnancy test has answered though the clinic has settled it: what is said of it."""

from __future__ import annotations

from collections.abc import Collection

from tracker import remarks
from tracker.engine.slots import kind_of
from tracker.errors import N_, Listed, Phrase
from tracker.facts import Done, Risk
from tracker.journeys.writing import UnitOfWork
from tracker.plan import Notice, NoticeCode
from tracker.rules import KIND_NAMES, Permit


def say_what_is_new(work: UnitOfWork, codes: Collection[NoticeCode]) -> None:
    """Say what the plan has to say of these kinds since something was recorded: that a visit has no test any more."""
    for notice in work.after().plan.notices:
        if notice.code in codes and notice not in work.view.plan.notices:
            say_of(work, notice)


def say_of_a_pick_up(work: UnitOfWork, recorded: Done) -> bool:
    """Say that the capsules were picked up without a test; whether they were."""
    found = [one for one in work.after().plan.notices if one.code is NoticeCode.PICKED_UP_WITHOUT_TEST
             and dict(one.values)["on"] == recorded.on]  # fmt: skip
    for notice in found:
        say_of(work, notice)
    return bool(found)


def say_what_lets_it_be(work: UnitOfWork, recorded: Done) -> bool:
    """Say of a pick-up that counts for nothing what opens days for it; whether the programme knows any."""
    after = work.after()
    for rule in after.protocol.rules_for(can_become_pregnant=after.can_become_pregnant):
        opener = kind_of(rule.timing.opened_by) if isinstance(rule.timing, Permit) else None
        if rule.kind is recorded.kind and isinstance(rule.timing, Permit) and opener is not None:
            work.say(N_("Recorded outside the plan: it counts within {length} of: {what}. None is recorded whose days"
                        " include {on} [{sources}]. Ask your clinic how to go on."),
                     length=rule.timing.length, what=Phrase(KIND_NAMES[opener]), on=recorded.on,
                     sources=Listed(rule.sources))  # fmt: skip
            return True
    return False


def say_that_it_counts_for_nothing(work: UnitOfWork, risk: Risk) -> None:
    """Say of a risk that was recorded that it holds nothing, where by the record no pregnancy is possible."""
    if not work.after().history.counts_a_risk_of(risk.on):
        work.say(N_("By this record no pregnancy is possible, so this stops no capsules and asks for no test. If"
                    " that is not certain: {command}"), command="isotrack log can-become-pregnant yes")  # fmt: skip


def say_of(work: UnitOfWork, notice: Notice) -> None:
    """Say what the plan has to say: of a danger that the clinic has settled, that no test has answered it."""
    said = remarks.phrase(notice)
    work.say(said.message, **said.values)
