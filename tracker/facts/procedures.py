"""Procedures around a course: series that are planned, sessions that were done, and whose times hold for them.

A procedure is kept by its code; what it is called, and what the sources say of it, is looked up whenever it is read
(:mod:`tracker.procedures`).
"""

from __future__ import annotations

from datetime import date

from tracker.currencies import Money
from tracker.dates import Span
from tracker.errors import N_, Phrase, counted
from tracker.facts.kind import (
    COUNT_OF_DAYS,
    KEY,
    LAST_DAY,
    PRICE,
    PROCEDURE,
    SPAN,
    TRUTH,
    WHOLE,
    WORDS,
    Called,
    Column,
    Fact,
    FactKind,
    Log,
    choice,
)  # fmt: skip
from tracker.treatments import Profile

MOST_SESSIONS = 50
"""Of one series: a bound against slips, no clinical limit."""
MOST_DOWNTIME = 60
"""Days: a bound against slips, no clinical limit."""


class Session(Fact, frozen=True, kw_only=True):
    """A procedure was done. Which session of a series it is follows from its day: :mod:`tracker.engine.sessions`."""

    code: str
    price: Money | None = None
    area: str | None = None
    """Where on the body, in the person's words."""
    downtime: int | None = None
    """Days; None where nobody said."""
    clinic_confirmed: bool = False
    """Whether the clinic itself says that it may be done on that day."""


class SeriesPlan(Fact, frozen=True, kw_only=True):
    """A series of sessions is planned; it lies after the windows of its procedure wherever they move."""

    series: str
    """What its sessions are named by, ``dermapen`` in ``dermapen/2``; no two series of a course have one name."""
    code: str
    sessions: int
    every: Span
    begins: date | None = None
    """No session before this day."""
    after: str | None = None
    """The series whose last session it follows."""
    price: Money | None = None
    """Of each session."""
    downtime: int | None = None
    """Days after each session; None where nobody said."""
    clinic_confirmed: bool = False
    """Whether the clinic itself says that it may begin on that day, inside a window."""

    @property
    def is_on_the_clinics_word(self) -> bool:
        """Whether its days are the clinic's, from the one on that was named."""
        return self.clinic_confirmed and self.begins is not None


class SeriesEnd(Fact, frozen=True, kw_only=True):
    """The sessions of a series that are still open are no longer planned, from one of them on."""

    series: str
    since: int | None = None
    """The number of the first that is not; None for all that are open on that day."""


class TimesChosen(Fact, frozen=True, kw_only=True):
    """Whose times hold for procedures from now on; any but the label's are the clinic's word."""

    profile: Profile


PROFILE = choice("profile", Profile, {
    "label": Profile.LABEL, "conservative": Profile.LABEL, "添付文書": Profile.LABEL,
    "consensus": Profile.CONSENSUS, "2017": Profile.CONSENSUS, "コンセンサス": Profile.CONSENSUS,
}, N_('"{typed}" is not a profile; expected label-conservative or consensus-2017'))  # fmt: skip
_CODE = Column(name="code", sort=PROCEDURE, required=True)
_SERIES = Column(name="series", sort=KEY, required=True)
_PRICE = Column(name="price", sort=PRICE, bounds=(0, 100_000_000), flag="--price",
                help=N_("What it costs, in the currency of the course unless it says another."))  # fmt: skip
_DOWNTIME = Column(name="downtime", sort=COUNT_OF_DAYS, bounds=(0, MOST_DOWNTIME), flag="--downtime",
                   help=N_("How many days the skin shows it afterwards."))  # fmt: skip
_CONFIRMED = Column(name="clinic_confirmed", sort=TRUTH, required=True, flag="--clinic-confirmed",
                    help=N_("The clinic itself says that it may be on that day."))  # fmt: skip


def _said(fact: Session) -> Phrase:
    what = {"what": Called(fact.code), "area": fact.area}
    return Phrase(N_("{what}") if fact.area is None else N_("{what} ({area})"), what)


def _planned(fact: SeriesPlan) -> Phrase:
    sessions = counted("{count} session", "{count} sessions", count=fact.sessions)
    message = N_("planned: {what}, {sessions}, {every} apart")
    if fact.sessions == 1:
        message = N_("planned: {what}, {sessions}")
    return Phrase(message, {"what": Called(fact.code), "sessions": sessions, "every": fact.every})


def _ended(fact: SeriesEnd) -> Phrase:
    if fact.since is None:
        return Phrase(N_("no more sessions of {series}"), {"series": Called(fact.series)})
    return Phrase(N_("no more sessions of {series}, from number {since} on"),
                  {"series": Called(fact.series), "since": fact.since})  # fmt: skip


KINDS = (
    FactKind(
        name="procedure",
        cls=Session,
        since=7,
        table="procedure_done",
        columns=(
            _CODE, _PRICE,
            Column(name="area", sort=WORDS, flag="--area", help=N_("Where on the body, such as forehead.")),
            _DOWNTIME, _CONFIRMED,
        ),
        say=_said,
        log=Log(
            names=("procedure", "施術", "処置"),
            help=N_("A procedure that was done, such as dermapen --price 30000; isotrack list procedures."),
            on_help=N_("The day it was done; today unless said."),
            arguments=("code",),
            options=("price", "area", "downtime", "clinic_confirmed"),
            journey="tracker.journeys.course.treated:log",
        ),
    ),
    FactKind(
        name="procedure-series",
        cls=SeriesPlan,
        since=7,
        table="procedure_series",
        columns=(
            _SERIES, _CODE,
            Column(name="sessions", sort=WHOLE, required=True, bounds=(1, MOST_SESSIONS), flag="--sessions",
                   help=N_("How many sessions.")),
            Column(name="every", sort=SPAN, required=True, flag="--every",
                   help=N_("How long lies between two sessions: P1M, 4w, 1か月.")),
            Column(name="begins", sort=LAST_DAY, kept_as="begins_on", flag="--from",
                   help=N_("No session before this day.")),
            Column(name="after", sort=KEY, kept_as="after_series"),
            _PRICE, _DOWNTIME, _CONFIRMED,
        ),
        say=_planned,
    ),
    FactKind(
        name="procedure-end",
        cls=SeriesEnd,
        since=7,
        table="procedure_end",
        columns=(_SERIES, Column(name="since", sort=WHOLE, kept_as="since_session", condition="since_session >= 1")),
        say=_ended,
    ),
    FactKind(
        name="procedure-profile",
        cls=TimesChosen,
        since=7,
        table="procedure_profile",
        columns=(
            Column(name="profile", sort=PROFILE, required=True,
                   condition="profile IN ('label-conservative', 'consensus-2017')"),
        ),
        say=lambda fact: Phrase(N_("times of procedures: {profile}"), {"profile": fact.profile}),
    ),
)  # fmt: skip
