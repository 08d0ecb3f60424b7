"""What a kind of fact is: one declaration, over which all goes that keeps, shows, corrects and exports facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Any, Generic, TypeVar

from msgspec import Struct, field

from tracker.currencies import Money
from tracker.dates import Span
from tracker.errors import N_, Phrase
from tracker.pattern import MOST_DAYS, MOST_INTAKES, Pattern

LONGEST_NOTE = 64 * 1024
"""The most octets that a note has."""


class Fact(Struct, frozen=True, kw_only=True):
    """Something that happened or was decided ``on`` a day; ``id`` is 0 until it is recorded."""

    id: int = 0
    number: int = 0
    """It is the n-th recorded of its kind in the course; kept when it is corrected, never used again."""
    on: date
    note: str | None = None


F = TypeVar("F", bound=Fact)


class Kept(Enum):
    """How the database keeps a value."""

    INTEGER = "integer"
    TEXT = "text"
    DAY = "day"
    CLOCK = "clock"
    TRUTH = "truth"


def same(value: Any) -> Any:
    """The value as it is."""
    return value


class Sort(Struct, frozen=True):
    """A sort of value: how it is kept, how it is written for programs, and what a person may type for it."""

    name: str
    kept: Kept
    keep: Callable[[Any], Any] = same
    """To an integer, a text, a day, a time or a truth, as the database keeps it."""
    take: Callable[[Any], Any] = same
    """The way back."""
    write: Callable[[Any], Any] = same
    """To JSON."""
    json: Mapping[str, Any] = field(default_factory=dict)
    """What it is in JSON, as JSON Schema."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """What a person types for each value, where there are only so many."""
    expected: str | None = None
    """The error of a word that is none of them, a gettext message id with ``typed``."""
    unit: str = ""
    """What it is counted in, a gettext message id; empty for what is not counted."""
    size: Callable[[Any], Any] = same
    """Its number, which has to be within the bounds of a column."""


_THOUSAND = Decimal(1000)


def amount(value: Decimal | Fraction) -> int | float:
    """An amount in JSON: whole where it is."""
    return int(value) if value == int(value) else float(value)


def _scaled(value: Decimal) -> int:
    return int(value * _THOUSAND)


def _unscaled(value: int) -> Decimal:
    return Decimal(value) / _THOUSAND


def _clock(value: time) -> str:
    return value.isoformat("minutes")


def _priced(value: Money) -> dict[str, Any]:
    return {"amount": amount(value.amount), "currency": value.currency}


class Term(Struct, frozen=True):
    """A word of a family's vocabulary, by its code: said in the language of the screen where it is shown."""

    family: str
    code: str | None


class Amount(Struct, frozen=True):
    """The value of a code of a family, said as the code has it: a number, or yes and no."""

    family: str
    code: str
    value: Decimal
    is_grade: bool = False
    """Whether the value is one of the grades of the code."""


class Called(Struct, frozen=True):
    """The name of a procedure, by its code: said in the language of the screen where it is shown."""

    code: str


_NUMBER, _TEXT = {"type": "number"}, {"type": "string"}
MILLIGRAMS = Sort("mg", Kept.INTEGER, _scaled, _unscaled, amount, _NUMBER, unit=N_("mg"))
"""Milligrams, kept as whole micrograms."""
KILOGRAMS = Sort("kg", Kept.INTEGER, _scaled, _unscaled, amount, _NUMBER, unit=N_("kg"))
"""Kilograms, kept as whole grams."""
MG_PER_KG = Sort("mg/kg", Kept.INTEGER, _scaled, _unscaled, amount, _NUMBER)
"""Milligrams per kilogram of body weight, kept as whole micrograms."""
CAPSULES = Sort("capsules", Kept.INTEGER, json={"type": "integer"}, unit=N_("capsules"))
"""A whole number of capsules."""
NUMBER = Sort("number", Kept.TEXT, str, Decimal, amount, _NUMBER)
"""A number of any unit, kept as the digits that it has."""
PRICE = Sort("price", Kept.TEXT, str, Money.parse, _priced, {
    "type": "object",
    "properties": {"amount": {"type": "number", "minimum": 0}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
    "required": ["amount", "currency"],
    "additionalProperties": False,
}, size=lambda money: money.amount)  # fmt: skip
"""What something costs, with its currency."""
WHOLE = Sort("whole number", Kept.INTEGER, json={"type": "integer"})
COUNT_OF_DAYS = Sort("number of days", Kept.INTEGER, json={"type": "integer"})
"""So many days: said with their unit as well, 2日."""
TEXT = Sort("text", Kept.TEXT, json=_TEXT)
WORDS = Sort("words", Kept.TEXT, json=_TEXT)
"""A short text of the person's own: all words that are typed up to the next option."""
CODE = Sort("code", Kept.TEXT, json=_TEXT)
"""A code of the vocabulary of a family."""
PROCEDURE = Sort("procedure", Kept.TEXT, json=_TEXT)
"""The code of a procedure."""
RED_FLAG = Sort("red flag", Kept.TEXT, json=_TEXT)
"""The code of a red flag, or of a symptom that is one."""
KEY = Sort("key", Kept.TEXT, json=_TEXT)
"""The key of a planned item, such as ``visit/2``."""
TRUTH = Sort("truth", Kept.TRUTH, json={"type": "boolean"})
DAY = Sort("day", Kept.DAY, write=date.isoformat, json=_TEXT | {"format": "date"})
LAST_DAY = Sort("last day", Kept.DAY, write=date.isoformat, json=_TEXT | {"format": "date"})
"""The last day of something that may go on: it may lie ahead."""
CLOCK = Sort("clock", Kept.CLOCK, write=_clock, json=_TEXT)
INSTANT = Sort("instant", Kept.TEXT, datetime.isoformat, datetime.fromisoformat, datetime.isoformat,
               _TEXT | {"format": "date-time"})  # fmt: skip
"""A moment with its offset from UTC."""
SPAN = Sort("span", Kept.TEXT, str, Span.parse, str, _TEXT)
_INTAKES = {"type": "array", "maxItems": MOST_INTAKES, "items": {"type": "number", "exclusiveMinimum": 0}}
DOSES = Sort("doses", Kept.TEXT, str, Pattern.parse, Pattern.written, {
    "description": "What is taken on which day: the milligrams of each intake of each day, no intake where a day has no"
    " capsule. Of a week the first day is Monday; other days follow one another from the day of the entry on, and begin"
    " anew with the first capsule of the course and with the first one after a pause.",
    "type": "object",
    "properties": {
        "days": {"type": "array", "minItems": 1, "maxItems": MOST_DAYS, "items": _INTAKES},
        "weekly": {"type": "boolean"},
    },
    "required": ["days", "weekly"],
    "additionalProperties": False,
})  # fmt: skip
"""What is taken on which day, kept as ``20/40``."""


def choice(name: str, values: type[StrEnum], words: Mapping[str, Any], expected: str) -> Sort:
    """One of the values of an enumeration; ``words`` are what people type for them beside their own names."""
    typed = {value.value: value for value in values} | dict(words)
    return Sort(name, Kept.TEXT, str, values, str, {"enum": [value.value for value in values]}, typed, expected)


class Column(Struct, frozen=True, kw_only=True):
    """One value of a fact: an attribute of its class, and a column of its table."""

    name: str
    sort: Sort
    kept_as: str = ""
    """The name of the column, where it is not the attribute's."""
    written_as: str = ""
    """The name in JSON, where it is not the attribute's."""
    required: bool = False
    condition: str | None = None
    """What the database asks of it beside its sort, in SQL."""
    bounds: tuple[int, int] | None = None
    """The least and the most that can be meant, in its unit: against slips, no clinical limit."""
    flag: str | None = None
    """The option by which ``log`` and ``fix`` say it, such as ``--for`` or ``--taken/--missed``."""
    help: str = ""
    """What the option's help says: a gettext message id."""

    @property
    def column(self) -> str:
        """The name in the table."""
        return self.kept_as or self.name

    @property
    def key(self) -> str:
        """The name in JSON."""
        return self.written_as or self.name


class When(Enum):
    """Which days a fact may be of."""

    PAST = "past"
    """It has happened."""
    COMING = "coming"
    """It was decided, and may lie ahead."""


class Log(Struct, frozen=True, kw_only=True):
    """How a kind is recorded: ``isotrack log NAME ARGUMENT ... --option VALUE``."""

    names: tuple[str, ...]
    """The first is shown in help; the others are what people call it, in both languages."""
    help: str
    on_help: str
    """What ``--on`` says; like ``help`` a gettext message id."""
    arguments: tuple[str, ...] = ()
    """The columns that are said by their place; those that are not required may be left out."""
    options: tuple[str, ...] = ()
    """The columns that are said by their flags."""
    coded: bool = False
    """Whether it is said by codes of the family's vocabulary, ``CODE=VALUE ...``, each of them a fact."""
    measured: bool = False
    """Whether values may be said with it, ``ANALYTE=VALUE ...``, each of them a fact of its own."""
    is_behind_or_ahead: bool = False
    """Whether its day may as well lie behind as ahead: the nearest is meant, or both are named."""
    otherwise: Mapping[str, str] = field(default_factory=dict)
    """Columns that may be left out although the fact needs them, each with the journey that says what is meant then:
    module and function, called with the context and the values that were said."""
    doubted: bool = False
    """Whether what is unusual is asked about before it is saved, and ``--yes`` says that it is right."""
    saved: str = N_("{what} on {on}")
    """What is said to be saved, a gettext message id; ``what`` is the fact in words, the columns have their names."""
    journey: str = "tracker.journeys.course.recording:log"
    """What records it: module and function, imported when it is called."""


class FactKind(Struct, Generic[F], frozen=True, kw_only=True, eq=False):
    """The declaration of a kind of fact."""

    name: str
    """As it is kept, and as programs read it."""
    cls: type[F]
    since: int = 3
    """The format of the database in which it came: an older file gets its table and its row in ``fact_kind``."""
    table: str | None = None
    """The table of its values; None for a kind that has a day and a note only. Kinds of one class may share one."""
    columns: tuple[Column, ...] = ()
    conditions: tuple[str, ...] = ()
    """What the database asks of its values together, in SQL."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Attributes that are the same for every fact of this kind."""
    say: Callable[[F], Phrase]
    """The fact in a few words, without its day and note."""
    value: str | None = None
    """The column that ``fix --value`` corrects."""
    when: When = When.PAST
    log: Log | None = None
    words_of: str | None = None
    """The family whose vocabulary has its codes and areas, where that is not its own."""

    @property
    def family(self) -> str:
        """The family whose vocabulary has its codes and areas."""
        return self.words_of or self.name

    def column(self, name: str) -> Column:
        """The column of this name; raise KeyError where there is none."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def kept(self, fact: F) -> dict[str, Any]:
        """The values of a fact as its table takes them."""
        values = {column.column: (getattr(fact, column.name), column.sort) for column in self.columns}
        return {name: sort.keep(value) if value is not None else None for name, (value, sort) in values.items()}

    def written(self, fact: F) -> dict[str, Any]:
        """The values of a fact in JSON."""
        values = {column.key: (getattr(fact, column.name), column.sort) for column in self.columns}
        return {name: sort.write(value) if value is not None else None for name, (value, sort) in values.items()}
