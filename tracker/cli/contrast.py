"""What is there beside what is not: headache but no nausea, 頭痛はあるが吐き気はない. Neither swallows the other.

A denial is plain where it names symptoms and nothing else, and where it can be of nothing beside them: of "no nausea
and fatigue" and of 頭痛、吐き気なし nobody knows how far the "no" goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from tracker.cli import denials
from tracker.lexicon import Word
from tracker.vocabulary import Vocabulary

IsSaid = Callable[[str], bool]
"""Whether every word of a text is one of a symptom or of its grade."""

_OTHERWISE = r"(?:but|though|although|yet|however)\b"
_NO = (
    r"(?:(?:i|there|it) )?(?:(?:am|is|are|was|have|had|feel|felt|do|did|does|i'?m|there'?s|i'?ve) )?"
    r"(?:no|not|without|w/o|never|neither|(?:do|does|did|have|has|had|is|are|am|was)n'?t)"
    r"(?: (?:have|has|had|feel|feeling|having|any|a|an|the|more))*"
)
_BEHIND_EN = (
    r"(?:,? (?:any ?more|any longer|at all|now|today|so far|yet|though|tho|either|(?:do not|don.?t) worry|honest(?:ly)?"
    r"|promise|i promise|i swear|really|thank god|luckily|thankfully|lol))*"
)
_ENGLISH = re.compile(rf"(?:with )?{_NO} (?P<names>.+?){_BEHIND_EN}[.!]*", re.IGNORECASE)
_ENDED = re.compile(
    r"(?:(?:the|my) )?(?P<names>.+?)(?: (?:is|are|was|has|have))?(?: been)?"
    r" (?:gone|over|stopped|ended|cured|healed|went away|gone away)(?: now)?",
    re.IGNORECASE,
)
_NOR = re.compile(
    rf"\s*(?:/|\bn?or(?: {_NO})?\b|\band {_NO}\b|(?<=\w) (?={_NO} ))\s*(?:(?:a|an|any|the) )?", re.IGNORECASE
)
_BEHIND = "(?:よ|ね|わ|けど|けれど|から)*"
"""What may be said behind a sentence and changes nothing of it."""
_JAPANESE = re.compile(
    r"(?P<names>.+?)(?:は|が|も|の|など|とか|とは|とも|なんて|なんか)*(?:今は|もう|特に|とくに|全く|まったく|全然|ぜんぜん)?"
    r"(?:なし|無し|ない|無い|ありません|ございません|なかった|(?:し|出|感じ|して(?:い)?|[出で]て(?:い)?|起きて(?:い)?"
    r"|思わ|思って(?:い)?|考え|考えて(?:い)?|考えたことも?|なって(?:い)?)(?:ない|ません))"
    rf"(?:です|でした|だ|っす)?{_BEHIND}[。!]*"
)
_WITHIN = re.compile(
    r"(?P<before>.+?)(?: (?:is|are|was|were|am|feels?|looks?|seems?))?"
    r" (?:not|never|isn.?t|aren.?t|wasn.?t|weren.?t)(?: (?:at all|really|even|that|so|too|particularly))*"
    rf" (?P<behind>.+?){_BEHIND_EN}[.!]*",
    re.IGNORECASE,
)
"""A "not" within what it denies: urine not dark."""
_DOING = re.compile(r"(?<=[てで])(?:は|も)?(?:い|お)?(?:ない|なかった|(?:り)?ません(?:でした)?)(?:です|でした)?[。!]*$")
"""What is not so at the time: 目がかすんでいない is the opposite of 目がかすんでいる."""
_AND_JA = re.compile(r"\s*(?:とか|だとか|[やと・/、]|も(?!の)|\s)\s*")
_GENERAL = re.compile(
    r"(?:に|の|は)?(?:異常|問題|変化|症状|兆候|感じ)$|\s+(?:problems?|probs?|changes?|issues?|troubles?|symptoms?|signs?)$"
    r"|^(?:problems?|probs?|changes?|issues?|troubles?|symptoms?|signs?) (?:with|in|to|of) (?:(?:my|the) )?"
)
"""What is said of something that is not there, and is no part of its name: 視力に問題なし."""
_PRESENT = re.compile(
    r"(?:は|が|も)?(?:まだ|少し|ちょっと)?(?:あり|ある|あった|あります|ありました|する|します|した|しました|して(?:い)?(?:る|ます)"
    r"|出(?:る|ます|た|ました)|出て(?:い)?(?:る|ます)|続いて(?:い)?(?:る|ます)|感じ(?:る|ます)|のみ|だけ)(?:ある|あり)?(?:のみ|だけ)?(?:です|だ)?$"
)
"""Behind the name of what is there; without it a name alone may be one of several that are denied together."""
_FELT = re.compile(r"(?:[0-9]|[痛辛重怠]い|いたい|つらい|だるい|かゆい|痒い|ひどい|痛む|乾く|くて)$")
_STRONG = re.compile(
    rf"\s*,?\s*\b{_OTHERWISE}\s*|,? just (?=really|very|so|a |quite|super|low|sad|tired|feel)"
    r"|(?<=[うくぐすつぬぶむるいたんだりし])(?:けれども?|けど|ものの|が)[、,]?\s*|だ(?:けど|が)[、,]?\s*",
    re.IGNORECASE,
)
_WEAK = re.compile(
    rf"\s+(?:and |with )?(?={_NO} )|(?:[、。・]|\s+(?=[^\x00-\x7f]))\s*|(?<=[りるいけみ])[でし][、,]?\s*"
    r"|(?<=あり)(?![がまけ])|(?<=のみ)|(?<=だけ)|(?<=なし)",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(r"(?:けれども?|けど|ものの|が)$")
_GOES_ON = re.compile(rf"\s*[,;.、。]?\s*{_OTHERWISE}", re.IGNORECASE)


class Piece(Struct, frozen=True):
    """A part of what was typed."""

    text: str
    is_plain: bool = False
    """Whether it says of symptoms that they are not there, and certainly of no other."""


def pieces(typed: str, parts: Sequence[str], words: Vocabulary, is_said: IsSaid) -> list[Piece]:
    """The parts of a text between its commas; what is there and what is not by themselves."""
    found: list[Piece] = []
    for part in _joined(parts, words, is_said):
        found += _apart(part, words, is_said) or [Piece(part)]
    return [one if one.is_plain or not denied(one.text, words, is_said)
            else Piece(one.text, _is_alone(typed, found, at, words)) for at, one in enumerate(found)]  # fmt: skip


def denied(text: str, words: Vocabulary, is_said: IsSaid) -> tuple[Word, ...]:
    """The symptoms of which a text says that they are not there, and that it says nothing else; else none."""
    if is_said(text) or words.known(text) is not None:
        return ()
    for pattern, between in ((_ENGLISH, _NOR), (_ENDED, _NOR), (_JAPANESE, _AND_JA)):
        match = pattern.fullmatch(text.strip())
        if match is None or (pattern is _JAPANESE and not denials.denies(text.strip().rpartition(" ")[2])):
            continue
        named = [words.said_by(name) or words.said_by(_GENERAL.sub("", name))
                 for name in between.split(match["names"]) if name]  # fmt: skip
        if named and all(named):
            return tuple(word for those in named for word in those)
    return next((found for one in _affirmed(text.strip()) if (found := words.said_by(one))), ())


def _affirmed(text: str) -> list[str]:
    """What a text denies whose "not" is a part of its word or within it: 痛くない, 出ていない, urine not dark."""
    found = [re.sub(r"く(?:は)?(?:ない|ありません|なかった)(?:です)?$", "い", text), _DOING.sub("いる", text)]
    within = _WITHIN.fullmatch(text)
    found += [f"{within['before']} {within['behind']}"] if within is not None else []
    return [one for one in found if one != text]


def _joined(parts: Sequence[str], words: Vocabulary, is_said: IsSaid) -> list[str]:
    """The parts, where one that is left open, 頭痛はあるが、 is one with what follows."""
    found: list[str] = []
    for part in parts:
        if found and _LEFT_OPEN.search(found[-1]) and _apart(found[-1] + part, words, is_said):
            found[-1] += part
        else:
            found.append(part)
    return found


def _apart(part: str, words: Vocabulary, is_said: IsSaid) -> list[Piece]:
    """What is there and what is not by themselves, where a part says both and no more; else nothing."""
    if is_said(part) or words.known(part) is not None:
        return []
    found = _split(part, words, is_said)
    if any(one.is_plain for one in found) and not all(one.is_plain for one in found):
        return found
    for joint in _STRONG.finditer(part):
        first, rest = part[: joint.start()], part[joint.end() :]
        there = _there(first, is_said)
        # What is not there is no symptom that is known: what is there stays.
        if there is not None and re.match(_NO + r"\b", rest, re.IGNORECASE) and not is_said(rest):
            return [Piece(there), Piece(rest)]
        if joint[0].strip(" 、,") == "が":
            continue  # it may stand behind what something is said of: 日差しがヒリヒリする
        # Of what is there nobody knows the words: it is asked about by itself, and no "no" of the other half is of it.
        if rest and _is_denied_beside(first, rest, words, is_said):
            return [Piece(first, is_plain=True), Piece(rest)]
        if first and _is_denied_beside(rest, first, words, is_said):
            return [Piece(first), Piece(rest, is_plain=True)]
    return []


def _is_denied_beside(text: str, other: str, words: Vocabulary, is_said: IsSaid) -> bool:
    """Whether a text denies symptoms plainly, beside another that denies nothing and names none of them."""
    found = denied(text, words, is_said)
    return bool(found) and not denials.has_a_not_in(other) and not set(found) & set(words.likeness.standing(other))


def _split(part: str, words: Vocabulary, is_said: IsSaid) -> list[Piece]:
    one = _simple(part, words, is_said)
    if one is not None:
        return [one]
    for is_strong, pattern in ((True, _STRONG), (False, _WEAK)):
        for joint in pattern.finditer(part):
            text = part[: joint.start()]
            first = _simple(text, words, is_said)
            rest = _split(part[joint.end() :], words, is_said) if first is not None and text else []
            if first is None or not rest:
                continue
            behind = part[joint.end() :]
            is_clear = is_strong or (
                not (first.is_plain and part.isascii())
                and not (rest[0].is_plain and not first.is_plain and _is_bare(text, words))
                and not (first.is_plain and not rest[0].is_plain and _is_bare(behind, words))
            )
            if is_clear:
                return [first, *rest]
    return []


def _simple(text: str, words: Vocabulary, is_said: IsSaid) -> Piece | None:
    there = _there(text, is_said)
    if there is not None:
        return Piece(there)
    return Piece(text, is_plain=True) if denied(text, words, is_said) else None


def _there(text: str, is_said: IsSaid) -> str | None:
    """A text that says that something is there, as it is understood; else None."""
    for one in (text, _PRESENT.sub("", text), re.sub("だ$", "", text)):
        if one.strip() and is_said(one):
            return one
    return None


def _is_bare(text: str, words: Vocabulary) -> bool:
    """Whether a text is a name alone, in Japanese, that does not say by itself whether it is there."""
    is_name = not text.isascii() and words.known(text) is not None
    return is_name and _PRESENT.search(text) is None and _FELT.search(text) is None


def _is_alone(typed: str, found: Sequence[Piece], at: int, words: Vocabulary) -> bool:
    """Whether a denial between commas is of nothing that stands before it or behind it."""
    before = found[at - 1] if at else None
    behind = found[at + 1] if at + 1 < len(found) else None
    if before is not None and not before.is_plain and _is_bare(before.text, words):
        return False
    if behind is None or behind.is_plain or _GOES_ON.match(typed.partition(found[at].text)[2]):
        return True
    return not behind.text.isascii() and not _is_bare(behind.text, words)
