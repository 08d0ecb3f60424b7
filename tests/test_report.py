"""The page for the doctor: whole, in order, in one language, the same numbers as on the screens, and only text."""

from __future__ import annotations

import ast
import json
import os
import re
import stat
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from tests import pages
from tests.support import Machine, faults, image, machine_in, say, say_on, settle, some
from tests.test_no_english import english
from tracker import __version__
from tracker.analytes import laboratory
from tracker.cli.page.rest import keys
from tracker.facts.intake import Product
from tracker.i18n import language
from tracker.readings.curve import curves
from tracker.report.charts import ticks
from tracker.report.svg import Drawing, corners

ROOT = Path(__file__).parent.parent
SNAPSHOTS = Path(__file__).parent / "snapshots" / "report"
WRITES = bool(os.environ.get("ISOTRACK_WRITE_SNAPSHOTS"))
HOSTILE = "<b>&\"'</b><script>alert(1)</script>{{7*7}}</td></table>"
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "dl", "div", "dt", "dd", "main",
    "section", "table", "caption", "thead", "tbody", "tr", "th", "td", "strong", "ul", "li", "span", "em", "figure",
    "figcaption", "svg", "polyline", "rect", "circle", "text", "footer", "img",
}  # fmt: skip
_DRAWN = {"svg", "polyline", "rect", "circle", "text"}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine without a course."""
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    return place


def typed(today: str, *commands: str) -> None:
    for command in commands:
        said = say("--today", today, *(word.replace("_", " ") for word in command.split()))
        assert said.code == 0, (command, said.err)


def before() -> str:
    """A course that lies ahead."""
    typed("2026-11-20", "start 2026-12-10 --weight 54 --dose 20 --protocol jp-standard@2025-11-17 --timezone Asia/Tokyo"
          " --can-become-pregnant --yes")  # fmt: skip
    return "2026-11-20"


def midway() -> str:
    """In the middle of a course of which much was recorded, with findings."""
    typed("2026-09-01", "start 2026-09-01 --weight 54 --dose 20 --protocol jp-strict@2025-11-17 --timezone Asia/Tokyo"
          " --can-become-pregnant --target 135 --sex female --born 2001-05-02 --yes")  # fmt: skip
    typed(
        "2026-12-20",
        "log background allergy 花粉", "log background illness 喘息", "log background medicine ロラタジン_10mg",
        "log substance ビタミンA --on 2026-11-20",
        "log visit --on 2026-10-01", "log visit --on 2026-11-02", "log visit --on 2026-12-01",
        "log pregnancy-test negative --on 2026-10-01", "log pregnancy-test negative --on 2026-11-02",
        "dose 40 --from 2026-10-02", "dose 30 --from 2026-12-25", "log weight 55.5 --on 2026-12-01",
        "log dose 20 --on 2026-09-01..2026-09-20", "log dose 40 --on 2026-10-05..2026-11-09",
        "log dose 40 --on 2026-11-11..2026-11-25", "log dose --missed --on 2026-11-10",
        "log dose --missed --on 2026-12-03",
        "log blood ALT=18 AST=17 GGT=20 TG=88 T-Cho=170 LDL=95 HDL=60 CK=80 --on 2026-08-25 --fasting --yes",
        "log blood ALT=25 AST=22 GGT=28 TG=120 T-Cho=180 LDL=105 HDL=58 CK=120 --on 2026-10-01 --yes",
        "log blood ALT=48 AST=35 GGT=33 TG=190 T-Cho=210 LDL=130 HDL=52 CK=260 --on 2026-11-02 --yes",
        "log blood ALT=95 AST=62 GGT=41 TG=240 T-Cho=228 LDL=150 HDL=48 CK=310 --on 2026-12-01 --yes",
        "log symptom lips_2 --since 2026-09-10", "log symptom dry_eyes_1 --since 2026-10-10",
        "log symptom headache_2 --since 2026-12-10", "log symptom nosebleed_1 --since 2026-11-10 --until 2026-11-14",
        "log skin left-cheek red=20 pus=6 --on 2026-09-01", "log skin left-cheek red=8 pus=1 --on 2026-12-15",
        "log skin chin red=10 --on 2026-09-01", "log skin chin red=4 --on 2026-12-15",
        "log symptom 黄疸 --on 2026-11-26",
        "log cleared rf-liver --on 2026-12-01 --note ビリルビン正常、再開可",
        "log mood spirits=0 worry=1 sleep=1 harm=0 --on 2026-10-28",
        "log mood spirits=1 worry=0 sleep=2 harm=0 --on 2026-12-12",
        "procedure plan dermapen --sessions 3 --every P1M",
        "ask 温泉に行ってもいいですか？", "ask 続けても大丈夫ですか？",
    )  # fmt: skip
    return "2026-12-20"


def afterwards() -> str:
    """A course that has ended, with procedures planned."""
    typed("2026-01-01", "start 2026-01-01 --weight 60 --dose 20 --protocol jp-standard@2025-11-17 --timezone Asia/Tokyo"
          " --cannot-become-pregnant --yes")  # fmt: skip
    typed("2026-07-01", "log visit --on 2026-06-28", "stop 2026-06-30",
          "procedure plan dermapen --sessions 3 --every P1M", "log procedure ipl --on 2026-06-30")  # fmt: skip
    return "2026-08-01"


PATIENTS = [before, midway, afterwards]
every_patient = pytest.mark.parametrize("patient", PATIENTS, ids=lambda one: one.__name__)
in_both = pytest.mark.parametrize("lang", ["en", "ja"])


def written(*arguments: str, today: str, lang: str = "en") -> bytes:
    said = say("--today", today, "--lang", lang, "report", "--force", *arguments)
    assert said.code == 0, said.err
    return Path("report.html").read_bytes()


def json_of(command: str, today: str) -> Any:
    return json.loads(say("--today", today, *command.split(), "--json").out)


@pytest.mark.long
@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("flags", "patient", "lang"), some(
    product([(), ("--full",), ("--discreet",), ("--since", "last-visit")], PATIENTS, ["en", "ja"]), 5,
))  # fmt: skip
def test_a_page_is_whole_and_fetches_nothing(
    patient: Callable[[], str], lang: str, flags: tuple[str, ...]
) -> None:  # fmt: skip
    octets = written(*flags, today=patient(), lang=lang)
    page = pages.read(octets)
    elements = list(page.every())
    assert {one.tag for one in elements} <= ALLOWED
    named = [one.attributes["id"] for one in elements if "id" in one.attributes]
    assert len(named) == len(set(named))
    for one in elements:
        assert not {name for name in one.attributes if name.startswith("on") or name in ("href", "style", "action")}
        assert one.attributes.get("src", "data:").startswith("data:")
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(one.attributes.get(name, "").split()) <= set(named)
    assert b"<script" not in octets
    assert re.findall(rb"url\(|@import|@font-face|xmlns", octets) == []
    assert next(page.every("html")).attributes["lang"] == lang
    headings = [int(one.tag[1]) for one in page.every("h1", "h2", "h3")]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))


@pytest.mark.usefixtures("machine")
@in_both
@every_patient
def test_every_drawing_is_of_attributes_alone_and_has_its_table(patient: Callable[[], str], lang: str) -> None:
    page = pages.read(written(today=patient(), lang=lang))
    tables = {one.attributes["id"]: one for one in page.every("table") if "id" in one.attributes}
    figures = [one for one in page.every("figure") if any(True for _ in one.every("svg"))]
    assert len(figures) == len(list(page.every("svg")))
    for figure in figures:
        table = tables.pop(figure.attributes["aria-describedby"])
        assert [cell.text for cell in table.every("td")]
        [drawing] = figure.every("svg")
        assert drawing.attributes["role"] == "img"
        assert drawing.attributes["aria-label"]
        for one in drawing.every():
            assert one.tag in _DRAWN
            assert not {"class", "style"} & set(one.attributes)
    assert tables == {}
    for table in page.every("table"):
        assert next(table.every("caption")).text
        assert all(head.attributes.get("scope") in ("row", "col") for head in table.every("th"))


@pytest.mark.usefixtures("machine")
@in_both
def test_the_sections_stand_in_one_order_whatever_was_recorded(lang: str, tmp_path: Path,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    found = []
    for number, patient in enumerate(PATIENTS):
        monkeypatch.setenv("ISOTRACK_DB", str(tmp_path / f"{number}.db"))
        page = pages.read(written(today=patient(), lang=lang))
        found.append([one.text for one in page.every("h2")])
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 13


@pytest.mark.usefixtures("machine")
@every_patient
@pytest.mark.parametrize("flags", [(), ("--full",)], ids=" ".join)
def test_no_english_stands_on_the_japanese_page(patient: Callable[[], str], flags: tuple[str, ...]) -> None:
    page = pages.read(written(*flags, today=patient(), lang="ja"))
    [body] = page.every("body")
    said = [*body.texts, *(one.attributes["aria-label"] for one in page.every("svg"))]
    titles = [one.title.ja for one in laboratory().sources]
    for title in titles:
        said = [text.replace(title, "\n") for text in said]
    assert [word for text in said for word in english(text) if word not in ("CHO", "JCCLS", "CTCAE")] == []


@pytest.mark.usefixtures("machine")
@in_both
@every_patient
def test_the_page_of_a_reference_patient_is_as_it_was(patient: Callable[[], str], lang: str) -> None:
    """Written anew with ISOTRACK_WRITE_SNAPSHOTS=1; read the diff before you commit it."""
    text = written(today=patient(), lang=lang).decode()
    text = re.sub(r"<style>.*</style>", "<style></style>", text, flags=re.DOTALL)
    text = text.replace(f"isotrack {__version__}", "isotrack VERSION")
    text = re.sub(r'(?<="isotrack-course" content=")[0-9a-f-]{36}(?=">)', "UUID", text)
    path = SNAPSHOTS / f"{patient.__name__}-{lang}.html"
    if WRITES:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


SOURCES = {"en": "Sources", "ja": "出典"}


@pytest.mark.parametrize("page", sorted(SNAPSHOTS.glob("*.html")), ids=lambda one: one.stem)
def test_whatever_a_page_cites_in_brackets_is_in_its_sources(page: Path) -> None:
    sections = list(pages.read(page.read_bytes()).every("section"))
    cited = {key for one in sections[:-1] for key in keys(one.text)}
    assert next(sections[-1].every("h2")).text == SOURCES[page.stem[-2:]]
    assert cited - set(keys(sections[-1].text)) == set()


@pytest.mark.usefixtures("machine")
def test_the_same_record_gives_the_same_page_to_the_byte() -> None:
    today = midway()
    assert written(today=today) == written(today=today)


@pytest.mark.usefixtures("machine")
def test_its_numbers_are_those_of_the_screens() -> None:
    today = midway()
    page = pages.read(written("--full", today=today))
    dose, blood, plan = (json_of(command, today) for command in ("dose", "blood", "plan"))
    [so_far] = dose["sums"]
    rows = pages.rows(page, "Cumulative dose")
    [at] = [row for row in rows if row[0].endswith("(today)")]
    assert [Decimal(one) for one in at[1:4]] == [so_far["confirmed_mg"], so_far["assumed_mg"], 0]
    assert Decimal(at[4]) == round(Decimal(str(so_far["mg_per_kg"])), 1)
    short = language("en").short_day
    for target in dose["targets"]:
        [row] = [row for row in rows if row[0].startswith(f"{target['mg_per_kg']} mg/kg")]
        assert row[1:] == [f"{target['mg']} mg", short(date.fromisoformat(target["at_prescribed_rate"]["on"])),
                           short(date.fromisoformat(target["at_real_rate"]["on"]))]  # fmt: skip
    values = pages.rows(page, "Blood values")
    labels = {"alt": "ALT", "ast": "AST", "ck": "CK", "tg": "TG", "ggt": "GGT"}
    for code, label in labels.items():
        [row] = [row for row in values if row[0].startswith(f"{label} ")]
        own = [one for one in blood["values"] if one["analyte"] == code]
        shown = [" ".join(filter(None, (one["value"], one["flag"]))) for one in own]
        assert row[2:6] == shown
        assert row[1] == f"{own[-1]['range']['low']}-{own[-1]['range']['high']}"
        grade = next((one["grade"] for one in blood["findings"] if one["analyte"] == code), None)
        assert row[6] == (str(grade) if grade is not None else "")
    windows = pages.rows(page, "Until when what is asked for or forbidden")
    spans = sorted(plan["spans"], key=lambda one: one["end"], reverse=True)
    spans.sort(key=lambda one: one["kind"] != "contraception")
    assert [row[1].rstrip("*") for row in windows] == [short(date.fromisoformat(one["end"])) for one in spans]
    items = [one for one in plan["items"] if one["kind"] != "procedure"]
    steps = [row for row in pages.rows(page, "Plan") if row[0].startswith("Dose: ")]
    assert len(pages.rows(page, "Plan")) == len(items) + len(steps)
    assert steps == [["Dose: 30 mg a day (0.56 mg/kg)", "Fri 25 Dec 26", "planned"]]
    weeks = json_of("symptoms", today)["weeks"]
    before, newest = (row[2:] for row in pages.rows(page, "Symptoms") if row[0] == "mg (with assumed)")
    assert [*before, *newest] == [str(week["mg"]) for week in weeks]


@pytest.mark.usefixtures("machine")
def test_a_page_since_the_last_visit_has_what_came_since_and_what_to_compare_with() -> None:
    today = midway()
    page = pages.read(written("--since", "last-visit", today=today))
    assert "since the last visit, Tue 1 Dec 2026" in next(page.every("header")).text
    heading = [row.text for section in page.every("section") if next(section.every("h2")).text == "Blood values"
               for head in section.every("thead") for row in head.every("th")]  # fmt: skip
    assert heading == ["What", "Range", "2 Nov 26", "1 Dec 26", "CTCAE (last value)"]
    missed = next(one for one in page.every("section") if next(one.every("h2")).text == "Missed and overdue").text
    assert "3 Dec 26" in missed
    assert "10 Nov 26" not in missed


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("since", ["tomorrow", "2027-01-01", "someday", ""])
def test_a_day_that_lies_ahead_or_is_none_is_refused(since: str) -> None:
    today = before()
    said = say("--today", today, "report", "--since", since)
    assert (said.code, len(said.complaint)) == (2, 1)
    assert not Path("report.html").exists()


@pytest.mark.usefixtures("machine")
def test_without_a_visit_before_today_it_is_about_all_and_says_so() -> None:
    today = before()
    said = say("--today", today, "report", "--since", "last-visit")
    assert "No visit before today is recorded" in said.out


DANGERS = [
    ("log pregnancy-test positive --on 2026-12-19", "Positive pregnancy test on Sat 19 Dec 2026"),
    ("log risk unprotected --on 2026-12-19", "A pregnancy is possible"),
    ("log symptom 黄疸 --on 2026-12-19", "Red flag: "),
]


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("command", "expected"), DANGERS)
def test_a_danger_that_stands_is_the_first_row_of_the_page(command: str, expected: str) -> None:
    today = midway()
    typed(today, command)
    page = pages.read(written(today=today))
    assert next(page.every("h2")).text == "Red flags and findings"
    level, text = pages.rows(page, "Red flags and findings")[0]
    assert level == "Danger"
    assert text.startswith(expected)


BEGAN, WORD = "2026-11-10", "2026-11-20"
SETTLED = {
    "symptom 黄疸": ("cleared rf-liver", "Red flag: signs of hepatitis, began Tue 10 Nov 2026"),
    "risk missed-period": ("cleared", "Possible pregnancy: missed period, began Tue 10 Nov 2026"),
    "pregnancy-test positive": ("cleared", "Positive pregnancy test, began Tue 10 Nov 2026"),
    "mood harm=1": ("cleared rf-suicidal", "Red flag: thoughts of self-harm or suicide, or seeing or hearing things"),
}


def under_way() -> None:
    typed("2026-09-01", "start 2026-09-01 --weight 54 --dose 20 --protocol jp-strict@2025-11-17 --timezone Asia/Tokyo"
          " --can-become-pregnant --yes")  # fmt: skip


def cleared_on_the_page(*arguments: str) -> list[str]:
    page = pages.read(written(*arguments, today="2026-12-20"))
    return [row[1] for row in pages.rows(page, "Red flags and findings") if row[0] == "Cleared"]


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("danger", SETTLED)
@pytest.mark.parametrize(("since", "is_shown"), [
    (None, True), ("2026-11-01", True), (BEGAN, True), ("2026-11-15", True), (WORD, True), ("2026-11-21", False),
])  # fmt: skip
def test_a_danger_that_the_clinic_cleared_is_on_the_page_of_every_time_in_which_it_stood(
    danger: str, since: str | None, *, is_shown: bool
) -> None:  # fmt: skip
    word, began = SETTLED[danger]
    under_way()
    typed("2026-12-20", f"log {danger} --on {BEGAN}", f"log {word} --on {WORD} --note stop_for_a_week,_then_go_on")
    rows = cleared_on_the_page(*(("--since", since) if since else ()))
    assert len(rows) == is_shown
    for row in rows:
        assert row.startswith(began)
        assert row.endswith('cleared by the clinic on Fri 20 Nov 2026, as the patient recorded it: "stop for a week,'
                            ' then go on"')  # fmt: skip


@pytest.mark.usefixtures("machine")
def test_what_one_word_settled_is_one_row_and_another_word_has_its_own() -> None:
    under_way()
    typed("2026-12-20", "log symptom 黄疸 --on 2026-10-05 --note yellow_eyes", "log symptom 黄疸 --on 2026-10-07",
          "log cleared rf-liver --on 2026-10-09", "log symptom 黄疸 --on 2026-11-03",
          "log cleared rf-liver --on 2026-11-05 --note 再開可")  # fmt: skip
    assert cleared_on_the_page() == [
        (
            'Red flag: signs of hepatitis, began Tue 3 Nov 2026 ("黄疸"); cleared by the clinic on Thu 5 Nov 2026,'
            ' as the patient recorded it: "再開可"'
        ),
        (
            "Red flag: signs of hepatitis, began Mon 5 Oct 2026, Wed 7 Oct 2026"
            ' ("yellow eyes / 黄疸, 黄疸"); cleared by the clinic'
            " on Fri 9 Oct 2026, what it said was not recorded"
        ),
    ]


@pytest.mark.usefixtures("machine")
def test_the_weeks_of_a_full_page_run_on_from_block_to_block() -> None:
    page = pages.read(written("--full", today=midway()))
    [section] = [one for one in page.every("section") if next(one.every("h2")).text == "Symptoms"]
    headings = [[cell.text for cell in head.every("th")][2:] for head in section.every("thead")]
    assert [int(week) for block in headings for week in block] == list(range(2, 17))
    assert len(headings[-1]) == 8


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("on", "in_english", "in_japanese"), [
    ("2026-08-25", "7 d before", "7日前"), ("2026-08-31", "1 d before", "1日前"), ("2026-09-01", "1", "1"),
    ("2026-09-02", "2", "2"),
])  # fmt: skip
def test_a_draw_before_the_first_capsule_has_no_number_of_a_day(on: str, in_english: str, in_japanese: str) -> None:
    under_way()
    typed("2026-12-20", f"log blood ALT=18 --on {on} --yes")
    for lang, title, what, expected in (("en", "Blood values", "Day of the course", in_english),
                                        ("ja", "血液検査", "治療日数", in_japanese)):  # fmt: skip
        rows = pages.rows(pages.read(written(today="2026-12-20", lang=lang)), title)
        assert [row[2] for row in rows if row[0] == what] == [expected]


@pytest.mark.usefixtures("machine")
def test_a_danger_of_an_earlier_course_is_named_with_and_without_a_word() -> None:
    typed("2026-01-05", "start 2026-01-05 --weight 54 --dose 20 --protocol jp-standard@2025-11-17 --timezone Asia/Tokyo"
          " --cannot-become-pregnant --yes")  # fmt: skip
    typed("2026-03-20", "log symptom 黄疸 --on 2026-03-02", "log cleared rf-liver --on 2026-03-09", "stop 2026-03-10")
    typed("2026-12-01", "start 2026-12-01 --weight 54 --dose 20 --protocol jp-standard@2025-11-17 --yes"
          " --timezone Asia/Tokyo --cannot-become-pregnant")  # fmt: skip
    began = 'Red flag: signs of hepatitis, began Mon 2 Mar 2026 ("黄疸")'
    assert cleared_on_the_page() == [f"{began}; cleared by the clinic on Mon 9 Mar 2026, what it said was not recorded"]
    [number] = [one["id"] for said in json_of("history", "2026-12-20") for one in said["recorded"]
                if one["kind"] == "cleared"]  # fmt: skip
    typed("2026-12-20", f"fix {number} --remove")
    page = pages.read(written(today="2026-12-20"))
    said = f"{began}, in an earlier course; no word of the clinic is recorded"
    assert ["Note", said] in pages.rows(page, "Red flags and findings")


@pytest.mark.usefixtures("machine")
def test_a_danger_that_stands_is_told_with_the_patients_note() -> None:
    under_way()
    typed("2026-12-20", "log symptom 黄疸 --on 2026-12-19 --note 目が黄色い")
    level, text = pages.rows(pages.read(written(today="2026-12-20")), "Red flags and findings")[0]
    assert level == "Danger"
    assert text.endswith('no word of the clinic is recorded. The patient\'s note: "目が黄色い / 黄疸"')


def mood_on_the_page(*arguments: str, lang: str = "en") -> list[list[str]]:
    page = pages.read(written(*arguments, today="2026-12-20", lang=lang))
    tables = [one for one in page.every("table") if next(one.every("caption")).text.startswith(("Mood", "気分"))]
    return [[cell.text for cell in row.every("th", "td")] for one in tables for row in one.every("tr")]


@pytest.mark.usefixtures("machine")
def test_the_answers_on_mood_of_the_time_are_told_in_words() -> None:
    under_way()
    typed("2026-12-20", "log mood spirits=2 sleep=1 --on 2026-10-01", "log mood spirits=0 worry=0 sleep=0 harm=0"
          " --on 2026-11-01", "log mood harm=1 --on 2026-11-10", "log cleared rf-suicidal --on 2026-11-12",
          "log mood spirits=1 worry=3 --on 2026-12-12")  # fmt: skip
    heading = ["Day", "mood", "worry or irritability", "sleep", "thoughts of harming yourself"]
    first = ["1 Oct 26", "low", "-", "a little worse", "-"]
    later = [
        ["1 Nov 26", "as usual", "no more than usual", "sleep as usual", "none"],
        ["10 Nov 26", "-", "-", "-", "red flag that day"],
        ["12 Dec 26", "a little low", "nearly always", "-", "-"],
    ]
    assert mood_on_the_page() == [heading, first, *later]
    assert mood_on_the_page("--since", "2026-10-02") == [heading, *later]
    assert mood_on_the_page("--since", "2026-12-13") == []
    [_heading, newest] = mood_on_the_page("--since", "2026-12-01", lang="ja")
    assert newest == ["2026/12/12", "少し落ち込む", "ほとんどいつも"]
    page = pages.read(written(today="2026-12-20"))
    [finding] = [text for level, text in pages.rows(page, "Red flags and findings")[:3] if level == "Contact now"]
    assert finding == (
        "mood, as said on Sat 12 Dec 2026: mood: a little low, worry or irritability: nearly always [K1, O6]"
    )


@pytest.mark.usefixtures("machine")
def test_of_many_answers_on_mood_the_newest_stand_on_the_page_and_all_on_the_full_one() -> None:
    under_way()
    typed("2026-12-20", *(f"log mood spirits={day % 3} --on 2026-10-{day:02d}" for day in range(1, 10)))
    assert [row[0] for row in mood_on_the_page()[1:]] == [f"{day} Oct 26" for day in range(6, 10)]
    assert "5 earlier days are left out." in written(today="2026-12-20").decode()
    assert len(mood_on_the_page("--full")) == 10


@pytest.mark.usefixtures("machine")
def test_no_command_stands_on_it_and_no_name_where_it_is_discreet() -> None:
    typed("2026-11-24", "--patient Hanako_Sato start 2026-11-24 --weight 54 --dose 20 --can-become-pregnant --protocol"
          " jp-strict --born 2001-05-02", "--patient Hanako_Sato log pregnancy-test positive",
          "--patient Hanako_Sato ask isotrack_log_visit")  # fmt: skip
    for lang in ("en", "ja"):
        named = written("--patient", "Hanako Sato", today="2026-11-25", lang=lang).decode()
        discreet = written("--patient", "Hanako Sato", "--discreet", today="2026-11-25", lang=lang).decode()
        assert "Hanako" in named
        assert "2 May 01" in named or "2001/5/2" in named
        assert "Hanako" not in discreet
        assert "2 May 01" not in discreet
        assert "2001/5/2" not in discreet
        assert "isotrack log visit" in discreet  # as it was asked, without the flags of a suggestion
        assert re.findall(r"isotrack (?!log visit|\d)[a-z]+", discreet.replace("isotrack:report", "")) == []


@pytest.mark.usefixtures("machine")
@in_both
def test_whatever_text_is_recorded_stays_a_text(lang: str) -> None:
    today = midway()
    for command in (
        ("log", "background", "allergy", HOSTILE), ("log", "background", "note", HOSTILE),
        ("log", "background", "medicine", HOSTILE), ("log", "substance", HOSTILE),
        ("ask", HOSTILE), ("ask", f"{HOSTILE}2"), ("log", "visit", "--note", HOSTILE),
        ("log", "skin", "nose", "red=3", "--note", HOSTILE), ("patients", "rename", "me", HOSTILE),
    ):  # fmt: skip
        said = say("--today", today, *command)
        assert said.code == 0, (command, said.err)
    asked = json_of("ask", today)["questions"][-1]["id"]
    assert say("--today", today, "ask", "--done", str(asked), "--note", HOSTILE).code == 0
    for flags in ((), ("--full",)):
        octets = written(*flags, today=today, lang=lang)
        page = pages.read(octets)
        assert {one.tag for one in page.every()} <= ALLOWED
        assert octets.decode().count("<b>") == 0
        assert "49" not in next(page.every("h1")).text
        for place in ("h1", "title"):
            assert HOSTILE in next(page.every(place)).text
        assert page.text.count(HOSTILE) >= 8


@pytest.mark.usefixtures("machine")
def test_photos_stand_side_by_side_where_they_are_asked_for() -> None:
    today = midway()
    for name, colour, on in (("a.png", "red", "2026-09-01"), ("b.png", "green", "2026-10-01"),
                             ("c.png", "blue", "2026-12-01")):  # fmt: skip
        Image.new("RGB", (60, 40), colour).save(name)
        typed(today, f"log photo {name} --area left-cheek --on {on}")
    assert list(pages.read(written(today=today)).every("img")) == []
    page = pages.read(written("--photos", today=today))
    shown = list(page.every("img"))
    assert [one.attributes["alt"] for one in shown] == [
        "left cheek, Tue 1 Sep 2026, day 1", "left cheek, Tue 1 Dec 2026, day 92",
    ]  # fmt: skip
    assert all(one.attributes["src"].startswith("data:image/jpeg;base64,") for one in shown)
    since = pages.read(written("--photos", "--since", "2026-11-01", today=today))
    assert [one.attributes["alt"][12:] for one in since.every("img")] == ["Thu 1 Oct 2026, day 31",
                                                                         "Tue 1 Dec 2026, day 92"]  # fmt: skip
    refused = say("report", "--photos", "--discreet")
    assert (refused.code, len(refused.complaint)) == (2, 1)


def test_a_file_is_written_for_its_owner_and_nothing_else_is_replaced(machine: Machine) -> None:
    today = before()
    assert say("--today", today, "report").code == 0
    assert stat.S_IMODE(Path("report.html").stat().st_mode) == 0o600
    assert say("--today", today, "report").code == 0, "one of its own"
    Path("mine.html").write_text("<!DOCTYPE html><p>mine")
    Path("link.html").symlink_to("mine.html")
    Path("folder").mkdir()
    state = image(machine.folder)
    for target in ("mine.html", "link.html", "folder", "missing/report.html", machine.db.name, " "):
        said = say("--today", today, "report", "-o", target)
        assert said.code in (1, 2), target
        assert len(said.complaint) == 1, said.err
        assert image(machine.folder) == state
    assert say("--today", today, "report", "-o", "mine.html", "--force").code == 0
    assert Path("mine.html").read_bytes() == Path("report.html").read_bytes()
    printed = say("--today", today, "report", "-o", "-")
    assert printed.out.encode() == Path("report.html").read_bytes()


def test_a_dry_run_writes_nothing(machine: Machine) -> None:
    today = midway()
    state = image(machine.folder)
    for command in (("report",), ("ask", "why?")):
        said = say("--today", today, "--dry-run", *command)
        assert said.code == 0, said.err
        assert said.out.startswith("(dry run")
    assert image(machine.folder) == state


def test_only_the_command_imports_the_library_of_templates() -> None:
    found: dict[str, set[str]] = {}
    for path in (ROOT / "tracker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                if name.split(".")[0] in ("jinja2", "markupsafe") or name == "tracker.report.html":
                    found.setdefault(name, set()).add(str(path.relative_to(ROOT)))
    assert found == {
        "jinja2": {"tracker/report/html.py"}, "markupsafe": {"tracker/report/html.py"},
        "tracker.report.html": {"tracker/cli/report.py"},
    }  # fmt: skip


def test_questions_are_kept_listed_and_ticked_off(machine: Machine) -> None:
    today = before()
    schema = json.loads((ROOT / "schemas" / "questions.schema.json").read_text())
    typed(today, "ask May I drink?", "ask 温泉は？ --on 2026-11-18")
    assert "Already there" in say("--today", today, "ask", "May", "I", "drink?").out
    found = json_of("ask", today)
    jsonschema.Draft202012Validator(schema).validate(found)
    assert [one["text"] for one in found["questions"]] == ["温泉は？", "May I drink?"]
    number = str(found["questions"][0]["id"])
    assert say("--today", today, "ask", "--done", number, "--on", "2026-11-17").code == 2
    typed(today, f"ask --done {number} --note はい")
    ticked = json_of("ask", today)["questions"][-1]
    assert (ticked["text"], ticked["answered"], ticked["note"]) == ("温泉は？", today, "はい")
    page = pages.read(written(today=today))
    boxes = [one for one in page.every("ul") if one.attributes.get("class") == "boxes"]
    answered = "✓ 温泉は？ answered on Fri 20 Nov 2026: はい"
    assert [one.text for one in boxes[0].every("li")] == ["May I drink?", answered]
    assert "Already there" in say("--today", today, "ask", "--done", str(ticked["id"])).out
    typed(today, "undo")
    assert [one["answered"] for one in json_of("ask", today)["questions"]] == [None, None]
    for wrong in (("--done", "1"), ("--done", "999"), ("why", "--done", number), ("--note", "x")):
        said = say("--today", today, "ask", *wrong)
        assert (said.code, len(said.complaint)) == (2, 1), wrong
    typed(today, f"fix {number} --value Why?", "undo")
    assert faults(machine.db) == []


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("ends", "en", "ja"), [
    ((), "none while held", "見合わせ中のため予測なし"), (("stop 2026-12-19",), "not reached", "到達せず"),
])  # fmt: skip
def test_while_the_capsules_are_held_no_target_is_called_missed(ends: tuple[str, ...], en: str, ja: str) -> None:
    under_way()
    typed("2026-12-20", "log symptom 黄疸 --on 2026-12-20", *ends)
    for lang, title, expected in (("en", "Cumulative dose", en), ("ja", "累積投与量", ja)):
        rows = pages.rows(pages.read(written(today="2026-12-20", lang=lang)), title)
        assert {row[2] for row in rows if row[0].startswith(("120", "150"))} == {expected}


ANSWERED = ("done {n}", "{n} done", "#{n} done", "{n}: answered", "Done {n}", "済み {n}", "{n} 済", "番号{n}は回答済み")


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("words", ANSWERED)
def test_a_number_that_is_said_to_be_done_ticks_the_question_off(words: str) -> None:
    under_way()
    typed("2026-11-24", "ask 温泉は？")
    number = json_of("ask", "2026-11-24")["questions"][0]["id"]
    typed("2026-11-25", "ask " + words.format(n=number))
    [one] = json_of("ask", "2026-11-25")["questions"]
    assert (one["text"], one["answered"]) == ("温泉は？", "2026-11-25")


@pytest.mark.usefixtures("machine")
def test_a_question_with_a_number_stays_one_and_a_number_alone_is_none() -> None:
    under_way()
    typed("2026-11-24", "ask Is 20 done?", "ask when_is_20_mg_done", "ask done")
    assert len(json_of("ask", "2026-11-24")["questions"]) == 3
    refused = say_on("2026-11-24", "ask", "94")
    assert refused.code == 2
    assert "to tick one off: isotrack ask --done 94" in refused.err


def test_a_line_keeps_its_corners_alone() -> None:
    assert corners([(0, 0), (1, 1), (2, 2), (3, 2), (4, 2), (4, 2)]) == [(0, 0), (2, 2), (4, 2)]
    assert corners([(0, 0), (1, 0), (2, 1)]) == [(0, 0), (1, 0), (2, 1)]


def test_a_drawing_escapes_what_is_said_in_it() -> None:
    drawn = Drawing(10, 10, 'a "title" <b>', "says & more")
    drawn.text(1, 1, HOSTILE)
    [svg] = pages.read(str(drawn).encode()).every("svg")
    assert svg.attributes["aria-label"] == 'a "title" <b>: says & more'
    assert [one.text for one in svg.every("text")] == [HOSTILE]


@pytest.mark.parametrize("most", [0.4, 1, 7, 67.8, 120, 150, 151, 240, 4000, 99_999])
def test_heights_are_round_and_few(most: float) -> None:
    found = ticks(most)
    assert 2 <= len(found) <= 7
    assert found[0] == 0
    assert found[-1] <= most * 1.000001


@pytest.mark.usefixtures("machine")
def test_the_curve_ends_where_the_screens_end() -> None:
    from tracker.db import store
    from tracker.db.engine import Database
    from tracker.journeys.context import pinned, seen

    today = midway()
    with Database(Path(os.environ["ISOTRACK_DB"])).reading() as connection:
        course, text = store.courses(connection, 1)[0]
        history = store.load(connection, course)
    on = date.fromisoformat(today)
    line = seen(pinned(course, text, on), history, on).plan.timeline
    points = curves(history, line, on)[Product.CONVENTIONAL]
    assert [one.on for one in points] == [line.first_dose + timedelta(days=n) for n in range(len(points))]
    assert points[-1].on == line.projected_last_dose
    assert all(one.total_mg <= other.total_mg for one, other in pairwise(points))


@pytest.mark.slow
@pages.needs_browser
@pages.needs_pdftotext
@pytest.mark.usefixtures("machine")
@in_both
@every_patient
def test_it_prints_on_one_sheet_and_its_text_is_found_again(
    patient: Callable[[], str], lang: str, tmp_path: Path
) -> None:  # fmt: skip
    octets = written(today=patient(), lang=lang)
    pdf = pages.printed(tmp_path, Path("report.html").absolute())
    about = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Pages: +1\n", about), about
    assert "(A4)" in about
    read = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    bare = "".join(read.split())
    page = pages.read(octets)
    for one in page.every("h1", "h2", "dd"):
        assert "".join(one.text.split()) in bare, one.text


@pytest.mark.long
@pytest.mark.slow
@pages.needs_browser
@pages.needs_axe
@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    ("lang", "width", "flags"),
    [
        *some(product(["en", "ja"], [375, 1280], [(), ("--full",)]), 3),
        ("en", 900, ()),
    ],
)
def test_no_screen_is_too_narrow_for_it_and_nobody_is_kept_out(
    width: int, lang: str, flags: tuple[str, ...], tmp_path: Path
) -> None:  # fmt: skip
    today = midway()
    typed(today, f"ask {'http://example.org/' + 'x' * 90}", "log background note " + "y" * 100)
    found = pages.measured(tmp_path, written(*flags, today=today, lang=lang), width)
    assert found == {"width": width, "problems": []}


@pytest.mark.usefixtures("machine")
@in_both
def test_what_was_taken_beside_the_capsules_and_ended_is_told_with_its_days(lang: str) -> None:
    typed("2026-09-01", "start 2026-09-01 --weight 54 --dose 20 --protocol jp-standard --timezone Asia/Tokyo"
          " --cannot-become-pregnant", "log substance biofermin --until 2026-09-01")  # fmt: skip
    typed("2026-09-30", "log substance ミノサイクリン --on 2026-09-10 --until 2026-09-12",
          "log substance minocycline --on 2026-08-01 --until 2026-08-03")  # fmt: skip
    told = {"en": "Beside the capsules from Thu 10 Sep 2026 to Sat 12 Sep 2026, ", "ja": "併用していたもの（"}[lang]
    page = written(today="2026-09-30", lang=lang).decode()
    assert page.count(told) == 1
    assert told not in written("--since", "2026-09-15", today="2026-09-30", lang=lang).decode()


@pytest.mark.usefixtures("machine")
def test_what_was_missed_is_counted_alike_everywhere_and_no_day_of_a_hold_is() -> None:
    typed("2026-09-01", "start 2026-09-01 --weight 54 --dose 20 --protocol jp-standard --timezone Asia/Tokyo"
          " --cannot-become-pregnant")  # fmt: skip
    typed("2026-09-30", "log symptom visual-change --since 2026-09-10", "log cleared visual-change --on 2026-09-15",
          "pause 2026-09-20", "resume 2026-09-22",
          *(f"log dose --missed --on 2026-09-{day}" for day in ("04", "11", "12", "16", "20")))  # fmt: skip
    assert json_of("dose", "2026-09-30")["adherence"]["missed_days"] == 2
    page = written(today="2026-09-30").decode()
    assert re.search("Capsules logged as missed: 2 .*4 Sep 26.*16 Sep 26", page)
    assert "logged as missed: 2," in page


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("lang", "can", "none", "row"), [
    ("en", "can become pregnant", "Pregnancy tests: none recorded",
     "Pregnancy tests: 20 Dec 26 negative, 21 Nov 26 unclear, 1 Nov 26 negative"),
    ("ja", "妊娠可能", "妊娠検査：記録なし", "妊娠検査：2026/12/20 陰性、2026/11/21 判定不能、2026/11/1 陰性"),
])  # fmt: skip
def test_where_a_pregnancy_is_possible_the_page_says_so_and_names_every_test(
    lang: str, can: str, none: str, row: str
) -> None:  # fmt: skip
    def said(*flags: str) -> list[str]:
        page = pages.read(written(*flags, today="2026-12-21", lang=lang))
        assert [one.text for one in page.every("dd") if can in one.text] != []
        return [one.text for one in page.every("p") if one.text.startswith(row[:4])]

    typed("2026-11-01", "start 2026-12-10 --weight 54 --dose 20 --protocol jp-standard --timezone Asia/Tokyo"
          " --can-become-pregnant --yes")  # fmt: skip
    assert [text.startswith(none) for text in said()] == [True]
    typed("2026-12-21", "log pregnancy-test negative --on 2026-11-01", "log pregnancy-test unclear --on 2026-11-21",
          "log pregnancy-test negative --on 2026-12-20")  # fmt: skip
    [text] = said()
    assert text.startswith(row)
    assert said("--discreet") == [text]
    # The last one before the time that the page is about stands beside those of it.
    [since] = said("--since", "2026-12-01")
    assert since == text.replace(row, row.rpartition("、" if lang == "ja" else ", ")[0])


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("lang", "rows"), [
    ("en", ("Programme questions: 29 Sep 26, 30 Aug 26", "Signed: 20 Aug 26",
            "Capsules picked up: 29 Sep 26, 30 Aug 26")),
    ("ja", ("理解度確認の質問（iPLEDGE）：2026/9/29、2026/8/30", "署名：2026/8/20",
            "薬局での受け取り：2026/9/29、2026/8/30")),
])  # fmt: skip
def test_what_was_signed_and_picked_up_stands_beside_the_tests(lang: str, rows: tuple[str, ...]) -> None:
    def said(*flags: str) -> list[str]:
        [section] = [one for one in pages.read(written(*flags, today="2026-10-01", lang=lang)).every("section")
                     if next(one.every("h2")).text == {"en": "Background", "ja": "患者背景"}[lang]]  # fmt: skip
        return re.split(" / |／", next(section.every("p")).text)

    typed("2026-08-20", "start 2026-08-30 --weight 54 --dose 20 --protocol us --cannot-become-pregnant --yes")
    assert [text for text in said() if text.startswith(tuple(row[:4] for row in rows))] == []
    typed("2026-08-20", "log consent")
    for day in ("2026-08-30", "2026-09-29"):
        typed(day, "log consent", "log visit", "log pick-up")
    assert said()[:3] == list(rows)
    # The last one before the time that the page is about stands beside those of it.
    assert said("--since", "2026-09-01")[:3] == list(rows)
    assert said("--since", "2026-09-30")[:3] == [row.partition("、" if lang == "ja" else ", ")[0] for row in rows]


@pytest.mark.usefixtures("machine")
def test_where_none_is_possible_the_page_says_nothing_of_it() -> None:
    page = pages.read(written(today=afterwards()))
    assert [one.text for one in page.every("dd", "p") if "regnan" in one.text] == []


@pytest.mark.usefixtures("machine")
def test_the_values_from_before_the_first_capsule_and_the_last_of_each_are_on_the_page() -> None:
    assert say_on("2026-11-20", "start", "2026-12-01", "--weight", "52", "--dose", "20", "--protocol", "jp").code == 0
    assert say_on("2026-11-28", "log", "blood", "AST=18", "ALT=17", "TG=90", "LDL=100", "--on", "2026-11-27").code == 0
    assert say_on("2026-12-10", "log", "blood", "ALT=29").code == 0
    for day in ("12", "13", "14", "15"):
        assert say_on(f"2026-12-{day}", "log", "blood", f"CK=1{day}").code == 0
    page = pages.read(written(today="2026-12-16"))
    [section] = [one for one in page.every("section") if next(one.every("h2")).text == "Blood values"]
    rows = [[cell.text for cell in (*row.every("th"), *row.every("td"))] for row in section.every("tr")]
    cells = {row[0]: row for row in rows}
    days = [one for one in cells["What"] if one.endswith(" 26")]
    assert days[0] == "27 Nov 26"
    assert {"10 Dec 26", "15 Dec 26"} <= {*days}
    for name, value in (("AST", "18"), ("ALT", "29"), ("ALT", "17"), ("TG", "90"), ("LDL", "100"), ("CK", "115")):
        assert any(value in cell for key, row in cells.items() if key.startswith(name) for cell in row), name
