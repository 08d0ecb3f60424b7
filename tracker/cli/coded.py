"""What is said by the codes of a family, taken apart: ``red=12``, ``毛穴 目立つ``, ``chin red=4 nose black 3``.

An area holds for the codes behind it where the line begins with one, else for those before it. A word is known to the
letter or not at all; what is near one is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from tracker.cli import show
from tracker.cli.amounts import read_number
from tracker.cli.base import confirm, is_asked, read_answer
from tracker.cli.typed import plain
from tracker.errors import N_, InputError
from tracker.vocabulary import Vocabulary, Word

_MOST_WORDS = 5
"""Words, parted by blanks, of the name of a code, an area or a grade."""
_MOST_ASKED = 3
_COUNTED = ("", "個", "コ", "こ", "つ", "か所", "ヶ所", "カ所", "箇所", "杯", "本", "缶", "spots", "spot")
_IN_HOURS = ("", "h", "hr", "hrs", "hour", "hours", "時間")
_CLOCK = re.compile(r"([0-9]{1,2})(?::([0-5][0-9])|h([0-5][0-9])|時間(半|[0-5]?[0-9]分))", re.IGNORECASE)
_ANSWERS = {"1": True, "0": False, "なし": False, "無し": False, "あり": True, "有り": True}
_NOTHING = ("なし", "無し")
_APART = re.compile(r"[\s,、;]+")
_EQUALS = re.compile(r"\s*=\s*|(?<=[^\s0-9]):\s*")
_MINUTES = 60


class Said(Struct, frozen=True):
    """A code with its value, None where none was typed, and its area."""

    word: Word
    value: Decimal | None
    site: str | None = None


class _Site(Struct, frozen=True):
    code: str


def read(typed: Sequence[str], words: Vocabulary, area: str | None = None) -> list[Said]:
    """What was said of which code, where; raise InputError where that is not clear. ``area`` is what --area says."""
    parts = list(_Line(typed, words).parts())
    sites = {one.code for one in parts if isinstance(one, _Site)}
    if area is not None and sites - {area}:
        raise InputError(N_("the area is said twice, and differently"))
    if not sites:
        return [replace(one, site=area) for one in parts if isinstance(one, Said)]
    is_in_front = isinstance(parts[0], _Site)
    placed: list[Said] = []
    site: str | None = None
    row = parts if is_in_front else parts[::-1]
    for one in row:
        if isinstance(one, _Site):
            site = one.code
        else:
            placed.append(replace(one, site=site))
    is_empty = any(isinstance(one, _Site) and not isinstance(next_one, Said)
                   for one, next_one in zip_longest(row, row[1:]))  # fmt: skip
    if is_empty or any(one.site is None for one in placed):
        raise InputError(
            N_("it is not clear which area is meant for which word"), N_("for example: {command}"),
            command=f"isotrack log {words.family} {parts[0].code if isinstance(parts[0], _Site) else min(sites)}"
                    f" {words.codes[0].code}=3",
        )  # fmt: skip
    return placed if is_in_front else placed[::-1]


def value_of(word: Word, typed: str) -> Decimal | None:
    """The value of a code as it was typed: a number, a grade in its word, yes or no; None where it is none of them."""
    text = plain(typed)
    if word.is_truth:
        answer = _ANSWERS.get(text, read_answer(text))
        return Decimal(answer) if answer is not None else None
    if (grade := word.grade_called(text)) is not None:
        return Decimal(grade)
    if text in _NOTHING:
        return Decimal(0) if not word.is_graded or word.zero is not None else None
    if word.unit is not None and (clock := _CLOCK.fullmatch(text.replace(" ", ""))) is not None:
        minutes = next(part for part in clock.groups()[1:] if part is not None)
        return Decimal(clock[1]) + (
            Decimal("0.5") if minutes == "半" else round(Decimal(minutes.rstrip("分")) / _MINUTES, 2)
        )
    try:
        return read_number(text, _IN_HOURS if word.unit is not None else _COUNTED, "3")[0]
    except InputError:
        return None


class _Line:
    """The words of a line, from the first to the last."""

    def __init__(self, typed: Sequence[str], words: Vocabulary) -> None:
        self._words = words
        apart = _EQUALS.sub(" = ", "\n".join(map(plain, typed)))
        self._left = [one for one in _APART.split(apart) if one]

    def parts(self) -> Iterator[Said | _Site]:
        """Codes with their values, and areas."""
        while self._left:
            yield self._next()

    def _next(self) -> Said | _Site:
        of_code, word = self._longest(self._words.known)
        of_site, site = self._longest(self._words.known_site)
        if word is not None and of_code >= of_site:
            del self._left[:of_code]
            return Said(word, self._value(word))
        if site is not None:
            del self._left[:of_site]
            return _Site(site.code)
        if (parts := self._glued(self._left[0])) is not None:
            self._left[:1] = parts
            return self._next()
        meant = self._meant(self._left.pop(0))
        return Said(meant, self._value(meant))

    def _longest(self, find: Callable[[str], Word | None]) -> tuple[int, Word | None]:
        """The word that the line begins with, the longest there is, and how many typed ones it is."""
        for count in range(min(_MOST_WORDS, len(self._left)), 0, -1):
            if (word := find(" ".join(self._left[:count]))) is not None:
                return count, word
        return 0, None

    def _value(self, word: Word) -> Decimal | None:
        """The value that stands behind a code; None where none does. Raise InputError for one that is none."""
        is_said = self._left[:1] == ["="]
        if is_said:
            del self._left[0]
        for count in range(min(_MOST_WORDS, len(self._left)), 0, -1):
            if (value := value_of(word, " ".join(self._left[:count]))) is not None:
                del self._left[:count]
                return value
        if is_said and self._left:
            from tracker.journeys.course.observing import not_meant

            raise not_meant(word)
        return None

    def _glued(self, typed: str) -> list[str] | None:
        """The parts of a word that was written without blanks: 赤12個, 左頬赤ニキビ3; None where it is none such."""
        for end in range(len(typed) - 1, 0, -1):
            head, tail = typed[:end], typed[end:]
            word, site = self._words.known(head), self._words.known_site(head)
            if word is not None and value_of(word, tail) is not None:
                return [head, tail]
            if site is not None and (self._words.known(tail) is not None or self._glued(tail) is not None):
                return [head, tail]
        return None

    def _meant(self, typed: str) -> Word:
        """The word that was meant by one that is not known, where somebody is there to say so; else InputError."""
        if is_asked():
            for code in self._words.near(typed)[:_MOST_ASKED]:
                word = self._words.code(code)
                if confirm(show.filled(N_('By "{text}", is {what} meant?'), text=typed, what=word.name), default=False):
                    return word
        return self._words.code(typed)
