"""Symptoms by week against the dose, and what the skin shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli import symptoms
from tracker.cli.felt import FAMILY
from tracker.cli.observed import measure
from tracker.cli.page.words import shortened
from tracker.cli.show import filled
from tracker.cli.stages import LAST_DAYS, heading
from tracker.errors import N_, Listed, Phrase
from tracker.i18n import _, active
from tracker.report.document import Lines, Section, Table
from tracker.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from tracker.facts.observation import Observation
    from tracker.journeys.course.reporting import Report
    from tracker.journeys.course.weekly import Week

_NOTES, _NOTE_LENGTH = 3, 100
"""Notes of symptoms that stand on the page at most, and how much of each; the full page has all."""
_WEEKS, _MILD = 8, 1
"""Weeks that are shown at most, and the grade of which a worse week is not named where a later one is shown."""


def section(found: Report, *, is_full: bool) -> Section:
    """What is there now, and the weeks."""
    title = _("Symptoms")
    if not found.weeks:
        return Section(title, [Lines([_("Nothing was recorded.")])])
    weeks = _that_tell(found.weeks)
    first = (len(weeks) - 1) % _WEEKS + 1
    blocks = [weeks[:first], *(weeks[at : at + _WEEKS] for at in range(first, len(weeks), _WEEKS))]
    tables = [_by_week(found, those) for those in (blocks if is_full else blocks[-1:])]
    earlier = () if is_full else _earlier(blocks[-1], weeks[: -len(blocks[-1])])
    said = [*earlier, *_in_own_words(found, is_full=is_full)]
    return Section(title, [*tables, *([Lines(said)] if said else [])])


def _in_own_words(found: Report, *, is_full: bool) -> Iterator[str]:
    """What was noted of symptoms in the time that the page is about, the newest first: one name stands for several."""
    entries = {one.entry.id: one.entry for period in found.felt.periods for one in period.stretches
               if one.entry.note and (is_full or found.is_in_it(one.entry.on))}  # fmt: skip
    newest = sorted(entries.values(), key=lambda one: (one.on, one.id), reverse=True)
    for one in newest if is_full else newest[:_NOTES]:
        note = shortened(one.note or "", None if is_full else _NOTE_LENGTH)
        yield filled(N_('{what} ({on}): "{note}"'), what=vocabulary(FAMILY).named(one.code),
                     on=active().bare_day(one.on), note=note)  # fmt: skip


def _that_tell(weeks: Sequence[Week]) -> Sequence[Week]:
    """The weeks without those at the end in which no capsule was taken and nothing was there."""
    last = max((at for at, week in enumerate(weeks) if week.grades or (week.mg and any(week.mg.values()))), default=0)
    return weeks[: last + 1]


def _earlier(shown: Sequence[Week], left: Sequence[Week]) -> Iterator[str]:
    """What the weeks without a column had more of than those with one, each with the last week of its worst grade."""
    words, worse, only = vocabulary(FAMILY), list[Phrase](), list[Phrase]()
    for code in dict.fromkeys(code for week in reversed(left) for code in week.grades):
        then = max(
            (week for week in left if code in week.grades), key=lambda week: (week.grades[code] or 0, week.number)
        )
        now = [week.grades[code] or 0 for week in shown if code in week.grades]
        grade = then.grades[code]
        if now and (grade or 0) <= max(*now, _MILD):
            continue
        what = {"what": words.named(code), "grade": grade, "week": then.number}
        one = Phrase(N_("{what} grade {grade} (week {week})") if grade else N_("{what} (week {week})"), what)
        (worse if now or (grade or 0) > _MILD else only).append(one)
    if worse:
        yield filled(N_("Worse in an earlier week: {things}"), things=Listed(tuple(worse)))
    if only:
        yield filled(N_("Only in earlier weeks: {things}"), things=Listed(tuple(only)))


def _by_week(found: Report, weeks: Sequence[Week]) -> Table:
    """Symptoms and their grades in weeks that stand side by side, with what was taken in each."""
    words, lang = vocabulary(FAMILY), active().code
    there = {one.code: one for one in found.felt.open}
    since = {code: active().bare_day(one.start) for code, one in there.items()}
    long_ago = {code: one.said_last for code, one in there.items() if not one.is_said_of(found.today)}
    rows = [[_("mg (with assumed)"), "", *(symptoms.milligrams(week) for week in weeks)]]
    for code in dict.fromkeys(code for week in reversed(weeks) for code in week.grades):
        grades = [_grade(week, code, long_ago.get(code)) for week in weeks]
        rows.append([words.named(code).in_language(lang), since.get(code, _("over")), *grades])
    headings = [_("Week of the course"), _("Since"), *(str(week.number) for week in weeks)]
    caption = filled(
        N_("Worst grade of each week (1 mild, 2 moderate, 3 severe, + not said); week {week} begins on {on}"),
        week=weeks[0].number, on=active().bare_day(weeks[0].first),
    )  # fmt: skip
    if any(_is_unsaid(week, code, long_ago.get(code)) for week in weeks for code in week.grades):
        caption = filled(N_("{caption}; in brackets: nothing said since"), caption=caption)
    return Table(caption, headings, rows, frozenset(range(2, len(headings))))


def _grade(week: Week, code: str, said_last: date | None) -> str:
    """The worst grade of a symptom in a week; in brackets where it only goes on from what was said before."""
    if code not in week.grades:
        return ""
    grade = str(week.grades[code] or "+")
    return f"({grade})" if _is_unsaid(week, code, said_last) else grade


def _is_unsaid(week: Week, code: str, said_last: date | None) -> bool:
    """Whether a symptom is there in a week only because nobody said that it is over; ``said_last`` of one that is."""
    return code in week.grades and said_last is not None and week.first > said_last


def skin(found: Report) -> Section:
    """Of each area its stage, and what there is now, at the start and at the last visit."""
    title = _("Skin")
    if not found.skin.areas:
        return Section(title, [Lines([_("Nothing was recorded.")])])
    words, lang, rows = vocabulary("skin"), active().code, list[list[str]]()
    for area in found.skin.areas:
        name = heading(area, found.today, is_short=True)
        for sign in area.signs:
            newest = _measure(sign.now)
            if (found.today - sign.now.on).days > LAST_DAYS:
                newest = filled(N_("{measure} ({on})"), measure=newest, on=active().bare_day(sign.now.on))
            rows.append([name, words.named(sign.code).in_language(lang), newest, _measure(sign.start),
                         _measure(sign.visit)])  # fmt: skip
            name = words.named(area.site).in_language(lang) if area.site is not None else _("no area said")
    headings = [_("Area"), _("What"), _("Newest"), _("At the start"), _("At the visit")]
    return Section(title, [Table(_("What each area shows"), headings, rows, frozenset({3, 4}))])


def _measure(one: Observation | None) -> str:
    return measure(one) if one is not None else ""
