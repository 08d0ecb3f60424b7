"""``isotrack habits``: on how many days of each week, beside what the sources say. No scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import planned, show, whose
from tracker.cli.base import Command, as_json_option, code, context
from tracker.cli.tables import Column, Row, table
from tracker.errors import N_, Listed, Phrase
from tracker.facts.kind import amount
from tracker.i18n import active
from tracker.lexicon import Word
from tracker.rules import Text

if TYPE_CHECKING:
    from tracker.journeys.course.caring import Habits
    from tracker.readings.habits import Count, Week

_MOST_WEEKS = 4
"""Weeks that the screen shows; programs get all."""


@click.command(
    cls=Command, help=N_("Count habits by week: on how many of its days, beside what the sources say of them.")
)
@as_json_option()
@click.pass_context
def habits(ctx: click.Context, as_json: bool) -> None:
    """Habits."""
    from tracker.journeys.course import caring

    found = caring.habits(context())
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show(_contract(found))
        return
    whose.heading()
    if not found.weeks:
        show.say(N_("Nothing was recorded yet. For example: {command}"),
                 command=Text("isotrack log habit sleep=7 moisturiser sunscreen",
                              "isotrack log habit 睡眠=7 保湿 日焼け止め"))  # fmt: skip
        return
    shown = found.weeks[-_MOST_WEEKS:]
    for week in reversed(shown):
        click.echo()
        _week(week, found)
    click.echo()
    _sources(found, shown)
    show.say(N_("A day without an entry is not counted, neither way."))


def _week(week: Week, found: Habits) -> None:
    show.say(N_("Week from {on}, days so far: {days}"), on=week.first, days=week.days)
    if not week.counts:
        show.say(N_("nothing recorded"))
        return
    order = [word.code for word in found.words.codes]
    known = sorted(week.counts, key=lambda one: (order.index(one.code) if one.code in order else len(order), one.code))
    rows: list[Row] = [
        [found.words.named(one.code).in_language(code()), _days(one, week, found.words.word(one.code)),
         str(one.recorded), _said(found.words.word(one.code))]
        for one in known
    ]  # fmt: skip
    table([Column(N_("Habit"), prose=True, is_name=True), N_("Days"), Column(N_("Days recorded"), drops=2),
           Column(N_("Sources say"), prose=True, drops=1)], rows)  # fmt: skip


def _days(one: Count, week: Week, word: Word | None) -> str:
    """The days that count; of what is to be avoided in words that cannot be read as days on which it was."""
    is_to_be_avoided = word is not None and word.goal is not None and word.goal.is_advised_against
    return show.filled(N_("there on {count} of {days}") if is_to_be_avoided else N_("{count} of {days}"),
                       count=one.counted, days=week.days)  # fmt: skip


def _said(word: Word | None) -> str:
    if word is None or word.goal is None:
        return ""
    value = Phrase(N_("{text} [{sources}]"), {"text": word.goal.text, "sources": Listed(word.goal.sources)})
    return str(active().value(value))


def _sources(found: Habits, weeks: tuple[Week, ...]) -> None:
    codes = {one.code for week in weeks for one in week.counts}
    goals = [word.goal for word in found.words.codes if word.code in codes and word.goal is not None]
    for one in found.words.data.cited(source for goal in goals for source in goal.sources):
        planned.cited(one.id, one.title.in_language(code()), *filter(None, [one.dated]))


def _contract(found: Habits) -> dict[str, Any]:
    """As in ``schemas/habits.schema.json``."""

    def count(one: Count) -> dict[str, Any]:
        word = found.words.word(one.code)
        goal = word.goal if word is not None else None
        return {
            "code": one.code, "name": contract.both(found.words.named(one.code)), "days": one.counted,
            "days_recorded": one.recorded,
            "source_says": {
                "text": contract.both(goal.text), "sources": list(goal.sources), "avoid": goal.is_advised_against,
                "least": amount(goal.least) if goal.least is not None else None,
            } if goal is not None else None,
        }  # fmt: skip

    return {
        "patient": whose.label(),
        "today": context().today.isoformat(),
        "weeks": [
            {"from": week.first.isoformat(), "days": week.days, "habits": [count(one) for one in week.counts]}
            for week in found.weeks
        ],
    }
