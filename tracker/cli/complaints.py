"""Symptoms as people type them: ``lips 2``, ``headache=1 nausea``, ひどい頭痛, never guessed.

What is not a word of the vocabulary to the letter, or the beginning of one word alone, is asked about. What says that
something is *not* there is never taken for the opposite.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec.structs import replace

from tracker.cli import breath, contrast, denials, felt, lasting, wellbeing
from tracker.cli.parts import HOW_HOT, Denied, Part, Said, Unclear, is_severe, raised_by, words_of
from tracker.dialect import Folded
from tracker.errors import N_, InputError
from tracker.lexicon import Word
from tracker.lexicon import plain as bare
from tracker.vocabulary import Vocabulary

__all__ = ["NUMBER", "Denied", "Part", "Said", "Unclear", "goes_on", "read", "words_of"]

_MOST_WORDS = 7
"""Of one name: ``there is blood in my stool``."""
_BETWEEN = re.compile(
    r"\s*(?:[,、;；。]|[.!](?=\s))\s*(?:(?:and|but|plus|with|though|although|yet|however)(?=\s)\s*)?", re.IGNORECASE
)  # noqa: RUF001
_AND = ("and", "&", "+", "と")
_GRADE = re.compile(r"(?:grade|gr\.?|g|グレード)?([0-9]{1,4})")
_WRITTEN_APART = re.compile(r"(?<!\S)(grade|gr\.?|グレード)\s+([0-9])", re.IGNORECASE)
NUMBER = re.compile(r"-?[0-9]+(?:[./][0-9]+)?%?")
_GLUED = re.compile(r"(?P<name>.*?[^0-9\s.])(?P<grade>[0-9])|(?P<first>[0-9])(?P<behind>[^0-9\s.].*)")
_TIMES = re.compile(
    r"(?:days?|nights?|weeks?|months?|hours?|hrs?|min(?:ute)?s?|times?|[xdwh])"
    r"|(?:日|晩|週|か月|時|分|回|度)(?:間|前|目|から|ほど)?"
)
"""What a number is of that says how long or how often."""
_PARTICLE_BEFORE = re.compile("([がはも])\0")
_PARTICLE = re.compile(r"[がはもの]$")
_LONGEST = 300


def read(typed: Sequence[str], words: Vocabulary, *, whole: bool = False) -> list[Part]:
    """What was typed, part by part; raise InputError for a grade that cannot be meant.

    Where words have to be ``whole`` the beginning of one is not taken for it.
    """
    text = unicodedata.normalize("NFKC", " ".join(typed))[:_LONGEST].replace("=", " ").replace(":", " ")
    named = words.known(text)
    if named is not None:  # a name may have a comma in it
        return [_in_its_words(Said(named, also=words.named_by(text), text=text), text)]
    degrees = HOW_HOT.search(text)
    folded = Folded(HOW_HOT.sub(r"\g<what>", text))
    text = folded.text
    found = [part for piece in contrast.pieces(text, _pieces(text, words), words, lambda said: _is_said(said, words))
             for part in _parts_of(piece, words, whole=whole)]  # fmt: skip
    hot = words.known(degrees["what"]) if degrees is not None else None
    return [replace(part, text=degrees[0] if degrees is not None and isinstance(part, Said) and part.word is hot
                    else folded.as_typed(part.text)) for part in found]  # fmt: skip


def _parts_of(piece: contrast.Piece, words: Vocabulary, *, whole: bool) -> list[Part]:
    parts = _Piece(piece.text.split(), words, whole=whole).parts()
    if not piece.is_plain:
        return parts
    named = contrast.denied(piece.text, words, lambda said: _is_said(said, words))
    return [replace(one, words=tuple(dict.fromkeys(named)), is_near=False, is_plain=True)
            if isinstance(one, Denied) and len(parts) == 1 else one for one in parts]  # fmt: skip


def _in_its_words(one: Said, text: str) -> Said:
    """A red flag or a risk with all that was typed for it; of a symptom its words without its grade stay."""
    return replace(one, text=text) if one.word.is_flag or one.word.records is not None else one


def goes_on(typed: Sequence[str], words: Vocabulary) -> bool:
    """Whether words say of something that it will not end, whatever they say beside it."""
    text = unicodedata.normalize("NFKC", " ".join(typed))[:_LONGEST]
    return any(lasting.going_on(one) is not None for one in (text, *_pieces(text, words)))


def _pieces(text: str, words: Vocabulary) -> list[str]:
    return [one for piece in lasting.named(_BETWEEN.split(text))
            for one in breath.apart(piece, words, lambda said: _is_named(said, words))]  # fmt: skip


def _is_named(piece: str, words: Vocabulary) -> bool:
    return _is_said(piece, words) or bool(words.asked(piece))


def _is_said(piece: str, words: Vocabulary) -> bool:
    return _Piece(piece.split(), words, whole=True).is_said


class _Piece:
    """Words between two commas."""

    def __init__(self, tokens: list[str], words: Vocabulary, *, whole: bool = False, typed: str = "") -> None:
        self._words, self._whole = words, whole
        self._typed = typed or " ".join(tokens)
        text, self._lasted = lasting.without_how_long(_WRITTEN_APART.sub(r"\1\2", " ".join(tokens)), words)
        self._tokens = text.split()
        self._tokens = self._turned()

    @property
    def is_said(self) -> bool:
        """Whether every word of it is one of a symptom or of its grade."""
        _found, denies, is_clear = self._taken()
        return is_clear and not denies

    def parts(self) -> list[Part]:
        """The symptoms of the piece; where a word of it is not understood, it is asked about up to its grade."""
        found, denies, is_clear = self._taken()
        if is_clear and not denies:
            if len(found) == 1:
                found = [_in_its_words(found[0], self._typed)]
            return [replace(one, lasted=self._lasted) for one in found]
        text = " ".join(self._tokens)
        if wellbeing.is_all_well(text):
            return [Denied(text, (), is_plain=True)]
        if (denies and denials.is_unwilling(text)) or self._words.asking.lacking(self._typed):
            return [replace(self._unclear(text, found), lasted=self._lasted)]
        if denies and (said := denials.without_what_denies_nothing(text)) in ("", text):
            return [self._denied(text, found)]
        if denies:
            return _Piece(said.split(), self._words, whole=self._whole, typed=self._typed).parts()
        return self._by_grades() or [replace(self._unclear(text, found), lasted=self._lasted)]

    def _taken(self) -> tuple[list[Said], bool, bool]:
        """What is said to the letter, whether something is denied, and whether every word was understood."""
        found: list[Said] = []
        at, denies, is_clear = 0, False, True
        while at < len(self._tokens):
            token = self._tokens[at].lower()
            before = self._strength(token)
            word, end = self._name(at)
            if word is None and before is not None:
                word, end = self._name(at + 1)
            else:
                before = None  # it is a part of the name: bad sleep
            if word is None and at == 0 and not self._whole:
                word, end = self._begun()
            if word is not None:
                typed = " ".join(self._tokens[at:end])
                grade, end, none = self._grade(end)
                denies = denies or none
                strength = felt.checked(word, before if grade is None else grade)
                found.append(Said(word, strength, also=self._words.named_by(typed), text=typed))
                at = end
            elif token in _AND and found:
                at += 1
            else:
                glued = self._glued(self._tokens[at])
                if glued is not None:
                    found.append(_in_its_words(glued, self._tokens[at]))
                else:
                    denies = denies or denials.denies(token)
                    is_clear = False
                at += 1
        return found, denies, is_clear

    def _turned(self) -> list[str]:
        """The words with each grade behind its name, where the piece begins with one: 2 headache 1 nausea."""
        tokens = self._tokens
        if not tokens or not self._is_a_grade(0) or self._is_a_grade(len(tokens) - 1):
            return tokens
        found: list[str] = []
        grades = [at for at in range(len(tokens)) if self._is_a_grade(at)]
        for at, end in zip(grades, [*grades[1:], len(tokens)], strict=True):
            name = tokens[at + 1 : end]
            if not name or self._counts(name[0]):
                return tokens
            also = [name.pop()] if name[-1].lower() in _AND and len(name) > 1 else []
            found += [*name, tokens[at], *also]
        return found

    def _is_a_grade(self, at: int) -> bool:
        return _GRADE.fullmatch(self._tokens[at].lower()) is not None

    def _counts(self, token: str) -> bool:
        """Whether a number before a word says how many, or how long, and not how strong: 2 days, 2 headaches."""
        if _TIMES.fullmatch(token.lower()):
            return True
        word = self._words.known(token) if token.isascii() else None
        return word is not None and bare(token) == bare(f"{word.name.en}s")

    def _by_grades(self) -> list[Part]:
        """The piece in parts, each up to its grade, where something may be meant by each of them; else none."""
        ends = [at + 1 for at, behind in enumerate([*self._tokens[1:], ""])
                if self._is_a_grade(at) and not _TIMES.fullmatch(behind.lower())]  # fmt: skip
        starts = [0, *ends]
        pieces = [self._tokens[start:end] for start, end in zip(starts, [*ends, len(self._tokens)], strict=True)]
        pieces = [piece[1:] if piece[0].lower() in _AND else piece for piece in pieces if piece]
        if len(pieces) < 2 or not all(pieces):  # noqa: PLR2004 - one is the piece itself
            return []
        parts = [part for piece in pieces for part in _Piece(piece, self._words, whole=self._whole).parts()]
        flags = {word for word in self._words.meant(" ".join(self._tokens)) if word.flag_at(None) is not None}
        named = {word for part in parts for word in words_of(part)}
        return parts if flags <= named and all(map(words_of, parts)) else []

    def _without_grades(self) -> tuple[str, int | None]:
        """The words of the piece, and its grade where one is said."""
        grades = [at for at in range(len(self._tokens)) if self._is_a_grade(at)
                  and not self._counts((self._tokens[at + 1 :] or [""])[0])]  # fmt: skip
        kept = [token for at, token in enumerate(self._tokens) if at not in grades]
        said = {int(number) for at in grades for number in re.findall("[0-9]+", self._tokens[at])}
        return " ".join(kept or self._tokens), said.pop() if len(said) == 1 else None

    def _name(self, start: int) -> tuple[Word | None, int]:
        """The word that stands at a place, the longest there is, and where it ends."""
        for end in range(min(len(self._tokens), start + _MOST_WORDS), start, -1):
            word = self._words.known(" ".join(self._tokens[start:end]))
            if word is not None:
                return word, end
        return None, start

    def _begun(self) -> tuple[Word | None, int]:
        """The word that begins as the only one of the piece does, with no more than a grade behind it."""
        token = self._tokens[0]
        if denials.has_a_not(token) or self._glued(token) is not None:
            return None, 0
        word = self._words.begun(token)
        is_alone = word is not None and self._grade(1)[1] == len(self._tokens)
        return (word, 1) if is_alone else (None, 0)

    def _grade(self, at: int) -> tuple[int | None, int, bool]:
        """The grade that stands at a place, where it ends, and whether it says that nothing is there."""
        for end in (at + 1, at + 2):
            token = "".join(self._tokens[at:end]).lower() if end <= len(self._tokens) else ""
            if not token:
                break
            if (number := _GRADE.fullmatch(token)) is not None:
                return (int(number[1]) or None), end, int(number[1]) == 0
            if NUMBER.fullmatch(token) is not None:
                raise InputError(N_('"{typed}" is no grade; expected 1 (mild), 2 (moderate) or 3 (severe)'),
                                 typed=token)  # fmt: skip
            if (strength := self._strength(token)) is not None and self._words.known(token) is None:
                return strength, end, False
        return None, at, False

    def _strength(self, token: str) -> int | None:
        """The grade that a word says."""
        return next((number for number, names in enumerate(self._words.data.scale, start=1)
                     if bare(token) in map(bare, names)), None)  # fmt: skip

    def _glued(self, token: str) -> Said | None:
        """A name with its grade in one word: 頭痛2, ひどい頭痛, 頭痛がひどい, 頭がひどく痛い."""
        number = _GLUED.fullmatch(token)
        name, grade = (number["name"] or number["behind"], number["grade"] or number["first"]) if number else ("", "0")
        if grade != "0" and (word := self._words.known(name)) is not None and not self._counts(name):
            return Said(word, felt.checked(word, int(grade)), text=name)
        for grade, names in enumerate(self._words.data.scale, start=1):
            for name in sorted(names, key=len, reverse=True):
                if name.isascii():
                    continue
                within = _PARTICLE_BEFORE.sub(r"\1", token.replace(name, "\0", 1)) if name in token else ""
                word = self._words.known(within.replace("\0", "")) if within else None
                if word is not None and not ("\0" in within and word.is_flag):
                    return self._of(word, grade, within.replace("\0", ""))
                rest = token.removeprefix(name) if token.startswith(name) else token.removesuffix(name)
                if rest == token:
                    continue
                for short in (rest, rest.removeprefix("の"), _PARTICLE.sub("", rest)):
                    if short and (word := self._words.known(short)) is not None:
                        return self._of(word, grade, short)
        return None

    def _of(self, word: Word, grade: int, text: str) -> Said:
        return Said(word, felt.checked(word, min(grade, word.most)), also=self._words.named_by(text), text=text)

    def _denied(self, text: str, found: Sequence[Said]) -> Denied:
        """The symptoms that are said not to be there, or what may be meant by them."""
        without = [rest for token in self._tokens if (rest := denials.without_not(token)) not in ("", token)]
        named = [*(one.word for one in found), *filter(None, map(self._words.known, without))]
        kept = " ".join(token for token in self._tokens if not denials.is_not(token))
        if named or not kept or denials.says_nothing(kept):
            # A slip may have made a "no" of an "on": weakness no one side.
            flags = [one for one in self._words.likeness.denied(text) if named and one.flag_at(None) is not None]
            return Denied(text, tuple(dict.fromkeys((*named, *flags))))
        bare_of_it = denials.without_not(kept)
        if asked := self._words.asked(bare_of_it):
            return Denied(text, asked)
        near = [*self._words.likeness.denied(bare_of_it), *self._words.likeness.denied(text)]
        return Denied(text, tuple(dict.fromkeys(near)), is_near=True)

    def _unclear(self, text: str, found: Sequence[Said]) -> Unclear:
        kept, said = self._without_grades()
        if asked := self._words.asked(kept) or self._words.asked(text):
            flags = self._raised(kept, asked)
            return Unclear(self._typed, tuple(dict.fromkeys((*flags, *asked))), said or None)
        typed, text, kept = (wellbeing.without_idioms(one) for one in (self._typed, text, kept))
        near = list(dict.fromkeys(one for words in dict.fromkeys((kept, text)) for one in self._words.meant(words)))
        lacks = self._words.asking.lacking(typed)
        for token in text.split():
            if lacks and denials.is_not(token):
                continue  # of what is gone its "gone" tells no more
            if len(self._tokens) > 1 and self._words.known(token) is None and self._strength(token) is None:
                near += self._words.likeness.told_by(token, text)
        if typed != text:  # of some it is the going on that cannot wait
            near += [one for one in self._words.meant(typed) if one.flag_at(None) is not None]
        near += [*self._words.asking.told(typed), *self._raised(typed, ())]
        named = [one.word for one in found if one.word not in near]
        flags = sorted((one for one in near if one.flag_at(None) is not None), key=lambda one: not one.is_crisis)
        others = [one for one in near if one.flag_at(None) is None]
        return Unclear(self._typed, tuple(dict.fromkeys((*flags, *named, *others))), said or None)

    def _raised(self, text: str, asked: Sequence[Word]) -> list[Word]:
        """The red flags that symptoms in a text come to: together, or because it says that one is severe."""
        standing = self._words.likeness.standing(text)
        data = self._words.data
        found = raised_by([*({word.code} for word in standing), {word.code for word in asked}], data)
        if is_severe(text, data.scale):
            flags = [data.word(word.flag_at(word.most) or "") for word in standing if not word.is_flag]
            found += [flag for flag in flags if flag is not None]
        return found
