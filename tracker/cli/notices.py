"""What a plan has to say beside its dates; what is dangerous comes first and is repeated by every command."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from tracker.cli import laxer, paper
from tracker.cli.base import flags
from tracker.errors import N_, Listed, Phrase
from tracker.facts import RISK_NAMES, RiskKind
from tracker.i18n import _, active
from tracker.plan import Notice, NoticeCode, Plan
from tracker.rules import Rule

if TYPE_CHECKING:
    from tracker.engine.comparison import Difference

NOTICES = {
    NoticeCode.FIRST_DOSE_TOO_EARLY: N_(
        "The programme asks for a lead before the first capsule: counted from enrolment the earliest day is {earliest},"
        " yours is {first_dose}. Ask your clinic; to move it: isotrack start --move {iso}"
    ),
    NoticeCode.NEW_COURSE_RULES: N_(
        "The pause from {paused} to {resumed} is longer than the contraception after a course: what a new course asks"
        " for before its start applies again. Ask your clinic; to close this course: isotrack stop"
    ),
    NoticeCode.PAST_PROJECTED_END: N_(
        "The projected end has passed and no last capsule is recorded: the plan goes on. Ended? isotrack stop DATE"
    ),
    NoticeCode.LAST_DOSE_UNKNOWN: N_(
        "The day of the last capsule is not known; the latest possible one, {on}, is taken."
    ),
    NoticeCode.SHORTENED_BY_CLINIC: N_("{title} is set to {value} on your clinic's word, not by the programme."),
    NoticeCode.POSITIVE_TEST: N_(
        "A positive test was recorded on {on}: stop taking the capsules and contact your clinic now. Do not wait for"
        " the visit. This stays until your clinic's word is recorded: isotrack log cleared"
    ),
    NoticeCode.PREGNANCY_RISK: N_(
        "A pregnancy is possible ({what}, {on}): stop taking the capsules at once and call your clinic. Do not wait for"
        " the visit. [J1, K9, U7] This stays until your clinic's word is recorded: isotrack log cleared"
    ),
    NoticeCode.TEST_OUTSTANDING: N_(
        "{title}: its last day was {end}, but the pregnancy test that closes it has no negative result yet."
    ),
    NoticeCode.TEST_AFTER_RISK: N_(
        "{what} ({on}) is settled on your clinic's word, but no negative pregnancy test is logged since. Ask your"
        " clinic about a test; to log it: isotrack log pregnancy-test"
    ),
    NoticeCode.UNCLEAR_TEST: N_(
        "The pregnancy test of {on} was unclear: it does not count as negative. Contact your clinic about another test;"
        " to log it: isotrack log pregnancy-test"
    ),
    NoticeCode.BEGUN_WITHOUT_TEST: N_(
        "{rules}: no negative result that counts is recorded, and the capsules have begun. Contact your clinic; to log"
        " one: isotrack log pregnancy-test negative --on DATE"
    ),
    NoticeCode.VISIT_WITHOUT_TEST: N_(
        "No pregnancy test is planned within {length} of the visit of {visit}, and a negative one lets capsules be"
        " picked up for no longer (the last one: until {until}) [{sources}]. Ask your clinic about a test just before"
        " the visit."
    ),
    NoticeCode.NOT_POSSIBLE_BY_CLINIC: N_(
        "Not asked for since {on}, as pregnancy is not possible on your clinic's word: {rules}."
    ),
    NoticeCode.LAXER_BY_CLINIC: N_("Laxer than {than} on your clinic's word: {what}."),
    NoticeCode.EARLIER_AS_PLANNED: N_(
        "Of before {on}, taken to have been done as planned, though not recorded: {count}."
    ),
    NoticeCode.EARLIER_NOT_KNOWN: N_("Of before {on}, not known whether it was done: {count}."),
    NoticeCode.PROCEDURE_TOO_EARLY: N_(
        "{what} on {on} was too early: by the sources it is restricted until {last} [{sources}]. Contact your clinic."
    ),
    NoticeCode.PROCEDURE_BOOKED_TOO_EARLY: N_(
        "{what} on {on} is too early: by the sources it is restricted until {last} [{sources}]. Contact your clinic."
    ),
    NoticeCode.PROCEDURE_BY_CLINIC: N_(
        "{what} on {on} is on your clinic's word; by the sources it is restricted until {last} [{sources}]."
    ),
    NoticeCode.PROCEDURE_TOO_SOON: N_(
        "{what} on {on} was too soon after that of {former}: your series has {every} between two sessions. Contact your"
        " clinic."
    ),
    NoticeCode.PROCEDURE_BOOKED_TOO_SOON: N_(
        "{what} on {on} is too soon after that of {former}: your series has {every} between two sessions. Contact your"
        " clinic."
    ),
    NoticeCode.PROCEDURE_TIMES_BY_CLINIC: N_(
        "Times of procedures are those of {profile} on your clinic's word; those of the label go on until {last}."
    ),
    NoticeCode.COUNTED_BY_CLINIC: N_("{key} counts as done on {on} on your clinic's word, not by the programme."),
}
BEFORE_THE_START = {
    NoticeCode.POSITIVE_TEST: N_(
        "A positive test was recorded on {on}: do not start taking the capsules and contact your clinic now. Do not"
        " wait for the visit. This stays until your clinic's word is recorded: isotrack log cleared"
    ),
    NoticeCode.PREGNANCY_RISK: N_(
        "A pregnancy is possible ({what}, {on}): do not start taking the capsules and call your clinic. Do not wait for"
        " the visit. [J1, K9, U7] This stays until your clinic's word is recorded: isotrack log cleared"
    ),
}
TOO_EARLY = N_(
    "{what} ({on}) is settled on your clinic's word, but the negative pregnancy test of {tested} was too early to"
    " answer it: a test says something from {first} on ({after} after it) [{sources}]. Ask your clinic about a test; to"
    " log it: isotrack log pregnancy-test"
)
"""Of a risk after which a negative test came too early."""
ALARMS = (NoticeCode.POSITIVE_TEST, NoticeCode.PREGNANCY_RISK, NoticeCode.RED_FLAG)
"""What every command repeats until the clinic's word is recorded."""
FOR_THE_CLINIC = (
    NoticeCode.TEST_AFTER_RISK, NoticeCode.UNCLEAR_TEST, NoticeCode.BEGUN_WITHOUT_TEST, NoticeCode.VISIT_WITHOUT_TEST,
    NoticeCode.FIRST_DOSE_TOO_EARLY, NoticeCode.NEW_COURSE_RULES,
    NoticeCode.PROCEDURE_TOO_EARLY, NoticeCode.PROCEDURE_BOOKED_TOO_EARLY,
    NoticeCode.PROCEDURE_TOO_SOON, NoticeCode.PROCEDURE_BOOKED_TOO_SOON,
)  # fmt: skip
"""Of what else the patient is told to be in touch."""


OF_PROCEDURES = (
    NoticeCode.PROCEDURE_TOO_EARLY, NoticeCode.PROCEDURE_BOOKED_TOO_EARLY, NoticeCode.PROCEDURE_BY_CLINIC,
    NoticeCode.PROCEDURE_TOO_SOON, NoticeCode.PROCEDURE_BOOKED_TOO_SOON, NoticeCode.PROCEDURE_TIMES_BY_CLINIC,
)  # fmt: skip


def of_procedures(plan: Plan) -> None:
    """What of it is about procedures."""
    for notice in plan.notices:
        if notice.code in OF_PROCEDURES:
            paper.put(_noticed(notice))


OF_TESTS = (
    NoticeCode.TEST_AFTER_RISK, NoticeCode.UNCLEAR_TEST, NoticeCode.BEGUN_WITHOUT_TEST, NoticeCode.VISIT_WITHOUT_TEST,
)  # fmt: skip


def of_tests(plan: Plan, beside: Collection[str] = ()) -> None:
    """That a test is missing: after a danger that is settled, after one that said nothing, or around a visit.

    ``beside`` are the keys of the items that are said to be missing themselves.
    """
    for notice in plan.notices:
        if notice.code in OF_TESTS and not set(dict(notice.values).get("keys", "?")) <= set(beside):
            paper.put(_noticed(notice))


def show(plan: Plan, said: Collection[NoticeCode] = ()) -> None:
    """What the plan has to say beside its dates and its alarms, but for what is ``said`` elsewhere."""
    for notice in plan.notices:
        if notice.code not in (*ALARMS, *said):
            paper.put(_noticed(notice))


def alarms(plan: Plan, *, beside: bool = False) -> int:
    """What comes first, and what every command repeats: a positive test, a possible pregnancy, a red flag.

    They are said once a command; a red flag that asks for a crisis line stands before everything else.

    ``beside`` says it on stderr, where the output is for programs. The number of lines that it took.
    """
    if flags().alarmed:
        return 0
    flags().alarmed = True
    said = [notice for notice in plan.notices if notice.code in ALARMS]
    red = [notice for notice in said if notice.code is NoticeCode.RED_FLAG]
    if any(map(_asks_for_a_crisis_line, red)):
        said = [*sorted(red, key=_asks_for_a_crisis_line, reverse=True), *(one for one in said if one not in red)]
    for notice in said:
        if notice.code is not NoticeCode.RED_FLAG:
            paper.put(_noticed(notice), err=beside, style=paper.DANGER)
        elif notice == next(one for one in said if one in red):
            _red_flags([one for one in said if one in red], plan, beside=beside)
    return len(said)


def _red_flags(red: Sequence[Notice], plan: Plan, *, beside: bool) -> None:
    """What red flags ask for is the same: it is said once of all."""
    from tracker.cli import urgent  # start-up: only where one stands

    values = [dict(notice.values) for notice in red]
    urgent.standing(
        [(one["code"], one["on"]) for one in values], begun=values[0]["begun"], jurisdiction=values[0]["jurisdiction"],
        zone=plan.course.timezone, beside=beside,
    )  # fmt: skip


def _asks_for_a_crisis_line(notice: Notice) -> bool:
    from tracker.vocabulary import vocabulary  # start-up: only where a red flag stands

    word = vocabulary("symptom").data.word(dict(notice.values)["code"])
    return word is not None and word.is_crisis


def _noticed(notice: Notice) -> str:
    return "! " + in_words(notice, NOTICES, BEFORE_THE_START)


def in_words(
    notice: Notice,
    messages: Mapping[NoticeCode, str],
    before_the_start: Mapping[NoticeCode, str],
    too_early: str = TOO_EARLY,
) -> str:
    """A notice by the messages of its reader: gettext message ids by its code."""
    values = dict(notice.values)
    earliest, rule, risk = values.get("earliest"), values.get("rule"), values.get("what")
    if isinstance(earliest, date):
        values["iso"] = earliest.isoformat()
    if isinstance(rule, Rule):
        values["title"] = rule.title.in_language(active().code)
    if isinstance(risk, RiskKind):
        values["what"] = _(RISK_NAMES[risk])
    values |= {name: Listed(values[name]) for name in ("sources", "rules") if isinstance(values.get(name), tuple)}
    message = messages[notice.code]
    if notice.code is NoticeCode.LAXER_BY_CLINIC:
        if values["what"] is None:
            message = N_("The programme is laxer than {than} on your clinic's word.")
        else:
            values["what"] = Listed(tuple(_difference(one) for one in values["what"]))
    if notice.code is NoticeCode.TEST_AFTER_RISK and "tested" in values:
        if not values["confirmed"]:
            values["sources"] = Phrase(N_("{sources}, not confirmed"), {"sources": values["sources"]})
        message = too_early
    if not values.pop("begun", True):
        message = before_the_start[notice.code]
    return active().fill(message, values)


def _difference(of: Difference) -> Phrase:
    return Phrase(
        N_("{title} ({what})"), {"title": of.rule.title.in_language(active().code), "what": laxer.in_words(of.what)}
    )
