"""The answers to the short check of mood by day, question by question: no score is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.cli import show
from tracker.cli.as_json import both, day
from tracker.cli.chart.canvas import Picture
from tracker.cli.chart.days import Time
from tracker.cli.chart.shape import Asked, Chart, Found, meaning
from tracker.cli.chart.signs import RAISED, Screen
from tracker.cli.chart.strips import Strip, alarm, drawn, seen, spot
from tracker.cli.felt import MOOD
from tracker.cli.symptoms import said
from tracker.errors import N_
from tracker.i18n import _, active
from tracker.rules import Text
from tracker.vocabulary import Word, measured, vocabulary

if TYPE_CHECKING:
    from tracker.facts import RedFlag
    from tracker.journeys.course.charting import Answers

_COLUMNS = 3
"""Of a day at most."""
NAME = Text("mood", "気分")


def of(found: Answers, asked: Asked) -> Found:
    """The chart of the mood."""
    answers = [one for one in found.answers if asked.is_in_it(one.on)]
    flags = [one for one in found.flags if asked.is_in_it(one.on) and one.code in map(_raised_by, _words())]
    strips = [one for one in (_strip(word, found, flags, asked) for word in _words()) if one.spots]
    chart = Chart(
        title=_("Mood, by answer"),
        draw=(lambda screen: _draw(strips, asked, screen)) if strips else None,
        key=lambda screen: _key(strips, screen),
        shared=N_("A column holds several days: the strongest answer of them is shown."),
        says=_says(found, asked, has_any=bool(strips)),
    )
    return Found([chart], {
        "chart": "mood", "name": both(NAME), "since": day(asked.since), "unit": None, "limits": [],
        "points": [{"on": one.on.isoformat(), "code": one.code, "answer": int(one.value or 0), "id": one.id}
                   for one in answers],
        "red_flags": [{"on": one.on.isoformat(), "code": one.code} for one in flags],
    })  # fmt: skip


def _words() -> tuple[Word, ...]:
    return vocabulary(MOOD).codes


def _raised_by(word: Word) -> str | None:
    """The red flag that the strongest answer to a question is."""
    return word.flag_at(word.most)


def _strip(word: Word, found: Answers, flags: Sequence[RedFlag], asked: Asked) -> Strip:
    answers = [spot(one.on, int(one.value or 0)) for one in found.answers
               if one.code == word.code and asked.is_in_it(one.on)]  # fmt: skip
    alarms = [alarm(one.on) for one in flags if one.code == _raised_by(word)]
    return Strip(word.name.in_language(active().code), [*answers, *alarms])


def _draw(strips: Sequence[Strip], asked: Asked, screen: Screen) -> Picture:
    days = sorted({one.on for strip in strips for one in strip.spots})
    time = Time(asked.since or days[0], asked.today, ((asked.today, _("today")),))
    return drawn(strips, time, screen, days=1, most=_COLUMNS, blank=days)


def _key(strips: Sequence[Strip], screen: Screen) -> list[list[str]]:
    parts = [_("0 as usual; the higher, the more"), *seen([(RAISED, N_("red flag"))], strips)]
    if len({frozenset(one.on for one in strip.spots) for strip in strips}) > 1:
        parts.append(meaning(screen.signs.nothing, _("not answered")))
    return [parts, [_("No score is made of it.")]]


def _says(found: Answers, asked: Asked, *, has_any: bool) -> list[str]:
    """What the newest answers ask for, and each in words."""
    words = vocabulary(MOOD)
    lines = [text for _advice, codes, _on, text in said(found.complaints) if not codes]
    if not has_any and asked.since is not None:
        lines.append(show.filled(N_("No value since {on}."), on=asked.since))
    answers = [
        show.filled(N_("- {what}: {value} ({on})"), what=words.named(one.code), on=one.on,
                    value=measured(words.word(one.code), one.value or Decimal(0)))
        for one in found.complaints.mood
    ]  # fmt: skip
    if answers:
        return [*lines, _("Last answers:"), *answers]
    return [*lines, show.filled(N_("No answer was recorded. The short check: {command}"), command="isotrack log mood")]
