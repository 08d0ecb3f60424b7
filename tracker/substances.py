"""The substances of ``schemas/substances.json``, and which of them is meant by what stands on a package or is typed.

A name is the same however it is written (width, capitals, blanks, the two kana), and with what stands beside it on a
package: an amount, a salt, the word for its form, the maker in brackets. Whatever else differs is another name, which
is offered at most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from msgspec import Struct

from tracker.mentioned import Finder, Mentions, designation, folded, says_nothing
from tracker.pharmacopoeia import read
from tracker.pharmacy import Form, Pharmacy, Statement, Substance
from tracker.protocols import schemas
from tracker.vocabulary import plain

_FILE = "substances.json"
_ALIKE = 0.72
"""How much alike two names have to be for one to be offered in place of the other."""
_HEADS_ALIKE = 0.65
"""The same of their beginnings, where they end alike: of three letters one may be a slip, and one of two."""
_A_SLIP_IN = 2
_SHORT = 5
"""Letters of a Latin name that is none in the middle of a word: minoxidil is not mino."""
_LONG_ENOUGH = 3
"""Letters of a name that may be found inside another text."""
_MOST_OFFERED = 3
_MOST_WORDS = 6
"""Of a name."""
_IN_BRACKETS = re.compile(r"[「『【〔\[(（].*?[」』】〕\])）]")  # noqa: RUF001
_AMOUNT = re.compile(r"[0-9][0-9.,]*(?:mg|μg|mcg|g|ml|iu|%|単位|ミリグラム)?(?:[0-9]*(?:錠|包|個|粒))?")
_AMOUNT_BEHIND = re.compile(
    r"(?<=[^0-9.,\s])\s*[0-9][0-9.,]*\s*(?:mg|μg|mcg|g|ml|iu|%|単位|ミリグラム|ミリ|錠|個|粒)[a-z0-9/ ]*錠?$",
    re.IGNORECASE,
)
_ENDS_A_NAME = re.compile(r"[a-z]|[a-z]?[0-9][0-9.,]*|(?:mg|mcg|μg|g|ml|iu|%)|[0-9][0-9.,]*(?:mg|mcg|μg|g|ml|iu|%)")
"""A letter, a number or an amount behind a name."""
_BETWEEN = re.compile(r"\s*[,、，;；\n]\s*")  # noqa: RUF001
_AND_WITHIN = re.compile(r"\s+(?:and|&|plus)\s+", re.IGNORECASE)
"""In what was typed as one: it parts names only beside a known one: hair skin and nails is one."""
_AND = re.compile(r"and|&|plus|と|や|および|及び", re.IGNORECASE)
"""A word by itself that parts two names."""
_AND_IN_JAPANESE = re.compile(r"\s*(?:と|や|および|及び|・)\s*")
"""Written without blanks: it parts two names only beside a known one."""


class Meant(Struct, frozen=True):
    """What was meant by a name as it was typed."""

    typed: str
    substance: Substance | None = None
    """None where it is not in the list."""
    form: Form | None = None
    """The form that its words say."""
    is_confirmed: bool = True
    """Whether a source names this spelling."""
    near: tuple[Substance, ...] = ()
    """What may have been meant, where it is not in the list."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What is said of it, in the form that its words say."""
        return self.substance.said_of(self.form) if self.substance is not None else ()


@cache
def pharmacy() -> Pharmacy:
    """Every substance; raise ProtocolError for a file that is wrong."""
    return read(json.loads((schemas() / _FILE).read_text(encoding="utf-8")), _FILE)


def meant_by(typed: str) -> Meant:
    """What is meant by a name."""
    found = _exactly(typed)
    return found if found is not None else Meant(typed, near=_near(typed))


def same_name(one: str, other: str) -> bool:
    """Whether two names mean the same thing; of what is not in the list, whether they are the same."""
    first, second = meant_by(one), meant_by(other)
    if first.substance is not None and first.is_confirmed and second.is_confirmed:
        return first.substance is second.substance
    # A brand of which no source says what it is, is a thing of its own: it comes on top of what is taken already.
    return first.substance is second.substance and plain(one) == plain(other)


def meant_by_all(words: Sequence[str]) -> list[Meant]:
    """What is meant by words that were typed side by side: as many as make one known name belong together.

    Of those that make none each is a name by itself, but for what is known to be one (``names_of_several_words``,
    ``last_words``), a letter or an amount behind a name, and words that are together much like a known name. Commas and
    "and" part names as well, and what was typed as one, with blanks in it, is a name by itself.
    """
    return [one for group in _apart(words) for one in _meant_by_all(group)]


def _apart(words: Sequence[str]) -> list[list[str]]:
    """The words in groups of which none is a part of a name in another."""
    groups: list[list[str]] = [[]]
    for word in words:
        if _AND.fullmatch(word):
            groups.append([])
            continue
        first, *others = _parts(word)
        for number, part in enumerate((first, *others)):
            is_by_itself = len(part.split()) > 1
            if number or is_by_itself:
                groups.append([])
            groups[-1] += [part] if part else []
            if is_by_itself:
                groups.append([])
    return groups


def _parts(word: str) -> list[str]:
    """The names in what was typed as one word."""
    return [name for part in _BETWEEN.split(word) for one in _parts_at_and(part.strip())
            for name in _parts_in_japanese(one)]  # fmt: skip


def _parts_at_and(part: str) -> list[str]:
    found = _AND_WITHIN.split(part)
    if _exactly(part) is None and any(known.substance is not None for one in found for known in _meant_by_all([one])):
        return found
    return [part]


def _parts_in_japanese(part: str) -> list[str]:
    if _exactly(part) is None:
        for match in _AND_IN_JAPANESE.finditer(part):
            before, behind = part[: match.start()], part[match.end() :]
            if before and behind and (_exactly(before) or _exactly(behind)):
                return [before, *_parts_in_japanese(behind)]
    return [part]


def medicines_in(text: str) -> list[Meant]:
    """The medicines that a text in own words names; what it says is not taken is left out."""
    found: list[Meant] = []
    for one in meant_by_all([text]):
        mentions = _finder().mentions(one.typed) if one.substance is None else Mentions((), ())
        if mentions.there:
            found += [meant_by(word) for word in mentions.there]
        elif not mentions.denied and not says_nothing(one.typed):
            found.append(one)
    return found


@cache
def _finder() -> Finder:
    return Finder(word for one in pharmacy().substances for word in (*one.words, *one.unconfirmed))


def _meant_by_all(words: Sequence[str]) -> list[Meant]:
    found: list[Meant] = []
    left = list(words)
    while left:
        known, count = _first(left)
        if known is not None:
            found.append(known)
        else:
            count = next((at for at in range(1, len(left)) if _first(left[at:])[0] is not None), len(left))
            found += _unknown(left[:count])
        del left[:count]
    return found


def _first(words: Sequence[str]) -> tuple[Meant | None, int]:
    """The known name with which words begin, the longest there is, and how many of them it is."""
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        name = " ".join(words[:count])
        if (known := _exactly(name)) is not None:
            return known, count
        if plain(name) in _of_several_words():
            return Meant(name, near=_near(name)), count
    return None, 0


def _unknown(words: Sequence[str]) -> list[Meant]:
    together = " ".join(words)
    if len(words) > 1 and not _are_japanese(words) and _alike(together, _by_words()):
        return [meant_by(together)]
    return [meant_by(name) for name in _names_in(words)]


def _names_in(words: Sequence[str]) -> list[str]:
    """Words of which none is known as names: what ends a name belongs to the word before it."""
    names: list[str] = []
    for word in words:
        if names and (_ENDS_A_NAME.fullmatch(plain(word)) or plain(word) in _last_words()):
            names[-1] += f" {word}"
        else:
            names.append(word)
    return names


@cache
def _last_words() -> frozenset[str]:
    known = pharmacy()
    forms = (word for words in known.words_of_forms.values() for word in words)
    return frozenset(map(plain, (*known.last_words, *known.words_beside, *forms)))


@cache
def _of_several_words() -> frozenset[str]:
    return frozenset(map(plain, pharmacy().names_of_several_words))


def _are_japanese(words: Sequence[str]) -> bool:
    return not any(map(str.isascii, words))


def _exactly(typed: str) -> Meant | None:
    words = _by_words()
    if (same := words.get(plain(typed))) is not None:
        return Meant(typed, same[0], None, same[1])
    bare, forms = _bare(typed)
    same = words.get(bare)
    if same is None:
        return None
    return Meant(typed, same[0], next(iter(forms)) if len(forms) == 1 else None, same[1])


def _bare(typed: str) -> tuple[str, set[Form]]:
    """A name without what stands beside it on a package, and the forms that this says."""
    known = pharmacy()
    text = _AMOUNT.sub("", plain(_IN_BRACKETS.sub("", typed)))
    beside = {plain(word): form for form, words in known.words_of_forms.items() for word in words}
    beside |= dict.fromkeys(map(plain, known.words_beside))  # type: ignore[arg-type]
    forms: set[Form] = set()
    longest = sorted(beside, key=len, reverse=True)
    while word := next((one for one in longest if text != one and (text.endswith(one) or text.startswith(one))), None):
        text = text.removesuffix(word) if text.endswith(word) else text.removeprefix(word)
        if (form := beside[word]) is not None:
            forms.add(form)
        if text in _by_words():
            break
    return text, forms


@cache
def _by_words() -> Mapping[str, tuple[Substance, bool]]:
    found: dict[str, tuple[Substance, bool]] = {}
    for one in pharmacy().substances:
        found |= {plain(word): (one, False) for word in one.unconfirmed}
        found |= {plain(word): (one, True) for word in one.words}
    return found


def _near(typed: str) -> tuple[Substance, ...]:
    """What may have been meant: a name that stands inside the words or around them, or one that is much like them.

    Never one that other letters tell apart from it: vitamin B is no slip for vitamin A, nor チョコラBB for チョコラA.
    """
    text, letters = _without_amount(plain(typed)), designation(typed) or designation(_without_amount(folded(typed)))
    told_apart = {one.code for one in pharmacy().substances if letters and not _designations(one) & {"", letters}}
    words = {word: found for word, found in _by_words().items() if found[0].code not in told_apart}
    inside = [word for word in words if len(word) >= _LONG_ENOUGH and word in text and _stands_by_itself(word, typed)]
    around = [word for word in words if len(text) >= _LONG_ENOUGH and text in word]
    alike = _alike(typed, words)
    found = dict.fromkeys(words[word][0].code for word in (*sorted(inside, key=len, reverse=True), *alike, *around))
    known = {one.code: one for one in pharmacy().substances}
    return tuple(known[code] for code in list(found)[:_MOST_OFFERED])


def _stands_by_itself(word: str, typed: str) -> bool:
    """Whether a name that is found in a text may be a name there: a short one in Latin letters is a whole word."""
    if len(word) > _SHORT or not word.isascii():
        return True
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", folded(typed)) is not None


def _without_amount(text: str) -> str:
    """A name without the strength behind it, which makes no name less near: doxy 100mg."""
    return _AMOUNT_BEHIND.sub("", text) or text


def _alike(typed: str, words: Iterable[str]) -> list[str]:
    import difflib  # only where a name is not known

    bare = _bare(typed)[0]
    return difflib.get_close_matches(bare, [one for one in words if not _is_another_of_its_class(bare, one)],
                                     n=_MOST_OFFERED, cutoff=_ALIKE)  # fmt: skip


def _is_another_of_its_class(one: str, other: str) -> bool:
    """Whether two names have in common how they end, as those of a class of medicines do, and begin differently.

    Clindamycin is no slip for Minomycin, nor azithromycin for Achromycin.
    """
    import difflib

    one, other = one.removesuffix("e"), other.removesuffix("e")
    differs = (at for at, (last, its) in enumerate(zip(one[::-1], other[::-1], strict=False)) if last != its)
    same = next(differs, min(len(one), len(other)))
    heads = one[: len(one) - same], other[: len(other) - same]
    longest = max(map(len, heads))
    if longest < _A_SLIP_IN or same < _LONG_ENOUGH:
        return False
    alike = difflib.SequenceMatcher(None, *heads).ratio()
    return alike < _HEADS_ALIKE if longest > _A_SLIP_IN else not alike


def _designations(one: Substance) -> set[str]:
    """The letters that are said behind its names; "" where none are."""
    found = {designation(word) for word in (*one.words, *one.unconfirmed)}
    return found - {""} if len(found) > 1 else {""}
