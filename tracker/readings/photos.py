"""Photos side by side: of each area those of two days."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct

from tracker.facts.photos import Photo


class Pair(Struct, frozen=True):
    """Two photos of one area, the earlier one first."""

    before: Photo
    after: Photo

    @property
    def area(self) -> str:
        """What both show."""
        return self.after.area


def by_area(photos: Iterable[Photo]) -> dict[str, tuple[Photo, ...]]:
    """The photos of each area by day; of one day the last that was recorded stands last."""
    found: dict[str, list[Photo]] = {}
    for one in sorted(photos, key=lambda one: (one.on, one.id)):
        found.setdefault(one.area, []).append(one)
    return {area: tuple(found[area]) for area in found}


def first_and_last(photos: Iterable[Photo]) -> tuple[Pair, ...]:
    """Of each area the first photo and the newest one, where they are of two days."""
    rows = by_area(photos).values()
    return tuple(Pair(row[0], row[-1]) for row in rows if row[0].on < row[-1].on)


def one_after_the_other(photos: Iterable[Photo]) -> tuple[Pair, ...]:
    """Of each area every two photos of days that follow one another; of one day the last that was recorded."""
    found = []
    for row in by_area(photos).values():
        of_days = list({one.on: one for one in row}.values())
        found += [Pair(before, after) for before, after in pairwise(of_days)]
    return tuple(found)
