"""The stage of an area of the skin, with its age where it is old: on the screen and on the page for the doctor."""

from __future__ import annotations

from datetime import date

from tracker.cli import show
from tracker.cli.base import code
from tracker.errors import N_, counted
from tracker.i18n import _, active
from tracker.readings.skin import Area
from tracker.vocabulary import vocabulary

FAMILY = "skin"
LAST_DAYS = 7
"""What was seen so many days ago at most is shown without its age: no clinical limit."""


def name(site: str | None) -> str:
    """An area in the language of the screen."""
    return _("no area said") if site is None else vocabulary(FAMILY).named(site).in_language(code())


def heading(area: Area, today: date, *, is_short: bool = False) -> str:
    """An area with its stage, and how old that is where nobody looked at it in the last days; in short its day."""
    what = name(area.site)
    if area.stage is None or area.stage_on is None:
        return what
    stage, days = vocabulary(FAMILY).named(area.stage), (today - area.stage_on).days
    if days <= LAST_DAYS:
        return show.filled(N_("{area}, stage: {stage}"), area=what, stage=stage)
    if is_short:
        seen = active().bare_day(area.stage_on)
        return show.filled(N_("{area}, stage: {stage} ({on})"), area=what, stage=stage, on=seen)
    return show.filled(N_("{area}, stage: {stage} (of {on}, {count} ago)"), area=what, stage=stage, on=area.stage_on,
                       count=counted("{count} day", "{count} days", count=days))  # fmt: skip
