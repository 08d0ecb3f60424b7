"""What says that something will not end, and for how long it has been: 頭痛がなかなか治らない, headache for a week."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tracker.vocabulary import Vocabulary

_SOMETHING = "\N{REPLACEMENT CHARACTER}"
_WILL_NOT = (
    r"(?:(?:wo|do|does|did|is|are|was|has|have|had|ca|could|would)n'?t|(?:will|do|does|did|is|are|was|has|have|had|can"
    r"|could|would) not|cannot|not|never|refuses? to|no longer wants? to)"
)
_MEANWHILE = (
    r"(?: (?:seem(?:s|ing)? to|want(?:s|ing)? to|been|really|quite|even|just|ever|yet|at all|any|much|fully|it))*"
)
_END_EN = (
    r"(?:go(?:ing|es|ne)?(?: away)?|went away|stop(?:s|ped|ping)?|quit(?:s|ting)?|end(?:s|ed|ing)?|over|cured"
    r"|(?:get(?:s|ting)?|got(?:ten)?|become|feel(?:s|ing)?|be(?:en|ing)?) (?:any |much )?(?:better|worse)|better|worse"
    r"|improv(?:e|es|ed|ing)|heal(?:s|ed|ing)?|clear(?:s|ed|ing)?(?: up)?|eas(?:e|es|ed|ing)(?: off| up)?"
    r"|let(?:s|ting)?(?: me)? (?:up|go)|settl(?:e|es|ed|ing)(?: down)?|subsid(?:e|es|ed|ing)|fad(?:e|es|ed|ing)"
    r"|disappear(?:s|ed|ing)?|calm(?:s|ed|ing)? down|pass(?:es|ed|ing)?|resolv(?:e|es|ed|ing))"
)
_GOES_ON_EN = re.compile(
    r"\s+(?:(?:that|which|it|and|but|just|still|simply|it's|its|is|are)\s+)*"
    rf"(?:{_WILL_NOT}{_MEANWHILE} {_END_EN}|(?:no|not any|none the) (?:better|worse)"
    r"|(?:no|without(?: any| an)?) (?:relief|improvement|end|break|pause|stopping|let up)(?: in sight)?"
    r"|(?:without|no) (?:a )?(?:break|pause|stop)|non-?stop|keeps? (?:on )?going(?: on)?|goes on(?: and on)?"
    r"|persist(?:s|ing|ed)?|continu(?:es|ing)|linger(?:s|ing)?|still (?:there|here|going))"
    r"(?: (?:yet|now|at all|either|any ?more|for me|though))*[.!]*$",
    re.IGNORECASE,
)
"""Behind what goes on: headache that won't go away."""
_AMID_EN = re.compile(rf"\b{_WILL_NOT}{_MEANWHILE} (?:stop(?:s|ped|ping)?|quit) (?=[a-z]+ing\b)", re.IGNORECASE)
"""Before what it does on and on: my head won't stop hurting."""
_KEPT_EN = re.compile(
    r"^(?:(?:i )?(?:cannot|can't|cant|can not) (?:get rid of|shake(?: off)?) (?:(?:this|the|my|a|an) )?"
    r"|(?:(?:i have|i've(?: got)?|i got|have|got|with|a|an|the|this|my) )*(?:persistent|non-?stop|never[ -]ending"
    r"|unending|ongoing|continuous|constant|unrelenting|relentless|lasting) )", re.IGNORECASE)  # fmt: skip
"""Before what goes on: can't get rid of this headache."""
_BY_NO_MEANS_JA = (
    r"(?:なかなか|中々|全然|ぜんぜん|まったく|全く|ちっとも|少しも|一向に|いっこうに"
    r"|まだ|いまだに|ずっと|どうしても|も)*"
)
_WILL_NOT_END_JA = (
    r"(?:治ら|なおら|直ら|止まら|とまら|おさまら|治まら|収まら|よくなら|良くなら|ましになら|マシになら|軽くなら|終わら|消え|きえ|引か"
    r"|ひか|取れ|とれ|やま|止ま|落ち着か|おちつか|改善し|改善され)"
)
_GOES_ON_JA = re.compile(
    rf"(?<=.)(?:が|は|も|の|を|って)?{_BY_NO_MEANS_JA}"
    rf"(?:{_WILL_NOT_END_JA}|(?:治って|なおって|消えて|よくなって|良くなって|おさまって|治まって|止まって"
    r"|引いて)(?:い|き|こ)?|(?:治|なお|直|止ま|とま|おさま|収ま|よくな|良くな|ましにな|終わ|取)り(?=ません)|引き(?=ません)|やみ(?=ません))(?:ない|ません|なくて|なかった|ませんでした|ず)(?:まま|ん|の)?(?:です|でした)?[。!]*$"
)
"""Behind what goes on: 頭痛がなかなか治らない."""
_KEPT_JA = re.compile(
    rf"^{_BY_NO_MEANS_JA}(?:{_WILL_NOT_END_JA}ない|続く|続いて(?:い)?る|長引く|長引いて(?:い)?る|しつこい|頑固な)(?=.)"
)
"""Before what goes on: 治らない頭痛."""
_JOINING = re.compile(r"^(?:so|then|now|while|because|when|since|its|it's) (?=.)", re.IGNORECASE)
_DOING = re.compile(r"(?<=stop|quit) [a-z]+ing\b", re.IGNORECASE)
_WHILE_EN = re.compile(
    r"\s+(?:now )?for\s+(?:(?:about|around|almost|nearly|over|more than|at least|the (?:last|past))\s+)*"
    r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|a couple of)\s+"
    r"(?P<unit>day|night|week|month)s?(?:\s+(?:now|already|straight|in a row|or so))*[.!]*$",
    re.IGNORECASE,
)
_WHILE_JA = re.compile(
    r"(?<=.)(?:が|は|も)?(?:もう|すでに|かれこれ)?(?P<count>\d{1,3}|[一二三四五六七八九十])(?P<unit>日|晩|週間|[かヶカヵケ]月)(?:間)?(?:前から|以上|くらい|ぐらい"
    r"|ほど|も|は)*(?:(?:ずっと)?(?:続い(?:て(?:る|い(?:る|ます))?|た)|続く|続きます))?(?:です)?[。!]*$"
)
"""How long it has been so: headache for a week, 頭痛が一週間続いている."""
_COUNTS = {"a": 1, "an": 1, "a couple of": 2} | {
    word: number for words in (
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), "一二三四五六七八九十",
    ) for number, word in enumerate(words, start=1)
}  # fmt: skip
_DAYS = {"週間": 7, "week": 7, "month": 30, "月": 30}


def going_on(text: str) -> str | None:
    """What a text says that it will not end, 頭痛が治らない; None where it says no such thing."""
    rest = text
    for said in (_GOES_ON_EN, _AMID_EN, _KEPT_EN, _GOES_ON_JA, _KEPT_JA):
        rest = said.sub("", rest)
    return rest if rest and rest != text else None


def named(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces of a text that name something, without those that say of the one before that it will not end."""
    kept = (piece.strip() for piece in pieces if piece.strip())
    for at, piece in enumerate(kept):
        if not at or not says_no_more(piece):
            yield piece


def says_no_more(piece: str) -> bool:
    """Whether words say of what stands before them that it will not end, and nothing else."""
    return any(going_on(before + piece) == _SOMETHING for before in (_SOMETHING, f"{_SOMETHING} "))


def apart(text: str) -> Iterator[tuple[str, str]]:
    """A text up to where it says that something will not end, and what stands behind that with nothing to join them."""
    for end in range(len(text) - 1, 0, -1):
        if (text[end] == " " or not text.isascii()) and going_on(text[:end]) is not None:
            if not _DOING.match(text, end):
                yield text[:end], _JOINING.sub("", text[end:].strip())
            return


def lasting(text: str) -> tuple[str, int] | None:
    """What a text says that it has been so for some time, and for how many days at least; else None."""
    found = _WHILE_EN.search(text) or _WHILE_JA.search(text)
    if found is None or not found.start():
        return None
    count = found["count"].lower()
    days = next((days for unit, days in _DAYS.items() if unit in found["unit"].lower()), 1)
    return text[: found.start()], (_COUNTS[count] if count in _COUNTS else int(count)) * days


def without_how_long(text: str, words: Vocabulary) -> tuple[str, int | None]:
    """A text up to what is a word as it stands, without what says that it goes on; and for how many days it has."""
    lasted: int | None = None
    while words.known(text) is None:
        rest, days = lasting(text) or (going_on(text), None)
        if rest is None or (days is None and (words.asked(text) or words.asking.lacking(text))):
            break
        lasted = days or lasted
        # Of some it is the going on that cannot wait: 下痢が止まらない.
        never = (f"{rest} won't stop", f"{rest}が止まらない") if days is None else ()
        text = next((one for one in never if words.known(one) is not None), rest)
    return text, lasted
