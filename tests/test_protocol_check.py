"""``protocols check``: every mistake of a file at once, each with its line, and slips of the JSON in words."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Isotrack
from tests.support import LONG
from tests.test_protocol_files import SCHEMAS, STANDARD, rule
from tracker import protocols
from tracker.errors import N_, Phrase, ProtocolError
from tracker.i18n import language
from tracker.protocols.checking import check_text, spot
from tracker.protocols.node import Node, read_whole
from tracker.protocols.scanner import scan

TEXT = (SCHEMAS / "protocols" / "jp-standard@2025-11-17.json").read_text().replace('"jp-standard"', '"my-clinic"')
TEXT = re.sub(r' *"points": \[.*?\n      \],\n', "", TEXT, flags=re.DOTALL)
"""Without what is explained before the consent: the mistakes are in what comes behind it."""
LANGUAGES = ("en", "ja")


def mistakes(text: str, lang: str = "en") -> list[str]:
    """What the check says, a line for each mistake."""
    value = language(lang).value
    found = check_text(text, "my-clinic.json")
    assert (found.protocol is None) is bool(found.mistakes)
    assert [one.spot.line for one in found.mistakes] == sorted(one.spot.line for one in found.mistakes)
    return [
        f"{one.spot.line}: " + (f"{value(one.place)}: " if one.place is not None else "") + value(one.problem)
        for one in found.mistakes
    ]


# Every mistake at once.


SPOILT: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    (lambda p: p.update(colour="red"), "colour: there is no such key; known keys here: $schema, duration"),
    (lambda p: p.update(duration="6 months"), 'duration: expected a span such as P1M, P30D or P4W, not "6 months"'),
    (lambda p: p.update(status="in-force"), 'status: "in-force" is not known here; did you mean "in_force"?'),
    (lambda p: p["sources"][1].update(tier="X"), 'source 2 (J3), tier: expected one of: R, G, C, S, not "X"'),
    (lambda p: p["remarks"][1].pop("confirmed"), 'remark 2: the key "confirmed" is missing'),
    (lambda p: p["rules"][0]["once"].update(anchor="first-dosis"), 'anchor: "first-dosis" is not known here; did you'),
    (lambda p: p["rules"][1]["once"]["window"].update(after=3), "once.window.after: expected a span such as P1M"),
    (lambda p: rule(p, "visit").update(kind="vist"), 'rule 3 (visit), kind: "vist" is not known here; did you mean'),
    (lambda p: rule(p, "visit")["repeat"].pop("mode"), 'rule 3 (visit), repeat: the key "mode" is missing'),
    (lambda p: rule(p, "blood")["repeat"].update(first="P8W"), 'expected the unit of "every" (M), not "P8W"'),
    (lambda p: rule(p, "contraception")["span"].update(until="planned-end"), "nothing may hang on a planned end"),
    (lambda p: rule(p, "contraception").update(applies_to=True), "applies_to: expected an object, not true"),
    (lambda p: rule(p, "blood-donation").update(sources=["J16", "J33"]), 'sources 2: "J33" is not known here; did you'),
    (lambda p: rule(p, "blood-donation")["title"].update(en=""), 'title.en: expected a text, not ""'),
    (lambda p: rule(p, "breast-feeding").update(id="blood-donation"), "(blood-donation), id: another rule of the file"),
    (lambda p: rule(p, "procedure").update(confirmed="yes"), 'confirmed: expected true or false, not "yes"'),
]  # fmt: skip
"""Each of them on its own, and all of them together."""


@pytest.mark.parametrize("number", range(len(SPOILT)))
def test_one_mistake_is_named_and_no_other(number: int) -> None:
    spoil, told = SPOILT[number]
    own = copy.deepcopy(STANDARD)
    spoil(own)
    [only] = mistakes(json.dumps(own, ensure_ascii=False, indent=2))
    assert told in only


@given(st.sets(st.integers(0, len(SPOILT) - 1), min_size=2))
@settings(max_examples=60)
def test_mistakes_hide_none_of_each_other(numbers: set[int]) -> None:
    own = copy.deepcopy(STANDARD)
    for number in sorted(numbers):
        SPOILT[number][0](own)
    for indent in (None, 2):
        found = mistakes(json.dumps(own, ensure_ascii=False, indent=indent))
        assert len(found) == len(numbers)
        assert [SPOILT[number][1] for number in numbers if not any(SPOILT[number][1] in one for one in found)] == []


def test_a_key_that_is_nearly_right_is_said_once_and_read_as_what_was_meant() -> None:
    text = TEXT.replace('"every": "P1M"', '"evry": "monthly"').replace('"strength"', '"Strength"', 1)
    assert mistakes(text) == [
        '44: rule 1 (consent), Strength: there is no such key; did you mean "strength"?',
        '79: rule 3 (visit), repeat.evry: there is no such key; did you mean "every"?',
        '79: rule 3 (visit), repeat.evry: expected a span such as P1M, P30D or P4W, not "monthly"',
    ]


def test_a_key_that_stands_twice_is_named_beside_other_mistakes() -> None:
    text = TEXT.replace('"kind": "visit",', '"kind": "visit", "kind": "revue",')
    assert mistakes(text) == [
        '70: rule 3 (visit), kind: "revue" is not known here; did you mean "review"?',
        "70: rule 3 (visit), kind: this key stands twice in one object",
    ]


@pytest.mark.parametrize("value", [[], None, 1, "x", {"rules": 1, "sources": None}, {"rules": [1, None, {}]}])
def test_what_is_no_programme_at_all_is_refused_in_words(value: Any) -> None:
    for lang in LANGUAGES:
        assert mistakes(json.dumps(value), lang) != []


def test_where_the_ids_of_sources_cannot_be_seen_no_citation_is_called_wrong() -> None:
    own = copy.deepcopy(STANDARD)
    del own["sources"][0]["id"]
    assert [one.partition(": ")[2] for one in mistakes(json.dumps(own))] == ['source 1: the key "id" is missing']


def test_a_long_wrong_value_is_shortened_and_moves_no_cursor() -> None:
    own = copy.deepcopy(STANDARD) | {"version": "\x1b[31m" + "x" * 1000 + "\ud800"}
    [only] = mistakes(json.dumps(own))
    assert only.isprintable()
    assert len(only) < 200


# Slips.


@pytest.mark.parametrize(
    ("right", "typed", "line", "at", "told"),
    [
        ('"JP",', '"JP"', 8, '"JP"^', "a comma is missing here"),
        ('"kind": "visit",', '"kind": "visit"', 70, '"visit"^', "a comma is missing here"),
        ('"kind": "visit",', '"kind": "visit",,', 70, "^,", "this comma is one too many"),
        ('"from-last-done"}', '"from-last-done",}', 79, "^,}", "this comma is one too many"),
        ('["J16", "J3"]', '["J16", "J3",]', 114, "^,]", "this comma is one too many"),
        ('"kind": "visit"', '"kind"： "visit"', 70, "^：", 'not a sign of JSON; write ":"'),
        ('"kind": "visit",', '"kind": "visit"，', 70, "^，", 'not a sign of JSON; write ","'),
        ('"kind": "visit",', '"kind": "visit"、', 70, "^、", 'not a sign of JSON; write ","'),
        ('"kind": "visit",', '"kind": "visit";', 70, "^;", 'not a sign of JSON; write ","'),
        ('"kind": "visit"', '"kind" = "visit"', 70, "^=", 'not a sign of JSON; write ":"'),
        ('"title": {"en": "Follow', '"title": ｛"en": "Follow', 74, "^｛", 'not a sign of JSON; write "{"'),
        ('"sources": ["J8"]', '"sources": ［"J8"]', 37, "^［", 'not a sign of JSON; write "["'),
        ('"kind": "visit"', '“kind": "visit"', 70, "^“", "no plain quote"),
        ('"kind": "visit"', '"kind”: "visit"', 70, "^”", "no plain quote"),
        ('"kind": "visit"', '"kind": “visit”', 70, "^“visit", "no plain quote"),
        ('"kind": "visit",', '"kind": "visit”,', 70, "^”", "no plain quote"),
        ('"kind": "visit"', '"kind": ＂visit＂', 70, "^＂visit", "no plain quote"),
        ('"kind": "visit"', "\"kind\": 'visit'", 70, "^'visit", "no plain quote"),
        ('"kind": "visit"', '"kind": 「visit」', 70, "^「visit", "no plain quote"),
        ('"kind": "visit"', 'kind: "visit"', 70, "^kind", 'a key stands in quotes: "kind"'),
        ('"kind": "visit"', '"kind": visit', 70, "^visit", 'a text stands in quotes: "visit"'),
        ('"kind": "visit"', '"kind": visit"', 70, "^visit", 'a text stands in quotes: "visit"'),
        ('"kind": "visit",', '"kind: "visit",', 70, '^"kind', "this key is not closed before its colon"),
        ('"kind": "visit",', '"kind": "visit,', 70, '^"visit', "this text is not closed on its line"),
        ('"kind": "visit"', '"kind" "visit"', 70, '"kind"^', 'a colon is missing behind the key "kind"'),
        ('"kind": "visit",', '"kind": ,', 70, "^,", "a value is missing here"),
        ('"kind": "visit",', '"kind": "visit", // why', 70, "^//", "JSON has no comments"),
        ('"kind": "visit",', '"kind": "visit", # why', 70, "^# why", "JSON has no comments"),
        ('"kind": "visit",', '"kind": /* why */ "visit",', 70, "^/*", "JSON has no comments"),
        ('"kind": "visit"', '"kind":\u3000"visit"', 70, "^\u3000", "this blank is a special one"),
        ('true,\n      "sources": ["J8"]', 'True,\n      "sources": ["J8"]', 36, "^True", "write true instead of True"),
        ('"effective_to": null', '"effective_to": None', 7, "^None", "write null instead of None"),
        ('"Follow-up visit"', '"Follow\\-up visit"', 74, "^\\", "a backslash is written twice"),
        ('"Follow-up visit"', '"Follow\tup visit"', 74, "^\t", "a tab or control character"),
        ('"ja": "再診"}', '"ja": "再診"', 74, '^{"en": "Follow-up', 'this "{" is never closed with "}"'),
        ('"sources": ["J8"]', '"sources": ["J8"', 37, '^["J8"', 'this "[" is never closed with "]"'),
        ('"sources": ["Ness", "L1"],', '"sources": ["Ness", "L1",', 59, '^["Ness"', 'this "[" is never closed'),
        ('"mode": "from-last-done"}\n    },', '"mode": "from-last-done"}\n    ,', 68, "^{", 'this "{" is never closed'),
        ('"sources": ["J8"]', '"sources": ["J8"]]', 37, "^]", 'this "]" closes nothing'),
        ('"from-last-done"}\n    },', '"from-last-done"}}\n    },', 80, "^},", 'this "}" closes nothing'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_slip_is_told_in_words_at_its_place(right: str, typed: str, line: int, at: str, told: str, lang: str) -> None:
    assert right in TEXT
    text = TEXT.replace(right, typed, 1)
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    [only] = check_text(text, "my-clinic.json").mistakes
    before, _mark, behind = at.partition("^")
    column = only.spot.column - 1
    written = text.splitlines()[line - 1]
    assert only.spot.line == line
    assert written[:column].endswith(before)
    assert written[column:].startswith(behind)
    assert only.place is None
    if lang == "en":
        assert told in str(only.problem)
    else:
        assert not language("ja").value(only.problem).isascii()


def test_slips_and_mistakes_are_named_together_where_it_is_clear_what_was_meant() -> None:
    text = TEXT.replace('"kind": "visit",', '"kind"： "vist"').replace('"tier": "C"', '"tier": "X"', 1)
    assert mistakes(text) == [
        '15: source 1 (Ness), tier: expected one of: R, G, C, S, not "X"',
        '70: rule 3 (visit), kind: "vist" is not known here; did you mean "visit"?',
        '70: "：" is not a sign of JSON; write ":"',
        "70: a comma is missing here",
    ]


def test_a_file_that_was_cut_off_says_what_it_lacks() -> None:
    cut = TEXT[: TEXT.index('"every": "P1M"')].rstrip(", ")
    assert mistakes(cut)[-1] == "79: the file ends too early; it lacks: } } ] }"
    assert mistakes("") == ["1: the file is empty"]


def test_the_place_of_a_slip_is_marked_under_its_line_in_columns_of_a_terminal() -> None:
    found = spot('\n  "全角文字"： 1', 9)
    assert (found.line, found.column, found.shown, found.indent) == (2, 9, '"全角文字"： 1', 10)
    long = '{"a": "' + "x" * 500 + '"} ;'
    cut = spot(long, long.index(";"))
    assert len(cut.shown) <= 72
    assert cut.shown[cut.indent] == ";"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.slow
@given(JSON, st.sampled_from([None, 0, 2]), st.booleans())
@settings(max_examples=300)
def test_what_is_right_is_read_as_it_is_written(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    found = scan(text)
    assert (found.slips, found.repeated, found.value) == ([], [], value)
    for path, offset in found.offsets.items():
        if path and isinstance(path[-1], str):
            assert text.startswith(json.dumps(path[-1], ensure_ascii=ascii_only), offset)


SIGNS = [*"{}[]\",:\\\n\t /#'0", "：", "，", "“", "”", "「", "\u3000", "\x00", "true", "//", '"id"', "\ufeff"]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A programme as it may be after a hurried hand."""
    text = TEXT
    for _slip in range(draw(st.integers(1, 4))):
        begun = draw(st.integers(0, len(text)))
        text = text[:begun] + draw(st.sampled_from(["", *SIGNS])) + text[begun + draw(st.integers(0, 3)) :]
    return text


@pytest.mark.slow
@pytest.mark.long
@given(damaged())
@settings(max_examples=20_000 if LONG else 300)
def test_a_damaged_file_is_refused_in_words_exactly_where_it_is_refused_when_loaded(text: str) -> None:
    try:
        taken = protocols.loads(text, "my-clinic.json")
    except ProtocolError as error:
        found = [str(error), *mistakes(text)]
        assert len(found) > 1
        assert [one for one in found if not one.isprintable()] == []
    else:
        assert check_text(text, "my-clinic.json").protocol == taken


@given(st.lists(st.characters(exclude_categories=["Cs"]) | st.sampled_from(SIGNS), max_size=60).map("".join))
@settings(max_examples=300)
def test_any_text_is_refused_in_words(text: str) -> None:
    assert mistakes(text) != []


@pytest.mark.parametrize("text", ["[" * 200, '{"a":' * 200, "[" * 100_000, "9" * 5000])
def test_what_no_person_writes_is_refused_by_name(text: str) -> None:
    with pytest.raises(ProtocolError, match=r"my-clinic.json: (nested too deeply|holds a number that is too long)"):
        check_text(text, "my-clinic.json")


@pytest.mark.parametrize(
    "text",
    ["{" * 100_000, '"' * 100_000, "[" + "1," * 30_000, "[" + "1\n" * 30_000, '{"a": ' + '["b": ' * 40,
     "#\n" * 30_000, '["' + "“" * 30_000, "[" + '"\\' * 30_000, '[{"a":1}:' * 24 + "]" * 50],
)  # fmt: skip
def test_a_text_of_nothing_but_slips_is_refused_soon(text: str) -> None:
    found = check_text(text, "my-clinic.json").mistakes
    assert 0 < len(found) <= 50


# The name of a shipped programme.


def test_a_file_with_the_name_of_a_shipped_programme_is_refused_where_it_differs(
    isotrack: Isotrack, tmp_path: Path
) -> None:
    file = tmp_path / "own.json"
    name = "jp-standard@2025-11-17"
    file.write_text((SCHEMAS / "protocols" / f"{name}.json").read_text())
    assert "is right" in isotrack("protocols", "check", str(file)).out
    file.write_text(file.read_text().replace('"tail": "P6M"', '"tail": "P1M"'))
    ran = isotrack("protocols", "check", str(file), ok=False)
    assert f"line 3: id: {name} is the name of a programme of isotrack" in ran.out
    for command in (("start", "2026-11-24", "--protocol", str(file)), ("protocols", "show", str(file))):
        assert f"{name} is the name of a programme of isotrack" in isotrack(*command, ok=False).err
    file.write_text(file.read_text().replace('"version": "2025-11-17"', '"version": "2026-1"'))
    assert "it goes on for 1 month after the end, in place of 6 months" in isotrack("protocols", "check", str(file)).out


def test_a_course_that_was_started_under_such_a_file_is_still_read() -> None:
    own = copy.deepcopy(STANDARD) | {"id": "jp-standard", "duration": "P7M"}
    assert str(protocols.loads(json.dumps(own), "jp-standard@2025-11-17", pinned=True).duration) == "P7M"


# The command.


def test_the_check_lists_on_stdout_and_says_the_count_on_stderr(isotrack: Isotrack, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(TEXT.replace('"kind": "visit",', '"kind"： "vist",').replace('"tier": "C"', '"tier": "X"', 1))
    ran = isotrack("protocols", "check", str(file), ok=False)
    assert ran.code == 2
    assert ran.out.splitlines() == [
        'line 15: source 1 (Ness), tier: expected one of: R, G, C, S, not "X"',
        'line 70: rule 3 (visit), kind: "vist" is not known here; did you mean "visit"?',
        'line 70, column 13: "：" is not a sign of JSON; write ":"',
        '    "kind"： "vist",',
        "          ^",
    ]
    assert ran.err == f"isotrack: {file}: 3 mistakes, listed above\n"


def test_a_right_file_says_in_what_it_is_laxer_and_that_is_no_mistake(isotrack: Isotrack, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(TEXT)
    assert isotrack("protocols", "check", str(file)).out == f"{file} is right: my-clinic@2025-11-17, 9 rules.\n"
    file.write_text(TEXT.replace('"tail": "P6M"', '"tail": "P1M"'))
    assert isotrack("protocols", "check", str(file)).out.splitlines()[1:] == [
        "! Laxer than jp-standard@2025-11-17, or on other days (only as your clinic's own word):",
        "- contraception (Strict contraception): it goes on for 1 month after the end, in place of 6 months (tail)",
        (
            "- procedure-resurfacing (No waxing, dermabrasion or ablative laser): it goes on for 1 month after the end,"
            " in place of 6 months (tail)"
        ),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_who_starts_with_a_wrong_file_is_told_the_first_mistake_and_how_many_there_are(
    isotrack: Isotrack, tmp_path: Path, lang: str
) -> None:
    file = tmp_path / "own.json"
    file.write_text(TEXT.replace('"kind": "visit"', '"kind": "vist"').replace('"tier": "C"', '"tier": "X"', 2))
    start = ("--lang", lang, "start", "2026-11-24", "--protocol", str(file))
    told = isotrack(*start, ok=False).err
    assert ("2 more: isotrack protocols check" if lang == "en" else "ほかに2件") in told
    file.write_text(TEXT.replace('"kind": "visit",', '"kind": "visit"，'))
    assert ("line 70, column 22" if lang == "en" else "70行目の22文字目") in isotrack(*start, ok=False).err


# Another catalogue.


def test_another_catalogue_can_be_read_with_the_same_node() -> None:
    def analyte(node: Node) -> tuple[str, bool]:
        of = node.object("id fasting", "unit")
        name, fasting = of.get("id", Node.name), of.get("fasting", Node.truth)
        of.optional("unit", lambda unit: unit.among(("mg/dL", "mmol/L")), None)
        of.done()
        return name, fasting

    def catalogue(node: Node) -> tuple[tuple[str, bool], ...]:
        of = node.object("analytes")
        found = of.each("analytes", analyte)
        of.done()
        return found

    right = {"analytes": [{"id": "alt", "fasting": False}, {"id": "tg", "fasting": True, "unit": "mg/dL"}]}
    assert read_whole(right, catalogue) == ((("alt", False), ("tg", True)), [])
    wrong = {"analytes": [{"id": "ALT", "fastin": 1}, 5, {"id": "tg", "fasting": True, "unit": "mg/dl"}]}
    found, faults = read_whole(wrong, catalogue)
    assert found is None
    assert [(fault.path[1:], str(fault.problem)) for fault in faults] == [
        ((0, "fastin"), 'there is no such key; did you mean "fasting"?'),
        ((0, "id"), 'expected a name of small letters, digits and hyphens, such as "blood-baseline", not "ALT"'),
        ((0, "fastin"), "expected true or false, not 1"),
        ((1,), "expected an object, not 5"),
        ((2, "unit"), '"mg/dl" is not known here; did you mean "mg/dL"?'),
    ]
    assert faults[0].problem == Phrase(N_('there is no such key; did you mean "{near}"?'), {"near": "fasting"})
