"""Symptoms as data: entries in, what is there and what it asks for out; and words in, codes out, or asked.

One JSON file a rule under ``tests/symptoms/``, worked out by hand from the sources, never copied from the program.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import LONG, Machine, image, machine_in, rows, say, say_on, settle
from tracker.analytes import laboratory
from tracker.cli import complaints
from tracker.cli.complaints import Denied, Said, Unclear
from tracker.errors import InputError
from tracker.facts.observation import Observation
from tracker.lexicon import plain
from tracker.readings.symptoms import is_open, noticed, periods, raised
from tracker.vocabulary import Word, vocabulary

ROOT = Path(__file__).parent.parent
FILES = sorted((Path(__file__).parent / "symptoms").glob("*.json"))
CASES = [(file.stem, case) for file in FILES for case in json.loads(file.read_text())["cases"]]
WORDS = vocabulary("symptom")
EXAMPLES = 3000 if LONG else 60


def entry(said: str, number: int) -> Observation:
    code, grade, days = said.split(" ")
    since, _dots, until = days.partition("..")
    return Observation(
        id=number, number=number, on=date.fromisoformat(since), family="symptom", code=code,
        grade=None if grade == "-" else int(grade), until=date.fromisoformat(until) if until else None,
    )  # fmt: skip


def worked_out(entries: list[Observation], today: date) -> dict[str, list[str]]:
    data = WORDS.data
    found = periods(entries, today)
    grade = {None: "-"}
    return {
        "open": [f"{one.code} {one.start} {grade.get(one.grade, one.grade)} {grade.get(one.worst, one.worst)}"
                 for one in found if is_open(one, today)],
        "levels": [f"{one.advice.level} {'+'.join(period.code for period in one.periods)}"
                   + ("" if one.advice.confirmed else " unconfirmed")
                   for one in noticed(found, data.codes, data.combinations, today)],
        "flags": sorted(f"{one.code} {one.on}" for one in raised(entries, found, data.codes, data.combinations)),
    }  # fmt: skip


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule}: {', '.join(case['entries'])}" for rule, case in CASES])
def test_what_symptoms_ask_for_is_what_was_worked_out_by_hand(rule: str, case: dict[str, Any]) -> None:
    assert set(case) == {"today", "entries", "open", "levels", "flags"}, rule
    entries = [entry(said, number) for number, said in enumerate(case["entries"], 1)]
    found = worked_out(entries, date.fromisoformat(case["today"]))
    assert {"open": case["open"], "levels": case["levels"], "flags": case["flags"]} == found


def test_every_level_and_every_combination_of_the_data_has_a_case_that_reaches_it() -> None:
    levels, flags = set(), set()
    for _rule, case in CASES:
        entries = [entry(said, number) for number, said in enumerate(case["entries"], 1)]
        today = date.fromisoformat(case["today"])
        found = periods(entries, today)
        data = WORDS.data
        levels |= {(tuple(one.code for one in got.periods), got.advice)
                   for got in noticed(found, data.codes, data.combinations, today)}  # fmt: skip
        flags |= {one.code for one in raised(entries, found, data.codes, data.combinations)}
    advice = {one for _codes, one in levels}
    missing = [(word.code, one.level, one.least) for word in WORDS.codes for one in word.advice
               if not word.records and one.raises is None and ((word.code,), one) not in levels]  # fmt: skip
    missing += [(word.code, one.level, one.least) for word in WORDS.codes for one in word.advice
                if not word.records and one.raises is not None and one.raises not in flags]  # fmt: skip
    assert missing == []
    assert [one for one in WORDS.data.combinations if one.advice.raises is None and one.advice not in advice] == []
    assert {one.advice.raises for one in WORDS.data.combinations} - {None} <= flags


SOME_DAYS = [date(2026, 12, 1) + timedelta(days=number) for number in range(20)]


@st.composite
def some_entries(draw: st.DrawFn) -> list[Observation]:
    found = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        on = draw(st.sampled_from(SOME_DAYS))
        until = draw(st.none() | st.sampled_from([day for day in SOME_DAYS if day >= on]))
        code = draw(st.sampled_from(["headache", "nausea", "myalgia", "dark-urine", "abdominal-pain"]))
        found.append(Observation(id=number, number=number, on=on, family="symptom", code=code, until=until,
                                 grade=draw(st.none() | st.integers(1, 3))))  # fmt: skip
    return found


@pytest.mark.long
@settings(max_examples=EXAMPLES)
@given(some_entries(), st.randoms())
def test_the_same_entries_in_any_order_give_the_same(entries: list[Observation], dice: Any) -> None:
    unlike = list({(one.code, one.on): one for one in entries}.values())
    shuffled = list(unlike)
    dice.shuffle(shuffled)
    assert worked_out(unlike, SOME_DAYS[-1]) == worked_out(shuffled, SOME_DAYS[-1])


@pytest.mark.long
@settings(max_examples=EXAMPLES)
@given(some_entries())
def test_a_period_is_within_its_entries_and_periods_of_one_symptom_do_not_meet(entries: list[Observation]) -> None:
    found = periods(entries, SOME_DAYS[-1])
    assert sum(len(one.stretches) for one in found) == len(entries)
    for code in {one.code for one in found}:
        own = [one for one in found if one.code == code]
        for one, after in itertools.pairwise(own):
            assert one.end is not None
            assert one.end < after.start


# Words.

PHRASES = """
lips                    | cheilitis
lips 2                  | cheilitis 2
Lips=2                  | cheilitis 2
LIPS : 2                | cheilitis 2
chapped lips            | cheilitis
lips, headache=1        | cheilitis; headache 1
lips 2 headache 1       | cheilitis 2; headache 1
headache and nausea     | headache; nausea
headache 1 and nausea 2 | headache 1; nausea 2
severe headache         | headache 3
headache severe         | headache 3
mild joint pain         | arthralgia 1
joint pain moderate     | arthralgia 2
headache grade 2        | headache 2
head                    | headache
heada                   | headache
cheil                   | cheilitis
can't sleep             | mood-change
can’t sleep             | mood-change
no libido               | sexual-dysfunction
hair                    | hair-loss
back pain               | back-pain
stomach ache 2          | abdominal-pain 2
唇                      | cheilitis
唇 2                    | cheilitis 2
唇２                    | cheilitis 2
くちびる                | cheilitis
クチビル                | cheilitis
口唇炎                  | cheilitis
唇の乾燥                | cheilitis
頭痛                    | headache
頭痛3                   | headache 3
ひどい頭痛              | headache 3
軽い頭痛                | headache 1
頭痛 軽い               | headache 1
頭痛が軽い              | headache 1
頭痛 中くらい           | headache 2
頭痛 重い               | headache 3
あたまがいたい          | headache
頭がいたい              | headache
眠れない                | mood-change
不眠                    | mood-change
関節痛                  | arthralgia
きんにくつう            | myalgia
頭痛、吐き気            | headache; nausea
頭痛 と 吐き気          | headache; nausea
ひどい筋肉痛            | rf-muscle
激しい腹痛              | rf-pancreatitis
腹痛 重い               | abdominal-pain 3
死にたい                | rf-suicidal
シニタイ                | rf-suicidal
消えたい                | rf-suicidal
suicidal                | rf-suicidal
want to die             | rf-suicidal
I want to die           | rf-suicidal
self-harm               | rf-suicidal
黄疸                    | rf-liver
目が黄色い              | rf-liver
yellow eyes             | rf-liver
茶色い尿                | dark-urine
dark urine              | dark-urine
コーラ色の尿            | rf-muscle
cola urine              | rf-muscle
血便                    | rf-gi-bleed
black stool             | rf-gi-bleed
chest pain              | rf-neuro-cardiac
胸が痛い                | rf-neuro-cardiac
can't breathe           | rf-allergy
息苦しい                | rf-allergy
水ぶくれ                | rf-severe-skin
blurred vision          | visual-change
目がかすむ              | visual-change
耳鳴り                  | hearing
missed period           | menses-late
生理が来ない            | menses-late
避妊に失敗した          | unprotected-sex
suicdal                 | ? rf-suicidal
suic                    | ? rf-suicidal
i wanna die             | rf-suicidal
死にたいです            | rf-suicidal
もう死にたい            | rf-suicidal
死にたいかも            | ? rf-suicidal
hurting in my chest     | rf-neuro-cardiac
my eyes are yellow      | rf-liver
目が黄いろい            | rf-liver
blury vison             | ? visual-change
皮むけ                  | ? rf-severe-skin dry-skin
指の皮がむける          | dry-skin
皮がむける              | ? rf-severe-skin dry-skin
皮がめくれた            | ? rf-severe-skin dry-skin
全身の皮がむける        | rf-severe-skin
皮がむけて発疹が出た    | rf-severe-skin
muscle                  | myalgia
dark                    | ? dark-urine
headaceh                | ? headache
headachs                | ? headache
head hurts so much      | ? headache
chaped lips             | ? cheilitis
dry                     | ? dry-skin
頭                      | ? headache
頭痛がする              | headache
sever headache          | ? headache
xyzzyq                  | ?
no headache             | - headache
not headache            | - headache
headache none           | - headache
headache gone           | - headache
headache 0              | - headache
headache=0              | - headache
no more headaches       | - headache
頭痛なし                | - headache
頭痛はない              | - headache
頭痛 なし               | - headache
頭痛がなくなった        | - headache
頭痛は治りました        | - headache
唇はよくなった          | - cheilitis
no suicidal thoughts    | - rf-suicidal
死にたくない            | - rf-suicidal
without chest pain      | - rf-neuro-cardiac
lips 4                  | !
lips 7                  | !
lips 2.5                | !
headache 7/10           | !
headache -1             | !
"""


def read(typed: str) -> str:
    try:
        parts = complaints.read([typed], WORDS)
    except InputError:
        return "!"
    said = []
    for part in parts:
        match part:
            case Said():
                said.append(f"{part.word.code} {part.grade or ''}".strip())
            case Denied():
                said.append("- " + " ".join(word.code for word in part.words))
            case Unclear():
                said.append("? " + " ".join(word.code for word in part.near))
    return "; ".join(said)


@pytest.mark.parametrize("case", PHRASES.strip().splitlines(), ids=lambda case: case.split("|")[0].strip())
def test_a_phrase_is_a_symptom_to_the_letter_or_is_asked_about(case: str) -> None:
    typed, _bar, wanted = (part.strip() for part in case.partition("|"))
    found = read(typed)
    if wanted[:1] in ("?", "-"):
        assert found[0] == wanted[0], found
        assert set(wanted[1:].split()) <= set(found[1:].split()), found
    else:
        assert found == wanted


ALL = [(word, text) for word in WORDS.data.words for text in (word.code, word.name.en, word.name.ja, *word.aliases)]


@pytest.mark.parametrize(
    ("typed", "near", "far"),
    [
        ("can't hear well", "hearing", "rf-suicidal"),
        ("pee is brown like cola", "rf-muscle", "rf-suicidal"),
        ("can't hear well, only voices", "rf-suicidal", ""),
        ("i can't hear well because of the voices", "rf-suicidal", ""),
        ("pee is brown like cola and my thoughts are dark", "rf-suicidal", ""),
    ],
)
def test_a_word_of_a_phrase_that_is_said_tells_of_no_other_red_flag_and_one_that_is_beside_it_does(
    typed: str, near: str, far: str
) -> None:
    found = read(typed)
    assert near in found
    assert not far or far not in found


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_name_and_alias_is_read_as_its_own_word_however_it_is_typed(lang: str) -> None:
    for word, text in ALL:
        if text.isascii() != (lang == "en") or re.search("[,、]", text):
            continue
        for typed in (text, text.upper(), f" {text} "):
            assert read(typed) == word.code, typed


def _slips(text: str) -> Iterator[str]:
    for at in range(len(text)):
        yield text[:at] + text[at + 1 :]
        yield text[:at] + text[at : at + 1] + text[at:]
    for at in range(len(text) - 1):
        yield text[:at] + text[at + 1] + text[at] + text[at + 2 :]


LONG_ENOUGH = [(word, text) for word, text in ALL if len(plain(text)) >= (5 if text.isascii() else 4)
               and not re.search("[,、]", text)]  # fmt: skip


def _tried() -> Iterator[tuple[Word, str]]:
    """The slips of all words; in a short run some of each, not the same ones of every word."""
    for number, (word, text) in enumerate(LONG_ENOUGH):
        first, every = (0, 1) if LONG else (number % 144, 144)
        yield from ((word, slip) for slip in itertools.islice(_slips(text), first, None, every))


@pytest.mark.slow
@pytest.mark.long
def test_no_slip_of_any_word_is_taken_for_another_or_for_a_red_flag() -> None:
    known = {plain(text) for _word, text in ALL}
    for word, slip in _tried():
        # What is said in another form is no slip: a particle that is left out, ぼけて for ぼやけて.
        if plain(slip) in known or re.search(r"[0-9,]", slip) or WORDS.known(slip) is word:
            continue
        try:
            parts = complaints.read([slip], WORDS)
        except InputError:
            continue
        for part in parts:
            if isinstance(part, Said):
                # The beginning of one word alone, and no red flag.
                assert part.word.flag_at(None) is None, (slip, part)
                assert part.word.code == word.code or plain(slip) in map(plain, slip.split()), (slip, part)


@pytest.mark.slow
@pytest.mark.long
def test_every_slip_of_a_red_flag_has_it_among_what_is_near() -> None:
    known = {plain(text) for _word, text in ALL}
    for word, slip in _tried():
        if word.flag_at(None) is None:
            continue
        # A word of its own is no slip, in whatever form: without 激 a 胃が激痛 is 胃が痛(い).
        if plain(slip) in known or re.search(r"[0-9,]", slip) or WORDS.known(slip) is not None:
            continue
        parts = complaints.read([slip], WORDS)
        named = {one for part in parts for one in complaints.words_of(part)}
        raised = {part.word.flag_at(part.grade) for part in parts if isinstance(part, Said)}
        assert word.code in {one.code for one in named} | {one.flag_at(None) for one in named} | raised, slip


def test_the_data_is_complete() -> None:
    data = json.loads((ROOT / "schemas" / "vocabularies" / "symptom.json").read_text())
    assert len(data["red_flags"]) == 10
    assert [one["code"] for one in data["red_flags"] if one["edited"]] == []
    schemas = ROOT / "schemas"
    files = {
        "vocabularies/symptom": "vocabulary",
        "vocabularies/mood": "vocabulary",
        "crisis": "crisis",
        "pregnancy": "pregnancy",
    }
    for file, schema in files.items():
        found = json.loads((schemas / f"{schema}.schema.json").read_text())
        jsonschema.Draft202012Validator(found).validate(json.loads((schemas / f"{file}.json").read_text()))
    named = {code for one in laboratory().analytes for limit in one.limits for code in limit.symptoms}
    assert named - {word.code for word in WORDS.data.words} == set()
    flags = {word.code for word in WORDS.data.flags}
    assert {one.raises for word in vocabulary("mood").codes for one in word.advice if one.raises} <= flags


# At the terminal.


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    started = say_on("2026-11-30", "start", "2026-12-01", "--weight", "54", "--dose", "20",
                  "--can-become-pregnant", "--timezone", "Asia/Tokyo")  # fmt: skip
    assert started.code == 0
    return place


def on(day: str, *command: str, lang: str = "en") -> Any:
    return say_on(day, "--lang", lang, *command)


def shown(day: str) -> Any:
    return json.loads(on(day, "symptoms", "--json").out)


@pytest.mark.long
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(LONG_ENOUGH), st.integers(0, 200))
def test_what_is_near_and_no_more_is_never_recorded_and_a_red_flag_says_what_to_do_first(
    machine: Machine, chosen: Any, at: int
) -> None:
    word, text = chosen
    slips = list(_slips(text))
    slip = slips[at % len(slips)]
    parts = complaints.read([slip], WORDS) if not re.search("[0-9]", slip) else []
    if not parts or all(isinstance(part, Said) for part in parts) or slip.startswith("-"):
        return
    before = image(machine.folder)
    said = on("2026-12-20", "log", "symptom", slip)
    assert (said.code, len(said.complaint)) == (2, 1), said
    assert image(machine.folder) == before
    if word.flag_at(None) is not None:
        assert "get medical help now" in said.out, slip
        assert f"isotrack log symptom {word.code}" in said.err or "isotrack log" in said.err or "not there" in said.err
    if word.is_crisis:
        assert said.out.startswith("! If you think of harming yourself"), slip


CRISES = [text for word, text in ALL if word.is_crisis]


@pytest.mark.long
@pytest.mark.parametrize("text", CRISES if LONG else CRISES[::12])
def test_thoughts_of_self_harm_show_the_crisis_line_before_anything_else(machine: Machine, text: str) -> None:
    said = on("2026-12-20", "log", "symptom", text)
    assert said.code == 0, said
    assert said.out.splitlines()[0].startswith("! If you think of harming yourself, talk to somebody now")
    assert "0120-279-338" in said.out
    assert said.out.index("0120-279-338") < said.out.index("Saved")
    assert rows(machine.db, "SELECT code FROM red_flag") == [("rf-suicidal",)]


def test_without_a_record_the_crisis_line_is_shown_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    said = say("log", "symptom", "死にたい")
    assert said.code == 2
    assert said.out.startswith("! If you think of harming yourself")
    assert not place.db.exists()
    shown = say("crisis", "jp")
    assert (shown.code, "0120-279-338" in shown.out, place.db.exists()) == (0, True, False)


CRISIS = [
    ("jp", ["0120-279-338", "0120-061-338", "0570-064-556", "your local emergency number"]),
    ("us", ["988"]), ("ca", ["988"]), ("fr", ["3114", "112"]), ("uk", ["116 123", "not confirmed"]),
    ("ie", ["116 123", "not confirmed", "112"]), ("kr", ["109", "not confirmed"]), ("de", ["112"]),
    ("日本", ["0120-279-338"]),
]  # fmt: skip


@pytest.mark.parametrize(("country", "wanted"), CRISIS)
def test_the_crisis_lines_of_a_country(country: str, wanted: list[str], tmp_path: Path,
                                       monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    settle(machine_in(tmp_path), monkeypatch)
    said = say("crisis", country)
    assert [one for one in wanted if one not in said.out] == []
    assert say("crisis", "xx").code == 2
    assert "your local emergency number" in say("crisis", "xx").err


def test_a_symptom_is_logged_ended_and_logged_again(machine: Machine) -> None:
    assert on("2026-12-10", "log", "symptom", "headache", "1", "--since", "-3d").code == 0
    assert on("2026-12-12", "log", "symptom", "headache=2", "lips=1").code == 0
    ended = on("2026-12-14", "log", "symptom", "headache", "--until", "yesterday")
    assert "from Sat 12 Dec 2026 until Sun 13 Dec 2026" in ended.out
    assert on("2026-12-15", "over", "唇").code == 0
    assert on("2026-12-16", "over", "lips").code == 2
    assert on("2026-12-18", "log", "symptom", "頭痛").code == 0
    keys = ("code", "since", "until", "grade", "worst")
    assert [tuple(one[key] for key in keys) for one in shown("2026-12-20")["periods"]] == [
        ("headache", "2026-12-07", "2026-12-13", 2, 2), ("cheilitis", "2026-12-12", "2026-12-15", 1, 1),
        ("headache", "2026-12-18", None, None, None),
    ]  # fmt: skip
    assert rows(machine.db, "PRAGMA foreign_key_check") == []


def test_an_end_that_is_said_of_what_was_not_there_is_that_day_alone(machine: Machine) -> None:
    said = on("2026-12-20", "log", "symptom", "lips=2", "headache=1", "--until", "yesterday")
    assert said.code == 0
    assert "--since" in said.out
    days = [(one["since"], one["until"]) for one in shown("2026-12-20")["periods"]]
    assert days == [("2026-12-19", "2026-12-19")] * 2
    del machine


@pytest.mark.usefixtures("machine")
def test_of_what_goes_on_and_was_long_not_said_the_screen_and_the_page_say_so() -> None:
    said = "Nothing was said for long of: vomiting"
    assert say_on("2026-12-03", "log", "symptom", "vomiting").code == 0
    assert said not in say_on("2026-12-17", "symptoms").out
    assert f"{said} (Thu 3 Dec 2026)" in say_on("2026-12-18", "symptoms").out
    page = Path("page.html")
    assert say_on("2026-12-18", "report", "-o", "page.html").code == 0
    assert ("in brackets: nothing said" in page.read_text(), ">(+)<" in page.read_text()) == (True, True)
    assert say_on("2026-12-18", "log", "symptom", "vomiting", "2").code == 0
    [found] = json.loads(say_on("2026-12-18", "symptoms", "--json").out)["periods"]
    assert (found["since"], found["said_last"], found["grade"]) == ("2026-12-03", "2026-12-18", 2)
    assert said not in say_on("2026-12-18", "symptoms").out
    assert say_on("2026-12-18", "report", "-o", "page.html", "--force").code == 0
    assert "in brackets" not in page.read_text()


@pytest.mark.usefixtures("machine")
def test_said_once_more_it_stays_and_keeps_its_grade() -> None:
    assert on("2026-12-20", "log", "symptom", "lips", "2").code == 0
    assert "Already there" in on("2026-12-20", "log", "symptom", "lips").out
    assert "takes the place" in on("2026-12-20", "log", "symptom", "lips 3").out
    assert [one["grade"] for one in shown("2026-12-20")["periods"]] == [3]


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("typed", [
    ("lips", "--until", "+1d"), ("lips", "--since", "+1d"), ("lips", "--since", "today", "--until", "-3d"),
    ("lips", "--on", "-1d", "--since", "-2d"), (), ("",), ("lips=1", "lips=2"), ("lips", "nonsense words"),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(typed: tuple[str, ...]) -> None:
    refused = on("2026-12-20", "log", "symptom", *typed)
    assert (refused.code, len(refused.complaint)) == (2, 1), refused
    assert shown("2026-12-20")["periods"] == []


@pytest.mark.usefixtures("machine")
def test_a_correction_is_held_to_the_same_and_raises_what_it_means() -> None:
    assert on("2026-12-10", "log", "symptom", "stomach ache", "1").code == 0
    [one] = shown("2026-12-10")["periods"]
    assert on("2026-12-10", "fix", str(one["entries"][0]), "--value", "4").code == 2
    fixed = on("2026-12-10", "fix", str(one["entries"][0]), "--value", "3")
    assert "get medical help now" in fixed.out
    found = shown("2026-12-10")
    assert [flag["code"] for flag in found["red_flags"]] == ["rf-pancreatitis"]
    assert on("2026-12-12", "fix", str(found["periods"][0]["entries"][0]), "--until", "-1d").code == 0
    assert [one["until"] for one in shown("2026-12-12")["periods"]] == ["2026-12-11"]


class Typed(io.StringIO):
    """What somebody types at a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.usefixtures("machine")
def test_at_a_terminal_what_is_near_is_asked_and_the_grade_too(monkeypatch: pytest.MonkeyPatch) -> None:
    [unclear] = complaints.read(["headaceh"], WORDS)
    assert isinstance(unclear, Unclear)
    codes = [word.code for word in unclear.near]
    monkeypatch.setattr(sys, "stdin", Typed("n\n" * codes.index("headache") + "y\n2\n"))
    said = on("2026-12-20", "log", "symptom", "headaceh")
    assert said.code == 0, said
    assert [(one["code"], one["grade"]) for one in shown("2026-12-20")["periods"]] == [("headache", 2)]
    monkeypatch.setattr(sys, "stdin", Typed("n\nn\nn\nn\nn\nn\nn\n"))
    assert on("2026-12-20", "log", "symptom", "suicdal").code == 2
    assert shown("2026-12-20")["red_flags"] == []


def test_symptoms_stand_beside_the_dose_of_their_week_and_fit_the_screen(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, said in (("2026-12-02", "lips 1"), ("2026-12-09", "lips 2"), ("2026-12-12", "headache")):
        assert on(day, "log", "symptom", said).code == 0
    weeks = [(one["week"], one["from"], one["mg"], one["grades"]) for one in shown("2026-12-15")["weeks"]]
    assert weeks == [
        (1, "2026-12-01", 140, {"cheilitis": 1}), (2, "2026-12-08", 140, {"cheilitis": 2, "headache": None}),
        (3, "2026-12-15", 20, {"cheilitis": 2, "headache": None}),
    ]  # fmt: skip
    for columns, lang in itertools.product(("80", "60"), ("en", "ja")):
        monkeypatch.setenv("COLUMNS", columns)
        said = on("2026-12-15", "symptoms", lang=lang)
        assert [line for line in said.out.splitlines() if _cells(line) > int(columns)] == []
    schema = json.loads((ROOT / "schemas" / "symptoms.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(shown("2026-12-15"))
    del machine


def _cells(line: str) -> int:
    from tracker.cli.lines import cells

    return cells(line)


@pytest.mark.usefixtures("machine")
def test_what_is_there_counts_for_a_blood_value_that_asks_for_it() -> None:
    on("2026-12-10", "log", "person", "female")
    assert "Watch: " in on("2026-12-10", "log", "blood", "CK=200").out
    assert on("2026-12-11", "log", "symptom", "muscle pain", "1").code == 0
    assert "! Contact your clinic now: CK" in on("2026-12-11").out
    assert "! Contact your clinic now: CK" in on("2026-12-11", "log", "symptom", "muscle pain", "1").out
    assert "CK" not in on("2026-12-11", "log", "symptom", "lips", "1").out
    on("2026-12-12", "over", "muscle pain", "--on", "2026-12-11")
    assert "! Contact your clinic now: CK" in on("2026-12-13").out, "the value is the newest still"
    assert "Watch: CK" in on("2026-12-20", "log", "blood", "CK=200").out


@pytest.mark.usefixtures("machine")
def test_a_headache_of_more_than_a_week_stands_on_the_status_with_its_source() -> None:
    on("2026-12-02", "log", "symptom", "headache", "1")
    assert "headache" not in on("2026-12-08").out
    assert "headache since Wed 2 Dec 2026, day 8: contact your clinic [K9]" in on("2026-12-09").out
    on("2026-12-10", "log", "symptom", "low mood", "2")
    assert "contact your clinic today [K1, O6]" in on("2026-12-10").out


BEHIND = [
    ("log symptom headache yesterday", "log symptom headache --on yesterday"),
    ("log symptom 鼻血 1 きのう", "log symptom 鼻血 1 --on きのう"),
    ("log symptom 頭痛 先週の金曜", "log symptom 頭痛 --on 先週の金曜"),
    ("over 鼻血 12/8", "over 鼻血 --on 12/8"),
    ("log mood 気分=1 きのう", "log mood 気分=1 --on きのう"),
    ("log substance ミノマイシン きのう", "log substance ミノマイシン --on きのう"),
    ("log substance vitamin C 3 days ago", "log substance vitamin C --on 3 days ago"),
    ("log background アレルギー スギ花粉 2026-12-03", "log background アレルギー スギ花粉 --on 2026-12-03"),
]


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("typed", "meant"), BEHIND)
def test_a_day_behind_what_is_said_is_neither_lost_nor_taken_for_a_part_of_it(typed: str, meant: str) -> None:
    refused = on("2026-12-20", "--lang", "ja", *typed.split())
    assert (refused.code, len(refused.complaint)) == (2, 1), refused
    assert refused.err.rstrip().endswith(meant)
    assert shown("2026-12-20")["periods"] == []
    assert json.loads(on("2026-12-20", "substances", "--json").out)["taken"] == []


NOT_TO_THE_LETTER = [
    "over headach", "over headake", "over headach gone", "over headake gone", "over no headach", "over head",
    "over 頭つう", "over 頭つうなし", "log symptom over headach", "log symptom headake over", "log symptom no headach",
    "log symptom 頭つう 終わった", "over nause", "over naus gone", "over no nause",
]  # fmt: skip
"""Nothing of it is a symptom to the letter."""


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("typed", NOT_TO_THE_LETTER)
def test_what_is_near_a_symptom_and_no_more_ends_none(typed: str) -> None:
    on("2026-12-10", "log", "symptom", "headache", "1")
    on("2026-12-10", "log", "symptom", "nausea", "--until", "today")
    on("2026-12-11", "log", "symptom", "nausea", "1")
    before = shown("2026-12-20")
    refused = on("2026-12-20", *typed.split())
    assert (refused.code, len(refused.complaint)) == (2, 1), refused
    assert shown("2026-12-20") == before


@pytest.mark.usefixtures("machine")
def test_what_is_near_what_has_ended_is_asked_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    on("2026-12-10", "log", "symptom", "lips", "1")
    monkeypatch.setattr(sys, "stdin", Typed("n\n" * 9))
    assert on("2026-12-20", "over", "lipz").code == 2
    [unclear] = complaints.read(["lipz"], WORDS)
    assert isinstance(unclear, Unclear)
    place = [word.code for word in unclear.near if not word.is_flag].index("cheilitis")
    monkeypatch.setattr(sys, "stdin", Typed("n\n" * place + "y\n"))
    assert on("2026-12-20", "over", "lipz").code == 0
    assert [one["until"] for one in shown("2026-12-20")["periods"]] == ["2026-12-20"]


@pytest.mark.usefixtures("machine")
def test_what_was_said_to_be_over_today_stands_no_more() -> None:
    on("2026-12-01", "log", "symptom", "headache", "1")
    assert "headache since" in on("2026-12-20").out
    on("2026-12-20", "over", "headache")
    assert "headache" not in on("2026-12-20").out
    assert "isotrack over" not in on("2026-12-20", "symptoms").out
    assert [one["open"] for one in shown("2026-12-20")["periods"]] == [False]


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("typed", "kept", "raised_then", "is_warned"), [
    (("headache but no nausea",), ["headache"], [], False),
    (("頭痛はあるが吐き気はない",), ["headache"], [], False),
    (("yellow eyes but no dark urine",), [], ["rf-liver"], True),
    (("headache", "but", "not", "yellow", "eyes"), ["headache"], [], False),
    # Nobody knows how far the "no" goes.
    (("頭痛、吐き気なし",), [], [], False),
    (("headache without nausea and fatigue",), [], [], False),
])  # fmt: skip
def test_what_is_there_is_kept_beside_what_is_not(
    typed: tuple[str, ...], kept: list[str], raised_then: list[str], is_warned: bool  # noqa: FBT001 - a column of a table
) -> None:  # fmt: skip
    said = on("2026-12-20", "log", "symptom", *typed)
    found = shown("2026-12-20")
    assert [one["code"] for one in found["periods"]] == kept
    assert [one["code"] for one in found["red_flags"]] == raised_then
    assert (said.code == 0) == bool(kept or raised_then)
    assert ("get medical help now" in said.out) == is_warned
    assert ("Said not to be there, and not recorded: " in said.out) == (said.code == 0)


@pytest.mark.usefixtures("machine")
def test_what_goes_on_is_not_ended_together_with_what_is_over() -> None:
    on("2026-12-01", "log", "symptom", "headache", "nausea")
    refused = on("2026-12-20", "over", "headache but no nausea")
    assert (refused.code, len(refused.complaint), "isotrack over nausea" in refused.err) == (2, 1, True)
    assert [one["until"] for one in shown("2026-12-20")["periods"]] == [None, None]
    assert "If it has ended: isotrack over nausea" in on("2026-12-20", "log", "symptom", "headache 2 but no nausea").out


# Mood.


def test_the_check_of_mood_is_kept_answer_by_answer_and_no_score_is_made(machine: Machine) -> None:
    said = on("2026-12-10", "log", "mood", "気分=1", "不安=0", "睡眠=2", "自傷=0")
    assert said.code == 0, said
    assert "contact your clinic today" in said.out
    assert [(one["code"], one["answer"]) for one in shown("2026-12-10")["mood"]] == [
        ("spirits", 1), ("worry", 0), ("sleep", 2), ("harm", 0),
    ]  # fmt: skip
    partial = on("2026-12-12", "log", "mood", "spirits=0")
    assert "nothing is concluded" in partial.out
    # What was left out keeps its answer, with its day.
    assert "! sleep: badly, as said on Thu 10 Dec 2026: contact your clinic today" in on("2026-12-12", "next").out
    on("2026-12-12", "log", "mood", "sleep=0")
    assert "mood" not in on("2026-12-12").out
    for wrong in (("3/10",), ("11",), ("spirits=4",), ("spirits",), ("harm=2",), ("feet=1",), ()):
        refused = on("2026-12-12", "log", "mood", *wrong)
        assert (refused.code, len(refused.complaint)) == (2, 1), (wrong, refused)
    assert on("2026-12-13", "log", "mood", "low").code == 0
    denied = on("2026-12-13", "log", "mood", "自傷=いいえ", "気分=まあまあ")
    assert (denied.code, denied.out) == (2, "")
    assert rows(machine.db, "SELECT count(*) FROM red_flag") == [(0,)]


MOOD = [
    ("spirits=1", [], "2027-01-10", True), ("spirits=1", [], "2027-01-11", False),
    ("spirits=1", ["2026-12-10"], "2026-12-20", True), ("spirits=1", ["2026-12-11"], "2026-12-20", False),
    ("spirits=1", ["2026-12-09"], "2026-12-20", True), ("worry=2", [], "2027-03-10", True),
    ("worry=2", ["2026-12-11"], "2026-12-11", False), ("spirits=1 sleep=2", [], "2027-03-10", True),
]  # fmt: skip
"""What was answered on 10 December 2026, the visits, and whether it heads the screens of a day."""


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("answers", "visits", "today", "stands"), MOOD)
def test_an_answer_on_mood_stands_until_a_later_visit_and_a_lesser_one_for_a_month_at_most(
    answers: str, visits: list[str], today: str, *, stands: bool
) -> None:
    on("2026-12-10", "log", "mood", *answers.split())
    for visit in visits:
        assert on(max(visit, "2026-12-10"), "log", "visit", "--on", visit).code == 0
    asks = ", as said on Thu 10 Dec 2026: contact your clinic"
    assert stands == (asks in " ".join(on(today).out.split()))
    assert "Said of mood on Thu 10 Dec 2026: " in on(today, "symptoms").out


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("typed", "warns"), [
    ("harm=2", True), ("harm=often", True), ("harm", True), ("spirits=9 harm=1", True), ("harm=1 spirits=9", True),
    ("harm=1 harm=0", True), ("low harm=1", True), ("自傷=たまに", True),
    ("harm=0 spirits=9", False), ("harm=no feet=1", False), ("spirits=9", False),
])  # fmt: skip
def test_an_answer_on_self_harm_that_is_refused_shows_the_crisis_line_unless_it_is_none(
    typed: str, *, warns: bool
) -> None:
    refused = on("2026-12-10", "log", "mood", *typed.split())
    assert (refused.code, len(refused.complaint)) == (2, 1)
    assert warns == refused.out.startswith("! If you think of harming yourself"), typed
    assert shown("2026-12-10")["mood"] == shown("2026-12-10")["red_flags"] == []


@pytest.mark.usefixtures("machine")
def test_what_the_clinic_is_to_hear_of_at_once_stands_first_and_in_every_short_answer() -> None:
    on("2026-12-03", "log", "symptom", "headache", "3")
    on("2026-12-10", "log", "mood", "spirits=3")
    on("2026-12-10", "log", "blood", "TG=1100")
    for command in ("next", "today"):
        said = on("2026-12-11", command).out
        assert said.startswith("! Contact your clinic now: Triglycerides"), said
        before_the_day = said.partition("Fri 11 Dec 2026")[0]
        assert "! mood: very low, as said on Thu 10 Dec 2026: contact your clinic today" in before_the_day
    asked = [line for line in on("2026-12-11", "symptoms").out.splitlines() if line.startswith("!")]
    assert [line.split()[1] for line in asked] == ["mood:", "headache"]


@pytest.mark.usefixtures("machine")
def test_an_answer_of_self_harm_shows_the_crisis_line_first_and_asks_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = on("2026-12-10", "log", "mood", "spirits=3", "harm=yes")
    assert said.out.startswith("! If you think of harming yourself")
    assert [one["code"] for one in shown("2026-12-10")["red_flags"]] == ["rf-suicidal"]
    on("2026-12-11", "undo")
    monkeypatch.setattr(sys, "stdin", Typed("0\n1\n\n1\n"))
    asked = on("2026-12-11", "log", "mood")
    assert asked.out.rindex("Have you thought of") < asked.out.index("! If you think of harming yourself")
    assert [(one["code"], one["answer"]) for one in shown("2026-12-11")["mood"]] == [("spirits", 0), ("worry", 1)]
    assert [one["code"] for one in shown("2026-12-11")["red_flags"]] == ["rf-suicidal"]


def test_where_a_programme_asks_for_a_word_on_mood_the_check_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    assert on("2026-11-20", "start", "2026-12-01", "--weight", "54", "--dose", "20", "--protocol", "uk",
              "--timezone", "Europe/London", "--can-become-pregnant").code == 0  # fmt: skip
    assert "isotrack log mood" in on("2026-11-29", "symptoms").out
    on("2026-11-29", "log", "mood", "spirits=0", "worry=0", "sleep=0", "harm=0")
    assert "isotrack log mood" not in on("2026-11-29", "symptoms").out


@pytest.mark.parametrize("typed", ["", " ", "\u3000", "="])
def test_nothing_is_no_answer_to_the_check_of_mood(machine: Machine, typed: str) -> None:
    before = rows(machine.db, "SELECT count(*) FROM command")
    refused = on("2026-12-20", "log", "mood", typed)
    assert (refused.code, refused.out) == (2, "")
    assert rows(machine.db, "SELECT count(*) FROM command") == before


COMPLAINING = {
    "何もする気が起きない": "mood-change", "何もする気になれない": "mood-change", "何もやる気がしない": "mood-change",
    "何もする気力がない": "mood-change", "何もしたくない": "mood-change", "何も手につかない": "mood-change",
    "何も感じない": "mood-change", "何も考えられない": "mood-change", "何も楽しめない": "mood-change",
    "眠れない": "mood-change", "やる気が出ない": "mood-change", "笑えない": "mood-change",
    "起き上がれない": "muscle-weakness", "歩けない": "muscle-weakness", "力が入らない": "muscle-weakness",
    "鼻血が止まらない": "nosebleed",
    # Which it is, is asked.
    "何も食べられない": None, "何も食べたくない": None, "何も飲めない": None, "何もできない": None,
    "何も喉を通らない": None,
    "何も見えない": None, "何も聞こえない": None, "食べられない": None, "動けない": None, "立てない": None,
    "食欲がない": None, "元気が出ない": None, "元気がない": "fatigue", "声が出ない": None,
    "頭痛が治らない": None, "頭痛が止まらない": None, "頭痛が消えない": None, "吐き気がおさまらない": None,
    "乾燥がよくならない": None, "頭痛が治りません": None, "頭が痛くて仕方ない": None, "何も食べられません": None,
    # What is not so at the time.
    "目が見えていない": "visual-change", "目は見えていません": "visual-change", "耳が聞こえていない": "hearing",
    "夜眠れていない": "mood-change", "力が入っていない": "muscle-weakness", "避妊していない": "unprotected-sex",
    "尿が出ていない": None, "食べれていない": None,
    "eyes not seeing": None, "hearing is not working": None, "legs not working": None, "arm not moving": None,
    "涙が出ない": None, "涙が少ない": None, "唾液が出ない": None, "唇に潤いがない": None, "落ち着きがない": None,
    "切ない": None, "髪が生えてこない": None, "鼻が通らない": None, "朝立ちしない": "sexual-dysfunction",
    "生理の量が少ない": None,
    "つまらない": None, "生きがいがない": None, "気分が上がらない": None, "痛みが引かない": None,
    # What has gone that should be there.
    "periods stopped": None, "my periods have stopped": None, "nothing makes me happy": None, "motivation gone": None,
    "libido gone": None, "no erections": None, "vision gone in one eye": None, "hearing gone on the left": None,
    "hair gone at temples": None, "appetite gone": None, "my sight has gone": None, "no joy": None,
    "my will to live is gone": None, "hope is gone": None, "I'd be better off gone": None,
    "breath not coming": None, "period not coming": None, "condom not used": None, "I'm not safe": None,
}  # fmt: skip
DENYING = (
    "症状はない", "頭痛なし", "何もない", "特になし", "頭痛はもうない", "何もありません", "何も問題ない",
    "何も異常はない", "何も変わりない",
    "何も変わらない", "何も症状はない", "何も出ていない", "何も起きていない", "何も困っていない",
    "何も気にならない",
    "頭痛はありません",
    "頭痛がなくなった", "頭痛は何もない", "頭痛はしない",
    "頭痛はしていない", "頭痛が出ない", "症状が出ない", "頭は痛くない",
    "吐き気がない",
    "眠気がない", "吐き気が出ない", "頭痛は見られない", "出血は認められない", "頭痛が治った",
    "気になることは何もない", "元気、頭痛なし",
)  # fmt: skip


@pytest.mark.parametrize("typed", COMPLAINING)
def test_what_says_not_and_complains_is_never_read_as_a_denial(typed: str) -> None:
    parts = complaints.read([typed], WORDS)
    assert not any(isinstance(one, complaints.Denied) for one in parts), parts
    if COMPLAINING[typed] is not None:
        assert [word.code for one in parts for word in complaints.words_of(one)] == [COMPLAINING[typed]]
        assert isinstance(parts[0], complaints.Said)


@pytest.mark.parametrize("typed", DENYING)
def test_what_denies_stays_a_denial_and_nothing_at_all_names_no_symptom(typed: str) -> None:
    last = complaints.read([typed], WORDS)[-1]
    assert isinstance(last, complaints.Denied)
    if typed.startswith("何も") and "症状" not in typed:
        assert last.words == ()


@pytest.mark.parametrize(("typed", "code"), {
    "目がかすんでいない": "visual-change", "目はかすんでません": "visual-change",
    "便に血が混じっていない": "rf-gi-bleed",
    "死にたいと思っていない": "rf-suicidal", "息苦しくはない": "rf-allergy", "urine not dark": "dark-urine",
    "urine isn't dark": "dark-urine", "my period is not late": "menses-late", "vision not blurry": "visual-change",
    "chest not tight": "rf-neuro-cardiac", "rash is not spreading at all": "rf-severe-skin",
}.items())  # fmt: skip
def test_a_not_within_what_is_denied_is_as_plain_as_one_before_it(typed: str, code: str) -> None:
    (part,) = complaints.read([typed], WORDS)
    assert isinstance(part, complaints.Denied)
    assert part.is_plain
    assert [word.code for word in part.words] == [code]


@pytest.mark.parametrize("typed", [
    "libido gone", "motivation gone", "vision gone in one eye", "hair gone at temples", "periods stopped",
    "hope is gone",
])  # fmt: skip
def test_what_has_gone_is_asked_about_by_what_it_is_and_its_gone_tells_no_more(typed: str) -> None:
    (part,) = complaints.read([typed], WORDS)
    assert isinstance(part, complaints.Unclear)
    codes = [word.code for word in part.near]
    assert ("rf-suicidal" in codes) is (typed == "hope is gone"), codes
    assert "rf-neuro-cardiac" not in codes


@pytest.mark.parametrize("typed", [
    "ニキビが良くならない", "ニキビが治らない", "肌荒れが治らない", "acne won't clear up",
    "my acne isn't getting better",
])  # fmt: skip
def test_acne_that_does_not_get_better_is_asked_about_and_never_a_flare_for_certain(typed: str) -> None:
    (part,) = complaints.read([typed], WORDS)
    assert isinstance(part, complaints.Unclear)
    assert [word.code for word in part.near] == ["acne-flare"]


def test_of_what_may_be_meant_thoughts_of_self_harm_come_first() -> None:
    (part,) = complaints.read(["nobody would miss me"], WORDS)
    assert isinstance(part, complaints.Unclear)
    assert part.near[0].code == "rf-suicidal"


@pytest.mark.parametrize("typed", ["calves killing after rugby", "my lips are dying", "my hand is killing"])
def test_a_part_of_the_body_that_kills_is_a_manner_of_speaking(typed: str) -> None:
    (part,) = complaints.read([typed], WORDS)
    assert isinstance(part, complaints.Unclear)
    assert "rf-suicidal" not in [word.code for word in part.near]


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("typed", "flag"), [
    ("headache 10/10 and blurred vision", "blurred, double or lost vision"),
    ("頭痛 10/10 吐いた", "raised pressure in the head"),
    ("rash with 39 fever and mouth sores", "severe skin reaction"),
    ("wheezy and covered in hives 10 mins after the pill", "severe allergic reaction"),
])  # fmt: skip
def test_a_number_that_is_no_grade_keeps_no_red_flag_from_being_told(typed: str, flag: str) -> None:
    refused = on("2026-12-12", "log", "symptom", typed)
    assert refused.code == 2  # noqa: PLR2004 - the exit code of what was typed
    assert flag in refused.out
    assert "get medical help now" in " ".join(refused.out.split())


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("typed", ["fever 39", "fever of 39.2C", "発熱 38.5", "熱が39度", "fever of 102F"])
def test_how_hot_a_fever_is_is_no_grade_and_stays_as_it_was_said(typed: str) -> None:
    assert on("2026-12-12", "log", "symptom", typed).code == 0
    (period,) = shown("2026-12-12")["periods"]
    assert (period["code"], period["grade"]) == ("fever", None)
    assert typed in on("2026-12-12", "history").out.replace("\n", " ")


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("typed", "command"), [
    ("forgot my capsule yesterday", "log dose --missed --on -1d"), ("missed a capsule", "log dose --missed"),
    ("薬飲み忘れた", "log dose --missed"), ("昨日カプセルを飲み忘れました", "log dose --missed --on -1d"),
])  # fmt: skip
def test_a_capsule_that_was_forgotten_is_no_risk_and_leads_to_where_it_is_recorded(typed: str, command: str) -> None:
    refused = on("2026-12-12", "log", "symptom", typed)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.rstrip().endswith(f" {command}")
    assert on("2026-12-12", *command.split()).code == 0


@pytest.mark.parametrize(("typed", "said", "denied"), [
    ("唇は乾くけど鼻血は出ない", ["cheilitis"], ["nosebleed"]),
    ("かゆみはあるけど水ぶくれとか熱はない", ["rash"], ["rf-severe-skin", "fever"]),
    ("no headache or fever but my eyes went yellow", ["rf-liver"], ["headache", "fever"]),
    ("im not suicidal just really low and cant sleep", ["mood-change"], ["rf-suicidal"]),
    ("havent been sick or had the runs but my belly is in agony", ["rf-pancreatitis"], ["vomiting", "diarrhoea"]),
])  # fmt: skip
def test_a_denial_before_or_behind_a_but_is_of_its_own_half(typed: str, said: list[str], denied: list[str]) -> None:
    parts = complaints.read([typed], WORDS)
    of = {kind: [word.code for one in parts if isinstance(one, complaints.Denied) is kind
                 for word in complaints.words_of(one)] for kind in (True, False)}  # fmt: skip
    assert of[True] == denied
    assert set(said) <= set(of[False])
    assert all(one.is_plain for one in parts if isinstance(one, complaints.Denied))


@pytest.mark.parametrize("typed", [
    "もうおらんほうがええ", "きえてしまいたい", "手首切っちゃった", "生きとる意味がわからん", "死にたくてしゃーない",
    "everyone would be happier if i wasnt around", "how many paracetamol it takes", "messages thru the tv",
    "whites of my eyes have gone yellowish", "gone a bit deaf", "excruciating stomach pain doubled over",
    "one side of my face has dropped", "my face blew up like a balloon", "the runs like 15 times a day",
    "のどがしまるかんじがする", "顔がぼっこり腫れとる", "うえのおなかがいたすぎてうごけない",
    "目と口が真っ赤にただれて", "腕あがらん、力が入らんっちゃけど",
])  # fmt: skip
def test_what_cannot_wait_is_told_in_these_words_too(typed: str) -> None:
    parts = complaints.read([typed], WORDS)
    assert not any(isinstance(one, complaints.Denied) for one in parts), parts
    assert any(word.flag_at(None) is not None for one in parts for word in complaints.words_of(one)), parts


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("typed", ["匂いがしない", "toe not hurting", "no sense of smell"])
def test_of_a_not_that_nobody_understands_it_is_not_said_that_nothing_is_there(typed: str) -> None:
    refused = on("2026-12-12", "log", "symptom", typed)
    assert (refused.code, refused.out) == (2, "")
    assert "is not clear; nothing was saved" in refused.err
    assert f"isotrack ask '{typed}'" in refused.err.replace("ask 匂いがしない", "ask '匂いがしない'")


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("flags", "day"), [
    (("--until", "2026-12-10"), "2026-12-10"), (("--since", "2026-12-09", "--until", "2026-12-10"), "2026-12-09"),
    (("--on", "2026-12-08"), "2026-12-08"), ((), "2026-12-12"),
])  # fmt: skip
def test_a_red_flag_that_is_over_is_of_its_day_and_not_of_today(flags: tuple[str, ...], day: str) -> None:
    said = on("2026-12-12", "log", "symptom", "blood in my stool", *flags)
    assert ("only your clinic's word lifts it" in " ".join(said.out.split())) is ("--until" in flags)
    assert [(one["code"], one["on"]) for one in shown("2026-12-12")["red_flags"]] == [("rf-gi-bleed", day)]


@pytest.mark.usefixtures("machine")
def test_a_red_flag_in_the_words_of_a_symptom_leaves_the_symptom_there_and_it_counts_with_others() -> None:
    said = on("2026-12-12", "log", "symptom", "割れるような頭痛").out
    assert said.index("get medical help now") < said.index("Saved: headache: grade 3")
    found = shown("2026-12-12")
    assert [(one["code"], one["worst"]) for one in found["periods"]] == [("headache", 3)]
    assert [one["code"] for one in found["red_flags"]] == ["rf-intracranial"]
    assert found["weeks"][-1]["grades"] == {"headache": 3}
    on("2026-12-14", "log", "cleared", "rf-intracranial")
    # It is a headache that goes on: with dizziness it cannot wait anew.
    on("2026-12-16", "log", "symptom", "dizzy")
    assert [(one["code"], one["on"]) for one in shown("2026-12-16")["red_flags"]] == [("rf-intracranial", "2026-12-16")]
    on("2026-12-18", "log", "symptom", "splitting headache, headache 2")
    assert shown("2026-12-18")["periods"][0]["grade"] == 2


@pytest.mark.usefixtures("machine")
def test_what_goes_on_is_logged_from_the_day_that_was_said_and_is_not_over() -> None:
    on("2026-12-20", "log", "symptom", "headache not going away for 10 days, nausea")
    found = shown("2026-12-20")
    assert [(one["code"], one["since"], one["until"]) for one in found["periods"]] == [
        ("headache", "2026-12-10", None), ("nausea", "2026-12-20", None),
    ]  # fmt: skip
    assert ["headache"] in [one["codes"] for one in found["findings"] if one["level"] == "tell"]
    refused = on("2026-12-20", "over", "頭痛が治らない")
    assert (refused.code, len(refused.complaint), "goes on" in refused.err) == (2, 1, True)
    assert shown("2026-12-20")["periods"][0]["until"] is None
    asked = on("2026-12-20", "log", "symptom", "headake for 3 days")
    assert "isotrack log symptom headache --since -3d" in asked.err


@pytest.mark.parametrize(("said", "is_offered"), [("--cannot-become-pregnant", False), ("--can-become-pregnant", True)])
def test_a_pregnancy_is_only_offered_to_who_can_become_pregnant(
    said: str, is_offered: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch  # noqa: FBT001 - a column of a table
) -> None:  # fmt: skip
    settle(machine_in(tmp_path), monkeypatch)
    say_on("2026-12-01", "start", "2026-12-01", "--weight", "54", "--dose", "20", said, "--timezone", "Asia/Tokyo")
    for near in ("perod late", "pregnent", "missed pils", "妊娠したきがするような", "condom slit"):
        asked = on("2026-12-20", "log", "symptom", near)
        offered = "log risk" in asked.err or "pregnancy-test" in asked.err
        assert (asked.code, offered, "get medical help now" in asked.out) == (2, is_offered, is_offered), near


@pytest.mark.usefixtures("machine")
def test_the_sources_of_symptoms_have_a_heading() -> None:
    on("2026-12-01", "log", "symptom", "headache", "3")
    said = on("2026-12-20", "symptoms").out.splitlines()
    assert said[said.index("Sources:") + 1].startswith("  K9: ")


SPELL = ("log symptom headache 2 --since 2026-12-10", "over headache --on 2026-12-14")
"""A headache of five days, and what is said of its end afterwards."""


@pytest.mark.parametrize(("said", "periods"), [
    ("over headache --on 2026-12-12", ["2026-12-10 2026-12-12 2"]),
    ("log symptom headache --until 2026-12-12", ["2026-12-10 2026-12-12 2"]),
    # How strong it was on its last day takes nothing from the days before.
    ("log symptom headache 1 --until 2026-12-12", ["2026-12-10 2026-12-12 2"]),
    ("over headache --on 2026-12-14", ["2026-12-10 2026-12-14 2"]),
    # What it was not recorded for is another one.
    ("log symptom headache --until 2026-12-17", ["2026-12-10 2026-12-14 2", "2026-12-17 2026-12-17 None"]),
    ("over headache --on 2026-12-09", ["2026-12-10 2026-12-14 2"]),
])  # fmt: skip
@pytest.mark.usefixtures("machine")
def test_the_last_day_of_what_is_over_can_be_said_again(said: str, periods: list[str]) -> None:
    for command in (*SPELL, said):
        done = on("2026-12-20", *command.split())
    assert ("was not recorded as there" in done.out) == (len(periods) > 1)
    found = shown("2026-12-20")["periods"]
    assert [f"{one['since']} {one['until']} {one['worst']}" for one in found] == periods


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    "order", list(itertools.permutations((("3", "can't work"), ("1", "slept badly"), ("2", None))))
)
def test_of_one_day_the_strongest_stays_with_the_words_of_all_in_any_order(
    order: tuple[tuple[str, str | None], ...],
) -> None:
    highest = "0"
    for grade, note in order:
        said = on("2026-12-10", "log", "symptom", "low-mood", grade, *(["--note", note] if note else ()))
        assert ("Of that day the strongest stays" in " ".join(said.out.split())) == (grade < highest)
        if grade < highest:
            number = json.loads(on("2026-12-10", "history", "--kind", "symptom", "--json").out)[0]["recorded"][0]["id"]
            assert f"isotrack fix {number} {grade}" in said.out
        highest = max(highest, grade)
    one = json.loads(on("2026-12-10", "history", "--kind", "symptom", "--json").out)[0]["recorded"][0]
    assert sorted(one["note"].split(" / ")) == ["can't work", "slept badly"]
    assert shown("2026-12-10")["periods"][0]["grade"] == 3
    on("2026-12-10", "fix", str(one["id"]), "1")
    assert shown("2026-12-10")["periods"][0]["grade"] == 1


@pytest.mark.usefixtures("machine")
def test_the_page_says_in_which_words_a_symptom_was_told() -> None:
    for words in ("なんかイライラする", "眠れない"):
        assert "takes the place" not in on("2026-12-10", "log", "symptom", words).out
    assert on("2026-12-10", "report", "-o", "page.html").code == 0
    page = Path("page.html").read_text()
    assert "なんかイライラする / 眠れない" in page
