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
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.rounding import half_up
from tracker.vocabulary import Vocabulary, Word
from tracker.wordlists import words_of

_MOST_WORDS = 5
"""Words, parted by blanks, of the name of a code, an area or a grade."""
_LONGEST_IN_ONE = 60
"""Characters of words that were written without blanks; what is longer is not read as several of them."""
_MOST_ASKED = 3
_COUNTED = ("", "個", "コ", "こ", "つ", "か所", "ヶ所", "カ所", "箇所", "杯", "本", "缶", "spots", "spot")
_IN_HOURS = ("", "h", "hr", "hrs", "hour", "hours", "時間")
_CLOCK = re.compile(r"([0-9]{1,2})(?::([0-5][0-9])|h([0-5][0-9])|時間(半|[0-5]?[0-9]分))", re.IGNORECASE)
_DONE = ("した", "塗った", "飲んだ", "食べた", "使った")
_ANSWERS = {"1": True, "0": False, "あり": True, "有り": True, "なし": False, "無し": False} | {
    f"{before}{deed}": True for deed in _DONE for before in ("", "を")
} | dict.fromkeys(("しない", "塗らない", "飲まない", "食べない", "使わない"), False)  # fmt: skip
_NOTHING = ("なし", "無し")
_NO = ("no", "not")
_CLEAR = (
    "clear", "clear skin", "clean", "spotless", "no acne", "no spots", "no pimples", "nothing", "きれい", "綺麗",
    "キレイ", "つるつる", "ツルツル", "ニキビなし", "にきびなし", "ニキビ なし", "にきび なし",
)  # fmt: skip
"""What is said of skin without spots: none of its codes, and what may be meant is that there is nothing of these."""
_OF_CLEAR = ("red", "pus")
_BETWEEN = (",", "and", "&", "+", "と", "=")
"""What stands between two words and says nothing of either."""
_BEHIND_AN_AREA = "にのはが"
"""What may stand behind the name of an area where it is written without blanks."""
_COMMA = re.compile(r"[,、;]")
_EQUALS = re.compile(r"\s*=\s*|(?<=[^\s0-9]):\s*")
_MINUTES = 60


class Said(Struct, frozen=True):
    """A code with its value, None where none was typed, and its area."""

    word: Word
    value: Decimal | None
    site: str | None = None


class _Site(Struct, frozen=True):
    code: str


def read(typed: Sequence[str], words: Vocabulary, area: str | None = None, *, asks: bool = True) -> list[Said]:
    """What was said of which code, where; raise InputError where that is not clear. ``area`` is what --area says.

    ``asks`` is whether a person may be asked what was meant, where somebody is there.
    """
    parts = list(_Line(typed, words, asks=asks).parts())
    sites = {one.code for one in parts if isinstance(one, _Site)}
    if area is not None and sites - {area}:
        raise InputError(N_("the area is said twice, and differently"))
    if not sites:
        return _each_once([replace(one, site=area) for one in parts if isinstance(one, Said)])
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
    return _each_once(placed if is_in_front else placed[::-1])


def _each_once(found: list[Said]) -> list[Said]:
    """What was said, without what is said with its value beside it: 飲酒 ビール2本 is one thing in two words."""
    valued = {(one.word.code, one.site) for one in found if one.value is not None}
    return [one for one in found if one.value is not None or (one.word.code, one.site) not in valued]


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
            Decimal("0.5") if minutes == "半" else half_up(Decimal(minutes.rstrip("分")) / _MINUTES, 2)
        )
    try:
        return read_number(text, _IN_HOURS if word.unit is not None else _COUNTED, "3")[0]
    except InputError:
        return None


def _in_a_word(word: Word, grade: int, typed: str) -> str:
    """A code with its value as one word, in the letters in which that was typed."""
    if grade:
        texts = (word.grades[grade - 1].en, word.grades[grade - 1].ja, *word.scale[grade - 1])
    else:
        texts = (word.zero.name.en, word.zero.name.ja, *word.zero.aliases) if word.zero is not None else ()
    is_ascii = typed.isascii()
    value = next((one for one in texts if one.isascii() is is_ascii and " " not in one), str(grade))
    return f"{word.code if is_ascii else word.name.ja}={value}"


class _Line:
    """The words of a line, from the first to the last."""

    def __init__(self, typed: Sequence[str], words: Vocabulary, *, asks: bool) -> None:
        self._words, self._asks = words, asks
        apart = _EQUALS.sub(" = ", _COMMA.sub(" , ", " ".join(map(plain, typed))))
        self._left = apart.split()
        self._skip()

    def parts(self) -> Iterator[Said | _Site]:
        """Codes with their values, and areas."""
        while self._left:
            yield self._next()

    def _next(self) -> Said | _Site:
        if self._left[0] in _NO and len(self._left) > 1 and (denied := self._denied()) is not None:
            return denied
        of_code, word = self._longest(self._words.known)
        of_site, site = self._longest(self._words.known_site)
        if word is not None and of_code >= of_site:
            del self._left[:of_code]
            return self._said(word)
        if site is not None:
            del self._left[:of_site]
            self._skip()
            return _Site(site.code)
        if (parts := self._glued(self._left[0])) is not None:
            self._left[:1] = parts
            return self._next()
        self._refuse_what_says_a_value_alone()
        return self._said(self._meant(self._left.pop(0)))

    def _refuse_what_says_a_value_alone(self) -> None:
        """Raise InputError, with what may be meant, for a value without its code: oily, not visible, clear."""
        codes = {word.code: word for word in self._words.codes}
        for count in range(self._most(), 0, -1):
            text = " ".join(self._left[:count])
            said = [(word, grade) for word in self._words.codes
                    if word.has_own_words and (grade := word.grade_called(text)) is not None]  # fmt: skip
            if len({word.code for word, _grade in said}) == 1:
                raise self._no_word(text, [_in_a_word(word, grade, text) for word, grade in said])
            if text.lower() in _CLEAR and codes.keys() >= set(_OF_CLEAR):
                names = [code if text.isascii() else codes[code].name.ja for code in _OF_CLEAR]
                raise self._no_word(text, [",".join(f"{name}=0" for name in names)])

    def _no_word(self, text: str, instead: list[str]) -> NoSuchError:
        return NoSuchError(N_('"{typed}" is no word of {family}'), N_("did you mean: {near}?"), word=text,
                           instead=instead, typed=text, family=Phrase(self._words.family),
                           near=Listed(tuple(instead)))  # fmt: skip

    def _said(self, word: Word) -> Said:
        found = Said(word, self._value(word))
        self._skip()
        return found

    def _skip(self) -> None:
        """Pass over what stands between two words."""
        while self._left and self._left[0] in _BETWEEN:
            del self._left[0]

    def _denied(self) -> Said | None:
        """``no alcohol``: nothing of what is named; None where no code follows."""
        denial = self._left.pop(0)
        count, word = self._longest(self._words.known)
        if word is None or (nothing := value_of(word, _NOTHING[0])) is None:
            self._left.insert(0, denial)
            return None
        del self._left[:count]
        self._skip()
        return Said(word, nothing)

    def _longest(self, find: Callable[[str], Word | None]) -> tuple[int, Word | None]:
        """The word that the line begins with, the longest there is, and how many typed ones it is."""
        for count in range(self._most(), 0, -1):
            if (word := find(" ".join(self._left[:count]))) is not None:
                return count, word
        return 0, None

    def _value(self, word: Word) -> Decimal | None:
        """The value that stands behind a code; None where none does. Raise InputError for one that is none."""
        is_said = self._left[:1] == ["="]
        if is_said:
            del self._left[0]
        for count in range(self._most(), 0, -1):
            text = " ".join(self._left[:count])
            if (value := value_of(word, text)) is not None:
                del self._left[:count]
                if text in _NO and not is_said:
                    self._refuse_what_may_belong_to_the_next(word)
                return value
        if self._left and (is_said or (word.has_own_words and not self._begins_with_a_word())):
            from tracker.journeys.course.observing import not_meant

            raise not_meant(word)
        return None

    def _most(self) -> int:
        """How many of the words may belong together: those up to the next comma."""
        ends = [at for at, one in enumerate(self._left) if one in (",", "=")]
        return min(_MOST_WORDS, *ends, len(self._left))

    def _refuse_what_may_belong_to_the_next(self, word: Word) -> None:
        """Raise InputError for a no between two words of which the other has no value: sunscreen no moisturiser."""
        count, other = self._longest(self._words.known)
        behind = self._left[count] if count < len(self._left) else ","
        if other is not None and behind != "=" and value_of(other, behind) is None:
            raise InputError(
                N_('it is not clear which of them "no" belongs to: {one} or {other}'), N_("for example: {command}"),
                one=word.name, other=other.name, command=f"isotrack log {self._words.family} {word.code}=no",
            )  # fmt: skip

    def _begins_with_a_word(self) -> bool:
        """Whether the rest of the line begins with a code or an area."""
        found = (self._longest(find)[1] for find in (self._words.known, self._words.known_site))
        return any(found) or self._left[0] in _BETWEEN or self._glued(self._left[0]) is not None

    def _glued(self, typed: str) -> list[str] | None:
        """The parts of a word that was written without blanks: 赤12個, 左頬赤ニキビ3; None where it is none such."""
        if len(typed) > _LONGEST_IN_ONE:
            return None
        for end in range(len(typed) - 1, 0, -1):
            head, tail = typed[:end], typed[end:]
            word, site = self._words.known(head), self._words.known_site(head)
            if word is not None and value_of(word, tail) is not None:
                return [head, tail]
            for rest in {tail: None, tail.lstrip(_BEHIND_AN_AREA): None} if site is not None else ():
                if self._words.known(rest) is not None or self._glued(rest) is not None:
                    return [head, rest]
        return None

    def _meant(self, typed: str) -> Word:
        """The word that was meant by one that is not known, where somebody is there to say so; else InputError."""
        if self._asks and is_asked():
            for code in self._words.near(typed)[:_MOST_ASKED]:
                word = self._words.code(code)
                if confirm(show.filled(N_('By "{text}", is {what} meant?'), text=typed, what=word.name), default=False):
                    return word
        areas = [one.code for one in self._words.sites if any(plain(typed) in text for text in words_of(one))]
        if areas and not self._words.near(typed):
            raise NoSuchError(N_('"{typed}" is no area of {family}'), N_("did you mean: {near}?"), word=typed,
                              instead=areas, typed=typed, family=Phrase(self._words.family),
                              near=Listed(tuple(areas)))  # fmt: skip
        return self._words.code(typed)
