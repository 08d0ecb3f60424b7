"""Doses and weights that cannot be meant, or are unusual: what is said, and that nothing is written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.support import machine_in, rows, say, settle
from tracker.facts.intake import Product
from tracker.products import is_made_of, products, read
from tracker.protocols.node import Node

ROOT = Path(__file__).parent.parent
DATA = json.loads((ROOT / "schemas" / "products.json").read_text())
TODAY = "2026-12-01"


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    monkeypatch.setenv("ISOTRACK_TODAY", TODAY)


def begin(protocol: str = "jp-standard", *more: str) -> None:
    """A course of somebody of 60 kg."""
    opened = say("start", TODAY, "--weight", "60", "--dose", "20", "--timezone", "Asia/Tokyo", "--protocol", protocol,
                 "--can-become-pregnant", *more)  # fmt: skip
    assert opened.code == 0, opened


def entries() -> int:
    """How many entries there are."""
    return len(json.loads(say("history", "--json").out))


REFUSED = {
    "0": ("whole milligrams", "10, 20 mg"),
    "-5": ("no option",),
    "500": ("from 1 to 200", "10, 20 mg"),
    "40.5": ("whole milligrams", "10, 20 mg"),
    "0.5": ("less than the smallest capsule has (5 mg)", "0.5 mg/kg a day would be 30 mg on 60 kg", "milligrams of"),
    "2": ("2 mg/kg a day would be 120 mg on 60 kg",),
    "3": ("less than the smallest capsule has (5 mg); say the milligrams",),
    "4": ("less than the smallest capsule has (5 mg); say the milligrams",),
    "1_000": ("such an amount",),
    "6e1": ("such an amount",),
    "nan": ("such an amount",),
    "inf": ("such an amount",),
    "1e400": ("such an amount",),
    "60,5": ("decimal point",),
    "1,234": ("decimal point",),
    "٣٠": ("such an amount",),
    "20kg": ("such an amount",),
    "5": ("cannot be made of conventional capsules (10, 20 mg)", "--yes"),
    "25": ("cannot be made of conventional capsules (10, 20 mg)", "--yes"),
    "16": ("micronised ones make it: --product micronised",),
    "24/32": ("micronised ones make it: --product micronised",),
    "140": ("140 mg on 60 kg are 2.33 mg/kg a day, above the published 2 mg/kg (O10, O2, K13)", "--yes"),
    "80x2": ("160 mg on 60 kg are 2.67 mg/kg",),
    "135": ("cannot be made of", "2.25 mg/kg"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "offered"), [
    ("1", ("log dose 1x10mg, isotrack log dose 1x20mg",)), ("2", ("log dose 2x10mg, isotrack log dose 2x20mg",)),
    ("4", ("log dose 4x10mg, isotrack log dose 4x20mg",)), ("0.5", ("0.5 mg/kg a day would be 30 mg",)),
    ("3.5", ("smallest capsule has (5 mg); say",)),
])  # fmt: skip
def test_a_small_whole_number_may_be_capsules_and_nothing_above_what_is_published_is_offered(
    text: str, offered: tuple[str, ...]
) -> None:
    begin()
    refused = say("log", "dose", text)
    assert (refused.code, refused.out) == (2, "")
    assert all(part in refused.err for part in offered)
    if text == "4":
        say("log", "weight", "30", "--yes")
        assert "20mg" not in say("log", "dose", text).err
        assert say("log", "stock", "28", "--strength", "20").code == 0
        assert "log dose 4カプセル" in say("--lang", "ja", "log", "dose", text).err


@pytest.mark.parametrize("text", REFUSED)
def test_a_dose_that_cannot_be_meant_is_refused_and_an_unusual_one_is_not_saved_unasked(text: str) -> None:
    begin()
    before = entries()
    refused = say("dose", text)
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1), refused
    for part in REFUSED[text]:
        assert part in refused.err
    assert entries() == before


@pytest.mark.parametrize("text", ["0", "500", "40.5", "0.5", "25", "140", "16"])
def test_start_reads_it_alike_and_opens_nothing(text: str) -> None:
    refused = say("start", TODAY, "--weight", "60", "--dose", text, "--protocol", "jp-standard", "--timezone", "UTC")
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1), refused
    assert say("plan").code != 0


@pytest.mark.parametrize("text", ["25", "140", "16"])
def test_what_the_clinic_said_all_the_same_is_saved_with_yes(text: str) -> None:
    begin()
    assert say("dose", text, "--yes").code == 0
    assert say("undo").code == 0
    assert say("undo").code == 0
    assert say("start", TODAY, "--weight", "60", "--dose", text, "--yes", "--protocol", "jp-standard").code == 0


@pytest.mark.parametrize("text", ["0", "0.5", "500", "40.5"])
def test_what_cannot_be_is_not_saved_with_yes_either(text: str) -> None:
    begin()
    assert say("dose", text, "--yes").code == 2


class _Terminal:
    """Somebody who sits there and answers."""

    def __init__(self, *answers: str) -> None:
        self._answers = iter(answers)

    def isatty(self) -> bool:
        return True

    def readline(self, _size: int = -1) -> str:
        return next(self._answers, "")


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 2), ("", 2)])
def test_at_a_terminal_it_is_asked(monkeypatch: pytest.MonkeyPatch, answer: str, code: int) -> None:
    begin()
    before = entries()
    monkeypatch.setattr(sys, "stdin", _Terminal(f"{answer}\n"))
    said = say("dose", "25")
    assert said.code == code, said
    assert "! 25 mg cannot be made of conventional capsules (10, 20 mg)." in said.out
    assert entries() == before + (code == 0)


STRENGTHS = {
    "us-ipledge@2021-12-13": ({25, 30, 35, 45, 55, 70}, {5, 15}),
    "uk-mhra": ({5, 15, 25, 45}, {12, 33}),
    "jp-standard": ({10, 30, 50}, {5, 15, 25}),
    "kr-mfds": ({5, 10, 25, 30}, {12, 3 * 11}),
}


@pytest.mark.parametrize("protocol", STRENGTHS)
def test_the_capsules_are_those_of_the_programmes_country(protocol: str) -> None:
    begin(protocol)
    taken, doubted = STRENGTHS[protocol]
    for mg in taken:
        assert say("dose", str(mg)).code == 0, mg
    for mg in doubted:
        assert say("dose", str(mg)).code == 2, mg


def test_capsules_that_the_patient_has_from_another_country_make_a_dose() -> None:
    begin()
    assert say("dose", "25").code == 2
    assert say("log", "stock", "28", "--strength", "25").code == 0
    assert say("dose", "25").code == 0
    assert say("dose", "35").code == 0
    assert say("dose", "15").code == 2


def test_a_new_dose_is_of_the_capsules_in_force_and_says_where_they_change() -> None:
    begin()
    assert "counted apart" in say("dose", "16", "--product", "micronised", "--from", "2026-12-10").out
    assert "24 mg a day (micronised)" in say("dose", "24", "--from", "2026-12-20").out
    assert say("dose", "20", "--from", "2026-12-25").code == 2
    assert say("dose", "20", "--product", "通常", "--from", "2026-12-25").code == 0
    assert say("dose", "16", "--product", "tablets").code == 2


def test_a_target_is_one_of_conventional_capsules() -> None:
    opening = ("start", TODAY, "--weight", "60", "--protocol", "jp-standard", "--timezone", "UTC")
    assert say(*opening, "--dose", "16", "--product", "micronised", "--target", "120").code == 2
    assert say(*opening, "--dose", "16", "--product", "micronised").code == 0
    refused = say("until", "--target", "120")
    assert (refused.code, refused.out) == (2, "")
    assert "another scale" in refused.err


@pytest.mark.parametrize(("text", "part"), [
    ("0", "isotrack log dose --missed"), ("0.5", "30 mg on 60 kg"), ("500", "10, 20 mg"), ("40.5", "whole milligrams"),
    ("1_000", "such an amount"), ("nan", "such an amount"), ("60,5", "decimal point"),
])  # fmt: skip
@pytest.mark.parametrize("days", [(), ("--on", "2026-11-28..2026-12-01")])
def test_what_was_taken_is_held_to_the_same(text: str, part: str, days: tuple[str, ...]) -> None:
    begin()
    before = entries()
    refused = say("log", "dose", text, *days)
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1), refused
    assert part in refused.err
    assert entries() == before


@pytest.mark.parametrize(("days", "command"), [
    ((), "isotrack log dose --missed"),
    (("--on", "2026-12-02"), "isotrack log dose --missed --on 2026-12-02"),
    (("--on", "2026-12-02..2026-12-04"), "isotrack log dose --missed --on 2026-12-02..2026-12-04"),
    (("--on", "2026-12-02,2026-12-04"), "isotrack log dose --missed --on 2026-12-02,2026-12-04"),
], ids=str)  # fmt: skip
def test_no_milligrams_are_a_missed_day_and_the_same_one(
    days: tuple[str, ...], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    begin()
    monkeypatch.setenv("ISOTRACK_TODAY", "2026-12-05" if days else TODAY)
    refused = say("log", "dose", "0", *days)
    assert refused.err.rstrip().endswith(command)
    assert say(*command.split()[1:]).code == 0


@pytest.mark.parametrize(("text", "part"), [
    ("6", "20 to 300"), ("600", "20 to 300"), ("0", "20 to 300"), ("nan", "such an amount"), ("60,5", "decimal point"),
    ("1_0", "such an amount"), ("6e1", "such an amount"), ("-5", "no option"),
])  # fmt: skip
def test_a_weight_that_cannot_be_is_refused(text: str, part: str) -> None:
    begin()
    refused = say("log", "weight", text)
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1), refused
    assert part in refused.err


@pytest.mark.parametrize("text", ["24", "251"])
def test_an_unusual_weight_is_saved_only_once_it_was_said_to_be_right(text: str) -> None:
    begin()
    refused = say("log", "weight", text, "--on", "2026-12-01")
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1)
    assert say("log", "weight", text, "--on", "2026-12-01", "--yes").code == 0


@pytest.mark.parametrize("text", ["40", "85"])
def test_a_weight_that_is_much_another_than_before_is_asked_about_once_it_is_saved(text: str) -> None:
    begin()
    said = say("log", "weight", text, "--on", "2026-12-01")
    assert said.code == 0
    assert "is that right?" in said.out
    assert "isotrack undo" in said.out


@pytest.mark.parametrize("text", ["57", "66"])
def test_a_usual_weight_is_not(text: str) -> None:
    begin()
    assert "is that right?" not in say("log", "weight", text).out


@pytest.mark.parametrize(("text", "part"), [("7200", "7200 mg on 60 kg are 120 mg/kg"), ("0.5", "10 to 400 mg/kg")])
def test_a_target_that_cannot_be_meant_names_the_other_reading(text: str, part: str) -> None:
    begin()
    refused = say("until", "--target", text)
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1), refused
    assert part in refused.err


def test_the_products_are_as_their_schema_says_and_name_known_sources() -> None:
    schema = json.loads((ROOT / "schemas" / "products.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(DATA, schema)
    assert {*products().kinds} == {*Product}
    named = {source for one in DATA["products"] for part in ("strengths", "targets") for of in one[part]
             for source in of["sources"]}  # fmt: skip
    named |= {source for one in DATA["remarks"].values() for source in one["sources"]}
    named |= {source for one in DATA["products"] for source in one.get("most_mg_per_kg_a_day", {}).get("sources", ())}
    assert named == {one["id"] for one in DATA["sources"]}


@pytest.mark.parametrize("change", [
    lambda data: data["products"][0].update(strength=[]), lambda data: data["products"][0]["targets"][0].pop("sources"),
    lambda data: data["products"][0]["targets"][0].update(sources=["X9"]), lambda data: data.pop("remarks"),
    lambda data: data["products"][0]["strengths"][0].update(mg=[0]),
])  # fmt: skip
def test_a_file_of_products_that_is_wrong_is_an_error_that_names_the_place(change: object) -> None:
    data = json.loads(json.dumps(DATA))
    change(data)  # type: ignore[operator]
    with pytest.raises(Exception, match=r"products\.json|\{file\}"):
        read(data, "products.json")
    assert Node(data).faults == []


@pytest.mark.parametrize(("mg", "strengths", "made"), [
    (30, (10, 20), True), (25, (10, 20), False), (25, (10, 20, 25), True), (45, (20, 25), True), (15, (20, 25), False),
    (16, (8,), True), (20, (8, 16, 24, 32), False), (56, (8, 16, 24, 32), True), (200, (5,), True),
])  # fmt: skip
def test_whether_capsules_make_a_dose(mg: int, strengths: tuple[int, ...], made: bool) -> None:
    from decimal import Decimal

    assert is_made_of(Decimal(mg), [Decimal(one) for one in strengths]) is made


def test_entries_of_before_there_was_a_choice_are_conventional() -> None:
    begin()
    found = json.loads(say("history", "--json").out)
    [prescribed] = [one for entry in found for one in entry["recorded"] if one["kind"] == "prescription"]
    assert prescribed["product"] == "conventional"
    assert rows(ROOT / "tests" / "data" / "v6.db", "SELECT DISTINCT product FROM prescription") == [("conventional",)]


def test_fix_asks_whether_an_unusual_dose_is_right() -> None:
    begin()
    assert say("dose", "40", "--from", "2026-12-10").code == 0
    number = str(rows(Path("isotrack.db"), "SELECT max(id) FROM fact")[0][0])
    refused = say("fix", number, "--value", "25")
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1), refused
    assert "25 mg cannot be made of conventional capsules (10, 20 mg); if your clinic said so, add --yes" in refused.err
    assert say("fix", number, "--value", "25", "--yes").code == 0


SAID = [
    ("log", "dose", "{mg}", "--on", TODAY), ("log", "dose", "{mg}", "--on", "2026-11-30..2026-12-01"),
    ("log", "dose", "{mg}", "--on", "2026-12-01,2026-11-30"), ("fix", "{id}", "--value", "{mg}"),
]  # fmt: skip
"""Where a dose is said."""


@pytest.mark.parametrize("form", range(len(SAID)))
@pytest.mark.parametrize(("doses", "mg", "is_asked"), [
    ("20", 20, False), ("20", 40, False), ("20", 41, True), ("20", 200, True),
    ("20 twice a day", 80, False), ("20 twice a day", 81, True),
    # Every second day from 30 November on: 1 December has no capsule, and is held to what the next day has.
    ("20 every 2 days", 40, False), ("20 every 2 days", 60, True),
])  # fmt: skip
def test_above_twice_what_is_prescribed_is_asked_about_wherever_it_is_said(
    form: int, doses: str, mg: int, *, is_asked: bool
) -> None:
    opened = say("start", "2026-11-30", "--weight", "60", "--dose", *doses.split(), "--protocol", "jp-standard",
                 "--timezone", "Asia/Tokyo", "--cannot-become-pregnant")  # fmt: skip
    assert opened.code == 0, opened
    number = "0"
    if SAID[form][0] == "fix":
        assert say("log", "dose", "10", "--on", TODAY).code == 0
        number = str(rows(Path("isotrack.db"), "SELECT max(id) FROM fact")[0][0])
    before = entries()
    typed = [word.format(mg=mg, id=number) for word in SAID[form]]
    done = say(*typed)
    if is_asked:
        assert (done.code, done.out, len(done.complaint)) == (2, "", 1), done
        assert f"if {mg} mg were taken, add --yes" in done.err
        assert "40 mg were" in done.err if "twice" in doses else "20 mg were" in done.err
        assert entries() == before
        done = say(*typed, "--yes")
    assert done.code == 0, done
    assert entries() == before + 1


def test_of_several_prescriptions_each_day_is_held_to_its_own() -> None:
    begin()
    assert say("dose", "80", "--from", "2026-12-03", "--yes").code == 0
    days = ("--today", "2026-12-05", "log", "dose", "80", "--on")
    assert say(*days, "2026-12-03..2026-12-05").code == 0
    refused = say(*days, "2026-12-01..2026-12-05")
    assert "80 mg on Tue 1 Dec 2026, where 20 mg are prescribed" in refused.err


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 2), ("", 2)])
def test_at_a_terminal_it_is_asked_of_what_was_taken_too(
    monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    begin()
    assert say("log", "dose").code == 0
    before = entries()
    monkeypatch.setattr(sys, "stdin", _Terminal(f"{answer}\n"))
    said = say("fix", "4", "--value", "200")
    assert said.code == code, said
    assert "! 200 mg on Tue 1 Dec 2026, where 20 mg are prescribed." in said.out
    assert entries() == before + (code == 0)


CAPSULES = {
    "1錠": ("20", None, "say it in mg"),
    "1 capsule": ("20", None, "log dose 1x10mg, isotrack log dose 1x20mg"),
    "one capsule": ("20", "20", "20 mg taken"),
    "１カプセル": ("10", None, "10 mg taken"),
    "2 capsules": ("40", None, "say it in mg"),
    "2 caps": ("30", None, "say it in mg"),
    "20x2": ("40", None, "40 mg taken"),
    "2x20": ("40", None, "40 mg taken"),
    "20mg twice": ("40", None, "40 mg taken"),
    "20mg 2回": ("40", None, "40 mg taken"),
    "20+20": ("40", None, "40 mg taken"),
    "1日2回20mg": ("40", None, "40 mg taken"),
    "40mg 2日分": ("40", None, "of 2 days"),
    "20 mg 3 days": ("20", None, "of 3 days"),
    "two capsules": ("20", "20", "40 mg taken"),
    "2錠": ("20", None, "say it in mg"),
    "カプセル2個": ("20", "10", "20 mg taken"),
    "3錠": ("20", "20", "add --yes"),
    "20mg 2錠": ("20", None, "40 mg taken"),
    "2 x 20mg": ("40", None, "40 mg taken"),
    "2×10mg": ("20", None, "20 mg"),
    "半分": ("20", "20", "no whole capsule"),
    "half a capsule": ("20", "20", "no whole capsule"),
    "1錠半": ("20", "20", "no whole capsule"),
    "0.5錠": ("20", "20", "no whole capsule"),
    "1/2": ("20", "20", "no whole capsule"),
    "0錠": ("20", "20", "0 mg is no dose"),
}
"""What is typed with so many milligrams prescribed and capsules of such a strength at hand, and what is said."""


@pytest.mark.parametrize("text", CAPSULES)
@pytest.mark.parametrize("fixed", [False, True])
def test_capsules_are_counted_where_their_strength_is_known_and_never_halved(text: str, *, fixed: bool) -> None:
    prescribed, strength, told = CAPSULES[text]
    opened = say("start", TODAY, "--weight", "60", "--dose", prescribed, "--protocol", "jp-standard", "--timezone",
                 "UTC", "--cannot-become-pregnant")  # fmt: skip
    assert opened.code == 0
    if strength:
        assert say("log", "stock", "28", "--strength", strength).code == 0
    if fixed:
        assert say("log", "dose", {"10": "20", "20": "30", "30": "20", "40": "50"}[prescribed]).code == 0
        number = str(rows(Path("isotrack.db"), "SELECT max(id) FROM fact")[0][0])
    done = say("fix", number, "--value", text) if fixed else say("log", "dose", *text.split())
    assert told in done.out + done.err, done
    assert done.code == (0 if "taken" in told or told == "20 mg" else 2)
    assert done.code == 0 or (done.out == "" and len(done.complaint) == 1)


@pytest.mark.parametrize(("on", "told"), [
    ("2026-12-01", "20 mg taken"), ("2026-12-04", "20 mg taken"), ("2026-12-05", "say it in mg"),
    ("2026-12-06", "say it in mg"),
])  # fmt: skip
def test_a_capsule_is_one_of_those_that_there_were_on_its_day(on: str, told: str) -> None:
    for line in (("start", TODAY, "--weight", "60", "--dose", "20", "--protocol", "jp-standard", "--timezone", "UTC",
                  "--cannot-become-pregnant"), ("log", "stock", "28", "--strength", "20"),
                 ("--today", "2026-12-05", "log", "stock", "14", "--strength", "40"),
                 ("--today", "2026-12-05", "dose", "40", "--from", "2026-12-05")):  # fmt: skip
        assert say(*line).code == 0
    done = say("--today", "2026-12-06", "log", "dose", "1錠", "--on", on)
    assert told in done.out + done.err, done
