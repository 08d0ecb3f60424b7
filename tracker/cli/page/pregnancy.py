"""The pregnancy tests on the page, each with its day and result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli.show import filled
from tracker.errors import N_, Listed, Phrase
from tracker.facts import RESULT_NAMES, Done
from tracker.i18n import _, active
from tracker.rules import Kind

if TYPE_CHECKING:
    from tracker.journeys.course.reporting import Report

_TESTS = 6
"""Tests that are named at most."""
_UNKNOWN = N_("result not known")


def tests(found: Report, *, is_full: bool) -> list[str]:
    """Those of the time that the page is about and the last one before it, the newest first.

    Where a pregnancy is possible that none was recorded is said too.
    """
    known = _tests(found)
    within = [one for one in known if found.is_in_it(one.on)]
    shown = known if is_full else known[: len(within) + 1]
    if not shown:
        return [_("Pregnancy tests: none recorded")] if found.view.can_become_pregnant else []
    named = shown if is_full else shown[:_TESTS]
    text = filled(N_("Pregnancy tests: {tests}"), tests=Listed(tuple(map(_said, named))))
    left = len(shown) - len(named)
    return [filled(N_("{text} and {count} earlier"), text=text, count=left) if left else text]


def _said(one: Done) -> Phrase:
    values = {
        "on": active().bare_day(one.on),
        "result": Phrase(RESULT_NAMES[one.result] if one.result is not None else _UNKNOWN),
    }
    return Phrase(N_("{on} {result}"), values)


def _tests(found: Report) -> list[Done]:
    made = [one for view in found.views for one in view.history.done if one.kind is Kind.PREGNANCY_TEST]
    return sorted(made, key=lambda one: (one.on, one.id), reverse=True)
