"""What people say of their symptoms is found in the forms in which they say it; what denies one is not taken for it."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support import LONG, some
from tests.test_symptoms import ALL, WORDS, read
from tracker.cli import complaints
from tracker.cli.complaints import Denied, Said
from tracker.errors import InputError
from tracker.phrasing import forms

TABLE: Any = json.loads((Path(__file__).parent / "data" / "said_symptoms.json").read_text(encoding="utf-8"))
"""What is said of each code, what denies something, what is something else, and what is asked about."""


def test_what_people_say_is_found_in_the_forms_in_which_they_say_it() -> None:
    rows = [(typed, code) for code, said in TABLE["said"].items() for typed in said]
    assert [(typed, wanted, found) for typed, wanted in rows if (found := read(typed)) != wanted] == []


def test_what_is_said_not_to_be_there_is_never_recorded() -> None:
    assert [(one, found) for one in TABLE["denied"] if (found := read(one))[:1] not in ("-", "?")] == []


def _contrast(typed: str) -> str:
    """What is said to be there, and not to be; perhaps where it is not certain how far a "no" goes."""
    found = []
    for part in complaints.read([typed], WORDS):
        names = "/".join(word.code for word in complaints.words_of(part))
        grade = f" {part.grade}" if isinstance(part, Said) and part.grade else ""
        denied = "not " if isinstance(part, Denied) else ""
        found.append(("perhaps " if denied and not part.is_plain else "") + denied + names + grade)
    return ", ".join(found)


def test_of_what_is_there_and_what_is_not_neither_swallows_the_other() -> None:
    rows = [(typed, wanted) for wanted, said in TABLE["contrasts"].items() for typed in said]
    assert [(typed, wanted, found) for typed, wanted in rows if (found := _contrast(typed)) != wanted] == []


_WITH_A_DENIAL = {
    "en": (("headache", "nausea", "dizziness", "back pain", "dry lips", "tinnitus"),
           ("{} but no {}", "{}, no {}", "{}, not {}", "{} without {}", "{} and no {}", "{} 2 but not {}")),
    "ja": (("頭痛", "吐き気", "めまい", "関節痛", "目のかすみ", "耳鳴り"),
           ("{}はあるが{}はない", "{}あり、{}なし", "{}があるけど{}はありません", "{}だけで{}なし", "{}2、{}なし")),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("lang", _WITH_A_DENIAL)
def test_every_symptom_is_there_beside_every_other_one_that_is_not(lang: str) -> None:
    names, sayings = _WITH_A_DENIAL[lang]
    code = {name: word.code for name in names if (word := WORDS.known(name)) is not None}
    cases = [(one, other, saying) for saying in sayings for one, other in itertools.permutations(names, 2)]
    wrong = {}
    for one, other, saying in some(cases, 5):
        typed = saying.format(one, other)
        wanted = f"{code[one]}{' 2' if '2' in saying else ''}, not {code[other]}"
        if (found := _contrast(typed)) != wanted:
            wrong[typed] = found
    assert wrong == {}


def _is_taken(typed: str) -> bool:
    try:
        return any(isinstance(part, Said) for part in complaints.read([typed], WORDS))
    except InputError:
        return False


@pytest.mark.long
def test_no_word_that_is_denied_is_taken_for_the_word() -> None:
    some = ALL if LONG else ALL[::20]
    for _word, text in some:
        # What is a complaint by its own "not" is no more so with another: no sleep is bad, no cannot stop.
        if any(sign in text for sign in ",、") or re.search(r"\b(?:can ?not|no|not|never)\b|n't", text):
            continue
        denied = [f"no {text}", f"not {text}"]
        if not text.isascii():
            denied = [text + denial for denial in ("なし", "ではない", "はありません", "はなかった")]
        denied = [one for one in denied if WORDS.known(" ".join(one.split()[:2])) is None]
        assert [one for one in denied if _is_taken(one)] == [], text


def test_what_is_only_near_or_something_else_is_never_taken() -> None:
    assert [(one, read(one)) for one in TABLE["unlike"] if _is_taken(one)] == []


@pytest.mark.parametrize(("typed", "codes"), TABLE["near"].items())
def test_what_is_near_is_asked_about_and_what_is_a_red_flag_is_among_it(typed: str, codes: list[str]) -> None:
    found = read(typed)
    assert found[0] == "?"
    assert set(codes) <= set(found[1:].split())


def test_what_may_be_several_things_is_asked_about_and_nothing_else_is_offered() -> None:
    rows = {typed: "? " + " ".join(codes) for typed, codes in TABLE["asked"].items()}
    assert {typed: read(typed) for typed in rows} == rows


def test_what_is_plainly_not_there_is_no_complaint_and_names_no_red_flag_but_its_own() -> None:
    found = {}
    for typed in (*TABLE["plainly not there"], *TABLE["not there, and no symptom"], *TABLE["well"]):
        [part] = complaints.read([typed], WORDS)
        assert isinstance(part, Denied), typed
        found[typed] = (part.is_plain, [word.code for word in part.words])
    wanted = {typed: (True, codes) for typed, codes in TABLE["plainly not there"].items()}
    wanted |= {typed: (False, []) for typed in TABLE["not there, and no symptom"]}
    assert found == wanted | {typed: (True, []) for typed in TABLE["well"]}


def test_no_two_words_say_the_same_for_two_codes() -> None:
    seen: dict[str, set[str]] = {}
    for word, text in ALL:
        if (key := WORDS.phrasing.key(text)) and text != word.code:
            seen.setdefault(key, set()).add(word.code)
    # "Feeling sick" is nausea, "being sick" is vomiting: each is found by itself, and "sick" by itself.
    assert {key: codes for key, codes in seen.items() if len(codes) > 1} == {"sick": {"nausea", "vomiting"}}


def test_no_form_of_a_word_denies_what_the_word_says() -> None:
    denials = ("ない", "ません", "なかった", "なく", "ず")
    said = {word for group in WORDS.data.same for word in group if not word.isascii() and not word.endswith(denials)}
    assert [(word, one) for word in said for one in forms(word) if one.endswith(denials)] == []


def _flags(part: complaints.Part) -> list[str]:
    return [word.code for word in complaints.words_of(part) if word.flag_at(None) is not None or word.records]


def test_a_red_flag_is_offered_where_what_tells_of_it_is_said_and_nowhere_else() -> None:
    for typed, flags in TABLE["offered"].items():
        parts = complaints.read([typed], WORDS)
        assert [one for one in parts if isinstance(one, Said)] == [], typed
        assert [code for part in parts for code in _flags(part)] == flags, typed


def test_a_red_flag_in_the_words_of_a_symptom_names_that_symptom_as_well() -> None:
    found = {}
    for typed in TABLE["also"]:
        [said] = complaints.read([typed], WORDS)
        assert isinstance(said, Said), typed
        found[typed] = [said.word.code, *(f"{word.code} {grade or ''}".strip() for word, grade in said.also)]
    assert found == TABLE["also"]


def test_what_will_not_end_is_there_and_for_as_long_as_is_said() -> None:
    found = {}
    for typed in TABLE["goes on"]:
        parts = complaints.read([typed], WORDS)
        assert not any(isinstance(one, complaints.Denied) for one in parts), typed
        found[typed] = "; ".join(
            f"{one.word.code} {one.grade or ''}".strip() + (f" for {one.lasted}" if one.lasted else "")
            for one in parts if isinstance(one, Said)
        )  # fmt: skip
    assert found == TABLE["goes on"]
    for typed in ("headache won't go away and nausea", "頭痛が治らないし吐き気"):
        assert complaints.goes_on([typed], WORDS), typed


_TOGETHER = {
    "en": (
        {"headache": "headache", "i feel sick": "nausea", "my stomach hurts": "abdominal-pain", "dizzy": "dizziness",
         "blurry vision": "visual-change", "sore knees": "arthralgia", "want to die": "rf-suicidal"},
        ("{}", "{} won't go away", "{} wont go away", "{} not going away", "{} that won't stop",
         "{} isnt getting better", "{} hasn't gone", "{} for 3 days", "persistent {}"),
        (" and ", " with ", " plus ", " & ", ", ", ", and ", " but also ", ". ", "; "),
    ),
    "ja": (
        {"頭痛": "headache", "吐き気": "nausea", "腹痛": "abdominal-pain", "めまい": "dizziness",
         "関節痛": "arthralgia", "目のかすみ": "visual-change", "耳鳴り": "hearing"},
        ("{}がする", "{}が治らない", "{}が止まらない", "{}がなかなか治らない", "{}が治りません",
         "{}が3日続いている", "治らない{}がある"),
        ("、", "と", "し", "。", "けど", " "),
    ),
}  # fmt: skip
"""Symptoms, what is said of one that is there or will not end, and what joins two of them."""


@pytest.mark.long
@pytest.mark.parametrize("lang", _TOGETHER)
def test_what_will_not_end_and_what_is_said_in_one_breath_with_it_are_both_there(lang: str) -> None:
    names, sayings, joints = _TOGETHER[lang]
    pairs = list(itertools.permutations(names, 2))
    cases = [(one, other, first.format(one) + joint + second.format(other))
             for number, (first, joint, second) in enumerate(itertools.product(sayings, joints, sayings))
             for one, other in (pairs if LONG else [pairs[number % len(pairs)]])]  # fmt: skip
    wrong = {}
    for one, other, typed in some(cases, 4):
        parts = complaints.read([typed], WORDS)
        found = [part.word.code if isinstance(part, Said) else type(part).__name__ for part in parts]
        if found != [names[one], names[other]]:
            wrong[typed] = found
    assert wrong == {}
