"""A calendar with discreet titles says nothing, whatever it is made from: no word of the field stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support import Machine, say, settle
from tests.test_canary import NAME, WORD, planted
from tracker.analytes import laboratory
from tracker.calendar import titles
from tracker.facts import KINDS
from tracker.facts.observation import Observation
from tracker.procedures import catalogue
from tracker.substances import pharmacy
from tracker.vocabulary import vocabulary

pytestmark = pytest.mark.slow
WORDS = (
    "isotret", "accutane", "roaccutan", "retino", "acne", "pimple", "skin", "derma", "drug", "medic", "pharma",
    "capsule", "tablet", "dose", "dosage", "mg", "pregnan", "contracep", "birth control", "breast", "milk",
    "donat", "blood", "test", "specimen", "liver", "lipid", "symptom", "mood", "depress", "suicid", "sex",
    "procedure", "laser", "peel", "consent", "attest", "programme", "ipledge", "doctor", "hospital", "cost",
    "price", "money", "yen", "jpy", "usd", "refill", "prescri", "supply", "window", "treatment", "therapy",
    "course", "イソトレ", "アキュテイン", "ロアキュテイン", "レチノ", "ニキビ", "にきび", "痤瘡", "皮膚", "肌",
    "薬", "服用", "カプセル", "錠", "用量", "妊娠", "避妊", "授乳", "母乳", "献血", "採血", "血液", "肝",
    "脂質", "症状", "気分", "うつ", "自殺", "性", "施術", "レーザー", "ピーリング", "同意", "医師", "病院",
    "費用", "価格", "円", "処方", "期間", "治療", "プロトコル",
)  # fmt: skip
"""What nobody who looks over a shoulder is to read, in both languages; in lower case, as a part of a word."""
EXPORTS = {"markers": ["", "--as todo"], "banner": [""]}


def _of_the_catalogues() -> set[str]:
    """Every name that the catalogues know, of what is taken, done, measured or felt."""
    pharmacies = [one for sub in pharmacy().substances for one in (sub.name.en, sub.name.ja, *sub.aliases)]
    done = [word for one in catalogue().procedures.values() for word in (*one.words, one.name.en, one.name.ja)]
    measured = [word for one in laboratory().analytes for word in (one.name.en, one.name.ja, *one.aliases)]
    felt = [
        word for kind in KINDS if kind.cls is Observation
        for one in vocabulary(kind.name).codes for word in (one.name.en, one.name.ja, *one.aliases)
    ]  # fmt: skip
    words = {word.lower() for word in (*pharmacies, *done, *measured, *felt)}
    return {word for word in words if len(word) > (4 if word.isascii() else 1)}


INVITATION = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//clinic//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:acne-visit@skin.example
DTSTAMP:20261101T000000Z
DTSTART:20270122T010000Z
SUMMARY:Acne clinic: isotretinoin visit
LOCATION:Dermatology, blood room
DESCRIPTION:pregnancy test
CATEGORIES:ACNE
ORGANIZER;CN=Dr Skin:mailto:a@b.cd
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Two patients: one with every kind of fact, one under the programme with the most kinds of entries."""
    with pytest.MonkeyPatch.context() as patch:
        place = planted(tmp_path_factory.mktemp("discreet"))
        settle(place, patch)
        (place.folder / "in.ics").write_text(INVITATION, newline="\r\n")
        for command in (
            ("calendar", "import-appointments", "in.ics"),
            ("log", "pregnancy-test", "negative"),
            ("log", "stock", "5", "--strength", "20"),
            ("start", "2026-12-05", "--weight", "54", "--dose", "40", "--protocol", "us", "--can-become-pregnant",
             "--timezone", "America/New_York", "--patient", "Two"),
            ("log", "stock", "60", "--strength", "20", "--patient", "Two"),
            ("book", "visit/1", "2027-01-05 10:00", "--note", "acne", "--patient", "Two"),
            *(("calendar", "settings", "capsule=08:30,20:00", "titles=discreet", "group=on", "book.supply=7d",
               "--patient", who) for who in (NAME, "Two")),
        ):  # fmt: skip
            said = say(*command, *([] if "--patient" in command else ["--patient", NAME]))
            assert said.code == 0, (command, said)
        yield place


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("who", [NAME, "Two"])
def test_no_word_of_the_field_stands_in_a_discreet_calendar(who: str, lang: str) -> None:
    known = _of_the_catalogues()
    assert len(known) > 500
    seen = set()
    for windows, exports in EXPORTS.items():
        assert say("calendar", "settings", f"windows={windows}", "--patient", who).code == 0
        for how in exports:
            said = say("calendar", "export", "-o", "-", *how.split(), "--patient", who, "--lang", lang)
            assert said.code == 0, said
            text = said.out.replace("\r\n ", "").lower()
            assert [word for word in (*WORDS, WORD.lower(), who.lower()) if word in text] == [], how
            whole = set(re.findall(r"[a-z]{5,}|[^\x00-\x7f]+", text))
            assert whole & known == set(), how
            seen |= {line.partition(":")[0].partition(";")[0] for line in text.splitlines()}
    assert {"summary", "uid", "prodid", "x-wr-calname"} <= seen
    assert not {"categories", "location"} & seen


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_an_alarm_says_what_its_entry_says(lang: str) -> None:
    said = say("calendar", "export", "-o", "-", "--patient", NAME, "--lang", lang)
    for one in said.out.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]:
        event, _begin, alarms = one.partition("BEGIN:VALARM")
        assert "DESCRIPTION" not in event
        [title] = re.findall(r"^SUMMARY[^:]*:(.*)\r$", event, re.MULTILINE)
        assert set(re.findall(r"^DESCRIPTION[^:]*:(.*)\r$", alarms, re.MULTILINE)) <= {title}


def test_no_name_of_a_file_that_isotrack_chooses_says_what_it_is_for(machine: Machine) -> None:
    before = {path.name for path in machine.folder.rglob("*")}
    for command in ("calendar export", "calendar export --only visit", "calendar export --changes --force", "report"):
        assert say(*command.split(), "--force", "--patient", "Two").code == 0
    assert say("calendar", "export", "--all-patients", "all").code == 0
    made = {path.name.lower() for path in machine.folder.rglob("*")} - before
    assert [name for name in made for word in (*WORDS, "two", *NAME.lower().split()) if word in name] == []


def test_every_discreet_title_has_its_meaning_told_on_the_screen_alone() -> None:
    plain = {kind for kind in titles.DISCREET if kind not in titles.LEGEND}
    assert {kind.value for kind in plain} == {"attestation", "visit"}
