"""What an appointment is for, by the words of its title; where that is an appointment only, by its description."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from msgspec import Struct, structs

from tracker.calendar.invitations import words
from tracker.calendar.invitations.words import Sense
from tracker.rules import Kind

_ORDER = (Kind.VISIT, Kind.BLOOD_TEST, Kind.PREGNANCY_TEST)
_TESTS = (Sense.BLOOD, Sense.WEAK_BLOOD, Sense.PREGNANCY, Sense.BOTH)
_VISITS = (Sense.VISIT, Sense.WEAK_VISIT, Sense.PLACE)
_NOT_HERE = {Sense.ELSEWHERE, Sense.OTHER_CARE, Sense.PROCEDURE, Sense.ANIMALS}
_KINDS = {
    Sense.BLOOD: (Kind.BLOOD_TEST,), Sense.WEAK_BLOOD: (Kind.BLOOD_TEST,), Sense.PREGNANCY: (Kind.PREGNANCY_TEST,),
    Sense.BOTH: (Kind.BLOOD_TEST, Kind.PREGNANCY_TEST),
}  # fmt: skip
_LONGEST = 2_000
"""Letters of a text that are read."""
_TAG = re.compile(r"<[^<>]{0,200}>")
_LINK = re.compile(r"\b(?:https?://|www\.|mailto:)\S+")
_SHORT = ((re.compile(r"\bf/u\b"), "follow up"), (re.compile(r"\bw/o\b"), "without"), (re.compile(r"\bw/"), "with "))
_JOINED = re.compile(r"(?<=[0-9a-z])[-_\u2010\u2011](?=[0-9a-z])")
_TOKEN = re.compile(r"[0-9a-z\u00df-\u024f]+(?:'[a-z]+)?|\S|\n")
_BOUNDARIES = frozenset('.,;:!?()[]{}|-\u2013\u2014\u2022*"\n<>=\u3001\u3002\u30fb\u300c\u300d\u3010\u3011')
_ENDS = frozenset(".!?\n\u3002")
_AS_WORDS = {"&": "and", "+": "and", "/": "or"}

Phrase = tuple[str, ...]


class _Hit(Struct, frozen=True):
    """A word or phrase that says something, and where it stands."""

    sense: Sense
    start: int
    end: int
    denied: bool = False
    alone: bool = False
    """Whether it is nothing but the word visit, which says little by itself."""
    housed: bool = False
    """Whether it is a trade of doctors in the name of a house."""


def kinds(title: str, description: str = "", place: str = "") -> tuple[Kind, ...]:
    """What the appointment is for; empty where neither says so, or where it is at another doctor's."""
    found = _read(title)
    senses = {hit.sense for hit in found}
    if senses & {Sense.NOTHING, Sense.ANIMALS} or _begins(words.TO_DO, title):
        return ()
    meant = _meant(found)
    says_little = not meant & {Sense.WEAK_VISIT, *_TESTS}
    if Sense.VISIT not in meant and _is_elsewhere(place, description, says_little=says_little):
        return ()
    says_it = meant - {Sense.APPOINTMENT, Sense.BOOKING}
    if not says_it and not senses & _NOT_HERE and (meant or not title.strip()):
        described = _meant(_described(description))
        tests = [sense for sense in described if sense in _TESTS]
        visits = (Sense.WEAK_VISIT,) if tests else _VISITS
        meant |= {sense for sense in described if sense in visits or sense in tests}
    found_kinds = {kind for sense in meant for kind in _KINDS.get(sense, ())}
    if meant & {Sense.VISIT, Sense.WEAK_VISIT} or (not found_kinds and meant & {Sense.PLACE, Sense.APPOINTMENT}):
        found_kinds.add(Kind.VISIT)
    return tuple(kind for kind in _ORDER if kind in found_kinds)


def is_called_off(title: str) -> bool:
    """Whether a title begins by saying that the appointment does not take place."""
    return _begins(words.CALLED_OFF, title)


def is_tentative(title: str) -> bool:
    """Whether a title says that the appointment is not fixed yet."""
    return _begins(words.TENTATIVE, title)


def _begins(pattern: str, title: str) -> bool:
    return re.match(pattern, unicodedata.normalize("NFKC", title), re.IGNORECASE) is not None


def _is_elsewhere(place: str, description: str, *, says_little: bool) -> bool:
    """Whether it is at another doctor's, or of a title that says little another trade's, and the skin is not named."""
    at = _read(place)
    about = _described(description)
    if any(hit.sense is Sense.VISIT for hit in (*at, *about)):
        return False
    is_doctors = not says_little or any(hit.sense is Sense.PLACE for hit in at)
    others = _NOT_HERE - {Sense.ELSEWHERE} if is_doctors else _NOT_HERE
    return any(hit.sense in others for hit in at) or any(hit.housed for hit in about)


def _meant(found: list[_Hit]) -> set[Sense]:
    """What stands: not denied, and where another trade is named only what is a test or of the skin."""
    standing = [hit for hit in found if not hit.denied and hit.sense is not Sense.MASK]
    senses = {hit.sense for hit in standing}
    if Sense.PROCEDURE in senses:
        senses -= {*_VISITS, Sense.APPOINTMENT, Sense.BOOKING}
    if Sense.OTHER_CARE in senses and Sense.VISIT not in senses:
        return set()
    if senses & _NOT_HERE:
        senses -= {Sense.WEAK_VISIT, Sense.WEAK_BLOOD, Sense.PLACE, Sense.APPOINTMENT, Sense.BOOKING}
    if all(hit.alone for hit in standing if hit.sense is Sense.WEAK_VISIT) and not senses & {
        Sense.VISIT, Sense.PLACE, Sense.APPOINTMENT, Sense.BOOKING, *_TESTS,
    }:  # fmt: skip
        senses.discard(Sense.WEAK_VISIT)
    return senses - _NOT_HERE


def _described(description: str) -> list[_Hit]:
    return _read(_LINK.sub(" ", _TAG.sub(" ", description[: 4 * _LONGEST])), described=True)


def _read(text: str, *, described: bool = False) -> list[_Hit]:
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).replace("\u2019", "'").casefold()
    for short, whole in _SHORT:
        plain = short.sub(whole, plain)
    tokens = [_AS_WORDS.get(one, one) for one in _TOKEN.findall(_JOINED.sub(" ", plain))]
    english, japanese = _English(tokens, described=described).hits(), _Japanese(plain, described=described).hits()
    return _without_places([*english, *japanese])


def _without_places(found: list[_Hit]) -> list[_Hit]:
    """Where a test is made is no visit: the denial of such a place falls away with the test."""
    tested = any(hit.sense in _TESTS and not hit.denied for hit in found)
    return [hit for hit in found if not (hit.sense is Sense.MASK or (hit.alone and hit.denied and tested))]


class _English:
    """Whole words, in sentences of tokens."""

    def __init__(self, tokens: list[str], *, described: bool) -> None:
        self._tokens = tokens
        self._doubt = _phrases(words.DOUBT) | (_phrases(words.PAST) if described else frozenset())
        self._found = self._all()

    def hits(self) -> list[_Hit]:
        denied = [self._is_denied(place) for place in range(len(self._found))]
        links = [place for place in range(1, len(self._found)) if self._are_linked(place - 1, place)]
        for place in (*links, *reversed(links)):
            # No blood test or pregnancy test; blood test and pregnancy test not needed; follow-up visit not needed.
            denied[place - 1] = denied[place] = denied[place - 1] or denied[place]
        return [structs.replace(hit, denied=denied[place]) for place, hit in enumerate(self._found)]

    def _are_linked(self, *places: int) -> bool:
        before, after = (self._found[place] for place in places)
        between = tuple(self._tokens[before.end : after.start])
        senses = {before.sense, after.sense}
        if senses <= {*_VISITS, Sense.APPOINTMENT}:
            return not between
        return senses <= set(_TESTS) and between in _phrases(words.LINKS)

    def _all(self) -> list[_Hit]:
        found, place = [], 0
        while place < len(self._tokens):
            length, sense = self._longest(place)
            if sense is not None:
                alone = self._tokens[place] in ("visit", "visits") and not self._is_medical(place)
                housed = sense is Sense.OTHER_CARE and self._follows(place + length, _phrases(words.HOUSES))
                found.append(_Hit(sense, place, place + length, alone=alone, housed=housed))
            place += length
        return found

    def _longest(self, place: int) -> tuple[int, Sense | None]:
        for phrase, sense in _english().get(self._tokens[place], ()):
            if tuple(self._tokens[place : place + len(phrase)]) == phrase:
                return len(phrase), sense
        if self._tokens[place] == "blood" and self._stands_alone(place):
            return 1, Sense.BLOOD
        return 1, None

    def _stands_alone(self, place: int) -> bool:
        """Whether a word is all that stands between two marks or links: Blood + visit."""
        around = [self._tokens[one] for one in (place - 1, place + 1) if 0 <= one < len(self._tokens)]
        return all(one in _BOUNDARIES or one in ("and", "or") for one in around)

    def _is_medical(self, place: int) -> bool:
        """Whether nothing beside the word visit says that it is another visit than one to a doctor."""
        clause = [self._tokens[one] for one in self._around(place, _BOUNDARIES)]
        neutral, doctors = _phrases(words.NEUTRAL), _phrases(words.A_DOCTOR)
        return any((one,) in doctors for one in clause) or all(
            one in ("visit", "visits", "#", "'") or one.isdigit() or (one,) in neutral for one in clause
        )

    def _around(self, place: int, ends: frozenset[str]) -> range:
        start, end = place, place
        while start > 0 and self._tokens[start - 1] not in ends:
            start -= 1
        while end < len(self._tokens) and self._tokens[end] not in ends:
            end += 1
        return range(start, end)

    def _is_denied(self, place: int) -> bool:
        hit = self._found[place]
        if hit.sense not in (*_TESTS, *_VISITS, Sense.APPOINTMENT):
            return False
        if self._follows(hit.end, _phrases(words.DENIED_AFTER)) or self._is_denied_before(hit):
            return True
        if hit.sense in _VISITS:
            return self._is_a_place(place)
        if hit.sense is Sense.APPOINTMENT:
            return False
        sentence = self._around(hit.start, _ENDS)
        return any(self._follows(one, self._doubt) for one in sentence)

    def _is_a_place(self, place: int) -> bool:
        """Whether a test is made there: blood test at the skin clinic, blood test visit."""
        hit = self._found[place]
        tested = [one for one in self._found[:place] if one.sense in _TESTS]
        if not tested:
            return False
        between = self._tokens[tested[-1].end : hit.start]
        return not between or (between[0],) in _phrases(words.AT)

    def _follows(self, place: int, phrases: frozenset[Phrase]) -> bool:
        return any(tuple(self._tokens[place : place + length]) in phrases for length in (1, 2, 3, 4))

    def _is_denied_before(self, hit: _Hit) -> bool:
        """Whether a negator stands before it, with nothing but small words between."""
        negators = _phrases(words.NEGATORS)
        if hit.sense in _TESTS:
            negators |= _phrases(words.NEGATORS_OF_TESTS)
        place = hit.start - 1
        while place >= 0:
            token = self._tokens[place]
            if token.endswith("n't") or any(
                tuple(self._tokens[place + 1 - length : place + 1]) in negators
                for length in (1, 2)
                if place + 1 >= length
            ):
                return True
            if (token,) not in _phrases(words.SMALL):
                return False
            place -= 1
        return False


class _Japanese:
    """Words that stand anywhere, the longest first."""

    def __init__(self, text: str, *, described: bool) -> None:
        self._text = text
        self._described = described

    def hits(self) -> list[_Hit]:
        found = list(self._all())
        for place in reversed(range(len(found) - 1)):
            this, following = found[place], found[place + 1]
            link = self._text[this.end : following.start].strip()
            if (
                following.denied
                and {this.sense, following.sense} <= set(_TESTS)
                and re.fullmatch(words.JAPANESE_LINK, link)
            ):
                found[place] = structs.replace(this, denied=True)
        tested = any(hit.sense in _TESTS for hit in found)
        return [
            structs.replace(hit, denied=True)
            if tested and hit.sense in _VISITS and re.match(words.JAPANESE_PLACE, self._text[hit.end :])
            else hit
            for hit in found
        ]  # fmt: skip

    def _all(self) -> Iterator[_Hit]:
        pattern, senses = _japanese()
        for match in pattern.finditer(self._text):
            sense = senses[match[0]]
            housed = sense is Sense.OTHER_CARE and bool(re.match(words.JAPANESE_HOUSES, self._text[match.end() :]))
            yield _Hit(sense, match.start(), match.end(), denied=self._is_denied(sense, match), housed=housed)

    def _is_denied(self, sense: Sense, match: re.Match[str]) -> bool:
        if sense not in _TESTS and sense not in _VISITS:
            return False
        if re.match(words.JAPANESE_DENIAL, self._text[match.end() :]):
            return True
        if not self._described:
            return False
        sentence = (
            re.split(r"[。\n]", self._text[: match.start()])[-1] + re.split(r"[。\n]", self._text[match.end() :])[0]
        )
        return any(doubt in sentence for doubt in words.JAPANESE_DOUBT.split())


@lru_cache(maxsize=64)
def _phrases(text: str) -> frozenset[Phrase]:
    """The phrases of a list between commas, in both numbers where they are marked."""
    found = set()
    for one in text.split(","):
        first, *rest = one.split("(s)")
        for endings in product(("", "s"), repeat=len(rest)):
            found.add(tuple((first + "".join(map("".join, zip(endings, rest, strict=True)))).split()))
    return frozenset(found - {()})


@lru_cache(maxsize=1)
def _english() -> dict[str, list[tuple[Phrase, Sense]]]:
    """The phrases by their first word, the longest first."""
    found: dict[str, list[tuple[Phrase, Sense]]] = defaultdict(list)
    for sense, text in words.ENGLISH.items():
        for phrase in _phrases(text):
            found[phrase[0]].append((phrase, sense))
    for phrases in found.values():
        phrases.sort(key=lambda one: (-len(one[0]), one[0]))
    return found


@lru_cache(maxsize=1)
def _japanese() -> tuple[re.Pattern[str], dict[str, Sense]]:
    senses = {
        word: sense for sense, text in words.JAPANESE.items() for word in unicodedata.normalize("NFKC", text).split()
    }
    longest_first = sorted(senses, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first))), senses
