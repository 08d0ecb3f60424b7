"""One phrase in the forms in which people say it: kana or kanji, other words for the same, particles, tenses.

Two texts say the same where their keys are equal, the whole of them. What denies is never left out of a key: ない, なし
and ません stay where they stand, and so do "no" and "not". What is only like a phrase has another key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from tracker.lexicon import plain

_FIRST = 0xE000
"""Signs of nobody's: one for each group of words that say the same."""
_VERBS = {
    "う": ("って", "った", "い"), "つ": ("って", "った", "ち"), "る": ("って", "った", "り"),
    "む": ("んで", "んだ", "み"), "ぶ": ("んで", "んだ", "び"), "ぬ": ("んで", "んだ", "に"),
    "く": ("いて", "いた", "き"), "ぐ": ("いで", "いだ", "ぎ"), "す": ("して", "した", "し"),
}  # fmt: skip
"""The endings of a verb, and those of its forms that say the same of another time or more politely."""
_POLITE = dict(zip("わかさたなばまらが", "いきしちにびみりぎ", strict=True))
_LEADING = re.compile(
    r"(?:毎日のように|毎日|一日中|毎朝|毎晩|このところ|ここのところ|近頃"
    r"|もう|なんか|なんだか|何か|何だか|最近|ずっと|急に|きゅうに|突然|とつぜん|とにかく|また|まだ|本当に|ほんとうに|ほんとに"
    r"|ときどき|時々|たまに|いつも|何度も|すぐに|少しだけ|私は|わたしは|自分は)+"
)
"""What is said before a phrase and changes nothing of it."""
_ENDING = re.compile(
    r"(?:(?:ん|の)?(?:です|でした|だった|だ|である)|ます|ました|まして|やねん|ねん|やで|やん|よ|ね|わ|の|かんじ|感じ|感|気味|ぎみ|がち|っぽい|症状|状態|様子"
    r"|[がはもを]?(?:する|します|した|しました|して|している|してる|しています|ある|あります|あった|ありました|あって|あり"
    r"|おきる|起きる|起きた|おきた|起こる|起こった|でる|でた|でて|でている|でてる|でてきた|でました|出る|出た|出て|出ている|出てる"
    r"|出てきた|出ました|出ています|できる|できた|できて|できている|できてる|できてきた|できました|続く|続いて|続いている|続いてる"
    r"|続いています|増えた|増えてきた|出始めた|はじまった|始まった|気になる|気になります|気がする|感じる|感じます)"
    r"|いる|いて|る|た|います|いた|いました|くる|きた|きている|きました|きて|しまう|しまった|しまいました|ちゃう|ちゃった"
    r"|まく(?:る|り|って|った|ってる)|なる|なった|なっている|なってる|なってきた|なってきている|なってしまった|なります|なりました|なって"
    r"|と(?:思う|思った|思っている|思ってる|思ってしまう|思います|思うことがある|おもう|おもっている|考える|考えている|考えてしまう|感じる)"
    r"|こと[がも](?:ある|あります)|(?:時|とき)[がも](?:ある|あります)|(?:ような)?気がする|ように感じる|感じがする|ように見える"
    r"|(?:という)?(?:気持ち|気分)(?:だ|がある|になる|になった|です)?|ばかり|一方|始めた)$"
)
"""What is said behind a phrase and changes nothing of it."""
_PARTICLE = re.compile("(?<=[\ue000-\uf8ff\u3400-\u9fff])(?:って|[がはものをにへでと])(?!い)")
_KANA = re.compile("[ぁ-ゖ]{1,2}")
_ALONE = ("(?:(?<![ぁ-ゖ])|(?<=[がのをはもにでと]))", "(?=[がのをはもにでと]|[^ぁ-ゖ]|$)")
"""Around a short word in kana: うで stands in そうです as well."""
_ONLY_GROUPS = re.compile("[\ue000-\uf8ff]+")
_ONE_KANJI = re.compile("[\u3400-\u9fff]")
_APART = re.compile(
    r"(?:そして|それに|それから|しかも|かつ|その上|上に|うえに|だけ(?:で|じゃ)なく(?:て)?|に加えて?|とともに|と共に|と同時に|プラス|けれども?|けど|のに|まま"
    r"|くて|て|で|し|と|や|も|ず)"
)
"""Between two things that are said in one breath; what stands behind one of them is the end of the first thing."""
_APART_EN = re.compile(
    r"\s*(?:\s(?:(?:and|but)(?: (?:also|then|now))?|(?:together |along )?with|as well as|plus|also|on top of(?: that)?)"
    r"\s|[&+])\s*", re.IGNORECASE)  # fmt: skip
_OFTEN = re.compile(
    r"\b(?:all (?:the|of the) time|all (?:day|night|week)(?: long)?|every(?: single)? (?:day|morning|evening)|everyday"
    r"|these days|at the moment|right now|(?:for|with) no (?:apparent |obvious |good |real )?reason)\b"
)
_OFTEN_JA = re.compile("(?<=.)(?:毎日のように|毎日|毎朝|毎晩|一日中|ずっと|急に|突然に|最近|たまに|時々|ときどき)")
"""How often it is so, or how long at a time, which changes nothing of a phrase."""
SMALL = frozenset((
    "a", "again", "also", "always", "am", "an", "are", "be", "been", "being", "constantly", "feel", "feeling",
    "feels", "felt", "get", "gets", "getting", "got", "had", "has", "have", "having", "i", "im", "in", "into",
    "is", "it", "its", "ive", "just", "keep", "lately", "look", "looking", "looks", "me", "my", "of", "often",
    "on", "really", "recently", "so", "some", "that", "the", "there", "theres", "this", "through", "to", "today",
    "too", "usually", "very", "was", "were", "when",
))  # fmt: skip
"""English words that change nothing of a phrase."""
_SHORTEST = 4
"""Letters of a single English word that may have small words beside it: fit is another thing in "feeling fit"."""


_JOINING = SMALL | {"and", "at", "with"}
_ENDINGS = re.compile(r"(?:ings?|ed|ness|ies|es|s|y|e)$")
_LONG = 4
"""Letters beyond which a word may have an ending."""


def stems_of(text: str) -> frozenset[str]:
    """The English words of a text without their endings and without those that say nothing."""
    words = (re.sub(r"[^a-z]", "", word) for word in re.split(r"[\s,/-]+", text.casefold()))
    return frozenset(_ENDINGS.sub("", word) if len(word) > _LONG else word
                     for word in words if word and word not in _JOINING)  # fmt: skip


class Phrasing(Struct, frozen=True, dict=True):
    """Which words say the same, each group its own, as a dictionary has them."""

    same: tuple[tuple[str, ...], ...] = ()

    def key(self, text: str) -> str:
        """What two texts have in common that say the same; empty where nothing of the text says anything."""
        folded = unicodedata.normalize("NFKC", text).casefold().strip()
        if folded.isascii():
            return self._english(folded)
        return self._japanese(plain(folded))

    def apart(self, text: str) -> Iterator[tuple[str, str]]:
        """The ways in which a text may be two things said in one breath: 頭が痛くて吐き気がする, rash with fever."""
        if text.isascii():
            yield from ((text[: found.start()], text[found.end() :]) for found in _APART_EN.finditer(text)
                        if found.start() and text[found.end() :])  # fmt: skip
            return
        for found in re.finditer(r"\s+", text.strip()):
            yield text.strip()[: found.start()], text.strip()[found.end() :]
        folded = plain(unicodedata.normalize("NFKC", text).casefold())
        for found in _APART.finditer(folded):
            first, second = folded[: found.start()], folded[found.end() :]
            if first and second:
                # くて of 痛くて belongs to the first as well: its form is one of the word.
                yield folded[: found.end()], second
                yield first, second

    def inner(self, text: str) -> str:
        """What stands in a text of Japanese, in its order: another's may be a part of it. Empty for Latin letters."""
        folded = unicodedata.normalize("NFKC", text).casefold()
        return "" if folded.isascii() else self._reduced(plain(folded))

    def called(self, text: str) -> str:
        """A text of Japanese with each word of a group as the group is called: のど is 喉."""
        return self._pattern.sub(lambda found: self.same[ord(self._signs[found[0]]) - _FIRST][0], text)

    def _japanese(self, text: str) -> str:
        kept = self._reduced(text)
        if kept != text and _ONE_KANJI.fullmatch(kept):
            return ""  # too little to say the same: 生きて, 生でした
        return "".join(sorted(kept)) if _ONLY_GROUPS.fullmatch(kept) else kept

    def _reduced(self, text: str) -> str:
        text = _LEADING.sub("", text, count=1) if _LEADING.match(text) else text
        text = _OFTEN_JA.sub("", text)
        kept = self._pattern.sub(lambda found: self._signs[found[0]], text) if self.same else text
        while (shorter := _ENDING.sub("", kept)) != kept and shorter:
            kept = shorter
        return _PARTICLE.sub("", kept)

    def _english(self, text: str) -> str:
        bare = text.replace("'", "")
        if re.search(r"[^a-z\s,./&-]", bare):
            return ""
        bare = _OFTEN.sub(" ", bare)
        words = re.findall("[a-z]+", self._english_pattern.sub(lambda found: self._called[found[0]], bare))
        said = [_singular(word) for word in words if word not in SMALL]
        # "Not seeing things" is no "seeing things that are not there": what a not stands before is denied by it.
        kept = sorted(f"{word}-" if not at and word in {"no", "not"} else word for at, word in enumerate(said))
        return "" if not kept or (len(kept) == 1 and len(kept[0]) < _SHORTEST and len(words) > 1) else " ".join(kept)

    @cached_property
    def _signs(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for at, group in enumerate(self.same):
            for word in group:
                if not word.isascii():
                    for form in forms(plain(word)):
                        found.setdefault(form, chr(_FIRST + at))
        # A word as it stands in the list before any form of another.
        for at, group in enumerate(self.same):
            found |= {plain(word): chr(_FIRST + at) for word in group if not word.isascii()}
        return found

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words = sorted(self._signs, key=len, reverse=True)
        return re.compile("|".join(rf"{_ALONE[0]}{word}{_ALONE[1]}" if _KANA.fullmatch(word) else re.escape(word)
                                   for word in words))  # fmt: skip

    @cached_property
    def _called(self) -> dict[str, str]:
        english = ([word.casefold().replace("'", "") for word in group if word.isascii()] for group in self.same)
        return {word: group[0].replace(" ", "") for group in english for word in group}

    @cached_property
    def _english_pattern(self) -> re.Pattern[str]:
        if not self._called:
            return re.compile(r"(?!)")
        words = "|".join(map(re.escape, sorted(self._called, key=len, reverse=True)))
        return re.compile(rf"(?<![a-z])(?:{words})(?![a-z])")


def forms(word: str) -> Iterable[str]:
    """A Japanese word of the dictionary and its forms of other times, none of which denies or affirms another thing."""
    yield word
    stem, last = word[:-1], word[-1:]
    if not stem:
        return
    if last == "い":
        yield from (stem + ending for ending in ("くて", "く", "かった", "さ", "み"))
    if word.endswith("ない") and len(word) > len("ない"):
        base = word.removesuffix("ない")
        yield from (base + ending for ending in ("ず", "ずに", "ません", "ませんでした"))
        if base[-1] in _POLITE:
            yield from (base[:-1] + _POLITE[base[-1]] + ending for ending in ("ません", "ませんでした"))
    if last in _VERBS:
        yield from (stem + ending for ending in _VERBS[last])
        if last == "る":
            yield from (stem + ending for ending in ("て", "た", "ちゃって"))
            if len(stem) > 1:
                yield stem


def _singular(word: str) -> str:
    return word[:-1] if len(word) > _SHORTEST - 1 and word.endswith("s") and word[-2] not in "sui" else word
