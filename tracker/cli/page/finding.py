"""What is to be seen first: dangers that stand, and what a careful nurse would notice, each with its level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from tracker import remarks
from tracker.cli import capsules, felt, findings, notices, symptoms, urgent
from tracker.cli.noticed import LEVELS
from tracker.cli.page import dangers, graver, mood
from tracker.cli.show import filled
from tracker.cli.terms import VERDICTS
from tracker.errors import N_, Phrase, counted
from tracker.i18n import _, active
from tracker.journeys.course import taking
from tracker.journeys.course.person import remarks_on_age
from tracker.laboratory import Level
from tracker.plan import Notice, NoticeCode, Stage
from tracker.readings.substances import ended
from tracker.report.document import Cell, Lines, Section, Table
from tracker.rules import Kind
from tracker.walk import Account

if TYPE_CHECKING:
    from tracker.journeys.course.reporting import Report

_NOW, _LATE, _EARLIER, _CLEARED, _NOTE = "now", "late", "earlier", "cleared", "note"
_NAMES = {
    _NOW: N_("Danger"), Level.NOW: N_("Contact now"), _LATE: N_("Overdue"),
    Level.CONTACT: N_("Contact clinic"), _EARLIER: N_("Earlier"), Level.WATCH: N_("Watch"), _NOTE: N_("Note"),
    _CLEARED: N_("Cleared"),
}  # fmt: skip
"""The levels as the patient was told them, the most pressing first; what the clinic has settled comes last."""
_UNLOGGED = 3
"""Whole days without an entry of capsules that are worth a word."""
_MESSAGES = remarks.NOTICES | {
    NoticeCode.FIRST_DOSE_TOO_EARLY: N_(
        "The programme asks for a lead before the first capsule: counted from enrolment the earliest day is {earliest},"
        " the planned one is {first_dose}."
    ),
    NoticeCode.NEW_COURSE_RULES: N_(
        "The pause from {paused} to {resumed} is longer than the contraception after a course: what a new course asks"
        " for before its start applies again."
    ),
    NoticeCode.PAST_PROJECTED_END: N_(
        "The projected end has passed and no last capsule is recorded: the plan goes on."
    ),
    NoticeCode.POSITIVE_TEST: N_(
        "Positive pregnancy test on {on}. The patient was told to stop the capsules; no word of the clinic is recorded."
    ),
    NoticeCode.PREGNANCY_RISK: N_(
        "A pregnancy is possible ({what}, {on}). The patient was told to stop the capsules; no word of the clinic is"
        " recorded."
    ),
    NoticeCode.TEST_AFTER_RISK: N_(
        "{what} ({on}): settled on the clinic's word; no negative pregnancy test is recorded since."
    ),
    NoticeCode.UNCLEAR_TEST: N_(
        "Pregnancy test of {on}: unclear; no clear result is recorded since. It does not count as negative."
    ),
    NoticeCode.BEGUN_WITHOUT_TEST: N_(
        "{rules}: no negative result that counts is recorded, and the capsules have begun."
    ),
    NoticeCode.VISIT_WITHOUT_TEST: N_(
        "Visit of {visit}: no pregnancy test is planned within {length} of it; a negative one lets capsules be picked"
        " up for no longer (the last one: until {until}) [{sources}]."
    ),
    NoticeCode.DRAWN_TOO_EARLY: N_(
        "{title}: drawn on {on}, before the days in which the programme asks for it ({first} to {last}) [{sources}]; no"
        " newer values are recorded."
    ),
    NoticeCode.PICKED_UP_WITHOUT_TEST: N_(
        "Capsules were picked up on {on} without a negative pregnancy test that counts in the {length} before"
        " [{sources}]; no negative test and no word of the clinic is recorded since."
    ),
    NoticeCode.RED_FLAG: N_(
        "Red flag: {name} ({on}) [{sources}]. The patient was told to get medical help; no word of the clinic is"
        " recorded."
    ),
    NoticeCode.PROCEDURE_TOO_EARLY: N_(
        "{what} on {on} was too early: by the sources it is restricted until {last} [{sources}]."
    ),
    NoticeCode.PROCEDURE_BOOKED_TOO_EARLY: N_(
        "{what} on {on} is too early: by the sources it is restricted until {last} [{sources}]."
    ),
    NoticeCode.PROCEDURE_TOO_SOON: N_(
        "{what} on {on} was too soon after that of {former}: the series has {every} between two sessions."
    ),
    NoticeCode.PROCEDURE_BOOKED_TOO_SOON: N_(
        "{what} on {on} is too soon after that of {former}: the series has {every} between two sessions."
    ),
}
_BEFORE_THE_START = {
    NoticeCode.POSITIVE_TEST: N_(
        "Positive pregnancy test on {on}. The patient was told not to start; no word of the clinic is recorded."
    ),
    NoticeCode.PREGNANCY_RISK: N_(
        "A pregnancy is possible ({what}, {on}). The patient was told not to start; no word of the clinic is recorded."
    ),
    NoticeCode.RED_FLAG: _MESSAGES[NoticeCode.RED_FLAG],
}
_AFTER_THE_END = {
    NoticeCode.POSITIVE_TEST: N_(
        "Positive pregnancy test on {on}. The course is over, and the patient was told to call the clinic; no word"
        " of the clinic is recorded."
    ),
    NoticeCode.PREGNANCY_RISK: N_(
        "A pregnancy is possible ({what}, {on}). The course is over, and the patient was told to call the clinic; no"
        " word of the clinic is recorded."
    ),
    NoticeCode.RED_FLAG: _MESSAGES[NoticeCode.RED_FLAG],
}
_TO_A_DOCTOR = {Stage.BEFORE: _BEFORE_THE_START, Stage.AFTER: _AFTER_THE_END}
_TOO_EARLY = N_(
    "{what} ({on}): settled on the clinic's word; the negative pregnancy test of {tested} was too early to answer it: a"
    " test says something from {first} on ({after} after it) [{sources}]."
)
_LEVEL_OF_NOTICE = dict.fromkeys(notices.ALARMS, _NOW) | dict.fromkeys(notices.FOR_THE_CLINIC, Level.CONTACT)
"""At which level the plan told the patient of something; of the rest it is told, and nothing asked."""
OF_WHAT_IS_ASSUMED = (NoticeCode.EARLIER_AS_PLANNED, NoticeCode.EARLIER_NOT_KNOWN, NoticeCode.LAST_DOSE_UNKNOWN)
"""Notices that say what is certain and what is not."""


class Noticed(Struct, frozen=True):
    """Something that a careful nurse would notice in what was recorded."""

    about: str
    """What it is about: blood, symptom, mood, background or substance."""
    codes: tuple[str, ...]
    level: Level
    text: str
    on: date
    """Since when."""

    @property
    def asks(self) -> str:
        """What is asked of the patient at its level."""
        return _(_NAMES[self.level])


def section(found: Report, *, is_full: bool) -> Section:
    """The table, or that there is nothing; and how the mood was."""
    rows = sorted(_in_order(found, is_full=is_full), key=lambda row: list(_NAMES).index(row[0]))
    title, answers = _("Red flags and findings"), mood.answers(found, is_full=is_full)
    if not rows:
        nothing = Lines([_("None: nothing that was recorded calls for attention.")])
        return Section(title, [nothing, *answers], is_wide=True)
    texts = [[Cell(_(_NAMES[level]), is_loud=level in (_NOW, Level.NOW, _LATE)),
              Cell(text, is_loud=level in (_NOW, _LATE))] for level, text in rows]  # fmt: skip
    table = Table(_("The level is what the patient was told."), [_("Level"), _("Finding")], texts,
                  is_plain=True)  # fmt: skip
    is_urgent = any(level not in (_CLEARED, _NOTE) for level, _text in rows)
    return Section(title, [table, *answers], is_wide=True, is_urgent=is_urgent)


def said(notice: Notice) -> str:
    """A notice of the plan, as a doctor reads it."""
    if notice.code is NoticeCode.RED_FLAG:
        values = dict(notice.values)
        word = urgent.flag_of(values["code"])
        sources = tuple(dict.fromkeys(source for one in word.advice if one.raises for source in one.sources))
        notice = Notice(notice.code, (("name", word.name), ("on", values["on"]), ("sources", sources)))
    return notices.in_words(notice, remarks.Messages(_MESSAGES, _TO_A_DOCTOR, _TOO_EARLY))


def _in_order(found: Report, *, is_full: bool) -> Iterator[tuple[str, str]]:
    """Rows as the status has them within a level: of tests, of what was found in the patient, then of the rest."""
    yield from _of_the_plan(found, lambda code: code in notices.OF_TESTS)
    yield from _asked(found)
    yield from _of_the_plan(found, lambda code: code not in notices.OF_TESTS)
    yield from _rows(found, is_full=is_full)


def _of_the_plan(found: Report, wanted: Callable[[NoticeCode], bool]) -> Iterator[tuple[str, str]]:
    for notice in found.view.plan.notices:
        if notice.code not in OF_WHAT_IS_ASSUMED and wanted(notice.code):
            level, text = _LEVEL_OF_NOTICE.get(notice.code, _NOTE), said(notice)
            yield level, dangers.in_own_words(text, notice, found) if level is _NOW else text


def _rows(found: Report, *, is_full: bool) -> Iterator[tuple[str, str]]:
    for text in dangers.cleared(found):
        yield _CLEARED, text
    # What was never signed stands among what is overdue.
    departed = capsules.of_a_course(found.view).since(found.since or date.min).that_happened
    departures = capsules.for_a_doctor(departed, is_full=is_full)
    for text in (*dangers.of_earlier_courses(found), *departures, *_no_longer_beside(found)):
        yield _NOTE, text
    if late := tuple(_late(found)):
        yield _LATE, _("; ").join(late)
    if (silent := _unlogged(found)) is not None:
        yield _NOTE, silent
    if found.view.plan.timeline.last_dose is None:
        for remark in remarks_on_age(found.view, found.born):
            yield _NOTE, str(active().value(remark))


def _asked(found: Report) -> Iterator[tuple[str, str]]:
    """What the patient was told to be in touch about, and of the capsules that there are too few."""
    for one in noticed(found):
        yield one.level, one.text
    for text in graver.rows(found):
        yield _EARLIER, text
    for text in capsules.supply_for_a_doctor(found.view):
        yield Level.CONTACT, text


def _no_longer_beside(found: Report) -> Iterator[str]:
    """What was taken in the time of the page, and did not go with the capsules."""
    for one in ended(found.beside.takings, taking.courses_of(found.beside.views), found.today):
        last = one.taking.until
        if one.taking.substance is not None and last is not None and last >= (found.since or date.min):
            yield filled(
                N_("Beside the capsules from {first} to {last}, {verdict}: {what}"), first=one.since, last=last,
                verdict=Phrase(VERDICTS[one.statement.verdict]), what=taking.said(one.taking.substance, one.statement),
            )  # fmt: skip


def _late(found: Report) -> Iterator[str]:
    """Pregnancy tests and signatures that stand out: what the capsules must not go on without."""
    for item in found.missed.items:
        if item.kind is Kind.PREGNANCY_TEST:
            yield filled(N_("{title}, due {on}: not done"), title=item.rule.title, on=item.due)
    for item in found.missed.overdue:
        if item.kind in (Kind.PREGNANCY_TEST, Kind.ATTESTATION):
            yield filled(N_("{title}, due {on}"), title=item.rule.title, on=item.planned_day)


def _unlogged(found: Report) -> str | None:
    """The last day of which anything was logged of the capsules, where they are assumed for some days since.

    An entry may say that none was taken: which it is, is said. Today is not over, and is no day without one.
    """
    last = max(found.view.history.doses, key=lambda one: one.on, default=None)
    if last is None or found.view.plan.timeline.last_dose is not None:
        return None
    since = [one for one in found.days if last.on < one.on < found.today]
    assumed = sum(one.account is Account.ASSUMED for one in since)
    if len(since) < _UNLOGGED or not assumed:
        return None
    entry = Phrase(N_("logged as taken") if last.taken else N_("logged as missed"))
    said = counted(
        "No entry of capsules, taken or not, for {count} day after {on} ({entry}); assumed taken of these: {assumed}",
        "No entry of capsules, taken or not, for {count} days after {on} ({entry}); assumed taken of these: {assumed}",
        count=len(since), on=last.on, assumed=assumed, entry=entry,
    )  # fmt: skip
    return str(active().value(said))


def noticed(found: Report) -> Iterator[Noticed]:
    """What is to be noticed in blood, in what is felt, in the background and in what is taken beside the capsules."""
    for one in found.sheet.findings:
        text = str(active().value(findings.in_words(one, found.sheet)))
        yield Noticed("blood", (one.analyte.code,), one.level, text, one.value.on)
    for advice, codes, on, what in symptoms.noticed(found.felt):
        text = str(active().value(what)) if codes else mood.newest(found, on)
        text = felt.reasoned(text, advice)
        yield Noticed("symptom" if codes else "mood", codes, LEVELS[advice.level], text, on)
    said_on = {one.id: one.on for one in found.background}
    for known in found.beside.against:
        stands = max(said_on.get(known.having.id, known.since), found.view.plan.timeline.first_dose)
        text = filled(N_("{what}"), what=taking.reason_against(known))
        yield Noticed("background", (known.having.condition.code,), Level.CONTACT, text,
                      stands if known.is_now else known.since)  # fmt: skip
    for conflict in found.beside.conflicts:
        if conflict.taking.substance is not None:
            what = taking.said(conflict.taking.substance, conflict.statement)
            verdict = Phrase(VERDICTS[conflict.statement.verdict])
            text = filled(N_("Beside the capsules, {verdict}: {what}"), verdict=verdict, what=what)
            stands = max(conflict.taking.since, conflict.days.first)
            yield Noticed("substance", (conflict.taking.substance.code,), Level.CONTACT, text,
                          stands if conflict.is_now else conflict.since)  # fmt: skip
