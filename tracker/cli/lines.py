"""How wide a text is on a screen, and where it may be broken over lines.

A line ends between words; a command that can be copied, a flag with its value, a date and a number with its unit are
never taken apart. Japanese is broken as it is typeset: no closing bracket, 、 or 。 at the beginning of a line and no
opening bracket at its end, and where there is a choice, before a word and not within one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from functools import cache
from itertools import accumulate, pairwise
from unicodedata import category, east_asian_width

_EMOJI = "\N{VARIATION SELECTOR-16}"
_NOT_FIRST = frozenset(
    "、。，．・：；？！ゝゞ々ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥）」』】〕〉》］｝”’)]},.:;!?%*"  # noqa: RUF001
)
_NOT_LAST = frozenset("（「『【〔〈《［｛“‘([{第")  # noqa: RUF001
_CLOSES = frozenset("、。，．・：；？！）」』】〕〉》］｝")  # noqa: RUF001
_OPENS = frozenset("（「『【〔〈《［｛")  # noqa: RUF001
_PARTICLE = r"(?:から|まで|より|には|では|とは|にも|でも|への|との|での|[はがをにでとのへも])(?![ぁ-ゟ])"
"""What may begin a line behind kanji: anything else in kana is the end of their word, as in 生まれ."""
_LONGEST_PARTICLE = 3
"""Signs of one with the sign behind it."""
_HONORIFIC = "おご"
_WELL, _SOMEHOW, _BADLY = 2, 1, 0
"""How a line may be broken: before a word, within a compound or before a particle, within a word of kana."""
_FULL_ENOUGH = 0.6
"""Of a line that is broken well although more would have had room."""

_DAYS = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SPOKEN = rf"(?:{_DAYS} )?[0-9]{{1,2}} {_MONTHS}\b(?: [0-9]{{4}}\b)?"
_CLOCK = r"(?: [0-9]{1,2}:[0-9]{2})?"
_JAPANESE = "（）、。ぁ-ヿ"  # noqa: RUF001
_IN_LATIN = (
    rf"--?[a-z][\w-]*(?: [^\s,;.()/{_JAPANESE}-][^\s,;(){_JAPANESE}]*)?"
    rf"|{_SPOKEN}(?:\.\.{_SPOKEN})?"
    r"|[0-9]+ (?:every [0-9]+ days|(?:twice|three times) a day)|[0-9]+ (?:mon|tue|wed|thu|fri|sat|sun)(?:,[a-z]{3})*"
    r"|[0-9]+ (?:days?|weeks?|months?)\b"
)
_MEASURED = r"[0-9.,]+ (?:mg/kg|mg/dL|mg|kg|lb|mIU/mL|U/L)(?![a-zA-Z])|\[[Yy]/[Nn]\]:?"
_WHOLE = (
    rf"{_DAYS} [0-9]{{1,2}} {_MONTHS} [0-9]{{2,4}}\*?{_CLOCK}"
    rf"|(?:令和|平成|昭和)?[0-9]{{1,4}}年[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?(?:\([月火水木金土日]\))?\*?{_CLOCK}"
    rf"|[0-9]{{1,2}}月[0-9]{{1,2}}日(?:\([月火水木金土日]\))?"
    rf"|[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}(?:\([月火水木金土日]\))?\*?{_CLOCK}"
    rf"|{_IN_LATIN}|[0-9]+(?:[かヶケ]月間?|週間?|日間?|時間|回|個|錠)(?:前|後|おき|ごと)?|{_MEASURED}"
)
"""What stays on one line: a date with its time, a flag with its value, a number with its unit, an example of them, the
answers."""
_WHOLE_IN_LATIN = (
    rf"{_DAYS} [0-9]{{1,2}} {_MONTHS} [0-9]{{2,4}}\*?{_CLOCK}|[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}\*?{_CLOCK}"
    rf"|{_IN_LATIN.replace(_JAPANESE, '')}|{_MEASURED}"
)
"""The same of a text in Latin letters: signs of thousands make a pattern slow to compile."""

_KATAKANA = r"[ァ-ヺー]{2,}"
_QUOTED = r"""(?:"[^"]*"|'[^']*')+"""
"""A word as a shell takes it in quotes, also with those in it: 'Mary O'"'"'Brien'."""
_END = r"\s,;()（）、。；「」"  # noqa: RUF001
_STOP = rf"(?=[{_END}]|\.?(?:[{_END}]|$))"
_KANJI = "|[一-鿿]+[a-z]*"
_WORD = rf"(?:[a-z][a-z-]*{_STOP}{_KANJI})"
_NAMED = rf"(?:(?<=symptom )|(?<=over ))[^{_END}]+"
"""A symptom by its name: 眼乾燥・コンタクト不耐."""
_VALUE = rf"(?:{_QUOTED}|\.\.\.|[^{_END}ぁ-ヿ-][^{_END}ぁ-ヿ]*?(?:\.\.\.)?{_STOP})"
_PART = (
    r" (?!(?:isotrack|and|or)\b)"
    rf"(?:{_NAMED}|(?P<flag>--?[a-z][\w-]*(?:[= ]{_VALUE})?)|(?P<word>{_WORD})|(?P<value>{_VALUE}))"
)
"""What a command goes on with."""
_PART_IN_LATIN = _PART.replace(_KANJI, "").translate(dict.fromkeys(map(ord, "（）、。；「」"))).replace("ぁ-ヿ", "")  # noqa: RUF001
_LONGEST_COMPOUND = 40
"""Characters before a place that are counted to see whether words of two kanji end there."""
_BRACKETS = 3
"""Columns of what may stand around a command: ``(isotrack plan).``"""
_MOST_WORDS = 3
"""Plain words of a command: ``isotrack log pregnancy-test negative``. What comes behind is taken for prose."""
_WORDS_OF = {"log": 3, **dict.fromkeys(
    ("calendar", "protocols", "patients", "observed", "record", "start", "pause", "resume", "stop", "until"), 2
)}  # fmt: skip
"""By its name, the words of a command that are surely no prose; of the others it is the name alone."""


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """A pattern, made where it is first needed: most commands break no text."""
    return re.compile(text)


def cells(text: str) -> int:
    """The columns that a text takes on a screen."""
    return len(text) if text.isascii() else sum(_widths(text))


def _widths(text: str) -> list[int]:
    found: list[int] = []
    for char in text:
        if char == _EMOJI and found:
            found[-1] = 2
        found.append(_width(char))
    return found


def _width(char: str) -> int:
    if char.isascii():
        return 1
    if category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":  # the latter are parts of a syllable
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def wrapped(text: str, width: int, hang: int = 0, names: Collection[str] = ()) -> list[str]:
    """The lines of a text that are ``width`` columns wide; those behind the first are indented by ``hang``.

    ``names`` in it are not broken. What must not be broken and is wider than a line has a line of its own, which is
    wider.
    """
    if cells(text) <= width:
        return [text]
    found: list[str] = []
    ends, whole = _breaks(text, width - hang, names)
    reach = [0, *accumulate(_widths(text))]
    indent = len(text) - len(text.lstrip(" "))
    start = 0
    while start < len(text):
        room = width - (hang if found else 0)
        end = _end_of_line(text, start, bisect_right(reach, reach[start] + room) - 1, ends, whole, max(start, indent))
        found.append((" " * hang if found else "") + text[start:end].rstrip())
        start = end
    return found


def longest_piece(text: str) -> int:
    """How wide a column has to be in which nothing of a text is broken that should not be."""
    if text.isascii() and "isotrack" not in text:
        return max((len(word) for word in text.split()), default=0)
    ends, _whole = _breaks(text, 0)
    edges = [0, *sorted(ends), len(text)]
    return max(cells(text[one:other].strip()) for one, other in pairwise(edges))


def _end_of_line(
    text: str, start: int, limit: int, ends: dict[int, int], whole: list[tuple[int, int]], first: int
) -> int:
    """Where the line ends that begins at ``start`` and has room until ``limit``."""
    if limit >= len(text):
        return len(text)
    fitting = [at for at in ends if first < at <= limit or (at == limit + 1 and text[limit] == " ")]
    if fitting:
        enough = start + _FULL_ENOUGH * (max(fitting) - start)
        return max((at for at in fitting if at >= enough), key=lambda at: (ends[at], at))
    limit = max(limit, start + 1)
    for begin, end in whole:
        if begin < limit < end:
            beyond = min((at for at in ends if at >= end), default=len(text))
            return beyond if begin <= first else begin
    return limit


def _breaks(text: str, width: int, names: Collection[str] = ()) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """Before which characters a line may begin, and how well; and what stays whole."""
    whole = [found.span() for found in _pattern(_WHOLE_IN_LATIN if text.isascii() else _WHOLE).finditer(text)]
    whole += [_command(text, found.start(), width) for found in re.finditer(r"\bisotrack(?= )", text)]
    # A word in katakana goes onto the next line; only what is longer than a line is taken apart.
    if not text.isascii():
        whole += [found.span() for found in _pattern(_KATAKANA).finditer(text) if cells(found[0]) <= width]
    whole += [found.span() for name in names for found in re.finditer(re.escape(name), text)]
    whole = _merged([_with_brackets(text, *span) for span in whole])
    found = {}
    for at in range(1, len(text)):
        before, after = text[at - 1], text[at]
        if after == " ":
            continue
        if before == " ":
            found[at] = _WELL
        elif _may_break(before, after):
            found[at] = _how_well(text, at)
    for begin, end in whole:
        for at in range(begin + 1, end):
            found.pop(at, None)
    return found, whole


def _with_brackets(text: str, begin: int, end: int) -> tuple[int, int]:
    """The same with what must not be parted from it: what opens before it, what closes behind it."""
    while begin and text[begin - 1] in _NOT_LAST:
        begin -= 1
    while end < len(text) and text[end] in _NOT_FIRST:
        end += 1
    return begin, end


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if found and begin < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _command(text: str, begin: int, width: int) -> tuple[int, int]:
    """Where the command that begins there stays whole; before plain words that may be prose, only where it fits."""
    words, sure, at = 0, 1, begin + len("isotrack")
    pattern = _pattern(_PART_IN_LATIN if text.isascii() else _PART)
    while part := pattern.match(text, at):
        if part["word"] is not None:
            sure = sure if words else _WORDS_OF.get(part["word"], 1)
            words += 1
            fits = cells(text[begin : part.end()]) <= width - _BRACKETS
            if words > (_MOST_WORDS if fits else sure):
                break
        at = part.end()
    return begin, at


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST or before.isdecimal():
        return False
    if before in _HONORIFIC and not _is_hiragana(after):
        return False
    return (_is_wide(before) or _is_wide(after)) and not (_is_hiragana(after) and before.isascii() and before.isalnum())


def _how_well(text: str, at: int) -> int:
    """Before a word, better than before a particle or within a compound, better than within a word."""
    before, after, behind = text[at - 1], text[at], text[at + 1 : at + 2]
    if before in _CLOSES or after in _OPENS:
        return _WELL
    if _is_hiragana(before):
        is_a_word = not _is_hiragana(after) or (after in _HONORIFIC and _is_ideograph(behind))
        return _WELL if is_a_word else _BADLY
    if _is_ideograph(before) and _is_ideograph(after):
        return _SOMEHOW if _is_between_words(text, at) else _BADLY
    if _is_ideograph(before) and _is_hiragana(after):
        return _SOMEHOW if re.match(_PARTICLE, text[at : at + _LONGEST_PARTICLE]) else _BADLY
    return _BADLY if _is_katakana(before) and _is_katakana(after) else _SOMEHOW


def _is_between_words(text: str, at: int) -> bool:
    """Whether a compound may be parted there: most of its words have two kanji, and none is left alone."""
    begin = at
    while begin > max(at - _LONGEST_COMPOUND, 0) and _is_ideograph(text[begin - 1]):
        begin -= 1
    return (at - begin) % 2 == 0 and len(text) > at + 1 and _is_ideograph(text[at]) and _is_ideograph(text[at + 1])


def _is_wide(char: str) -> bool:
    return not char.isascii() and east_asian_width(char) in "WF"


def _is_hiragana(char: str) -> bool:
    return "ぁ" <= char <= "ゟ"


def _is_katakana(char: str) -> bool:
    return "ァ" <= char <= "ヿ"


def _is_ideograph(char: str) -> bool:
    return "一" <= char <= "鿿"
