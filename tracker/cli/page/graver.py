"""The blood values of the page's time that once asked for more than the newest do: they stay on it as numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from tracker.cli import findings
from tracker.cli.show import filled
from tracker.errors import N_, Phrase
from tracker.facts.lab import amount
from tracker.i18n import active
from tracker.laboratory import Level

if TYPE_CHECKING:
    from datetime import date

    from tracker.journeys.course.reporting import Report
    from tracker.readings.findings import Finding

_TOLD = {Level.NOW: N_("Contact now"), Level.CONTACT: N_("Contact clinic")}
"""The levels at which an earlier value is worth a word."""


def days(found: Report) -> list[date]:
    """The draws whose values are not to be missed, the gravest first.

    That is the gravest of the time that the page is about, that since the last visit, and all that said "now".
    """
    known = sorted(_within(found), key=_gravity, reverse=True)
    visit = found.last_visit
    since = [one for one in known if visit is None or one.value.on >= visit]
    chosen = [*known[:1], *since[:1], *(one for one in known if one.level is Level.NOW)]
    return list(dict.fromkeys(one.value.on for one in chosen))


def values(found: Report, left: Collection[date]) -> tuple[Phrase, ...]:
    """The values that said "now", of days that have no column."""
    return tuple(
        Phrase(N_("{what} {value} on {on}"),
               {"what": one.analyte.label, "value": amount(one.value), "on": active().bare_day(one.value.on)})
        for one in sorted(_within(found), key=lambda one: one.value.on)
        if one.level is Level.NOW and one.value.on in left
    )  # fmt: skip


def once(found: Report) -> list[Finding]:
    """Of each analyte the gravest value of the page's time, where the newest asks for less than it did."""
    now = {one.analyte.code: one.level.rank for one in found.sheet.findings}
    worst = {one.analyte.code: one for one in sorted(_within(found), key=_gravity)}
    return [one for code, one in worst.items() if one.level in _TOLD and one.level.rank > now.get(code, -1)]


def rows(found: Report) -> Iterator[str]:
    """The same in words, with the newest value."""
    newest = {one.code: one for one in found.sheet.values}
    for one in once(found):
        code = one.analyte.code
        yield filled(
            N_('{text}; told then: "{level}"; newest {value} on {on}'),
            text=active().value(findings.in_words(one, found.sheet)), level=Phrase(_TOLD[one.level]),
            value=amount(newest[code]), on=newest[code].on,
        )  # fmt: skip


def _within(found: Report) -> Iterator[Finding]:
    return (one for one in found.found_then if found.is_in_it(one.value.on))


def _gravity(one: Finding) -> tuple[int, int, object, date]:
    return one.level.rank, one.grade or 0, one.value.value * one.analyte.unit(one.value.unit).factor, one.value.on
