"""Two languages by the ordinary gettext tools: the active one of a command, and any for a calendar.

The catalogue is ``locale/ja/LC_MESSAGES/isotrack.po``; English is in the source. Click looks its own messages up
in the same domain, so that they are translated too.
"""

from __future__ import annotations

import gettext as _gettext
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.errors import Counted, Listed, Name, Phrase

if TYPE_CHECKING:
    from tracker.currencies import Money
    from tracker.dates import Span

DOMAIN = "isotrack"
LANGUAGES = ("en", "ja")
_LOCALE = Path(__file__).parent / "locale"
_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_JA_DAYS = "月火水木金土日"
_COMMAND = "(?<![A-Za-z/.-])isotrack ([a-z][a-z-]*)"
_SAYS_WHOSE = "(?:(?!isotrack)[^;,、。()（）])* --patient "  # noqa: RUF001
"""Behind a command that says by itself whose record it is for."""


class Language:
    """One of the two languages: its texts and its habit of writing dates."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.carried: Mapping[str, tuple[str, str, str]] = {}
        """By name of a command the flags that it is suggested with: those that say which database, whose record, and
        which day it is."""
        self.names: set[str] = set()
        """The names of people that texts have said, and the commands that they offer: in them no line is broken."""
        self._texts = _texts(code)

    def gettext(self, message: str) -> str:
        """``message`` in this language."""
        return self._texts.gettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The form of a message for ``count``, with the count filled in."""
        return self.addressed(self._texts.ngettext(one, many, count).format(count=count))

    def fill(self, message: str, values: Mapping[str, Any]) -> str:
        """``message`` in this language with its values, dates in the language's habit."""
        return self._filled(self.gettext(message), values)

    def _filled(self, text: str, values: Mapping[str, Any]) -> str:
        return self.addressed(text.format(**{name: self._of_name(name, value) for name, value in values.items()}))

    def _of_name(self, name: str, value: Any) -> Any:
        """A value; what isotrack chose itself has no source, and that is said in words wherever sources are named."""
        if name == "sources" and isinstance(value, Listed):
            value = Listed(tuple(self.gettext("own") if one == "own" else one for one in value.parts))
        said = self.value(value)
        if name == "command" and isinstance(said, str):
            self.names.add(self.addressed(said))
        return said

    @contextmanager
    def unaddressed(self) -> Iterator[None]:
        """Texts that leave the machine: nothing of what was typed to reach the record, which may name the patient."""
        carried, self.carried = self.carried, {}
        try:
            yield
        finally:
            self.carried = carried

    def addressed(self, text: str) -> str:
        """``text`` with every command in it as it has to be typed to reach the same record, on the same day."""
        return re.sub(_COMMAND, self._with_flags, text) if self.carried else text

    def _with_flags(self, found: re.Match[str]) -> str:
        database, patient, today = self.carried.get(found[1], ("", "", ""))
        if re.match(_SAYS_WHOSE, found.string[found.end() :]):
            patient = ""
        return " ".join(filter(None, ("isotrack", database, patient, today, found[1])))

    def value(self, value: Any) -> Any:
        """A value as it is written in a text."""
        match value:
            case str() | int() | None:
                if isinstance(value, Name):
                    self.names.add(value)
                return value
            case Phrase() | Listed():
                return self._of_texts(value)
            case datetime():
                return f"{self.day(value.date())} {value:%H:%M}"
            case date():
                return self.day(value)
            case Decimal():
                return number(value)
        return self._of_the_core(value)

    def _of_texts(self, value: Phrase | Listed) -> str:
        if isinstance(value, Listed):
            return self.gettext(", ").join(str(self.value(part)) for part in value.parts)
        if isinstance(value, Counted):
            form = self._texts.ngettext(value.message, value.many, 1 if value.values["count"] == 1 else 2)
            return self._filled(form, value.values)
        return self.fill(value.message, value.values)

    def _of_the_core(self, value: Any) -> Any:
        from tracker.currencies import Money  # start-up: help has none of them
        from tracker.dates import Span
        from tracker.pattern import Weekdays
        from tracker.rules import Text

        if isinstance(value, Weekdays):
            return self.weekdays(value.numbers)

        if isinstance(value, Text):
            return value.in_language(self.code)
        if isinstance(value, Money):
            return self.money(value)
        return self.span(value) if isinstance(value, Span) else value

    def money(self, money: Money) -> str:
        """An amount with its currency: ``30,000 JPY``, in Japanese ``30,000円``."""
        if money.currency == "JPY" and self.code == "ja":
            return f"{money.written()}円"
        return f"{money.written()} {money.currency}".rstrip()

    def span(self, span: Span) -> str:
        """A span in words, whatever its direction; months, weeks and days stay what they are."""
        from tracker.dates import Unit

        match span.unit:
            case Unit.DAY:
                return self.ngettext("{count} day", "{count} days", abs(span.count))
            case Unit.WEEK:
                return self.ngettext("{count} week", "{count} weeks", abs(span.count))
        return self.ngettext("{count} month", "{count} months", abs(span.count))

    def weekdays(self, numbers: Sequence[int]) -> str:
        """Days of the week, from Monday = 0: ``Mon, Wed, Fri`` or ``月・水・金``."""
        if self.code == "ja":
            return "・".join(_JA_DAYS[number] for number in numbers)
        return ", ".join(_EN_DAYS[number] for number in numbers)

    def day(self, day: date) -> str:
        """A date with its weekday: ``Thu 24 Dec 2026`` or ``2026年12月24日(木)``."""
        if self.code == "ja":
            return f"{day.year}年{day.month}月{day.day}日({_JA_DAYS[day.weekday()]})"
        return f"{_EN_DAYS[day.weekday()]} {day.day} {_EN_MONTHS[day.month - 1]} {day.year}"

    def short_day(self, day: date) -> str:
        """A date where there is little room: ``Thu 24 Dec 26`` or ``2026/12/24(木)``."""
        if self.code == "ja":
            return f"{day.year}/{day.month}/{day.day}({_JA_DAYS[day.weekday()]})"
        return f"{_EN_DAYS[day.weekday()]} {day.day} {_EN_MONTHS[day.month - 1]} {day.year % 100:02}"

    def bare_day(self, day: date) -> str:
        """A date without its weekday, where there is hardly room: ``24 Dec 26`` or ``2026/12/24``."""
        if self.code == "ja":
            return f"{day.year}/{day.month}/{day.day}"
        return f"{day.day} {_EN_MONTHS[day.month - 1]} {day.year % 100:02}"


def number(value: Decimal) -> str:
    """A number without trailing zeros: 54, 53.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=len(LANGUAGES))
def language(code: str) -> Language:
    """The language with this code; English for any other."""
    return Language(code if code in LANGUAGES else "en")


def _texts(code: str) -> _gettext.NullTranslations:
    return _gettext.translation(DOMAIN, str(_LOCALE), [code], fallback=True)


_active = Language("en")


def activate(code: str) -> None:
    """Make ``code`` the language of this process, Click's own messages included."""
    global _active  # noqa: PLW0603 - one command speaks one language
    _active = Language(code if code in LANGUAGES else "en")
    os.environ["LANGUAGE"] = code
    _gettext.bindtextdomain(DOMAIN, str(_LOCALE))
    _gettext.textdomain(DOMAIN)


def active() -> Language:
    """The language that the command speaks."""
    return _active


def _(message: str) -> str:
    """``message`` in the active language."""
    return active().gettext(message)
