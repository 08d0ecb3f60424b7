"""What a text in a person's own words mentions, and what of it the text says is not there.

A word counts where it stands whole: in Latin letters between what are no letters, in kana between other signs or
particles. "No" counts only where nothing but small words and other words of the list stand between the two: "no
treatment for my depression" says that there is one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

_DESIGNATION = re.compile(r"(?:(?<=[^\x00-\x7f])|(?<=[\s-]))([a-z]{1,2}[0-9]{0,2})(?=$|[^\x00-\x7f])")
_APART = re.compile(
    r"[,;.!\n、。；]|\b(?:but|except(?: for)?|apart from|other than|besides|however)\b|ただし|けれども?|けど|以外"  # noqa: RUF001
    r"|(?<=ない|なし|無し|せん|です)が"
)
"""Between what is said and what is said otherwise."""
_BEFORE = re.compile(
    r"\b(?:no(?! longer| more| doubt)|none|nil|not|never(?: been| had)?|without|den(?:y|ies|ied)|negative for|free of"
    r"|(?:do|does|did|have|has|am|is)n't)\b"
)
_SMALL = (
    r"(?:a|an|any|the|my|or|nor|and|to|of|with|from|for|is|are|been|have|had|known|history|hx|past|previous|prior"
    r"|current|food|drug|allerg(?:y|ies|ic)|diagnosed|suffer(?:ed|ing|s)?|signs?|disease|illness|problems?)"
)
"""What may stand between "no" and what is not there."""
_BEHIND_EN = r"(?:allerg(?:y|ies|ic)|history|intolerance|disease|or|and|is|are|has|was|:|=|\?|/|\s)*"
_NO_EN = r"(?:no|none|nil|never|negative|not (?:known|there|present|allergic)|absent|denied)"
_BEHIND_JA = (
    r"(?:アレルギー|あれるぎー|の|既往|病歴|歴|診断|経験|症状|治療|疑い|持病|は|が|も|には|では|じゃ|で|や|と|か|・|:|=|\?|/|\s"
    r"|になった|にかかった|といわれた|と言われた|と診断された|を患った|した|こと|事|特に|とくに|全く|まったく|今まで|これまで|一度)*"
)
_NO_JA = r"(?:なし|無し|ない|無い|ありません|ございません|なかった|いいえ|陰性|ノー|該当せず)(?:です|でした|だ)?"
_NOT_DOING = r"は?して(?:い|お)?(?:ない|ません|りません)(?:です)?"
"""Right behind the word alone: 「うつ病の治療はしていない」 says that there is one."""
_NOTHING = re.compile(rf"\s*(?:no|none|nil|not|never|without)\b.*|.*?{_NO_JA}\s*", re.DOTALL)
_OVER = re.compile(
    r"\b(?:over|no|not|none|nothing|without|stopped|ended|finished|quit|gone)\b"
    r"|\s*(?:は|を|が|も)?(?:終わり|終わった|終わりました|終了|やめた|やめました|止めた|中止|なし|無し|ない)(?:した|しました|です)?$",
    re.IGNORECASE,
)
"""What says that something is not taken, or no more."""
_MISSED = re.compile(
    r"(?:の|を)?(?:飲み忘れ|のみ忘れ|服用忘れ|飲み損ね)(?:た|ました)?|飲まなかった|飲めなかった"
    r"|(?:missed|forgot(?:ten)?)(?: (?:it|a|the|my)? ?(?:capsules?|doses?|pills?))?",
    re.IGNORECASE,
)
"""What says that a capsule was not taken."""
_NONE = re.compile(
    r"(?:no|none|nil|nothing|n/?a|none known|no known allerg(?:y|ies)"
    r"|(?:特に|とくに|何も|該当)?(?:なし|無し|ない|ありません)(?:です)?)[.。]?"
)
"""A text that says of what is asked for that there is none of it."""
_AFTER_KANA = "はがのもとにでをや"
_BEFORE_KANA = rf"[{_AFTER_KANA}かだ]|ぎみ|っぽ|びょう|あり|です|なし|ない|$"
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


class Mentions(Struct, frozen=True):
    """The words of a list that stand in a text, and those that are said not to be there; in order, each once."""

    there: tuple[str, ...]
    denied: tuple[str, ...]


def says_none(text: str) -> bool:
    """Whether a text says that there is nothing of what it is about: "none", 特になし."""
    return _NONE.fullmatch(folded(text).strip()) is not None


class Finder:
    """Finds the words of a list in texts."""

    def __init__(self, words: Iterable[str]) -> None:
        """Know the words; of two that are written the same, the first."""
        self._words: dict[str, str] = {}
        for word in words:
            for text in (folded(word), folded(word).translate(_TO_HIRAGANA)):
                self._words.setdefault(text, word)

    def mentions(self, text: str) -> Mentions:
        """What a text mentions; what it says both of is there."""
        there: dict[str, None] = {}
        denied: dict[str, None] = {}
        for clause in _APART.split(folded(text)):
            for match in self._pattern.finditer(clause):
                assert match.lastgroup is not None  # noqa: S101 - every alternative is a group
                word = self._in_order[int(match.lastgroup[1:])]
                (denied if self._is_denied(clause, match) else there).setdefault(self._words[word])
        return Mentions(tuple(there), tuple(one for one in denied if one not in there))

    @cached_property
    def _in_order(self) -> list[str]:
        """The longest first: peanut oil is not only peanut."""
        return sorted(self._words, key=len, reverse=True)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?P<w{at}>{_written(word)})" for at, word in enumerate(self._in_order)))

    @cached_property
    def _any(self) -> str:
        return "|".join(map(_written, self._in_order))

    @cached_property
    def _between(self) -> re.Pattern[str]:
        return re.compile(rf"(?:\s|/|{_SMALL}\b|{self._any})*")

    @cached_property
    def _behind(self) -> re.Pattern[str]:
        return re.compile(rf"\s*(?:{_BEHIND_EN}{_NO_EN}\??|(?:{_BEHIND_JA}|{self._any})*?{_NO_JA}|{_NOT_DOING})\s*")

    def _is_denied(self, clause: str, match: re.Match[str]) -> bool:
        before = next(iter([*_BEFORE.finditer(clause, 0, match.start())][-1:]), None)
        if before is not None and self._between.fullmatch(clause, before.end(), match.start()):
            return True
        return self._behind.fullmatch(clause, match.end()) is not None


def folded(text: str) -> str:
    """A text without what makes no difference, widths and capitals; blanks and the two kana stay."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")  # noqa: RUF001
    return re.sub(r"[\s_‐–-]+", " ", plain).strip()  # noqa: RUF001


def says_nothing(text: str) -> bool:
    """Whether a text says that there is nothing: no allergies, 特になし."""
    return all(_NOTHING.fullmatch(clause) for clause in _APART.split(folded(text)) if clause.strip())


def says_missed(text: str) -> bool:
    """Whether a text says that a capsule was not taken, and nothing else."""
    return _MISSED.fullmatch(text.strip()) is not None


def without_what_says_over(text: str) -> str | None:
    """What a text says of something that is not taken, or no more; None where it says no such thing."""
    rest = " ".join(_OVER.sub(" ", text).split())
    return rest if rest != " ".join(text.split()) else None


def _written(word: str) -> str:
    """A word as it is looked for: whole."""
    parts = r"\s*".join(map(re.escape, word.split()))
    if word.isascii():
        return rf"(?<![a-z0-9]){parts}(?:'?s|es)?(?![a-z0-9])"
    if re.fullmatch(r"[ァ-ヶー]+", word):
        return rf"(?<![ァ-ヶー]){parts}(?=(?:アレルギー)?(?![ァ-ヶー]))"
    if re.fullmatch(r"[ぁ-ゖー]+", word):
        return rf"(?:(?<![ぁ-ゖー])|(?<=[{_AFTER_KANA}])){parts}(?=(?:あれるぎー)?(?:{_BEFORE_KANA}|[^ぁ-ゖー]))"
    return parts


def designation(name: str) -> str:
    """The letters behind a name by which things are told apart: a in vitamin A, bb in チョコラBB."""
    found = _DESIGNATION.search(unicodedata.normalize("NFKC", name).casefold().strip())
    return found[1] if found is not None else ""
