"""The result of a pregnancy test in the words of who reads it: うすい線が出た, "faint line".

A faint line is a positive test until the clinic says otherwise: to take it for none would let capsules be taken on.
"""

from __future__ import annotations

import re

from tracker.cli.typed import plain

_HOW_EN = (
    r"(?:(?:very|really|super|extremely|quite|so|a|an|the|only|just|slightly) )*"
    r"(?:faint(?:est|ish)?|weak(?:ly)?|faintly|light(?:ly)?|pale|slight(?:ly)?|thin|barely (?:visible|there)|barely"
    r"|(?:hint|shadow) of an?|squinter)"
)
_LINES_EN = r"(?:(?:second|2nd|test|pink|blue|t) )?lines?"
_FAINT_EN = (
    rf"(?:(?:i )?(?:saw|see|got|have|had|there is|there's|there was|shows?|it'?s|it is|it was|was|is|with) )*"
    rf"{_HOW_EN}(?: {_HOW_EN})? (?:positive(?: (?:line|result|test))?|pos|{_LINES_EN})"
    rf"|(?:an? |the |i see |i got )*(?:positive|pos|{_LINES_EN})(?: (?:is|was|but|and|so))?"
    rf" (?:{_HOW_EN}|(?:very )?faint(?:ly)?)"
    r"|v?vfl|bfp|squinter"
    r"|(?:an? |the |i got |i see |there are |there were )*(?:two|2|double|both)(?: (?:pink|blue|faint|clear))? lines?"
)
_HOW_JA = (
    r"(?:(?:とても|ごく|すごく|かなり|少し|すこし|ちょっと|やや|極めて|ほんの|一応)?"
    r"(?:うすい|薄い|うすく|薄く|うすーく|うすーい|うっすら|うっすらと|薄っすら|薄っすらと|うっすい|うす|薄|淡い|淡く|極薄|極薄の|かすか|かすかに|かすかな"
    r"|微か|微かに|微かな|ほんのり|ほのか|ほのかに|ほのかな|わずか|わずかに|わずかな|弱い|弱く|弱))"
)
_FORMS_JA = r"(?:が|は|も|に|の|と)*(?:判定線|検査線|陽性の?線|陽性反応|反応|陽性|線|ライン|縦線|棒)"
_SHOWS_JA = (
    r"(?:が|は|も|に|と)?(?:出た|でた|出る|でる|出ました|でました|出て(?:い)?(?:る|ます|た|ました)|でて(?:い)?(?:る|ます|た|ました)"
    r"|見えた|みえた|見える|みえる|見えます|見えました|見えて(?:い)?(?:る|ます)|入った|入って(?:い)?(?:る|ます)|現れた|浮かんだ|あり|有り"
    r"|ある|あります|あった|ありました|らしきもの)?"
)
_BE_JA = r"(?:です|でした|だった|だ)?[。!]*"
_FAINT_JA = (
    rf"{_HOW_JA}{_FORMS_JA}{_SHOWS_JA}{_BE_JA}"
    rf"|(?:線|ライン|判定線|陽性反応|陽性)(?:が|は|も)?{_HOW_JA}{_SHOWS_JA}{_BE_JA}"
    rf"|弱?陽性(?:反応)?{_SHOWS_JA}{_BE_JA}"
    rf"|(?:線|ライン)?(?:が|は)?(?:うっすら|うっすらと)?(?:2|二)本(?:の)?(?:線|ライン)?{_SHOWS_JA}{_BE_JA}"
)
_FAINT = re.compile(rf"(?:{_FAINT_EN})[.!]*|{_FAINT_JA}")
_OF_A_LINE = re.compile(rf"{_HOW_EN}|{_HOW_JA}|lines?|線|ライン|本|v?vfl|squinter")
_MAY_BE_ONE = re.compile(
    r"陽|うすい|うすく|薄い|薄く|うっすら|かすか|ようせい|ヨウセイ|線|ライン|反応|妊娠|陰性(?:では|じゃ)|[+±]|プラス|ポジティブ"
    r"|\bpos(?:itives?)?\b|\blines?\b|\bpregnant\b|\bplus\b|\bnot (?:a )?neg|\bfaint|\bbfp\b"
)


def is_positive(typed: str) -> bool:
    """Whether words say that the line of a positive test is there, however faint."""
    text = _in_one_form(typed)
    return _FAINT.fullmatch(text) is not None or _FAINT.fullmatch(text.replace(" ", "")) is not None


def is_of_a_line(typed: str) -> bool:
    """Whether a positive test is said by its line, or as a faint one: more than that it is positive."""
    return is_positive(typed) and _OF_A_LINE.search(_in_one_form(typed)) is not None


def may_be_positive(typed: str) -> bool:
    """Whether words that cannot be read may be of a positive test: what it asks for is said before they are refused."""
    return is_positive(typed) or _MAY_BE_ONE.search(_in_one_form(typed)) is not None


def _in_one_form(typed: str) -> str:
    return " ".join(plain(typed).lower().replace("-", " ").replace("’", "'").replace("、", "").split())
