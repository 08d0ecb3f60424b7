"""What was missed, what is to be done, and until when what may not be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tracker.cli import planned
from tracker.cli.page import dosed
from tracker.cli.page.words import plain, shortened
from tracker.cli.show import filled
from tracker.errors import N_, Listed, Phrase
from tracker.i18n import _, active
from tracker.plan import Item, Phase, State
from tracker.readings.agenda import contraception_first
from tracker.report.document import Block, Cell, Lines, Section, Table
from tracker.rules import KIND_NAMES, Kind
from tracker.treatments import LEVEL_NAMES, Level
from tracker.vocabulary import vocabulary

if TYPE_CHECKING:
    from tracker.journeys.course.reporting import Report
    from tracker.plan import SpanInPlan

_DAYS, _MISSED = 10, 6
"""Days without a capsule, and items, that are named at most."""
_NOTES, _NOTE_LENGTH = 2, 120
"""Notes of visits that stand on the page at most, and how much of each; the full page has all."""


def missed(found: Report, *, is_full: bool) -> Section:
    """What did not come about in its time."""
    lines: list[Cell | str] = [
        Cell(filled(N_("Overdue: {title}, due {on}"), title=one.rule.title, on=one.planned_day), is_loud=True)
        for one in found.missed.overdue if one.kind is not Kind.SUPPLY
    ]  # fmt: skip
    lines += [filled(N_("By what was recorded capsules ran out on {on}"), on=one.planned_day)
              for one in found.missed.overdue if one.kind is Kind.SUPPLY]  # fmt: skip
    for message, days in (
        (N_("Capsules logged as missed: {count} ({days})"), found.missed.capsules),
        (N_("No whole dose at hand, and no record: {count} ({days})"), found.not_at_hand),
    ):
        named = days if is_full else days[-_DAYS:]
        text = filled(message, count=len(days), days=Listed(tuple(active().bare_day(day) for day in named)))
        if days:
            lines.append(filled(N_("{text}, the last ones"), text=text) if len(named) < len(days) else text)
    items = found.missed.items
    named_items = items if is_full else items[-_MISSED:]
    lines += [filled(N_("Not done: {title}, due {on}"), title=one.rule.title, on=one.due) for one in named_items]
    if len(named_items) < len(items):
        lines.append(filled(N_("... and {count} more of earlier days."), count=len(items) - len(named_items)))
    lines += _unexplained(found)
    return Section(_("Missed and overdue"), [Lines(lines or [_("Nothing was missed, and nothing is overdue.")])])


def _unexplained(found: Report) -> Iterator[str]:
    """The points that nobody recorded as explained, with or without a signature, for good: no day makes up for them.

    Of what was to be signed before isotrack knew of the course nothing is known, and nothing is said.
    """
    told: set[tuple[str, ...]] = set()
    for consent in found.consents:
        codes = tuple(one.point for one in consent.open_points)
        if not codes or codes in told or consent.item.state in (State.AS_PLANNED, State.NOT_KNOWN):
            continue
        told.add(codes)
        words = vocabulary("counselling")
        message = N_("Not recorded as explained: {points}")
        if consent.item.done is not None:
            message = N_("Signed, but not recorded as explained: {points}")
        elif found.view.plan.timeline.first_dose >= found.today:
            message = N_("Not explained yet, before the first capsule: {points}")
        yield filled(message, points=Listed(tuple(words.named(code) for code in codes)))


def section(found: Report, *, is_full: bool) -> Section:
    """The next of each kind; of the whole plan every item."""
    agenda = found.agenda
    items: Sequence[Item] = found.view.plan.items if is_full else [
        *(one for one in agenda.pressing if one.state is not State.OVERDUE), *agenda.coming
    ]  # fmt: skip
    rows: list[list[Cell | str]] = [[one.rule.title.in_language(active().code), plain(planned.when(one)), _state(one)]
            for one in items if one.kind is not Kind.PROCEDURE]  # fmt: skip
    rows += [[filled(N_("Dose: {doses}"), doses=dosed.said(found, step)), plain(planned.day(step.on)),
              _(planned.STATES[State.PLANNED])] for step in dosed.ahead(found)]  # fmt: skip
    title = _("Plan")
    notes = [Lines(said)] if (said := list(_noted(found, is_full=is_full))) else []
    if not rows:
        nothing = _("Nothing is planned beside the procedures.") if items else _("Nothing is planned.")
        return Section(title, [Lines([nothing]), *notes])
    caption = _("What is to be done next; * estimate")
    return Section(title, [Table(caption, [_("What"), _("When"), _("State")], rows), *notes])


def _noted(found: Report, *, is_full: bool) -> Iterator[str]:
    """What was noted of visits in the time that the page is about, and of the last one, then of what else was done.

    The newest stand first. What was noted of a review of mood stands with the mood.
    """
    made = [one for view in found.views for one in view.history.done if one.kind is not Kind.REVIEW and one.note
            and (is_full or found.is_in_it(one.on) or one.on == found.last_visit)]  # fmt: skip
    made.sort(key=lambda one: (one.on, one.id), reverse=True)
    for those in ([one for one in made if (one.kind is Kind.VISIT) is is_visit] for is_visit in (True, False)):
        for one in those if is_full else those[:_NOTES]:
            note = shortened(one.note or "", None if is_full else _NOTE_LENGTH)
            message = N_('Noted of the visit of {on}: "{note}"')
            if one.kind is not Kind.VISIT:
                message = N_('Noted of {what} of {on}: "{note}"')
            yield filled(message, what=Phrase(KIND_NAMES[one.kind]), on=active().bare_day(one.on), note=note)


def _state(item: Item) -> Cell:
    return Cell(planned.state(item), is_loud=item.state is State.OVERDUE or planned.is_booked_late(item))


def windows(found: Report, *, is_full: bool) -> Section:
    """What is asked for or forbidden, and its last day, in the newest course and still from those before it."""
    spans: list[SpanInPlan] = []
    for view in found.views:
        spans += [one for one in view.plan.spans
                  if (is_full and view is found.view) or one.phase is not Phase.ENDED]  # fmt: skip
    title = _("Until when what is asked for or forbidden")
    if not spans:
        return Section(title, [Lines([_("Nothing is forbidden any more.")])])
    rows = [
        [one.rule.title.in_language(active().code),
         plain(planned.day(one.end, is_estimate=one.end_is_estimate)), _(planned.PHASES[one.phase]),
         planned.cite(one.rule.sources, is_confirmed=one.rule.confirmed)]
        for one in sorted(spans, key=contraception_first)
    ]  # fmt: skip
    headings = [_("What"), _("Last day"), _("State"), _("Source")]
    return Section(title, [Table(_("The last day counts still; * estimate"), headings, rows)])


def procedures(found: Report) -> Section:
    """Sessions that are planned or were done, and until when each procedure is restricted."""
    overview, title = found.procedures, _("Procedures")
    view, lang = overview.view, active().code
    series: dict[tuple[str, State], list[Item]] = {}
    for one in overview.items:
        series.setdefault((one.rule.id, one.state), []).append(one)
    rows = [[those[0].rule.title.in_language(lang), _(planned.STATES[state]),
             str(active().value(Listed(tuple(plain(planned.when(one)) for one in those))))]
            for (_id, state), those in series.items()]  # fmt: skip
    alone = [*overview.before, *(one for one in view.history.sessions if not view.counts_for(one))]
    if alone:
        from tracker.procedures import name_of  # only where one was done

        rows += [[name_of(one.code).in_language(lang), _(planned.STATES[State.DONE]), plain(planned.day(one.on))]
                 for one in alone]  # fmt: skip
    if not rows:
        return Section(title, [Lines([_("None is planned or recorded.")])])
    blocks: list[Block] = [Table(_("Sessions; * estimate"), [_("What"), _("State"), _("When")], rows)]
    lines: list[Cell | str] = []
    for washout in overview.windows:
        for level in (Level.FORBIDDEN, Level.ASK):
            window = washout.last_of(level)
            if window is not None and window.last >= found.today:
                message = N_("{what}: {level} until {last}, an estimate [{sources}]")
                if not window.is_estimate:
                    message = N_("{what}: {level} until {last} [{sources}]")
                cited = planned.cite(window.sources, is_confirmed=window.confirmed)
                lines.append(filled(message, what=washout.procedure.name, level=Phrase(LEVEL_NAMES[level]),
                                    last=window.last, sources=cited))  # fmt: skip
    return Section(title, [*blocks, *([Lines(lines)] if lines else [])])
