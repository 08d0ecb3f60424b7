"""The page for the doctor keeps what was once grave, and says no more than was recorded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import pages
from tests.support import machine_in, say_on, settle
from tracker.cli.page.rest import keys

START = "start 2026-08-20 --weight 54 --dose 20 --protocol jp --can-become-pregnant --sex female --yes"
GRAVE = (
    "2026-08-19 log blood ALT=18 TG=90 --on 2026-08-18 --yes", "2026-09-04 log blood ALT=25 TG=200 --yes",
    "2026-09-11 log blood ALT=30 TG=800 --yes", "2026-09-14 log blood ALT=28 TG=300 --yes",
    "2026-09-18 log blood ALT=28 TG=200 --yes",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    typed(f"2026-08-19 {START}")


def typed(*commands: str) -> None:
    """Each begins with its day; ``_`` stands for a blank in a word."""
    for command in commands:
        today, *words = command.split()
        said = say_on(today, *(word.replace("_", " ") for word in words))
        assert said.code == 0, (command, said.err)


def page(today: str, *flags: str, lang: str = "en") -> pages.Element:
    said = say_on(today, "--lang", lang, "report", "--force", *flags)
    assert said.code == 0, said.err
    return pages.read(Path("report.html").read_bytes())


def lines(found: pages.Element, title: str) -> list[str]:
    [section] = [one for one in found.every("section") if next(one.every("h2")).text == title]
    return [one.text for one in section.every("li")]


def tables(found: pages.Element, title: str) -> list[list[list[str]]]:
    [section] = [one for one in found.every("section") if next(one.every("h2")).text == title]
    return [[[cell.text for cell in row.every("th", "td")] for row in table.every("tr")]
            for table in section.every("table")]  # fmt: skip


def findings(found: pages.Element) -> list[list[str]]:
    return pages.rows(found, "Red flags and findings")


SILENT = [
    # What was logged, the day of the page, and what the page says of the days without an entry.
    (["2026-08-30 log dose --missed"], "2026-09-15", "15 days after Sun 30 Aug 2026 (logged as missed)", 15),
    (["2026-08-30 log dose"], "2026-09-03", "3 days after Sun 30 Aug 2026 (logged as taken)", 3),
    (["2026-08-30 log dose"], "2026-09-02", "", 0),
    (["2026-08-30 log dose --missed", "2026-09-04 pause 2026-09-04"], "2026-09-15",
     "15 days after Sun 30 Aug 2026 (logged as missed)", 4),
    (["2026-08-30 log dose", "2026-08-31 pause 2026-08-31"], "2026-09-15", "", 0),
    (["2026-08-20 log stock 14 --strength 20", "2026-08-30 log dose"], "2026-09-15",
     "15 days after Sun 30 Aug 2026 (logged as taken)", 3),
]  # fmt: skip


@pytest.mark.parametrize(("logged", "today", "silent", "assumed"), SILENT)
def test_days_without_an_entry_say_what_the_last_one_was_and_how_many_are_assumed(
    logged: list[str], today: str, silent: str, assumed: int
) -> None:
    typed(*logged)
    expected = f"No entry of capsules, taken or not, for {silent}; assumed taken of these: {assumed}"
    told = [text for _level, text in findings(page(today)) if "No entry" in text]
    assert told == [expected] * bool(assumed)


def test_days_without_a_dose_at_hand_are_counted_alike_and_without_today() -> None:
    typed("2026-08-20 log stock 14 --strength 20", "2026-09-02 log dose --on 2026-08-20..2026-09-02")
    found = page("2026-09-09")
    [missed] = [text for text in lines(found, "Missed and overdue") if text.startswith("No whole dose at hand")]
    assert missed.startswith("No whole dose at hand, and no record: 6 (3 Sep 26, ")
    assert any(
        "no whole dose was at hand: 6 " in text for text in lines(found, "What is confirmed, and what is assumed")
    )


def test_what_once_said_now_stays_as_a_number_and_the_days_between_are_named() -> None:
    typed(*GRAVE, "2026-09-20 log blood ALT=60 TG=1.6_mmol/L --yes")
    found = page("2026-09-22")
    [heading, *rows] = tables(found, "Blood values")[0]
    assert heading[2:] == ["18 Aug 26", "11 Sep 26", "18 Sep 26", "20 Sep 26", "CTCAE (last value)"]
    # The habit of the programme's country, where one sheet has another: what was converted is marked.
    assert next(row for row in rows if row[0].startswith("TG")) == [
        "TG mg/dL", "30-117", "90", "800 H", "200 H", "141.71* H", "",
    ]  # fmt: skip
    assert "Draws between these that are left out: 4 Sep 26, 14 Sep 26" in lines(found, "Blood values")
    [earlier] = [text for level, text in findings(found) if level == "Earlier"]
    assert earlier.startswith("Triglycerides (TG) 800 mg/dL on Fri 11 Sep 2026: ")
    assert earlier.endswith('CTCAE v5 grade 3 [L4]; told then: "Contact now"; newest 1.6 mmol/L on Sun 20 Sep 2026')
    # Of a time that begins later it is no finding.
    assert [text for level, text in findings(page("2026-09-22", "--since", "2026-09-12")) if level == "Earlier"] == []


def test_more_values_that_said_now_than_there_are_columns_are_all_on_the_page() -> None:
    typed(*(f"2026-09-{day} log blood TG={day}00 --yes" for day in range(10, 20)), "2026-09-20 log blood TG=100")
    found = page("2026-09-22")
    text = " ".join(one.text for one in found.every("section"))
    assert [day for day in range(10, 20) if f"{day}00" not in text] == []
    assert any(line.startswith("Told as contact now on a day that is left out: TG 1") for line in
               lines(found, "Blood values"))  # fmt: skip


def test_each_block_of_the_full_page_has_the_grade_and_the_range_of_what_stands_there() -> None:
    typed(*GRAVE, "2026-09-20 log blood ALT=150(10-42) TG=1100 --yes")
    first, older = tables(page("2026-09-22", "--full"), "Blood values")
    assert [table[0][-1] for table in (first, older)] == ["CTCAE (last value)"] * 2
    row = {(number, row[0]): (row[1], row[-1]) for number, table in enumerate((first, older)) for row in table[1:]}
    assert row[0, "ALT U/L"] == ("10-42†", "2")
    assert row[1, "ALT U/L"] == ("7-23†", "1")
    assert (row[0, "TG mg/dL"][1], row[1, "TG mg/dL"][1]) == ("4", "1")
    [whose] = [text for text in lines(page("2026-09-22"), "Blood values") if text.startswith("†")]
    assert whose == ("† ALT: held against 7-23 (JCCLS, women) on 18 Aug 26, 11 Sep 26, 18 Sep 26 /"
                     " 10-42 (the laboratory's own range) on 20 Sep 26")  # fmt: skip


def test_an_answer_on_mood_stays_the_answer_beside_a_red_flag_of_its_day() -> None:
    typed("2026-09-01 log mood spirits=2 harm=0", "2026-09-01 log symptom suicidal_thoughts",
          *(f"2026-09-{day} log mood spirits=0" for day in range(10, 16)))  # fmt: skip
    found = page("2026-09-20")
    [rows] = [one for one in tables(found, "Red flags and findings") if one[0][0] == "Day"]
    assert rows[1] == ["1 Sep 26", "low", "none; red flag that day"]
    assert [row[0] for row in rows[2:]] == ["13 Sep 26", "14 Sep 26", "15 Sep 26"]
    assert "3 days between these are left out." in lines(found, "Red flags and findings")


def test_points_that_nobody_explained_are_named_for_good_signed_or_not() -> None:
    typed("2026-08-19 log counselling effect")
    left = "side effects, contraindications, not in pregnancy, contraception"
    said = {today: lines(page(today), "Missed and overdue") for today in ("2026-08-19", "2026-09-20")}
    assert f"Not explained yet, before the first capsule: {left}" in said["2026-08-19"]
    assert f"Not recorded as explained: {left}" in said["2026-09-20"]
    typed("2026-09-20 log consent")
    assert f"Signed, but not recorded as explained: {left}" in lines(page("2026-12-20"), "Missed and overdue")


def test_capsules_of_held_and_paused_days_are_said_to_be_in_no_adherence() -> None:
    typed(
        "2026-09-10 log symptom jaundice --on 2026-09-10", "2026-09-10 log dose 20", "2026-09-12 log dose 20",
        "2026-09-14 log cleared rf-liver", "2026-09-20 pause 2026-09-18", "2026-09-20 log dose 20 --on 2026-09-19",
    )  # fmt: skip
    # The one of the day of the danger itself may have come before it, and counts.
    told = "taken on held or paused days: 40 mg on 2 days (in the sum, in no adherence)"
    assert any(told in text for text in lines(page("2026-09-21"), "What is confirmed, and what is assumed"))
    assert told in " ".join(say_on("2026-09-21", "dose").out.split())


def test_the_steps_of_the_prescription_and_the_notes_of_visits_stand_on_the_page() -> None:
    note = "Dose_raised._" + "long_" * 40
    typed("2026-09-19 dose 30", f"2026-09-19 log visit --note {note}", "2026-09-25 log visit --note Fine")
    short, full = page("2026-09-26"), page("2026-09-26", "--full")
    assert "Prescribed: 20 mg a day from 20 Aug 26, 30 mg a day from 19 Sep 26" in lines(short, "Cumulative dose")
    noted = [one for one in lines(short, "Plan") if one.startswith("Noted")]
    assert noted[0] == 'Noted of the visit of 25 Sep 26: "Fine"'
    assert noted[1].startswith('Noted of the visit of 19 Sep 26: "Dose raised. long ')
    assert noted[1].endswith('..."')
    assert note.replace("_", " ").strip() in lines(full, "Plan")[1]


GRADES = [
    (["2026-08-26 log symptom joint_pain 2"], "joint pain since Wed 26 Aug 2026, grade 2"),
    (["2026-08-26 log symptom joint_pain 1", "2026-09-21 log symptom joint_pain 2",
      "2026-09-22 log symptom joint_pain 2"], "joint pain since Wed 26 Aug 2026, grade 2 since Mon 21 Sep 2026"),
    (["2026-08-26 log symptom joint_pain 3", "2026-09-21 log symptom joint_pain 2"],
     "joint pain since Wed 26 Aug 2026, grade 2 since Mon 21 Sep 2026, at worst grade 3"),
]  # fmt: skip


@pytest.mark.parametrize(("logged", "expected"), GRADES)
def test_a_grade_is_said_with_the_day_from_which_it_holds(logged: list[str], expected: str) -> None:
    typed(*logged)
    [told] = [text for _level, text in findings(page("2026-09-25")) if text.startswith("joint pain")]
    assert told == f"{expected} (not confirmed by a source)"


def test_what_was_worse_in_a_week_without_a_column_is_named() -> None:
    typed("2026-08-26 log symptom joint_pain 3", "2026-09-21 log symptom joint_pain 1")
    assert lines(page("2026-11-30"), "Symptoms") == ["Worse in an earlier week: joint pain grade 3 (week 5)"]
    assert lines(page("2026-11-30", "--full"), "Symptoms") == []
    typed(
        "2026-09-21 log symptom nosebleed --on 2026-08-27 --until 2026-08-28",
        "2026-09-21 log symptom dry-eye 1 --on 2026-08-27 --until 2026-08-28",
    )
    assert lines(page("2026-11-30"), "Symptoms") == [
        "Worse in an earlier week: joint pain grade 3 (week 5)",
        "Only in earlier weeks: dry eyes, lenses not tolerated grade 1 (week 2), nosebleed (week 2)",
    ]


def test_weeks_behind_the_last_capsule_take_no_column_from_those_in_which_something_was_there() -> None:
    typed("2026-09-18 log symptom nosebleed 1 --on 2026-08-26 --until 2026-08-28", "2026-09-20 stop 2026-09-18")
    heads = [one.text for one in page("2027-02-20").every("th")]
    at = heads.index("Since")
    assert heads[at + 1 : at + 7] == ["1", "2", "3", "4", "5", heads[at + 6]]
    assert heads[at + 6] != "6"


HELD = {
    "a test that is cleared": (("2026-09-13 log pregnancy-test positive", "2026-09-16 log cleared"),
                               "Held: 13 Sep 26 to 15 Sep 26 (Positive pregnancy test)",
                               "服用見合わせ：2026/9/13から2026/9/15まで（妊娠検査陽性）"),
    "a risk that stands": (("2026-09-13 log risk unprotected",),
                           "Held: since 13 Sep 26 (Possible pregnancy: no contraception, or contraception that failed)",
                           "服用見合わせ：2026/9/13から"),
    "two at once": (("2026-09-13 log risk unprotected", "2026-09-13 log symptom 黄疸",
                     "2026-09-14 log cleared rf-liver"), ", 13 Sep 26 (Red flag: ", "服用見合わせ："),
    "one that was cleared the same day": (("2026-09-13 log risk unprotected", "2026-09-13 log cleared"), None, None),
}  # fmt: skip


@pytest.mark.parametrize("case", HELD)
def test_the_page_says_when_the_capsules_were_held_and_why(case: str) -> None:
    commands, *expected = HELD[case]
    typed(*commands)
    for lang, words in zip(("en", "ja"), expected, strict=True):
        assert say_on("2026-09-20", "--lang", lang, "report", "-o", "page.html", "--force").code == 0
        text = pages.read(Path("page.html").read_bytes()).text
        assert words in text if words is not None else "Held" not in text and "服用見合わせ：" not in text


MANY = tuple(f"2026-09-20 log habit alcohol=2 --on 2026-09-{day:02}" for day in range(7, 17))
ALCOHOL = {
    "two days": (("2026-09-05 log habit alcohol=2", "2026-09-12 log habit alcohol=1"),
                 "Alcohol: 5 Sep 26 (2), 12 Sep 26 (1)", "飲酒：2026/9/5（2）"),
    "a day without an amount": (("2026-09-05 log habit alcohol",), "Alcohol: 5 Sep 26", "飲酒：2026/9/5"),
    "a day without any": (("2026-09-05 log habit alcohol=0",), None, None),
    "many days are sums of weeks": (MANY, "Alcohol, sums of the weeks from: 7 Sep 26 (14), 14 Sep 26 (6)",
                                    "飲酒（各週の合計、週の初日）：2026/9/7（14）"),
}  # fmt: skip


@pytest.mark.parametrize("case", ALCOHOL)
def test_alcohol_stands_beside_the_blood_values(case: str) -> None:
    commands, *expected = ALCOHOL[case]
    typed(*commands)
    for lang, title, words in zip(("en", "ja"), ("Blood values", "血液検査"), expected, strict=True):
        found = page("2026-09-20", lang=lang)
        said = [line for line in lines(found, title) if line.startswith(("Alcohol", "飲酒"))]
        assert said == [] if words is None else said[0].startswith(words)
        assert "Nothing else was recorded" not in found.text


def test_whatever_the_page_cites_in_brackets_is_in_its_sources() -> None:
    """What is over, of an earlier time or the clinic's word is cited as well as what stands."""
    typed(
        "2026-09-01 log substance minocycline --on 2026-08-25", "2026-09-02 log substance vitamin_a --on 2026-08-25",
        "2026-09-10 log substance minocycline --until 2026-09-10",
        "2026-09-10 log substance vitamin_a --until 2026-09-10",
        "2026-09-11 procedure log potenza", "2026-09-12 log background illness depression",
        "2026-09-12 log risk unprotected", "2026-09-13 log cleared", "2026-09-13 log pregnancy-test negative",
        "2026-09-14 log blood TG=800 CK=420H --yes", "2026-09-14 log symptom 筋肉痛 2", "2026-09-14 log symptom 黄疸",
        "2026-09-15 log blood TG=90 CK=90", "2026-09-15 log cleared rf-liver",
    )  # fmt: skip
    for flags in ((), ("--full",), ("--since", "2026-09-01")):
        for lang in ("en", "ja"):
            *sections, last = page("2026-09-20", *flags, lang=lang).every("section")
            cited = {key for one in sections for key in keys(one.text)} - {"not confirmed", "未確認"}
            assert {"J2", "J21"} <= cited
            assert cited - set(keys(last.text)) == set()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_was_noted_of_a_review_of_mood_stands_with_the_mood_and_of_what_else_was_done_with_the_plan(
    lang: str,
) -> None:
    typed("2026-10-14 log review --note very_grumpy,_crying,_mum_worried", "2026-10-14 log visit --note v1",
          "2026-10-14 log blood --note left_arm", "2026-10-13 log pregnancy-test negative --note at_home",
          "2026-10-15 log review --on 2026-10-14")  # fmt: skip
    titles = {"en": ("Red flags and findings", "Plan"), "ja": ("要注意の症状・所見", "今後の予定")}[lang]
    for flags in ((), ("--full",)):
        found = page("2026-10-15", *flags, lang=lang)
        mood, plan = (lines(found, title) for title in titles)
        assert any("very grumpy, crying, mum worried" in line for line in mood)
        assert [any(note in line for line in plan) for note in ("v1", "left arm", "at home")] == [True] * 3


@pytest.mark.parametrize("result", ["unclear", "positive", None])
def test_a_test_that_was_not_negative_is_never_only_counted(result: str | None) -> None:
    typed("2026-09-01 log pregnancy-test negative", f"2026-09-05 log pregnancy-test {result or ''}",
          *(f"2026-09-{day} log pregnancy-test negative" for day in range(10, 18)))  # fmt: skip
    [named] = [text for text in re.split("(?=Pregnancy tests: )", page("2026-09-20").text) if text.startswith("Pregn")]
    expected = {"unclear": "unclear", "positive": "positive", None: "result not known"}[result]
    assert f"and 4 earlier, of these not negative: 5 Sep 26 {expected}" in named
