"""A programme as data: a protocol and its rules, each with a kind, a timing, a strength and its sources."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from tracker.dates import NOTHING, Span, last_restricted_day
from tracker.errors import N_


class Kind(StrEnum):
    """What a rule is about."""

    ATTESTATION = "attestation"
    VISIT = "visit"
    BLOOD_TEST = "blood-test"
    PREGNANCY_TEST = "pregnancy-test"
    CONTRACEPTION = "contraception"
    BLOOD_DONATION = "blood-donation"
    BREAST_FEEDING = "breast-feeding"
    PROCEDURE = "procedure"
    PICK_UP = "pick-up"
    SUPPLY = "supply"
    DOSE = "dose"
    REVIEW = "review"


KIND_NAMES = {
    Kind.ATTESTATION: N_("consent or attestation"),
    Kind.VISIT: N_("visit"),
    Kind.BLOOD_TEST: N_("blood test"),
    Kind.PREGNANCY_TEST: N_("pregnancy test"),
    Kind.CONTRACEPTION: N_("contraception"),
    Kind.BLOOD_DONATION: N_("blood donation"),
    Kind.BREAST_FEEDING: N_("breast-feeding"),
    Kind.PROCEDURE: N_("procedures"),
    Kind.PICK_UP: N_("pick-up at the pharmacy"),
    Kind.SUPPLY: N_("supply of capsules"),
    Kind.DOSE: N_("capsules"),
    Kind.REVIEW: N_("review of mood and well-being"),
}
"""What a kind is called: gettext message ids."""


class Sex(StrEnum):
    """For ranges of reference that differ; nothing else follows from it."""

    FEMALE = "female"
    MALE = "male"


class Strength(StrEnum):
    """How binding a rule is in its source."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    CLINIC_POLICY = "clinic_policy"
    OPTIONAL = "optional"


class Status(StrEnum):
    """Where a protocol stands; only one in force is ever chosen by itself."""

    IN_FORCE = "in_force"
    APPROVED_PENDING = "approved_pending"
    SUPERSEDED = "superseded"
    CLINIC_PRACTICE = "clinic_practice"


class Point(StrEnum):
    """A day in a course that a rule can hang on. There is no planned end: nothing may hang on one."""

    ENROLMENT = "enrolment"
    FIRST_DOSE = "first-dose"
    LAST_DOSE = "last-dose"
    SPECIMEN = "specimen"
    PRESCRIPTION = "prescription"
    DISPENSE = "dispense"
    LAST_DONE = "last-done"


class Anchor(Struct, frozen=True):
    """A point of the course; ``last-done`` also names the kind of thing done."""

    point: Point
    kind: Kind | None = None

    def __str__(self) -> str:
        return f"{self.point.value}:{self.kind.value}" if self.kind else self.point.value


class Window(Struct, frozen=True):
    """How long before and after its due day a thing may be done."""

    before: Span = NOTHING
    after: Span = NOTHING


class Earliest(Struct, frozen=True):
    """A thing must not come before ``offset`` after ``anchor``, by every reading of the offset."""

    anchor: Anchor
    offset: Span


class Once(Struct, frozen=True, kw_only=True):
    """One item, ``offset`` from ``anchor``; ``not_before`` rounds late, for a test that must not come too early."""

    anchor: Anchor
    offset: Span = NOTHING
    not_before: bool = False
    earliest: tuple[Earliest, ...] = ()
    window: Window | None = None


class Mode(StrEnum):
    """What a repeated item is counted from."""

    GRID = "grid"
    FROM_LAST_DONE = "from-last-done"


class Repeat(Struct, frozen=True, kw_only=True):
    """Items ``first`` after ``anchor`` and then every ``every``, while the course runs."""

    anchor: Anchor
    every: Span
    first: Span
    mode: Mode
    window: Window | None = None

    def days_early(self, ordinal: int) -> int:
        """How many days before it is due an item of a grid counts at most: half of the interval that ends with it."""
        half = self.every.half_in_days
        return min(half, self.first.half_in_days) if ordinal == 1 and self.first.count else half


class During(Struct, frozen=True, kw_only=True):
    """Something forbidden or required from ``lead`` before one point until ``tail`` after another; rounded long."""

    start: Anchor
    lead: Span = NOTHING
    until: Anchor
    tail: Span = NOTHING


class FirstDay(StrEnum):
    """Whether the day that opens a permitted window is its day 1, where the source says so."""

    COUNTS = "counts"
    DOES_NOT_COUNT = "does-not-count"
    UNCLEAR = "unclear"


class Permit(Struct, frozen=True, kw_only=True):
    """A window of ``length`` that an event opens; rounded short."""

    opened_by: Anchor
    length: Span
    first_day: FirstDay
    except_after: tuple[str, ...] = ()
    """Rules whose items open nothing (a test that is not followed by a pick-up)."""


Timing = Once | Repeat | During | Permit


class Text(Struct, frozen=True):
    """A text in both languages."""

    en: str
    ja: str

    def in_language(self, language: str) -> str:
        """The text in ``language`` (``en`` or ``ja``)."""
        return self.ja if language == "ja" else self.en


class Source(Struct, frozen=True):
    """Where a number comes from; ``tier`` R regulator, G guideline, C clinic, S secondary."""

    id: str
    tier: str
    title: str
    dated: str | None
    japanese: str | None = None
    """The title in Japanese, where it is more than an address."""

    def in_language(self, language: str) -> str:
        """The title in ``language`` (``en`` or ``ja``)."""
        return self.japanese or self.title if language == "ja" else self.title


class Explained(Struct, frozen=True, kw_only=True):
    """A point that is explained before a consent is signed; ``point`` is a code of the vocabulary of counselling."""

    point: str
    text: Text
    confirmed: bool
    sources: tuple[str, ...]


class Panel(Struct, frozen=True, kw_only=True):
    """What has to be measured in a draw, so that it is the one that a rule asks for: codes of analytes."""

    analytes: tuple[str, ...]
    confirmed: bool
    sources: tuple[str, ...]
    first: tuple[str, ...] | None = None
    """Those of the first draw of a repetition, where it asks for others."""

    def asked(self, ordinal: int) -> tuple[str, ...]:
        """What the draw of this ordinal asks for."""
        return self.first if ordinal == 1 and self.first is not None else self.analytes


class Rule(Struct, frozen=True, kw_only=True):
    """One rule of a programme. ``confirmed`` is False where no source was seen (general knowledge)."""

    id: str
    kind: Kind
    can_become_pregnant: bool | None
    strength: Strength
    confirmed: bool
    sources: tuple[str, ...]
    title: Text
    text: Text
    timing: Timing
    points: tuple[Explained, ...] = ()
    """What is explained before it is signed, of an attestation."""
    panel: Panel | None = None
    """What is to be measured, of a blood test; None where any draw is one."""

    def applies(self, *, can_become_pregnant: bool) -> bool:
        """Whether the rule is for this patient."""
        return self.can_become_pregnant in (None, can_become_pregnant)


class Remark(Struct, frozen=True, kw_only=True):
    """Something the programme states that no date hangs on, shown when a course starts."""

    text: Text
    confirmed: bool
    sources: tuple[str, ...]
    min_age: int | None = None
    """Whole years that somebody has at least at the first capsule; None where it says nothing of age."""


class Era(Struct, frozen=True, kw_only=True):
    """The rules that held in a course until another programme was adopted."""

    until: date
    """The first day on which they hold no more."""
    rules: tuple[Rule, ...]
    can_become_pregnant: bool | None = None
    """Whether pregnancy was possible then, where that has changed since."""


class Answering(Struct, frozen=True):
    """How long after what made a pregnancy possible a negative test answers it; before that it was too early."""

    after: Span
    sources: tuple[str, ...]
    confirmed: bool

    def first_day(self, on: date) -> date:
        """The first day whose test answers what happened on one."""
        return last_restricted_day(on, self.after)


class Protocol(Struct, frozen=True, kw_only=True):
    """One programme in one version."""

    id: str
    version: str
    status: Status
    effective_from: date | None
    effective_to: date | None
    jurisdiction: str
    name: Text
    duration: Span
    """How long a course is taken to last for the projected last dose, when nothing else is said."""
    sources: tuple[Source, ...]
    remarks: tuple[Remark, ...]
    rules: tuple[Rule, ...]
    former: tuple[Era, ...] = ()
    """What held before in the course, oldest first; empty but where a course has adopted this one."""

    def rules_for(self, *, can_become_pregnant: bool) -> tuple[Rule, ...]:
        """The rules that apply to this patient, in the order of the file."""
        return tuple(rule for rule in self.rules if rule.applies(can_become_pregnant=can_become_pregnant))

    def former_for(self, *, can_become_pregnant: bool) -> tuple[Era, ...]:
        """What held before for this patient."""
        found = []
        for era in self.former:
            then = can_become_pregnant if era.can_become_pregnant is None else era.can_become_pregnant
            rules = tuple(rule for rule in era.rules if rule.applies(can_become_pregnant=then))
            found.append(Era(until=era.until, rules=rules))
        return tuple(found)

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
