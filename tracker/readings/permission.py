"""May it be, on a day: every rule that says something of it, which one decides, and until when.

A "yes" means that no rule that is known forbids it on that day, and no more. There is none while a danger stands that
the clinic has not cleared, or while the test that closes a window is outstanding.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from tracker.errors import Phrase
from tracker.plan import Item, Notice
from tracker.reckoning import Reckoning
from tracker.rules import Text

_DAY = timedelta(days=1)


class Verdict(StrEnum):
    """The answer, the strictest first."""

    NO = "no"
    ASK = "ask-clinic"
    YES = "yes"
    NO_RULE = "no-rule"
    """No rule of the programmes is about it: they neither forbid nor allow it."""


class Considered(Struct, frozen=True, kw_only=True):
    """What one rule says, around one course."""

    says: Verdict
    """What holds within its days: NO, ASK or YES."""
    title: Text
    text: Text
    sources: tuple[str, ...]
    confirmed: bool
    programme: str | None
    """Id and version of the programme whose rule it is; None where it is none of a programme's."""
    rule: str | None
    """Its id there: the key of the span in the plan."""
    first: date
    last: date | None
    """Its last day; None where the sources name none."""
    is_estimate: bool
    """Whether its last day hangs on a last capsule that is expected, or not known."""
    form: Phrase | None = None
    """In which form something is meant, where that makes a difference."""
    tail: Reckoning | None = None
    """How its last day came about."""
    counts: bool = True
    """Whether it was chosen: False for one of another profile than the clinic's."""

    def has(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)


class Answer(Struct, frozen=True, kw_only=True):
    """The answer for a day."""

    on: date
    verdict: Verdict
    considered: tuple[Considered, ...]
    """Every rule that says something of it, in the order of their last days, the latest first."""
    decisive: Considered | None
    """The rule that decides: of several the one that holds longest."""
    dangers: tuple[Notice, ...]
    """What stands until the clinic's word."""
    outstanding: tuple[Item, ...]
    """The tests that have to be negative first."""
    first_free: date | None
    """The first day from which on no rule forbids it; None where it is not known or nothing forbids it."""
    is_estimate: bool
    """Whether the answer hangs on a last capsule that is expected, or not known."""

    @property
    def until(self) -> date | None:
        """The last day on which it is forbidden without a break."""
        return self.first_free - _DAY if self.first_free is not None else None


def answer(
    on: date, considered: Sequence[Considered], *, dangers: Sequence[Notice] = (), outstanding: Sequence[Item] = ()
) -> Answer:
    """The answer that rules give for a day: the strictest of those that have it."""
    ordered = sorted(considered, key=lambda one: (one.last or date.max, one.first), reverse=True)
    holding = [one for one in ordered if one.counts and one.has(on)]
    decisive = next((one for says in Verdict for one in holding if one.says is says), None)
    verdict = decisive.says if decisive is not None else Verdict.YES if ordered else Verdict.NO_RULE
    if dangers or (outstanding and verdict is not Verdict.ASK):
        verdict = Verdict.NO
    is_within = decisive is not None and decisive.says is Verdict.NO
    free, is_estimate = _first_free(on, ordered) if is_within else (None, _hangs_on_an_estimate(on, ordered))
    return Answer(
        on=on, verdict=verdict, considered=tuple(ordered), decisive=decisive, dangers=tuple(dangers),
        outstanding=tuple(outstanding), first_free=free, is_estimate=is_estimate,
    )  # fmt: skip


def _hangs_on_an_estimate(on: date, considered: Sequence[Considered]) -> bool:
    """Whether a window that is taken to be over by that day ends with a last capsule that is only expected."""
    return any(one.is_estimate and one.last is not None and one.last < on for one in considered if one.counts)


def _first_free(on: date, considered: Sequence[Considered]) -> tuple[date | None, bool]:
    """The first day that no window forbids, however many follow one another, and whether it is an estimate."""
    day, is_estimate = on, False
    forbidding = [one for one in considered if one.counts and one.says is Verdict.NO]
    while found := [one for one in forbidding if one.has(day)]:
        latest = found[0]
        if latest.last is None:
            return None, latest.is_estimate
        day, is_estimate = latest.last + _DAY, latest.is_estimate
    return day, is_estimate
