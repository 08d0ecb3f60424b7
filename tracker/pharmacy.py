"""What may meet the capsules in a body or on a skin, as values: substances, conditions, and what is said of each.

What is said holds during a course; beside it a source may name a time before its first capsule or after its last.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from tracker.dates import Span
from tracker.errors import N_, Phrase
from tracker.rules import Source, Text


class Verdict(StrEnum):
    """What the sources say of a substance together with isotretinoin, the strictest first."""

    FORBIDDEN = "forbidden"
    ASK = "ask-clinic"
    NO_CONFLICT_FOUND = "no-conflict-found"

    @property
    def is_conflict(self) -> bool:
        """Whether it is to be seen as long as the substance is taken."""
        return self is not Verdict.NO_CONFLICT_FOUND


class Form(StrEnum):
    """How a substance comes into or onto the body, where that makes a difference."""

    BY_MOUTH = "by-mouth"
    ON_SKIN = "on-skin"


FORM_NAMES = {Form.BY_MOUTH: N_("by mouth"), Form.ON_SKIN: N_("on the skin")}
"""What the forms are called: gettext message ids."""


OF_THE_COURSE = N_(
    "{name} is the medicine of the course itself: log its capsules with {command}. Of a second product beside it ask"
    " your clinic."
)
"""What is said of the medicine of the course."""
NOT_IN_THE_LIST = N_('"{name}" is not in the list: ask your clinic or pharmacist.')
"""All that is said of what no source was seen to name: a gettext message id."""


class Margin(Struct, frozen=True):
    """A time before or after the course that a source names."""

    span: Span
    sources: tuple[str, ...]
    confirmed: bool = True


class Statement(Struct, frozen=True):
    """What the sources say of a substance, in one form of it or in any."""

    verdict: Verdict
    reason: Text
    sources: tuple[str, ...]
    form: Form | None = None
    """None where it is said of every form."""
    confirmed: bool = True
    before: Margin | None = None
    after: Margin | None = None


class Substance(Struct, frozen=True):
    """Something that is taken or put on the skin."""

    code: str
    name: Text
    statements: tuple[Statement, ...]
    aliases: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    """Spellings that no source names."""
    only_form: Form | None = None
    """The one form that there is of it: of another nothing is said unless somebody names it."""
    of_the_course: bool = False
    """Whether it is the medicine of the course itself, whose capsules are logged as doses."""

    @property
    def words(self) -> tuple[str, ...]:
        """Its spellings that sources have."""
        return self.code, self.name.en, self.name.ja, *self.aliases

    def said_of(self, form: Form | None) -> tuple[Statement, ...]:
        """What is said of a form of it; of one that nobody named, all that is said."""
        return tuple(one for one in self.statements if None in (form, one.form) or one.form is form)

    def silent_forms(self, form: Form | None) -> tuple[Form, ...]:
        """The forms that may be meant, of which nothing is said."""
        if form is None is not self.only_form:
            return ()
        said = {one.form for one in self.said_of(form)}
        return () if None in said else tuple(one for one in Form if form in (None, one) and one not in said)

    def named(self, form: Form | None) -> Phrase:
        """Its name, with the form where one is meant."""
        if form is None:
            return Phrase("{name}", {"name": self.name})
        return Phrase(N_("{name} {form}"), {"name": self.name, "form": Phrase(FORM_NAMES[form])})


class Condition(Struct, frozen=True):
    """An allergy, an illness or a state of which the sources say something together with isotretinoin."""

    code: str
    name: Text
    is_allergy: bool
    """Whether its words are what is eaten: they count where the text is about an allergy."""
    lasting: bool
    """Whether it counts when it is over as well."""
    statement: Statement
    aliases: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    """What is taken for it though no source names it."""
    remark: Text | None = None
    """What is said when it is recorded, and not again."""


class Pharmacy(Struct, frozen=True):
    """Every substance that is known here, and what stands beside a name on a package."""

    substances: tuple[Substance, ...]
    sources: tuple[Source, ...]
    words_of_forms: Mapping[Form, tuple[str, ...]]
    """Words such as tablet and cream, which say the form."""
    words_beside: tuple[str, ...] = ()
    """Words that say nothing here, such as the salt of a drug."""
    names_of_several_words: tuple[str, ...] = ()
    """Names of which nothing is said here and that are one each."""
    last_words: tuple[str, ...] = ()
    """Words that end a name and are none by themselves."""

    def substance(self, code: str) -> Substance | None:
        """The substance of this code."""
        return next((one for one in self.substances if one.code == code), None)
