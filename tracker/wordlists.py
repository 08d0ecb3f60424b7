"""Reads the files of the vocabularies: every mistake of one is named with its place."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tracker.errors import N_
from tracker.lexicon import (
    Advice,
    Also,
    Goal,
    Level,
    Lexicon,
    Reference,
    Remark,
    Word,
    Zero,
    plain,
)
from tracker.protocols.catalogue import read_or_refuse, text_in_both
from tracker.protocols.node import Members, Node
from tracker.readers import advice, asked, combination, most, positive, some
from tracker.rules import Text

_NOUNS = {
    "codes": N_("code {number}"), "sites": N_("site {number}"), "red_flags": N_("red flag {number}"),
    "combinations": N_("combination {number}"), "references": N_("source {number}"), "same": N_("group {number}"),
    "asked": N_("group {number}"),
}  # fmt: skip
"""What an element of each list is called where it is wrong: gettext message ids."""
_OF_CODES = "aliases most grades question answers levels records bare remark edited scale none unit goal"
_OF_SYMPTOMS = "references warning scale grades red_flags combinations same asked"


def read(value: object, file: str) -> Lexicon:
    """A vocabulary from the JSON of its file; raise ProtocolError where that is wrong."""
    return read_or_refuse(value, file, _lexicon, _NOUNS)


def words_of(word: Word) -> set[str]:
    """All that a word is found by."""
    return {plain(text) for text in (word.code, word.name.en, word.name.ja, *word.aliases)}


def _lexicon(node: Node) -> Lexicon:
    members = node.object("family sources codes", f"$schema sites {_OF_SYMPTOMS}")
    grades = some(members, "grades", text_in_both)
    found = Lexicon(
        family=members.get("family", Node.name),
        sources=members.each("sources", Node.text),
        codes=members.each("codes", lambda one: _code(one, grades)),
        sites=some(members, "sites", _site),
        flags=some(members, "red_flags", _flag),
        combinations=some(members, "combinations", combination),
        asked=some(members, "asked", asked),
        references={one.id: one for one in some(members, "references", reference)},
        warnings=members.get("warning", _warnings) if "warning" in members else {},
        scale=some(members, "scale", lambda one: one.each(Node.text)),
        same=some(members, "same", lambda one: one.each(Node.text)),
    )
    members.done()
    if "same" in members:
        _say_one_thing(members["same"], found.same)
    _tell_apart(members["codes"], found.words)
    if found.asked:
        _ask_about_no_word(members["asked"], found)
    if found.sites:
        _tell_apart(members["sites"], found.sites)
    _check_names(node, found)
    return found


def _say_one_thing(node: Node, same: Iterable[Iterable[str]]) -> None:
    """Note every word that stands in two groups of words that say the same."""
    seen: dict[str, str] = {}
    for group in same:
        first = ""
        for word in group:
            first = first or word
            if seen.setdefault(plain(word), first) != first:
                node.note(N_("{text} stands for {one} and for {other}"), text=word, one=seen[plain(word)], other=first)


def _tell_apart(node: Node, words: Iterable[Word]) -> None:
    seen: dict[str, str] = {}
    for word in words:
        for text in words_of(word):
            if seen.setdefault(text, word.code) != word.code:
                node.note(N_("{text} stands for {one} and for {other}"), text=text, one=seen[text], other=word.code)


def _ask_about_no_word(node: Node, found: Lexicon) -> None:
    """Note what is asked about and stands for a code as well, or twice."""
    seen = {text: word.code for word in found.words for text in words_of(word)}
    for one in found.asked:
        for text in one.said:
            if plain(text) in seen:
                node.note(N_("{text} stands for {one} and for {other}"), text=text, one=seen[plain(text)],
                          other=one.may_be[0])  # fmt: skip
            seen[plain(text)] = one.may_be[0]


def _check_names(node: Node, found: Lexicon) -> None:
    """Note every code and source that is named and is not there."""
    goals = [word.goal for word in found.words if word.goal is not None]
    advice = [*(one for word in found.words for one in word.advice), *(one.advice for one in found.combinations)]
    named = {code for one in found.combinations for part in one.parts for code in part.codes}
    named |= {also.code for one in found.flags for also in one.also}
    named |= {code for one in found.asked for code in one.may_be}
    if found.flags:  # else those of another family are meant
        named |= {one.raises for one in advice if one.raises is not None}
    for code in sorted(named - {word.code for word in found.words}):
        node.note(N_('there is no code "{code}"'), code=code)
    cited = {source for one in advice for source in one.sources}
    cited |= {source for one in goals for source in one.sources}
    for source in sorted(cited - set(found.references)):
        node.note(N_('there is no source "{code}"'), code=source)


def _code(node: Node, usual: tuple[Text, ...]) -> Word:
    """A code; ``usual`` is what the grades of the family mean where a code has none of its own."""
    members = node.object("code name value", _OF_CODES)
    value = members.get("value", lambda one: one.among(("count", "grade", "truth", "amount")))
    grades = some(members, "grades", text_in_both) or (usual if value == "grade" else ())
    answers = some(members, "answers", text_in_both)
    likely = len(grades or answers[1:]) or int(value == "truth")
    word = Word(
        code=members.get("code", Node.name),
        name=members.get("name", text_in_both),
        aliases=some(members, "aliases", Node.text),
        is_graded=value == "grade",
        most=members.get("most", lambda one: most(one, value)) if "most" in members else likely,
        grades=grades or answers,
        question=members.optional("question", text_in_both, None),
        advice=some(members, "levels", advice),
        records=members.optional("records", lambda one: one.among(("missed-period", "unprotected")), None),
        is_truth=value == "truth",
        may_be_bare=members.optional("bare", Node.truth, False),  # noqa: FBT003 - the default of a member
        remark=members.optional("remark", _remark, None),
        edited=members.optional("edited", Node.truth, True),  # noqa: FBT003 - the default of a member
        scale=some(members, "scale", lambda one: one.each(Node.text)),
        zero=members.optional("none", _zero, None),
        unit=members.optional("unit", text_in_both, None),
        goal=members.optional("goal", _goal, None),
    )
    _check_measure(members, word, value)
    if not word.most and "most" not in members:
        node.note(N_('the key "{key}" is missing'), key="most")
    members.done()
    return word


def _check_measure(members: Members, word: Word, value: str) -> None:
    """Note where what a code says of its measure does not go together."""
    if word.scale and len(word.scale) != word.most:
        members["scale"].note(N_("words for each of the {count} grades are expected"), count=word.most)
    if (word.unit is not None) != (value == "amount"):
        members.node.note(N_('an amount, and nothing else, has a "{key}"'), key="unit")
    seen: dict[str, int] = {}
    texts = [(text, 0) for text in ((word.zero.name.en, word.zero.name.ja, *word.zero.aliases) if word.zero else ())]
    texts += [(text, grade) for grade, words in enumerate(word.scale, start=1) for text in words]
    if word.scale:
        texts += [(text, grade) for grade, one in enumerate(word.grades, start=1) for text in (one.en, one.ja)]
    for text, grade in texts:
        if seen.setdefault(plain(text), grade) != grade:
            members.node.note(N_("{text} stands for {one} and for {other}"), text=text, one=seen[plain(text)],
                              other=grade)  # fmt: skip


def _zero(node: Node) -> Zero:
    members = node.object("name", "aliases")
    found = Zero(members.get("name", text_in_both), some(members, "aliases", Node.text))
    members.done()
    return found


def _goal(node: Node) -> Goal:
    members = node.object("text sources", "least avoid")
    found = Goal(
        text=members.get("text", text_in_both),
        sources=members.each("sources", Node.text),
        least=members.optional("least", lambda one: Decimal(positive(one)), None),
        is_advised_against=members.optional("avoid", Node.truth, False),  # noqa: FBT003 - the default of a member
    )
    members.done()
    return found


def _remark(node: Node) -> Remark:
    members = node.object("text sources unless")
    found = Remark(members.get("text", text_in_both), members.each("sources", Node.text), members.get("unless", _whole))
    members.done()
    return found


def _whole(node: Node) -> int:
    if isinstance(node.value, bool) or not isinstance(node.value, int):
        node.wrong(N_("a whole number"))
    return node.value


def _flag(node: Node) -> Word:
    members = node.object("code name sources", "aliases also crisis edited")
    code = members.get("code", Node.name)
    also = some(members, "also", _also)
    word = Word(
        code=code,
        name=members.get("name", text_in_both),
        aliases=(*some(members, "aliases", Node.text), *(text for one in also for text in one.aliases)),
        also=also,
        advice=(Advice(Level.RED_FLAG, members.each("sources", Node.text), raises=code),),
        is_flag=True,
        is_crisis=members.optional("crisis", Node.truth, False),  # noqa: FBT003 - the default of a member
        edited=members.optional("edited", Node.truth, True),  # noqa: FBT003 - the default of a member
    )
    members.done()
    return word


def _also(node: Node) -> Also:
    members = node.object("code aliases", "grade")
    found = Also(
        members.get("code", Node.name),
        members.each("aliases", Node.text),
        members.optional("grade", positive, None),
    )
    members.done()
    return found


def reference(node: Node) -> Reference:
    """Where something was read."""
    members = node.object("id title", "dated")
    dated = members.optional("dated", Node.text, "")
    found = Reference(members.get("id", Node.text), members.get("title", text_in_both), dated)
    members.done()
    return found


def _warnings(node: Node) -> dict[str, Text]:
    members = node.object("during before after")
    found = {stage: members.get(stage, text_in_both) for stage in ("during", "before", "after")}
    members.done()
    return found


def _site(node: Node) -> Word:
    members = node.object("code name", "aliases")
    word = Word(
        code=members.get("code", Node.name),
        name=members.get("name", text_in_both),
        aliases=some(members, "aliases", Node.text),
    )
    members.done()
    return word
