"""What a plan has to say beside its dates, in words: a screen says it as a notice, a command as a remark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from tracker.errors import N_, Listed, Phrase
from tracker.facts import RISK_NAMES, RiskKind
from tracker.plan import Notice, NoticeCode, Stage
from tracker.rules import Rule

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
    NoticeCode.DRAWN_TOO_EARLY: N_(
        "{title}: drawn on {on}, before the days in which the programme asks for it ({first} to {last}) [{sources}]."
        " Ask your clinic about a newer one; as its values come: isotrack log blood"
    ),
    NoticeCode.PICKED_UP_WITHOUT_TEST: N_(
        "Capsules were picked up on {on} without a negative pregnancy test that counts in the {length} before"
        " [{sources}]. Contact your clinic. This stays until a negative test of that day or later, or your clinic's"
        " word, is recorded: isotrack log pregnancy-test negative --on DATE, isotrack log cleared"
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
_BEFORE_THE_START = {
    NoticeCode.POSITIVE_TEST: N_(
        "A positive test was recorded on {on}: do not start taking the capsules and contact your clinic now. Do not"
        " wait for the visit. This stays until your clinic's word is recorded: isotrack log cleared"
    ),
    NoticeCode.PREGNANCY_RISK: N_(
        "A pregnancy is possible ({what}, {on}): do not start taking the capsules and call your clinic. Do not wait for"
        " the visit. [J1, K9, U7] This stays until your clinic's word is recorded: isotrack log cleared"
    ),
}
_AFTER_THE_END = {
    NoticeCode.POSITIVE_TEST: N_(
        "A positive test was recorded on {on}: the course is over; call your clinic at once. Do not wait for a visit."
        " This stays until your clinic's word is recorded: isotrack log cleared"
    ),
    NoticeCode.PREGNANCY_RISK: N_(
        "A pregnancy is possible ({what}, {on}): the course is over; call your clinic at once. Do not wait for a visit."
        " [J1, K9, U7] This stays until your clinic's word is recorded: isotrack log cleared"
    ),
}
_TOO_EARLY = N_(
    "{what} ({on}) is settled on your clinic's word, but the negative pregnancy test of {tested} was too early to"
    " answer it: a test says something from {first} on ({after} after it) [{sources}]. Ask your clinic about a test; to"
    " log it: isotrack log pregnancy-test"
)


class Messages(Struct, frozen=True):
    """What one reader is told: gettext message ids by the code of a notice."""

    by_code: Mapping[NoticeCode, str]
    by_stage: Mapping[Stage, Mapping[NoticeCode, str]]
    """Of dangers, before the first capsule and after the last."""
    too_early: str
    """Of a risk after which a negative test came too early."""


TO_THE_PATIENT = Messages(NOTICES, {Stage.BEFORE: _BEFORE_THE_START, Stage.AFTER: _AFTER_THE_END}, _TOO_EARLY)


def phrase(notice: Notice, messages: Messages = TO_THE_PATIENT) -> Phrase:
    """A notice as a phrase; what is laxer is left to who has words for differences."""
    values = dict(notice.values)
    earliest, rule, risk = values.get("earliest"), values.get("rule"), values.get("what")
    if isinstance(earliest, date):
        values["iso"] = earliest.isoformat()
    if isinstance(rule, Rule):
        values["title"] = rule.title
    if values.get("is_estimate"):
        values["last"] = Phrase(N_("{day} (estimate)"), {"day": values["last"]})
    if isinstance(risk, RiskKind):
        values["what"] = Phrase(RISK_NAMES[risk])
    values |= {name: Listed(values[name]) for name in ("sources", "rules") if isinstance(values.get(name), tuple)}
    message = messages.by_code[notice.code]
    if notice.code is NoticeCode.LAXER_BY_CLINIC and values["what"] is None:
        message = N_("The programme is laxer than {than} on your clinic's word.")
    if notice.code is NoticeCode.TEST_AFTER_RISK and "tested" in values:
        if not values["confirmed"]:
            values["sources"] = Phrase(N_("{sources}, not confirmed"), {"sources": values["sources"]})
        message = messages.too_early
    if (stage := values.pop("stage", None)) in messages.by_stage:
        message = messages.by_stage[stage][notice.code]
    return Phrase(message, values)
