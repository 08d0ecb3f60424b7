"""When two names of patients are one, and when one may be meant for the other.

One record is only what typing makes different: width, case, blanks and points between parts. Alike is far more: the
kanji and kana that one name is written with, marks, long vowels, a slip. What is alike is asked about, never taken.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile

_POINTS = frozenset("・·.‧•")
"""Between the parts of a name, and behind an initial."""
_ALIKE = 0.75
"""How much of two names is the same where one may be the other, typed wrong."""
_LONG_ENOUGH = 2
"""Letters from which on one slip, or a name that stands inside another, makes them near."""
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_FORMS = """
高髙 斉斎齋齊 辺邊邉 沢澤 浜濱濵 崎﨑嵜 徳德 広廣 国國 桜櫻 島嶋嶌 真眞 恵惠 竜龍 瀬瀨 黒黑
栄榮 蔵藏 寛寬 浅淺 条條 万萬 円圓 豊豐 静靜 礼禮 実實 寿壽 弥彌 涼凉 槙槇 遥遙 穂穗 曽曾
吉𠮷 富冨 館舘 峰峯 野埜 桑桒 村邨 関關 戸戶 鉄鐵 学學 渋澁澀 滝瀧 緒緖 来來 柳栁 増增 清淸
青靑 郎郞 槌鎚 会會 荘莊 与與 亀龜 鶴靏 横橫 巌巖 薫薰 巻卷 梅楳 杉椙 橋𣘺 兎兔 内內 尚尙
彦彥 児兒 従從 鎌鐮 剣劍劔 経經 茎莖
"""
"""Kanji that one name is written with, the first for them all."""
_TO_FIRST = {ord(other): forms[0] for forms in _FORMS.split() for other in forms[1:]}
_LONG_IN_LATIN = re.compile(r"([aeiou])(?:\1)+|(?<=o)(?:u|h(?![aeiou]))")
_VOWELS = "アイウエオ"


def folded(name: str) -> str:
    """A name without what typing makes different: two names that are one so are one record."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(letter for letter in plain if not letter.isspace() and letter not in _POINTS)


def half_of(typed: str, name: str) -> bool:
    """Whether a family or given name was typed of a whole one."""
    part, whole = folded(typed), folded(name)
    if not part or part == whole:
        return False
    if part in map(folded, re.split(r"[\s・]+", unicodedata.normalize("NFKC", name))):
        return True
    return not part.isascii() and len(part) >= _LONG_ENOUGH and (whole.startswith(part) or whole.endswith(part))


def likeness(one: str, other: str) -> float:
    """How alike two names are where one may be meant for the other; 0 where it cannot."""
    from difflib import SequenceMatcher  # only where a name is not known

    pairs = [(folded(one), folded(other)), (_loosened(one), _loosened(other))]
    alike = max(SequenceMatcher(None, *pair).ratio() for pair in pairs)
    return alike if alike >= _ALIKE or any(_may_be_one(*pair) for pair in pairs) else 0


def _may_be_one(one: str, other: str) -> bool:
    """Whether one stands inside the other, has its letters in another order, or is a single slip away."""
    if sorted(one) == sorted(other):
        return True
    return min(len(one), len(other)) >= _LONG_ENOUGH and (one in other or other in one or _is_a_slip(one, other))


def _is_a_slip(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing or too many."""
    begin = _in_common(one, other)
    return max(len(one), len(other)) - begin - _in_common(one[begin:][::-1], other[begin:][::-1]) <= 1


def _in_common(one: str, other: str) -> int:
    """How many letters they begin with alike."""
    return sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _loosened(name: str) -> str:
    """A name without what one and the same is written differently with."""
    bare = unicodedata.normalize("NFKD", folded(name)).translate(_TO_KATAKANA).translate(_TO_FIRST)
    letters = "".join(letter for letter in bare if letter.isalnum() and letter != "ー")
    return _without_long_kana(_LONG_IN_LATIN.sub(r"\1", letters))


def _without_long_kana(text: str) -> str:
    """サトウ as サト, オオタ as オタ, ケイコ as ケコ: a vowel that only makes the one before it long is left out."""
    found = ""
    for letter in text:
        vowel = _vowel_of(found[-1:])
        if letter not in _VOWELS or (vowel + letter) not in ("アア", "イイ", "ウウ", "エエ", "オオ", "オウ", "エイ"):
            found += letter
    return found


def _vowel_of(kana: str) -> str:
    """The vowel that a katakana ends with; empty for what is none."""
    said = unicodedata.name(kana, "") if kana else ""
    return dict(zip("AIUEO", _VOWELS, strict=True)).get(said[-1:], "") if said.startswith("KATAKANA LETTER") else ""
