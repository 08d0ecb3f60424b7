"""Symptoms by week of the course, each with its worst grade, and the red flags that were raised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tracker.cli import show
from tracker.cli.as_json import both, day
from tracker.cli.chart.canvas import Picture
from tracker.cli.chart.days import Time
from tracker.cli.chart.shape import Asked, Chart, Found, meaning
from tracker.cli.chart.signs import RAISED, Screen
from tracker.cli.chart.strips import Spot, Strip, alarm, drawn, seen, spot
from tracker.cli.felt import FAMILY, example
from tracker.cli.symptoms import said
from tracker.errors import N_
from tracker.i18n import _, active
from tracker.rules import Text
from tracker.vocabulary import vocabulary

if TYPE_CHECKING:
    from tracker.journeys.course.charting import Felt
    from tracker.journeys.course.weekly import Week

_DAYS, _COLUMNS = 7, 3
"""Of a week its days, and its columns at most."""
_NO_GRADE = "+"
NAME = Text("symptoms", "症状")


def of(found: Felt, asked: Asked) -> Found:
    """The chart of the symptoms."""
    weeks = [one for one in found.weeks if asked.since is None or one.first >= _week_of(asked.since, found)]
    strips = _strips(found, weeks, asked)
    chart = Chart(
        title=_("Symptoms by week"),
        draw=(lambda screen: _draw(strips, found, asked, screen)) if strips else None,
        key=lambda screen: _key(strips, screen),
        shared=N_("A column holds several weeks: the worst grade of them is shown."),
        says=_says(found, asked, has_any=bool(strips)),
    )
    return Found([chart], {
        "chart": "symptoms", "name": both(NAME), "since": day(asked.since), "unit": None, "limits": [],
        "points": [{"on": week.first.isoformat(), "week": week.number, "grades": week.grades} for week in weeks],
        "red_flags": [{"on": one.on.isoformat(), "code": one.code} for one in found.flags if asked.is_in_it(one.on)],
    })  # fmt: skip


def _week_of(on: date, found: Felt) -> date:
    """The first day of the week of the course in which a day lies."""
    return on - timedelta(days=(on - found.view.plan.timeline.first_dose).days % _DAYS)


def _strips(found: Felt, weeks: Sequence[Week], asked: Asked) -> list[Strip]:
    """The red flags first, then the symptoms in the order in which they came."""
    words, lang = vocabulary(FAMILY), active().code
    flags = [one for one in found.flags if asked.is_in_it(one.on)]
    by_code: dict[str, list[Spot]] = {one.code: [] for one in flags}
    for flag in flags:
        by_code[flag.code].append(alarm(_week_of(flag.on, found)))
    for week in weeks:
        for code, grade in week.grades.items():
            by_code.setdefault(code, []).append(spot(week.first, grade or 0, _NO_GRADE if grade is None else None))
    return [Strip(words.named(code).in_language(lang), spots) for code, spots in by_code.items()]


def _draw(strips: Sequence[Strip], found: Felt, asked: Asked, screen: Screen) -> Picture:
    first = min(one.on for strip in strips for one in strip.spots)
    if asked.since is not None:
        first = _week_of(asked.since, found)
    last = _week_of(asked.today, found)
    weeks = tuple(first + timedelta(days=at) for at in range(0, (last - first).days + 1, _DAYS))
    return drawn(strips, Time(first, last, round=weeks), screen, days=_DAYS, most=_COLUMNS, blank=weeks)


def _key(strips: Sequence[Strip], screen: Screen) -> list[list[str]]:
    signs = seen([(_NO_GRADE, N_("no grade said")), (RAISED, N_("red flag"))], strips)
    return [[_("a digit: the worst grade of a week"), *signs, meaning(screen.signs.nothing, _("not there"))],
            [_("Weeks of the course; a day below names the first of one.")]]  # fmt: skip


def _says(found: Felt, asked: Asked, *, has_any: bool) -> list[str]:
    """What is asked for, and what is there today."""
    lines = [text for _advice, codes, _on, text in said(found.complaints) if codes]
    if not has_any and asked.since is not None:
        lines.append(show.filled(N_("No value since {on}."), on=asked.since))
    there = [
        show.filled(N_("- {what}, grade {grade}, since {on}") if one.grade is not None else N_("- {what}, since {on}"),
                    what=vocabulary(FAMILY).named(one.code), on=one.start, grade=one.grade)
        for one in found.complaints.open
    ]  # fmt: skip
    if there:
        return [*lines, _("There now:"), *there]
    return [*lines, show.filled(N_("Nothing is recorded as there now. To record it: {command}"),
                                command=example("isotrack log symptom {} 2", "cheilitis"))]  # fmt: skip
