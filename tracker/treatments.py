"""What a clinic does to a skin or an eye, as values: procedures, and what the sources say of each around a course.

What is said holds from the first capsule to the last; a source may name a time before or after that. There is no level
for what does no harm: ``allowed`` stands only where a source says so in so many words.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from tracker.dates import NOTHING, Span
from tracker.errors import N_
from tracker.rules import Source, Text


class Level(StrEnum):
    """What a source says of a procedure on a day, the strictest first."""

    FORBIDDEN = "forbidden"
    ASK = "ask-clinic"
    ALLOWED = "allowed"

    @property
    def rank(self) -> int:
        """The place in the order, 0 for the strictest."""
        return list(Level).index(self)


class Profile(StrEnum):
    """Whose times hold where the label and a consensus of specialists differ."""

    LABEL = "label-conservative"
    """Nothing during the course and six months after it."""
    CONSENSUS = "consensus-2017"
    """Only on the clinic's word; what it does not name stays as the label has it."""


LEVEL_NAMES = {
    Level.FORBIDDEN: N_("not allowed"), Level.ASK: N_("ask your clinic"),
    Level.ALLOWED: N_("allowed, by the source"),
}  # fmt: skip
"""What the levels are called: gettext message ids."""


class Saying(Struct, frozen=True):
    """What sources say of a procedure, from ``lead`` before the first capsule until ``tail`` after the last."""

    level: Level
    text: Text
    sources: tuple[str, ...]
    confirmed: bool = True
    """False where no source was seen that says so of this procedure."""
    profile: Profile | None = None
    """None where it is said whatever the profile."""
    lead: Span = NOTHING
    tail: Span = NOTHING


class Downtime(Struct, frozen=True):
    """How long a skin shows what was done to it."""

    text: Text
    sources: tuple[str, ...]
    days: int | None = None
    """None where the sources name none."""
    confirmed: bool = True


class Remark(Struct, frozen=True):
    """Something else that sources say; no day hangs on it."""

    text: Text
    sources: tuple[str, ...]


class Procedure(Struct, frozen=True):
    """Something that a clinic does to a skin or an eye."""

    code: str
    name: Text
    sayings: tuple[Saying, ...]
    aliases: tuple[str, ...] = ()
    """What people type for it beside its code and its names."""
    unconfirmed: tuple[str, ...] = ()
    """Brands that no source was seen to have."""
    downtime: Downtime | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All that may be typed for it."""
        return (self.code, self.name.en, self.name.ja, *self.aliases, *self.unconfirmed)

    def is_named_by(self, profile: Profile) -> bool:
        """Whether a profile says anything of it."""
        return any(one.profile is profile for one in self.sayings)


class Cover(Struct, frozen=True):
    """Which procedures a rule of some programmes is about, and which profile it belongs to."""

    programmes: tuple[str, ...]
    rule: str
    procedures: frozenset[str]
    profile: Profile | None = None


class Ambiguous(Struct, frozen=True):
    """Words that several procedures are called by."""

    words: tuple[str, ...]
    procedures: tuple[str, ...]
    """Their codes, the strictest first."""


class Catalogue(Struct, frozen=True):
    """Every procedure that is known here, and which rules of programmes are about which."""

    procedures: Mapping[str, Procedure]
    """By their codes."""
    covers: tuple[Cover, ...]
    sources: tuple[Source, ...]
    profiles: Mapping[Profile, Text]
    """What a profile is, in a sentence."""
    ambiguous: tuple[Ambiguous, ...] = ()

    def cover(self, programme: str, rule: str) -> Cover | None:
        """What a rule of a programme is about; None where nobody said."""
        return next((one for one in self.covers if one.rule == rule and programme in one.programmes), None)
