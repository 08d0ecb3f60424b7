"""What no pregnancy test has answered though the clinic has settled it: what is said of it."""

from __future__ import annotations

from tracker.errors import N_, Listed, Phrase
from tracker.facts import RISK_NAMES, RiskKind
from tracker.journeys.writing import UnitOfWork
from tracker.plan import Notice, NoticeCode

UNTESTED = N_(
    "{what} ({on}) is settled on your clinic's word, but no negative pregnancy test is logged since. Ask your clinic"
    " about a test; to log it: isotrack log pregnancy-test"
)
TOO_EARLY = N_(
    "{what} ({on}) is settled on your clinic's word, but the negative pregnancy test of {tested} was too early to"
    " answer it: a test says something from {first} on ({after} after it) [{sources}]. Ask your clinic about a test; to"
    " log it: isotrack log pregnancy-test"
)
VISIT = N_(
    "No pregnancy test is planned within {length} of the visit of {visit}, and a negative one lets capsules be picked"
    " up for no longer (the last one: until {until}) [{sources}]. Ask your clinic about a test just before the visit."
)


def say_of_visits(work: UnitOfWork) -> None:
    """Say that the next visit has no test any more, where it had one before what was recorded."""
    known = [one for one in work.view.plan.notices if one.code is NoticeCode.VISIT_WITHOUT_TEST]
    for notice in work.after().plan.notices:
        if notice.code is NoticeCode.VISIT_WITHOUT_TEST and notice not in known:
            work.say(VISIT, **(dict(notice.values) | {"sources": Listed(dict(notice.values)["sources"])}))


def say_of(work: UnitOfWork, notice: Notice) -> None:
    """Say of a danger that the clinic has settled that no test has answered it, or only one that was too early."""
    about = dict(notice.values)
    if isinstance(about["what"], RiskKind):
        about["what"] = Phrase(RISK_NAMES[about["what"]])
    if "tested" not in about:
        work.say(UNTESTED, **about)
        return
    sources = Listed(about.pop("sources"))
    is_confirmed = about.pop("confirmed")
    about["sources"] = sources if is_confirmed else Phrase(N_("{sources}, not confirmed"), {"sources": sources})
    work.say(TOO_EARLY, **about)
