"""What lies before a day on which a running course came into isotrack."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from tracker.errors import N_, Phrase
from tracker.facts.kind import MILLIGRAMS, Column, Fact, FactKind, Log, choice


class HowEarlier(StrEnum):
    """What is to be thought of what was not recorded of the time before."""

    DONE = "done"
    """It was done as planned."""
    UNKNOWN = "unknown"
    OPEN = "open"
    """It is still asked for."""


class Earlier(Fact, frozen=True, kw_only=True):
    """What was not recorded of the time before this day; of several that of the latest day holds."""

    how: HowEarlier
    taken: Decimal | None = None
    """Milligrams taken in all before this day; None for as prescribed."""


HOW_EARLIER = {
    HowEarlier.DONE: N_("what lies before {on} was done as planned, though not recorded"),
    HowEarlier.UNKNOWN: N_("what lies before {on} is not known"),
    HowEarlier.OPEN: N_("what lies before {on} is still open"),
}
"""What is said of each: gettext message ids."""
_HOW = choice("earlier", HowEarlier, {
    "as-planned": HowEarlier.DONE, "実施済み": HowEarlier.DONE,
    "済み": HowEarlier.DONE, "済": HowEarlier.DONE, "予定どおり": HowEarlier.DONE,
    "予定通り": HowEarlier.DONE, "not-known": HowEarlier.UNKNOWN, "不明": HowEarlier.UNKNOWN,
    "わからない": HowEarlier.UNKNOWN, "未実施": HowEarlier.OPEN, "未完了": HowEarlier.OPEN, "要実施": HowEarlier.OPEN,
}, N_('"{typed}" is none of them; expected done, unknown or open'))  # fmt: skip


def _earlier(fact: Earlier) -> Phrase:
    how = Phrase(HOW_EARLIER[fact.how], {"on": fact.on})
    if fact.taken is None:
        return how
    return Phrase(N_("{how}; {mg} mg taken"), {"how": how, "mg": fact.taken})


KINDS = (
    FactKind(
        name="earlier",
        cls=Earlier,
        since=5,
        table="earlier",
        columns=(
            Column(name="how", sort=_HOW, required=True, condition="how IN ('done', 'unknown', 'open')",
                   flag="--earlier", help=N_("What lies before: done, unknown or open.")),
            Column(name="taken", sort=MILLIGRAMS, kept_as="taken_ug", bounds=(0, 100_000),
                   flag="--taken-so-far", help=N_("Milligrams taken in all before; as prescribed unless said.")),
        ),
        value="taken",
        say=_earlier,
        log=Log(
            names=("earlier", "これまで"),
            help=N_(
                "What lies before a day and was not recorded: done (as planned), unknown, or open (still asked for)."
                " The last blood test and pregnancy test before it stay open all the same."
            ),
            on_help=N_("The day before which it lies; today unless said."),
            arguments=("how",),
            options=("taken",),
            saved=N_("{what}"),
            journey="tracker.journeys.course.entering:log_earlier",
        ),
    ),
)  # fmt: skip
