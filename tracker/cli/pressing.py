"""What blood values, symptoms and mood ask for, on a screen that is about something else."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tracker.cli import paper
from tracker.cli.show import remarks, say
from tracker.errors import N_, Listed
from tracker.laboratory import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.engine.view import View
    from tracker.journeys.course.measuring import Sheet
    from tracker.journeys.course.suffering import Complaints
    from tracker.rules import Explained


def at_once(sheet: Sheet, felt: Complaints) -> None:
    """What the clinic is to hear of now, or the same day."""
    _findings(sheet, Level.NOW)
    _felt(felt, at_once=True)


def for_the_clinic(sheet: Sheet, felt: Complaints) -> None:
    """Whatever asks for the clinic, now or not: what is only to be watched, or expected, is left out."""
    _findings(sheet, Level.NOW, Level.CONTACT)
    _felt(felt, at_once=True)
    _felt(felt, at_once=False)


def soon(sheet: Sheet, felt: Complaints) -> None:
    """What asks for the clinic, though not the same day."""
    _findings(sheet, Level.CONTACT)
    _felt(felt, at_once=False)


def to_watch(sheet: Sheet) -> None:
    """What asks for nothing but an eye on it."""
    _findings(sheet, Level.WATCH)


def _findings(sheet: Sheet, *levels: Level) -> None:
    """The most pressing finding in blood values, where it is of one of these levels."""
    if sheet.findings:
        from tracker.cli import findings  # start-up: only where there is one

        findings.show_worst(sheet, levels)


def _felt(found: Complaints, *, at_once: bool) -> None:
    """What symptoms and mood ask for: the same day, or less."""
    if found.noticed or found.mood:
        from tracker.cli import symptoms  # start-up: only where something was said

        for line in symptoms.lines(found, at_once=at_once):
            paper.put(line)


def signed_unexplained(points: Sequence[Explained]) -> None:
    """What nobody has ticked of a consent that was signed."""
    if points:
        from tracker.vocabulary import vocabulary  # start-up: only where one is open

        words = vocabulary("counselling")
        say(N_("The consent is signed, but these points are not recorded as explained: {points}. Ask your clinic to"
               " explain them; to record it: isotrack log counselling"),
            points=Listed(tuple(words.named(one.point) for one in points)))  # fmt: skip


def too_young(views: Sequence[View]) -> None:
    """That the programme is meant for older people, while the course runs."""
    if views[-1].plan.timeline.last_dose is None:
        from tracker.journeys.course.person import born_of, remarks_on_age

        remarks(remarks_on_age(views[-1], born_of(views)))


def newer_guidance(view: View) -> None:
    """Announce a newer version of the programme; the course stays under the one that it follows until it adopts it."""
    from tracker.journeys.course import adopting

    newer = adopting.newer(view)
    if newer is None:
        return
    message = N_(
        "! {protocol} has a newer version, {newest}; this course stays under {version}. Ask your clinic. To look"
        " at what would move: {command}"
    )
    if newer.is_own:
        message = N_(
            "! A newer version of {protocol}, {newest}, lies at {source}; this course stays under {version}. Ask"
            " your clinic. To look at what would move: {command}"
        )
    say(
        message, protocol=newer.name, newest=newer.version, version=view.protocol.version, source=newer.source,
        command=shlex.join(["isotrack", "adopt", newer.source]),
    )  # fmt: skip
