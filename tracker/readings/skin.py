"""What the skin shows by area: now, at the start of the course, and at the last visit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from tracker.facts.observation import Observation

STAGES = ("white", "black", "red", "pus", "scar")
"""The stages of acne in their order, as the column of the AZ clinic has them."""


class Sign(Struct, frozen=True):
    """One thing that an area shows, by day; there is at least one entry."""

    code: str
    site: str | None
    entries: tuple[Observation, ...]
    start: Observation | None
    """The last entry up to the first capsule, else the first one; None where that is the newest."""
    visit: Observation | None
    """The last entry up to the last visit; None where there is none, or that is the newest."""

    @property
    def now(self) -> Observation:
        """The newest entry."""
        return self.entries[-1]


class Area(Struct, frozen=True):
    """A part of the body, and what it shows."""

    site: str | None
    signs: tuple[Sign, ...]

    @property
    def stage(self) -> str | None:
        """The last stage of acne of which there is something now; None where there is none."""
        return self._of_the_stage.code if self._of_the_stage is not None else None

    @property
    def stage_on(self) -> date | None:
        """The day on which that was seen: what was not looked at since may have passed."""
        return self._of_the_stage.now.on if self._of_the_stage is not None else None

    @property
    def _of_the_stage(self) -> Sign | None:
        there = {one.code: one for one in self.signs if one.now.value is None or one.now.value > 0}
        return next((there[code] for code in reversed(STAGES) if code in there), None)


def measure(one: Observation) -> Decimal | None:
    """How many or how much of it there is."""
    return Decimal(one.grade) if one.grade is not None else one.value


def change(then: Observation, now: Observation) -> Decimal | None:
    """By how much it became more; None where one was counted and the other graded."""
    before, after = measure(then), measure(now)
    counted_and_graded = (then.grade is None) != (now.grade is None) and before != 0 and after != 0
    return None if before is None or after is None or counted_and_graded else after - before


def areas(
    observed: Iterable[Observation], codes: Sequence[str], sites: Sequence[str], first_dose: date,
    last_visit: date | None,
) -> tuple[Area, ...]:  # fmt: skip
    """What was observed by area, areas and signs in the order of their words; what has no area stands last."""
    found: dict[tuple[str | None, str], list[Observation]] = {}
    for one in sorted(observed, key=lambda one: (one.on, one.id)):
        found.setdefault((one.site, one.code), []).append(one)
    signs = [_sign(entries, first_dose, last_visit) for entries in found.values()]
    signs.sort(key=lambda one: (_place(codes, one.code), one.code))
    known = sorted({one.site for one in signs}, key=lambda site: (site is None, _place(sites, site), site or ""))
    return tuple(Area(site, tuple(one for one in signs if one.site == site)) for site in known)


def _sign(entries: Sequence[Observation], first_dose: date, last_visit: date | None) -> Sign:
    now = entries[-1]
    start = next((one for one in reversed(entries) if one.on <= first_dose), entries[0])
    visit = next((one for one in reversed(entries) if last_visit is not None and one.on <= last_visit), None)
    return Sign(now.code, now.site, tuple(entries), start if start is not now else None,
                visit if visit is not now else None)  # fmt: skip


def _place(order: Sequence[str], word: str | None) -> int:
    return order.index(word) if word in order else len(order)
