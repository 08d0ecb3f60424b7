"""What was done on which days, on the page: pregnancy tests with their results, what was signed, capsules picked up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tracker.cli.show import filled
from tracker.errors import N_, Listed, Phrase
from tracker.facts import RESULT_NAMES, Done, TestResult
from tracker.i18n import _, active
from tracker.rules import Kind

if TYPE_CHECKING:
    from tracker.engine.view import View
    from tracker.journeys.course.reporting import Report

_NAMED = 6
"""Entries under one name that are named at most."""
_UNKNOWN = N_("result not known")


def lines(found: Report, *, is_full: bool) -> list[str]:
    """Under each name those of the time that the page is about and the last one before it, the newest first.

    Where a pregnancy is possible that no test was recorded is said too; a signature that is missing is overdue.
    """
    under: defaultdict[str, list[Done]] = defaultdict(list)
    for kind in (Kind.PREGNANCY_TEST, Kind.ATTESTATION, Kind.PICK_UP):
        for view, one in _done(found, kind):
            for name in _names(view, one):
                under[name].append(one)
    said = [_line(name, entries, found, is_full=is_full) for name, entries in under.items()]
    if found.view.can_become_pregnant and not _done(found, Kind.PREGNANCY_TEST):
        return [_("Pregnancy tests: none recorded"), *said]
    return said


def _done(found: Report, kind: Kind) -> list[tuple[View, Done]]:
    made = [(view, one) for view in found.views for one in view.history.done if one.kind is kind]
    return sorted(made, key=lambda of: (of[1].on, of[1].id), reverse=True)


def _names(view: View, one: Done) -> Iterator[str]:
    """What it is called: a signature as the programme calls what it counts for."""
    if one.kind is not Kind.ATTESTATION:
        yield _("Pregnancy tests") if one.kind is Kind.PREGNANCY_TEST else _("Capsules picked up")
        return
    items = [item for key in view.counts_for(one) if (item := view.plan.item(key)) is not None]
    yield from dict.fromkeys(item.rule.title.in_language(active().code) for item in items) or [_("Signed")]


def _line(name: str, entries: Sequence[Done], found: Report, *, is_full: bool) -> str:
    shown = entries if is_full else entries[: sum(found.is_in_it(one.on) for one in entries) + 1]
    named = shown if is_full else shown[:_NAMED]
    text = filled(N_("{what}: {days}"), what=name, days=Listed(tuple(map(_said, named))))
    left = shown[len(named) :]
    if standing_out := tuple(_said(one) for one in left if _is_not_negative(one)):
        return filled(N_("{text} and {count} earlier, of these not negative: {days}"), text=text, count=len(left),
                      days=Listed(standing_out))  # fmt: skip
    return filled(N_("{text} and {count} earlier"), text=text, count=len(left)) if left else text


def _is_not_negative(one: Done) -> bool:
    return one.kind is Kind.PREGNANCY_TEST and one.result is not TestResult.NEGATIVE


def _said(one: Done) -> str | Phrase:
    on = active().bare_day(one.on)
    if one.kind is not Kind.PREGNANCY_TEST:
        return on
    result = RESULT_NAMES[one.result] if one.result is not None else _UNKNOWN
    return Phrase(N_("{on} {result}"), {"on": on, "result": Phrase(result)})
