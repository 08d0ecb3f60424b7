"""Which words of a vocabulary may be meant by what is none of them: alike, a part of it, or said in other words.

What is only alike as a row of letters is not enough for a red flag: it is offered where the words that tell what it is
about are said, well or badly spelt. "For", "pain" and "skin" tell nothing by themselves; "chest" and "suicide" do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from tracker.lexicon import Word, plain
from tracker.spelling import (
    MOSTLY,
    SHORT,
    are_of_other_parts,
    begins_in,
    is_a_slip,
    is_its_form,
    is_spelt,
    scored,
    words_in,
)

if TYPE_CHECKING:
    from tracker.phrasing import Phrasing

NEAR, _NEAR_A_FLAG, _SLIP = 0.6, 0.7, 0.85
"""How alike words have to be for one to be offered in place of another; for a red flag; and whatever its words are."""
_MUCH, _LONG = 0.15, 5
"""By how much nearer a longer word that is no red flag has to be for those that are to be left out."""
_PART = {True: 3, False: 2}
"""Letters that a part of a word has at least to stand for it: in Latin letters, in others."""
_MOST_NEAR, _MOST_ALIKE = 4, 12
_ABOUT = re.compile(r"[\u3400-\u9fff](?<![異常変化痛感低下悪症状出来止続詰腫苦抜])")
"""A sign that says what a word is about, and not what is the matter with it."""
_TELLS_NOTHING = frozenset((
    "a", "about", "after", "again", "all", "almost", "also", "always", "and", "anymore", "anything", "arm",
    "arms", "around", "at", "away", "back", "because", "before", "better", "big", "bit", "body", "but", "by",
    "cannot", "cant", "cuts", "day", "days", "did", "didnt", "do", "does", "doesnt", "dont", "down", "drive",
    "driving", "during", "ear", "early", "ears", "easily", "eating", "even", "ever", "every", "everybody",
    "everyone", "everything", "eye", "eyes", "face", "feels", "feet", "foot", "for", "from", "gas", "go", "going",
    "good", "gym", "hair", "hand", "hands", "he", "head", "heal", "heat", "healed", "healing", "heals", "hour", "hours",
    "how", "if", "kind", "last", "lately", "leg", "legs", "less", "like", "lip", "lips", "little", "lot", "lots",
    "make", "makes", "making", "maybe", "minutes", "month", "months", "more", "morning", "most", "mouth", "much",
    "never", "new", "night", "nights", "no", "nose", "not", "nothing", "now", "off", "often", "one", "only", "or",
    "out", "over", "pain", "pill", "pills", "reason", "see", "severe", "she", "side", "since", "sitting", "skin",
    "slow", "slowly", "small", "someone", "something", "sometimes", "sore", "sores", "stand", "standing", "still",
    "take", "takes", "taking", "than", "then", "they", "thick", "thin", "thing", "things", "think", "thinking",
    "test", "time", "times", "tired", "today", "took", "trouble", "two", "under", "until", "up", "use", "wake",
    "waking", "walking",
    "want", "way", "we", "week", "weeks", "well", "what", "where", "which", "while", "who", "why", "will", "with",
    "without", "woke", "wont", "work", "worse", "would", "wrong", "year", "years", "yesterday", "you",
))  # fmt: skip
"""English words that stand in phrases of red flags and tell of none by themselves."""


class Likeness(Struct, frozen=True, dict=True):
    """The words of a vocabulary by all that is typed for them, held against what is none of them."""

    codes: Mapping[str, Word]
    """By what is typed, without what tells no words apart."""
    texts: Mapping[str, str]
    """The same as it is written."""
    phrasing: Phrasing
    same: bool
    """Whether the vocabulary says which words say the same."""

    def meant(self, typed: str) -> list[Word]:
        """The codes that may be meant by what was typed, red flags first."""
        from tracker.phrasing import stems_of  # start-up: only where a word is typed

        text, stems = plain(typed), stems_of(typed)
        turned = [known for known in self.codes if len(known) == len(text)
                  and (self._is_one_sign_off(known, text) or sorted(known) == sorted(text))]  # fmt: skip
        likely = [known for known in (*turned, *self._alike(typed, text)) if self._speak_of_one_thing(known, text)]
        parts = [known for known in self.codes if self._is_a_part(known, typed) or self._has_as_a_part(known, typed)]
        said = [*(plain(one) for one, of_it in self._phrases if of_it <= stems), *parts, *self._standing_in(typed)]
        found = list({self.codes[one].code: self.codes[one] for one in (*self._most_of(said), *likely)}.values())
        found.sort(key=lambda word: not _is_pressing(word))
        flags = sum(map(_is_pressing, found))
        return found[: max(flags, _MOST_NEAR)]

    def standing(self, typed: str) -> list[Word]:
        """The codes of which a phrase stands in what was typed, whole; what is only alike is none of them."""
        from tracker.phrasing import stems_of  # start-up: as above

        stems = stems_of(typed)
        whole = [plain(one) for one, of_it in self._phrases if of_it and of_it <= stems]
        parts = [known for known in self.codes if self._is_a_part(known, typed)]
        said = [*whole, *parts, *self._standing_in(typed)]
        return list(dict.fromkeys(self.codes[one] for one in self._most_of(said)))

    def denied(self, typed: str) -> list[Word]:
        """The codes that are meant by what is said not to be there: a phrase of them, or a slip of one."""
        text = plain(typed)
        if len(text) < SHORT - (not text.isascii()):
            return []
        slips = [known for _score, known in scored(text, self.codes, MOSTLY) if self._speak_of_one_thing(known, text)
                 and self._is_a_slip_of(known, typed)]  # fmt: skip
        return list(dict.fromkeys((*self.standing(typed), *(self.codes[one] for one in slips))))

    def told_by(self, token: str, text: str) -> list[Word]:
        """The red flags of which one word of a longer text tells: by itself, and not only beside others.

        What belongs to a phrase that is said there tells nothing more: hear in can't hear.
        """
        if not token.isascii():
            return [one for one in self.meant(token) if one.flag_at(None) is not None]
        word = re.sub("[^a-z]", "", token.casefold())
        key = self.phrasing.key(word)
        if not word or not key or word in _TELLS_NOTHING or key in _TELLS_NOTHING or self._is_said_with(key, text):
            return []
        told = self._telling.get(key)
        if told is None and key not in self._every_word and len(word) >= SHORT:
            told = {code: one for known, those in self._telling.items() if is_a_slip(known, word)
                    for code, one in those.items()}  # fmt: skip
        return list((told or {}).values())

    def _is_said_with(self, key: str, text: str) -> bool:
        """Whether a phrase of several words, this one among them, is said in a text."""
        said = set(self.phrasing.key(text).split())
        return any(
            len(parts) > 1 and parts.issuperset(key.split()) and parts <= said for _known, parts in self._english
        )

    def _alike(self, typed: str, text: str) -> list[str]:
        likely = scored(text, self.codes, NEAR)
        alike = [one for one in likely if one[0] >= _NEAR_A_FLAG][:_MOST_ALIKE]
        if alike and alike[0][1] in self._harmless and len(alike[0][1]) >= _LONG:
            # A slip of a word that is no red flag, and much nearer to it: headache in hedache.
            closest = alike[0][0] - _MUCH
            alike = [(score, known) for score, known in alike if known in self._harmless or score >= closest]
        alike += [one for one in likely if one[1] in self._harmless][:_MOST_NEAR]
        return [known for score, known in alike
                if known in self._harmless or (score >= _SLIP and self._is_a_slip_of(known, typed))
                or self._says_the_same(known, typed)]  # fmt: skip

    def _is_a_slip_of(self, known: str, typed: str) -> bool:
        """Whether a text is a phrase of English badly spelt: not where what differs is a word itself, ear for heart."""
        if not known.isascii() or not typed.isascii():
            return True
        if are_of_other_parts(words_in(self.texts[known]), words_in(typed)):
            return False
        strange = set(words_in(typed)) - set(words_in(self.texts[known]))
        return not strange or any(not self._is_a_word(one) for one in strange)

    def _is_a_word(self, word: str) -> bool:
        return word in _TELLS_NOTHING or word in self._every_word or self.phrasing.key(word) in self._every_word

    def _says_the_same(self, known: str, typed: str) -> bool:
        """Whether each word of a phrase that tells something is said in a text, well or badly spelt."""
        if not known.isascii() or not typed.isascii():
            return True
        words = words_in(self.texts[known])
        if are_of_other_parts(words, words_in(typed)):
            return False
        telling = [one for one in words if one not in _TELLS_NOTHING] or words
        said = words_in(typed)
        return all(any(one == other or (not self._is_a_word(other) and is_spelt(one, other))
                       or is_its_form(one, other) for other in said) for one in telling)  # fmt: skip

    def _most_of(self, said: Iterable[str]) -> list[str]:
        """Phrases that are said, without a red flag's of which another that is said says more: see, see at night."""
        said = list(dict.fromkeys(said))
        keys = {one: frozenset(self.phrasing.key(self.texts[one]).split()) for one in said if one.isascii()}
        more = [keys[one] for one in keys if one in self._harmless]
        return [one for one in said if one in self._harmless or one not in keys
                or not any(keys[one] < other for other in more)]  # fmt: skip

    def _is_a_part(self, known: str, typed: str) -> bool:
        """Whether a phrase stands in a text, at the beginning of a word: nan stands in pregnant."""
        if not known.isascii() or not typed.isascii():
            return known in plain(typed) and len(known) >= _PART[known.isascii()]
        return begins_in(known, typed, is_whole=len(known) <= SHORT)

    def _has_as_a_part(self, known: str, typed: str) -> bool:
        """Whether a text stands in a phrase, and tells something: sui, blood, 黄色."""
        text = plain(typed)
        if text not in known or len(text) < _PART[text.isascii()]:
            return False
        if not text.isascii() or known in self._harmless:
            return not text.isascii() or len(text) > _PART[True] or known.startswith(text)
        return not _TELLS_NOTHING.issuperset(words_in(typed)) and begins_in(text, self.texts[known], is_whole=False)

    def _is_one_sign_off(self, known: str, text: str) -> bool:
        """Whether a short word in Japanese differs in one sign, as where another kanji of the same sound was chosen.

        A sign that is a word of its own is no such slip: 腰が重い, 胸が重い.
        """
        if text.isascii() or len(known) != len(text) or not 1 < len(text) <= SHORT or "の" in text:
            return False
        off = [(one, other) for one, other in zip(known, text, strict=True) if one != other]
        return len(off) == 1 and off[0][1] not in self._signs

    def _speak_of_one_thing(self, known: str, text: str) -> bool:
        """Whether two alike words in Japanese have a sign in common that says what they are about: not 異常 alone.

        In kana or kanji: 鼻がつまる is not のどがつまる.
        """
        signs, others = self._about(text), self._about(known)
        return not signs or not signs.isdisjoint(others) or not others

    def _about(self, text: str) -> set[str]:
        """The signs that say what a text is about, as they stand and each word of a group as the group is called."""
        if text.isascii():
            return set()
        folded = self.phrasing.called(text) if self.same else text
        return set(_ABOUT.findall(folded)) | set(_ABOUT.findall(text))

    @cached_property
    def _signs(self) -> frozenset[str]:
        return frozenset(word for group in self.phrasing.same for word in group if len(word) == 1)

    @cached_property
    def _harmless(self) -> frozenset[str]:
        """What is typed for words that are no red flags."""
        return frozenset(known for known, word in self.codes.items() if word.flag_at(None) is None)

    def _standing_in(self, typed: str) -> list[str]:
        """The words of which a form stands in what was typed; without what may be a part of anything."""
        if not self.same:
            return []
        inner, words = self.phrasing.inner(typed), set(self.phrasing.key(typed).split())
        if inner:
            return [known for known, within in self._inner if within in inner]
        return [known for known, parts in self._english if len(parts) > 1 and parts <= words]

    @cached_property
    def _inner(self) -> list[tuple[str, str]]:
        """Words of Japanese, each with what stands in it."""
        found = ((known, self.phrasing.inner(text)) for known, text in self.texts.items())
        return [(known, inner) for known, inner in found if len(inner) > 1]

    @cached_property
    def _english(self) -> list[tuple[str, frozenset[str]]]:
        """Words in Latin letters, each with what it has in common with all that says the same."""
        return [(known, frozenset(self.phrasing.key(text).split())) for known, text in self.texts.items()
                if text.isascii()]  # fmt: skip

    @cached_property
    def _every_word(self) -> frozenset[str]:
        return frozenset(word for _known, words in self._english for word in words)

    @cached_property
    def _telling(self) -> dict[str, dict[str, Word]]:
        """By a word of English the red flags of which it tells: it stands in their phrases, and hardly in another's."""
        flags: dict[str, dict[str, Word]] = {}
        stands: dict[str, list[bool]] = {}
        alone: set[str] = set()
        for known, words in self._english:
            word = self.codes[known]
            for one in words:
                stands.setdefault(one, []).append(known not in self._harmless)
                if known not in self._harmless:
                    flags.setdefault(one, {})[word.code] = word
            if len(words) == 1 and known not in self._harmless:
                alone |= words
        return {one: those for one, those in flags.items() if one not in _TELLS_NOTHING
                and (one in alone or sum(stands[one]) >= MOSTLY * len(stands[one]))}  # fmt: skip

    @cached_property
    def _phrases(self) -> list[tuple[str, frozenset[str]]]:
        """Words in Latin letters, each with the stems of its parts."""
        from tracker.phrasing import stems_of  # start-up: as above

        return [(text, stems) for text in self.texts.values() if text.isascii() and (stems := stems_of(text))]


def _is_pressing(word: Word) -> bool:
    return word.flag_at(None) is not None or word.records is not None
