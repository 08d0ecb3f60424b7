"""``isotrack symptoms``: what there is, since when, what it asks for, and by week of the course against the dose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import felt, paper, planned, show, whose
from tracker.cli.base import Command, as_json_option, code, context
from tracker.cli.describe import describe
from tracker.cli.tables import Column, Row, table
from tracker.errors import N_, Listed, Phrase
from tracker.facts.kind import amount
from tracker.i18n import active, number
from tracker.lexicon import Advice, Level
from tracker.vocabulary import vocabulary

if TYPE_CHECKING:
    from tracker.facts.observation import Observation
    from tracker.journeys.course.suffering import Complaints
    from tracker.journeys.course.weekly import Week
    from tracker.readings.symptoms import Noticed, Period

_MOST_WEEKS = 12
"""Weeks that the table shows; programs get all."""


@click.command(
    cls=Command, help=N_("Show what symptoms there are, since when, what they ask for, and by week against the dose.")
)
@as_json_option()
@click.pass_context
def symptoms(ctx: click.Context, as_json: bool) -> None:
    """What is felt."""
    from tracker.journeys.course import suffering, weekly

    found = suffering.complaints(context())
    weeks = weekly.weeks(found)
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show(_contract(found, weeks))
        return
    whose.heading()
    for line in lines(found):
        paper.put(line)
    _review(found)
    _mood(found)
    if found.open:
        click.echo()
        _table_of(found)
    else:
        show.say(N_("Nothing is recorded as there now. To record it: {command}"),
                 command=felt.example("isotrack log symptom {} 2", "cheilitis"))  # fmt: skip
    if weeks:
        click.echo()
        _by_week(weeks[-_MOST_WEEKS:])
        _sources(found)


def lines(found: Complaints, *, at_once: bool | None = None) -> list[str]:
    """What the symptoms that are there ask for beyond what is expected, the most pressing first.

    ``at_once`` are those that the clinic is to hear of the same day, or all others; all where it is not said.
    """
    return [text for advice, _codes, _on, text in sorted(said(found), key=lambda one: -one[0].level.rank)
            if at_once is None or at_once == (advice.level.rank >= Level.TELL_NOW.rank)]  # fmt: skip


def said(found: Complaints) -> Iterator[tuple[Advice, tuple[str, ...], date, str]]:
    """What is asked for beyond what is expected: of which symptoms (of mood none), since when, and in words."""
    for advice, codes, on, what in noticed(found):
        yield advice, codes, on, felt.asks(what, advice)


def noticed(found: Complaints) -> Iterator[tuple[Advice, tuple[str, ...], date, Phrase]]:
    """The same, with what it is in place of what is asked."""
    from tracker.journeys.course import suffering

    for one in found.noticed:
        if one.advice.level.rank > Level.EXPECTED.rank:
            codes = tuple(period.code for period in one.periods)
            yield one.advice, codes, max(period.start for period in one.periods), _since(one, found)
    answer, advice = suffering.most_pressing_of_mood(found.mood, found.view.plan.today, found.seen) or (None, None)
    if answer is not None and advice is not None:
        yield advice, (), answer.on, as_said(answer)


def as_said(answer: Observation) -> Phrase:
    """An answer to the check of mood with its day."""
    return Phrase(N_("{what}, as said on {on}"), {"what": describe(answer), "on": answer.on})


def _mood(found: Complaints) -> None:
    """What was last answered of mood, where it was not as usual; also once nothing is asked for because of it."""
    said = [one for one in found.mood if one.value]
    for on in sorted({one.on for one in said}):
        answers = Listed(tuple(describe(one) for one in said if one.on == on))
        show.say(N_("Said of mood on {on}: {answers}"), on=on, answers=answers)


def _since(one: Noticed, found: Complaints) -> Phrase:
    words = vocabulary(felt.FAMILY)
    names = Listed(tuple(words.named(period.code) for period in one.periods))
    first = one.periods[0]
    what = Phrase(N_("{what} since {on}"), {"what": names, "on": max(period.start for period in one.periods)})
    if one.advice.longer is not None:
        day = (found.view.plan.today - first.start).days + 1
        what = Phrase(N_("{what} since {on}, day {day}"), {"what": names, "on": first.start, "day": day})
    elif first.grade is not None and len(one.periods) == 1:
        message, worst = N_("{what} since {on}, grade {grade}"), first.worst or first.grade
        if first.graded_since > first.start:
            message = N_("{what} since {on}, grade {grade} since {changed}")
        if worst > first.grade:
            message = N_("{what} since {on}, grade {grade} since {changed}, at worst grade {worst}")
        what = Phrase(message, {"what": names, "on": first.start, "grade": first.grade, "changed": first.graded_since,
                                "worst": worst})  # fmt: skip
    return what


def _review(found: Complaints) -> None:
    """Where the programme asks for a word on mood now, and none was said since: the check goes with it."""
    from tracker.journeys.course import suffering

    item = suffering.review_due(found.view)
    if item is not None and not any(one.on >= item.window_start for one in found.mood):
        show.say(N_("{title}, due {due} ({key}): a short check to take along: {command} [{sources}]"),
                 title=item.rule.title, due=item.planned_day, key=item.key, command="isotrack log mood",
                 sources=Listed(item.rule.sources))  # fmt: skip


def _table_of(found: Complaints) -> None:
    words, lang = vocabulary(felt.FAMILY), code()
    rows: list[Row] = [
        [words.named(one.code).in_language(lang), planned.day(one.start), _grade(one.grade), _grade(one.worst),
         str(one.stretches[-1].entry.id)]
        for one in found.open
    ]  # fmt: skip
    what = Column(N_("What"), prose=True, is_name=True)
    table([what, N_("Since"), N_("Grade"), N_("Worst"), N_("Number")], rows)
    today = found.view.plan.today
    if unsaid := [one for one in found.open if not one.is_said_of(today)]:
        things = (Phrase(N_("{what} ({on})"), {"what": words.named(one.code), "on": one.said_last}) for one in unsaid)
        show.say(N_("Nothing was said for long of: {things}. What still goes on: {command}"),
                 things=Listed(tuple(things)),
                 command=felt.example("isotrack log symptom {}", unsaid[0].code))  # fmt: skip
    show.say(N_("What has ended: {command}"), command=felt.example("isotrack over {}", found.open[0].code))


def _grade(grade: int | None) -> str:
    return "-" if grade is None else str(grade)


def _by_week(weeks: list[Week]) -> None:
    rows: list[Row] = [
        [str(one.number), active().short_day(one.first), milligrams(one), grades(one) or "-"] for one in weeks
    ]
    table([N_("Week"), N_("From"), N_("mg taken"), Column(N_("Symptoms, worst grade"), prose=True, is_name=True)], rows)


def grades(week: Week) -> str:
    """What was there in a week, each with its worst grade."""
    words = vocabulary(felt.FAMILY)
    return str(active().value(Listed(tuple(
        words.named(symptom) if grade is None
        else Phrase(N_("{what} {grade}"), {"what": words.named(symptom), "grade": grade})
        for symptom, grade in week.grades.items()
    ))))  # fmt: skip


def milligrams(week: Week) -> str:
    """What was taken; of two kinds of capsules each by itself, for they have no common sum."""
    return " + ".join(map(number, week.mg.values())) or "0" if week.mg is not None else "-"


def _sum(week: Week) -> int | float | None:
    return amount(sum(week.mg.values(), Decimal(0))) if week.mg is not None and len(week.mg) <= 1 else None


def _sources(found: Complaints) -> None:
    data = vocabulary(felt.FAMILY).data
    cited = data.cited(source for one in found.noticed for source in one.advice.sources)
    if cited:
        show.say(N_("Sources:"))
    for one in cited:
        planned.cited(one.id, one.title.in_language(code()), *filter(None, [one.dated]))
    show.say(N_("What was taken is counted as logged, or assumed as prescribed. These are published lists, not medical"
                " advice: your clinic's word goes first."))  # fmt: skip


def _contract(found: Complaints, weeks: list[Week]) -> dict[str, Any]:
    """As in ``schemas/symptoms.schema.json``."""
    words = vocabulary(felt.FAMILY)

    def period(one: Period) -> dict[str, Any]:
        return {
            "code": one.code, "name": contract.both(words.named(one.code)), "since": one.start.isoformat(),
            "until": one.end.isoformat() if one.end is not None else None, "open": one in found.open,
            "said_last": one.said_last.isoformat(), "grade": one.grade, "worst": one.worst,
            "entries": [stretch.entry.id for stretch in one.stretches],
        }  # fmt: skip

    return {
        "patient": whose.label(),
        "today": found.view.plan.today.isoformat(),
        "red_flags": [
            {"code": one.code, "name": contract.both(words.named(one.code)), "on": one.on.isoformat(), "id": one.id}
            for one in found.flags
        ],
        "periods": [period(one) for one in found.periods],
        "findings": [
            {"codes": [one.code for one in noticed.periods], "level": noticed.advice.level.value,
             "sources": list(noticed.advice.sources), "confirmed": noticed.advice.confirmed}
            for noticed in found.noticed
        ],
        "mood": [{"code": one.code, "answer": amount(one.value or Decimal(0)), "on": one.on.isoformat()}
                 for one in found.mood],
        "weeks": [{"week": one.number, "from": one.first.isoformat(),
                   "mg": _sum(one), "grades": one.grades} for one in weeks],
    }  # fmt: skip
