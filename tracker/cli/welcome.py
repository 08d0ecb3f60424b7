"""What ``isotrack start`` says: what was saved, all of the plan if it is asked for, and in the end what matters."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tracker.cli import notices, paper, planned, show, whose
from tracker.cli.base import flags
from tracker.cli.look import whole
from tracker.errors import N_
from tracker.i18n import _, active
from tracker.rules import Kind

if TYPE_CHECKING:
    from tracker.engine.view import View

_CARRIED = ("--db", "--patient", "--today")
"""Flags that every command which is offered repeats by itself."""
_SCREEN = 23
"""Lines of a screen, without that on which the next command is typed."""


def saved(view: View, *, everything: bool) -> None:
    """The programme, the first day and the last; then what has to be minded, or all of the plan."""
    line = view.plan.timeline
    whose.saved(
        N_("Saved. A course under {name} ({protocol}), first capsule {start}."),
        name=view.protocol.name.in_language(active().code),
        protocol=view.reference, start=line.first_dose,
    )  # fmt: skip
    message = N_("Last capsule {projected} (estimate); time zone {zone}.")
    if line.enrolled != view.plan.today:
        message = N_("Enrolled {enrolled}; last capsule {projected} (estimate); time zone {zone}.")
    show.say(message, enrolled=line.enrolled, projected=line.projected_last_dose, zone=view.course.timezone)
    if everything:
        whole(view)
        paper.put("")
    else:
        notices.show(view.plan)
    if not view.history.prescribed or not view.history.weights:
        show.say(N_("Weight or dose not said: isotrack log weight KG, isotrack dose MG --from DATE add them."))


def what_matters(view: View, offer: list[str], last_of_all: list[str], *, everything: bool) -> None:
    """The next things with their days and what is forbidden or asked for, on what is left of a screen.

    What is only offered is left out first, then what is forbidden beside contraception.
    """
    spans, others = _spans(view)
    last = [show.filled(N_("All days, the rules and their sources: isotrack plan")), _(planned.NO_ADVICE)]
    before = paper.lines_so_far() + 1 if not everything else 0
    room = _SCREEN - before - sum(map(_height, [*spans, *others, *last, *offer, *last_of_all]))
    coming = planned.next_of_each_kind(view)
    for could_be_left_out in (offer, others):
        if planned.height(coming[: planned.FEWEST]) > room:
            room += sum(map(_height, could_be_left_out))
            could_be_left_out.clear()
    paper.put("")
    planned.items(planned.that_fit(coming, room), zone=view.course.timezone)
    for text in [*spans, *others, *last, *offer, *last_of_all]:
        paper.put(text)


def whether_pregnancy_is_possible() -> str:
    """The question that was not answered, with the commands that answer it while nothing else is logged."""
    rest = list(flags().line)
    for flag in _CARRIED:
        while (at := next((at for at, word in enumerate(rest) if word.partition("=")[0] == flag), None)) is not None:
            del rest[at : at + 1 + (rest[at] == flag)]
    rest = [word for word in rest if word not in ("--dry-run", "--cannot-become-pregnant")]
    at = rest.index("start")
    again = shlex.join(("isotrack", "start", *rest[at + 1 :], *rest[:at], "--cannot-become-pregnant"))
    return show.filled(N_("! Can this patient become pregnant? That was not said, so it is taken as possible. If not:"
                          " {commands}"),
                       commands=again if flags().dry_run else f"isotrack undo && {again}")  # fmt: skip


def _spans(view: View) -> tuple[list[str], list[str]]:
    """Contraception with its days, and the names of all else that holds during and after the course."""
    fill, lang = active().fill, active().code
    spans, others = [], []
    for span in view.plan.spans:
        title = span.rule.title.in_language(lang)
        if span.rule.kind is Kind.CONTRACEPTION:
            message = N_("{title}: from {start} to {end}.")
            if span.end_is_estimate:
                message = N_("{title}: from {start} to {end} (estimate).")
            spans.append(fill(message, {"title": title, "start": span.start, "end": span.end}))
        else:
            others.append(title)
    named = fill(N_("During and after the course: {titles}."), {"titles": _(" / ").join(others)})
    return spans, [named] if others else []


def _height(text: str) -> int:
    return paper.prose(text).count("\n") + 1
