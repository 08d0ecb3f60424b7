"""In which character set some octets are written that neither are UTF-8 nor say so: judged by what they would say.

A guess is made only where exactly one character set gives a text that is clearly one. Japanese is known by characters
in common use that stand side by side, a Western language by accents inside of words of plain letters; that which is
read in a wrong character set has rare characters, signs inside of words, or capitals behind small letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tracker.calendar.invitations import words

NEVER_MEANT = re.compile(r"[\ue000-\uf8ff\x80-\x9f\ufffd]")

_SIGNS = "\u3000-\u3040\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff60\uffe0-\uffe6"
_KANA = re.compile(r"[\u3041-\u30fa\u30fc-\u30ff]")
_KANJI = re.compile(r"[\u4e00-\u9fff\uf900-\ufaff]")
_WRITTEN = re.compile(
    r"[\u3005\u3041-\u30fa\u30fc-\u30ff\u4e00-\u9fff\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
)
_RUN = re.compile(rf"[{_SIGNS}\u3041-\u30ff\u4e00-\u9fff\uf900-\ufaff\uff10-\uff5a]+")
_BETWEEN_LETTERS = re.compile(r"(?<=[a-z])[^\x00-\x7f\u3041-\u30ff]+(?=[a-z])")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u052f]")
_HALF = re.compile(r"[\uff61-\uff9f]+")
_HALF_MARKS = re.compile(r"[\uff61-\uff65]")
_HALF_WORD = re.compile(
    r"(?:[\uff76-\uff84\uff8a-\uff8e\uff73]\uff9e|[\uff8a-\uff8e]\uff9f|[\uff66\uff71-\uff9d])"
    r"(?:[\uff76-\uff84\uff8a-\uff8e\uff73]\uff9e|[\uff8a-\uff8e]\uff9f|[\uff66-\uff9d])*"
)
"""Half-width kana in an order that is possible: with marks only behind what can have them."""
_COMMON_ROWS = range(16, 48)
"""Of JIS X 0208: the kanji of its first level."""
_TIMES_COMMON = 2
"""So many characters in common use for each rare one, which names have."""
_RUN_OF_TWO = 2
_KNOWN_KANA = 4
_CLINIC = "予約 診察 受診 検査 診療 病院 医院 皮膚 外来 通院 来院 先生 確認 変更 クリニック"

_TWO_OCTETS = re.compile(rb"(?:[\x00-\x7f]|[\xc2-\xdf][\xa1-\xbf])*")
_STRANGE_RUN = re.compile(r"(?<![A-Za-z])[^\x00-\x7f]+(?![A-Za-z])")
_SIGN = re.compile(r"[\xa0-\xbf\xd7\xf7]+")
_PHONETIC = re.compile(r"[\u0180-\u036f]")
_PLAIN = re.compile(rb"[A-Za-z0-9]")

_SMALL = "ßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿœ"
_CAPITAL = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ"
_ACCENTS = _SMALL + _CAPITAL
_WORD = re.compile(f"[A-Za-z{_ACCENTS}]+")
_ACCENT = re.compile(f"[{_ACCENTS}]")
_ALONE = "àÀáóÓ"
"""Accents that are words."""
_SHORT_WORD = 3
"""A word so short may be mostly accents: été."""
_LETTER = f"A-Za-z{_ACCENTS}"
_PUNCTUATION = re.compile(
    rf"(?<=[{_LETTER}])\u2019|(?<![{_LETTER}0-9\u2018-\u201e])"
    rf"[\u2018\u201a\u201c\u201e\xab\xa1\xbf](?=[{_LETTER}0-9\xa0 ])"
    rf"|(?<=[{_LETTER}0-9.!?)\xa0 \u2026])[\u2018\u201c\u201d\xbb](?![{_LETTER}])"
    rf"|(?<=[\s0-9])[\u2013\u2014](?=[\s0-9])|(?<=[A-Za-z])[\u2013\u2014](?=[A-Z])"
    rf"|(?<=[{_LETTER}0-9\s])\u2026(?![{_LETTER}])|(?<=[0-9])[\xb0\xba\xaa](?![{_ACCENTS}])"
    r"|(?<=[0-9\s\xa0])[\u20ac\xa3](?![^\s,;.)])|[\u20ac\xa3](?=\d)|(?<=\s)[\xb7\u2022\xa7](?=\s)"
    r"|(?<![^\x00-\x7f])\xa0(?![^\x00-\x7f])|(?<=\xab)\xa0|\xa0(?=\xbb)"
)
"""Signs at the places where they are put."""
_OF_NO_WORD = re.compile(
    rf"[a-z{_SMALL}][{_CAPITAL}]|[{_CAPITAL}][{_ACCENTS}]|[{_SMALL}][{_CAPITAL}]|[ìù][a-z]|õ(?!es?\b)"
    r"|Œ(?![uU][A-Za-z]|d[eè])|^[^\u201e]*\u201c(?![^\u201c]*\u201d)|\u2018(?![^\u2018]*\u2019)"
)
"""A capital behind a small letter, and accents at places where other languages have other letters."""


def guessed(octets: bytes) -> str | None:
    """The one character set in which these octets say something; None where that is not clear."""
    clear = clear_in(octets)
    return next(iter(clear)) if len(clear) == 1 else None


def clear_in(octets: bytes) -> set[str]:
    """The character sets in which they clearly are a text: more than one of them is as good as none."""
    japanese = {name: strictly(octets, name) for name in ("cp932", "euc_jp")}
    found = {name for name, text in japanese.items() if _is_japanese(text, name)}
    may_be = found | {name for name, text in japanese.items() if _is_half_width_only(text)}
    if found and len(may_be) > 1:
        found = {name for name, text in japanese.items() if _has_known_word(text or "")} or may_be
    if _is_western(strictly(octets, "cp1252")):
        found.add("cp1252")
    return found


def is_utf8_by_chance(octets: bytes) -> bool:
    """Whether it is kanji in EUC-JP whose octets happen to be letters in UTF-8: single ones, or of several scripts."""
    text = octets.decode()
    if text.isascii() or _is_western(text) or not _TWO_OCTETS.fullmatch(octets) or strictly(octets, "euc_jp") is None:
        return False
    has_words = _PLAIN.search(octets.partition(b":")[2]) is not None
    runs = [run for run in _STRANGE_RUN.findall(text) if not (has_words and _SIGN.fullmatch(run))]
    return any(len(run) == 1 or _PHONETIC.search(run) or len(set(map(_script, run))) > 1 for run in runs)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "-").split()[0]


def strictly(octets: bytes, name: str) -> str | None:
    """What they say in that character set, where each of them is in it."""
    try:
        text = octets.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None
    return None if NEVER_MEANT.search(text) else text


def _is_japanese(text: str | None, name: str) -> bool:
    """Whether it is Japanese for certain: characters in common use side by side, or a word of a clinic."""
    if text is None or _BETWEEN_LETTERS.search(text) or _OTHER_SCRIPT.search(text):
        return False
    rare = sum(not _is_common(one) for one in _KANJI.findall(text))
    common = len(_WRITTEN.findall(text)) - rare
    half = "".join(_HALF.findall(text))
    if rare * _TIMES_COMMON > common or (half and not _is_half_width(text)):
        return False
    if _has_known_word(text):
        return True
    longest = max((len(_WRITTEN.findall(run)) for run in _RUN.findall(text)), default=0)
    # The octets of kanji in EUC-JP are other characters in Chinese and Korean; those of Shift_JIS are not.
    return longest >= _RUN_OF_TWO and (name == "cp932" or _KANA.search(text) is not None)


def _is_common(kanji: str) -> bool:
    try:
        octets = kanji.encode("euc_jp")
    except UnicodeEncodeError:
        return False
    return len(octets) == _RUN_OF_TWO and octets[0] - 0xA0 in _COMMON_ROWS


def _is_half_width_only(text: str | None) -> bool:
    """Whether it may be a title of half-width kana, which EUC-JP reads as kanji."""
    return text is not None and not _WRITTEN.search(text) and _is_half_width(text)


def _is_half_width(text: str) -> bool:
    letters = _HALF_MARKS.sub(" ", text)
    runs = [one for run in _HALF.findall(letters) for one in run.split()]
    marks = len(_HALF_MARKS.findall(text))
    return bool(runs or marks) and 4 * marks <= sum(map(len, runs)) + 3 and all(map(_HALF_WORD.fullmatch, runs))


def _has_known_word(text: str) -> bool:
    return _known_words().search(unicodedata.normalize("NFKC", text)) is not None


@lru_cache(maxsize=1)
def _known_words() -> re.Pattern[str]:
    found = {one for text in (*words.JAPANESE.values(), _CLINIC) for one in text.split() if len(one) >= _least(one)}
    return re.compile("|".join(map(re.escape, sorted(found))))


def _least(word: str) -> int:
    """Letters by which a word is known: kana are found by chance in one that is read in a wrong character set."""
    return _RUN_OF_TWO if _KANJI.search(word) else _KNOWN_KANA


def _is_western(text: str | None) -> bool:
    """Whether every accent is inside of a word, and every other sign where such a sign is put."""
    if text is None:
        return False
    bare = _PUNCTUATION.sub(" ", text)
    if _OF_NO_WORD.search(text) or any(not (one.isascii() or _ACCENT.match(one)) for one in bare):
        return False
    return all(map(_is_word, _WORD.findall(bare)))


def _is_word(word: str) -> bool:
    accents = len(_ACCENT.findall(word))
    if len(word) == 1:
        return not accents or word in _ALONE
    return 2 * accents <= len(word) or (len(word) <= _SHORT_WORD and accents < len(word))
