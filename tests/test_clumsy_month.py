"""A month of a clumsy patient: hours of either half of the day, risks and results in words, answers of one day."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support import machine_in, say_on, settle
from tracker.cli import complaints
from tracker.cli.typed import SeveralTimesError, read_day, read_when
from tracker.cli.typed.ranges import read_days
from tracker.cli.values import read_value
from tracker.errors import InputError
from tracker.facts import RiskKind, TestResult, by_name
from tracker.vocabulary import vocabulary

START = ("start", "2026-09-01", "--weight", "54", "--dose", "20", "--timezone", "Asia/Tokyo")


@pytest.fixture
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    assert say_on("2026-09-01", *START, "--can-become-pregnant").code == 0


def on(day: str, *command: str) -> Any:
    return say_on(f"2026-09-{day}", *command)


def sort_of(kind: str, column: str) -> Any:
    return by_name()[kind].column(column).sort


# Hours of either half of the day.

TIMES = [
    ("9/21 3時", "15:00 03:00"), ("9/21 3時半", "15:30 03:30"), ("9/21 3:30", "15:30 03:30"),
    ("9/21 ３時半", "15:30 03:30"), ("9/21 6時", "18:00 06:00"), ("9/21 1:15", "13:15 01:15"),
    ("21 Sep half past three", "15:30 03:30"), ("21 Sep at 3 o'clock", "15:00 03:00"),
    ("21 Sep quarter past 4", "16:15 04:15"), ("21 Sep 3h30", "15:30 03:30"), ("9/21 03:30", "03:30"),
    ("9/21 午後3時", "15:00"), ("9/21 午前3時", "03:00"), ("9/21 3pm", "15:00"), ("9/21 3am", "03:00"),
    ("9/21 7時", "07:00"), ("9/21 0:30", "00:30"), ("9/21 15時", "15:00"), ("21 Sep half past nine", "09:30"),
    ("9/21 12:30", "12:30"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "wanted"), TIMES)
def test_an_hour_that_may_be_one_of_the_night_is_asked_about(typed: str, wanted: str) -> None:
    try:
        clock = read_when(typed, date(2026, 9, 2), "ja")[1]
        assert clock is not None
        found = f"{clock:%H:%M}"
    except SeveralTimesError as refused:
        found = " ".join(f"{one:%H:%M}" for one in refused.times)
    assert found == wanted


@pytest.mark.usefixtures("_course")
def test_a_booking_says_what_it_takes_the_place_of_and_a_doubtful_hour_changes_none() -> None:
    assert "takes the place" not in on("02", "book", "visit", "9/20 15:30").out
    refused = on("02", "book", "visit", "9/20 3時半")
    assert (refused.code, "15:30" in refused.err, "03:30" in refused.err) == (2, True, True)
    assert "takes the place of the appointment on Sun 20 Sep 2026 15:30" in on("02", "book", "visit", "9/21 16:00").out


# Risks of pregnancy and results of tests.

RISKS = {
    RiskKind.MISSED_PERIOD: (
        "生理が遅れている",
        "生理が来ない",
        "生理が来てない",
        "月経の遅れ",
        "late period",
        "my period is late",
    ),
    RiskKind.UNPROTECTED: (
        "ゴムが破れた",
        "コンドームが破れた",
        "ピルの飲み忘れ",
        "condom broke",
        "missed pill",
        "避妊失敗",
    ),
}
FAINT = (
    *(
        "うすい陽性",
        "薄い陽性",
        "うっすら陽性",
        "うっすら線",
        "うすい線が出た",
        "線がうっすら",
        "薄く線が出ました",
        "とても薄い線",
    ),
    *(
        "かすかな線が見える",
        "うっすらと線が見えました",
        "薄い縦線",
        "弱陽性",
        "陽性反応が出た",
        "陽性でした",
        "線が二本出た",
        "2本線",
    ),
    *("faint positive", "weak positive", "faint line", "very faint line", "a faint second line", "Faint pink line."),
    *("positive but faint", "line is very faint", "barely visible line", "two lines", "I got a faint positive"),
)
"""A line is a line, however faint."""
RESULTS = {
    TestResult.NEGATIVE: (
        "（－）",
        *("―", "—", "–", "−", "‐", "─", "(―)", "（—）", "陰性（−）", "negative(—)"),
        "(-)",
        "－",
        "マイナス",
        "陰せい",
        "いんせい",
        "陰性",
        "陰性でした",
        "neg",
        "Negative",
    ),
    TestResult.POSITIVE: (
        "（＋）",
        "(+)",
        "＋",
        "プラス",
        "陽せい",
        "ようせい",
        "陽性",
        "陽性です",
        "陽性反応",
        "pos",
        *FAINT,
    ),
    TestResult.UNCLEAR: ("判定不能", "unclear"),
}


def test_risks_and_results_are_understood_in_the_words_of_people() -> None:
    risk, result = sort_of("risk", "what"), sort_of("pregnancy-test", "result")
    assert {read_day(f"{sign}3d", date(2026, 9, 5), "en") for sign in "―—–−‐-ー－"} == {date(2026, 9, 2)}
    wrong = [
        (said, wanted) for wanted, words in RISKS.items() for said in words if read_value(risk, said) is not wanted
    ]
    wrong += [
        (said, wanted) for wanted, words in RESULTS.items() for said in words if read_value(result, said) is not wanted
    ]
    assert wrong == []
    for doubtful in (
        "線なし",
        "線が出なかった",
        "うっすら陰性",
        "no line",
        "one line",
        "faint control line",
        "蒸発線",
        "maybe",
        "+/-",
        "±",
        "陽性?",
        "陽性かも",
        "陰性ではない",
        "not negative",
    ):
        with pytest.raises(InputError):
            read_value(result, doubtful)
    for other in ("頭痛", "生理が来た", "pill"):
        with pytest.raises(InputError):
            read_value(risk, other)


@pytest.mark.usefixtures("_course")
def test_what_may_be_a_positive_test_is_not_refused_before_its_text() -> None:
    for said in ("陽性かも", "うすい線かも", "蒸発線", "反応あり?", "maybe a line", "not negative", "faintly", "±"):
        for lang in ("en", "ja"):
            asked = on("02", "--lang", lang, "log", "pregnancy-test", said)
            assert (asked.code, asked.out[:2], "J1" in asked.out) == (2, "! ", True), said
    for said in ("maybe", "頭痛", "baseline"):
        assert on("02", "log", "pregnancy-test", said).out == ""
    assert on("02", "log", "pregnancy-test", "うすい", "線が", "出た").code == 0
    assert "うすい 線が 出た" in on("02", "history").out


CAME = (
    *(
        "生理がきた",
        "生理が始まった",
        "生理きた",
        "今日やっと生理が来た",
        "生理になりました",
        "生理中",
        "生理が終わった",
        "月経が来ました",
    ),
    *(
        "got my period",
        "my period started",
        "period came",
        "I got my period today.",
        "my period is here",
        "on my period",
    ),
)
NOT_PREGNANT = (
    "妊娠していない",
    "妊娠してない",
    "妊娠していません",
    "妊娠の可能性はない",
    "not pregnant",
    "I’m not pregnant.",
)
MISSED = (
    *(
        "生理が来ない",
        "生理がまだ来てない",
        "生理が遅れてきた",
        "haven't got my period",
        "period came late",
        "no period",
    ),
    *("妊娠していないか心配", "妊娠した", "not sure if pregnant", "pregnant"),
)


@pytest.mark.usefixtures("_course")
def test_a_period_that_came_and_a_pregnancy_that_is_denied_raise_no_alarm() -> None:
    for said in (*CAME, *NOT_PREGNANT):
        answer = on("02", "log", "symptom", said)
        assert (answer.code, answer.out, "missed-period" in answer.err) == (2, "", False), said
        assert "isotrack ask " in answer.err, said
    both = on("02", "log", "symptom", "got my period, headache 2")
    assert (both.out, "isotrack log symptom headache 2" in both.err) == ("", True)
    assert "中止" in on("02", "--lang", "ja", "log", "symptom", "黄疸、生理がきた").out
    for said in MISSED:
        assert "stop taking the capsules" in on("02", "--dry-run", "log", "symptom", said).out.lower(), said
    assert on("02", "log", "risk", "missed-period").code == 0
    assert "isotrack log cleared" in on("03", "log", "symptom", "生理がきた").err


WITHOUT_A_TEST = [
    # What happened and when, the test and when, whether it is missing on the 20th.
    ("unprotected", "05", None, None, True), ("unprotected", "05", "negative", "05", True),
    ("unprotected", "01", "negative", "12", False), ("unprotected", "01", "negative", "13", False),
    ("unprotected", "05", "unclear", "12", True), ("unprotected", "05", "negative", "04", True),
    ("missed-period", "05", "negative", "05", False),
    ("missed-period", "05", "negative", "04", True), ("missed-period", "05", None, None, True),
]  # fmt: skip


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("risk", "day", "result", "tested", "is_missing"), WITHOUT_A_TEST)
def test_a_risk_that_is_settled_without_a_later_negative_test_says_so_until_there_is_one(
    risk: str, day: str, result: str | None, tested: str | None, is_missing: bool
) -> None:
    on(day, "log", "risk", risk)
    if result is not None and tested is not None:
        on("13", "log", "pregnancy-test", result, "--on", f"2026-09-{tested}")
    cleared = on("14", "log", "cleared", "risk")
    assert cleared.code == 0
    assert ("no negative pregnancy test is logged since" in cleared.out) == is_missing
    assert ("test-after-risk" in json.loads(on("20", "plan", "--json").out)["notices"]) == is_missing


POSITIVE = [
    # A negative test and its day, whether one is missing on the 20th.
    (None, True),
    ("04", True),
    ("05", True),
    ("06", False),
    ("13", False),
]


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("tested", "is_missing"), POSITIVE)
def test_a_positive_test_that_is_settled_asks_for_a_later_negative_one(tested: str | None, is_missing: bool) -> None:
    on("05", "log", "pregnancy-test", "positive")
    if tested is not None:
        on("13", "log", "pregnancy-test", "negative", "--on", f"2026-09-{tested}")
    cleared = on("14", "log", "cleared")
    assert cleared.code == 0
    line = "positive test (Sat 5 Sep 2026) is settled on your clinic's word, but no negative pregnancy test"
    assert (line in " ".join(cleared.out.split())) == is_missing
    for screen in ((), ("next",), ("plan",)):
        assert (line in " ".join(on("20", *screen).out.split())) == is_missing, screen
    on("20", "stop", "2026-09-04")
    assert line not in " ".join(on("20").out.split())


@pytest.mark.usefixtures("_course")
def test_a_word_about_one_danger_names_the_others_that_stand() -> None:
    on("05", "log", "symptom", "headache 3, blurry vision")
    on("05", "log", "risk", "late period")
    said = on("06", "log", "cleared", "visual-change").out
    assert "isotrack log cleared rf-intracranial" in said
    assert "A positive test or a risk of pregnancy stays" in said


# Two answers of one day.


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("answers", "stands"), [((3, 0), 3), ((0, 3), 3), ((1, 3, 2), 3), ((2, 2), 2)])
def test_of_the_answers_of_one_day_the_worst_stands_and_all_are_kept(answers: tuple[int, ...], stands: int) -> None:
    said = [on("05", "log", "mood", f"spirits={one}") for one in answers]
    assert [one.code for one in said] == [0] * len(answers)
    assert ("Earlier that day" in said[-1].out) == (len(set(answers)) > 1)
    found = json.loads(on("05", "symptoms", "--json").out)["mood"]
    assert [(one["code"], one["answer"]) for one in found] == [("spirits", stands)]
    kept = json.loads(on("05", "history", "--kind", "mood", "--json").out)
    assert len(kept) == len(set(answers))
    on("06", "log", "mood", "spirits=0")
    assert json.loads(on("06", "symptoms", "--json").out)["mood"][0]["answer"] == 0


# Ranges of reference.

RANGES = [
    (("--can-become-pregnant",), "9-32/13-64"), (("--can-become-pregnant", "--sex", "male"), "13-64"),
    (("--sex", "female"), "9-32"), (("--sex", "male"), "13-64"), ((), "9-32/13-64"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "shown"), RANGES)
def test_the_ranges_are_those_of_the_sex_that_was_said_else_both(
    said: tuple[str, ...], shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    who = said if "--can-become-pregnant" in said else (*said, "--cannot-become-pregnant")
    assert on("01", *START, *who).code == 0
    assert on("02", "log", "blood", "GGT=12").code == 0
    table = on("02", "blood").out
    assert shown in table
    value = json.loads(on("02", "blood", "--json").out)
    assert value["sex"] == (said[-1] if "--sex" in said else None)
    assert value["values"][0]["flag"] == ("L" if shown in ("13-64", "9-32/13-64") else None)


# What is typed otherwise than it is expected.


@pytest.mark.usefixtures("_course")
def test_an_unknown_word_is_kept_without_a_visit_and_a_brand_is_a_thing_of_its_own() -> None:
    refused = on("05", "log", "symptom", "ほにゃらら")
    assert (refused.code, "log visit" in refused.err, "isotrack ask" in refused.err) == (2, False, True)
    assert on("05", "log", "substance", "ビタミンA").code == 0
    assert "Already there" not in on("05", "log", "substance", "チョコラA").out
    assert "Already there" in on("05", "log", "substance", "チョコラA").out
    assert "not confirmed by a source" in on("05", "can", "チョコラA").out
    assert "not confirmed by a source" in on("05", "check", "肝油").out
    assert "for the capsules" in on("05", "log", "費用", "薬", "12000").out


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("typed", "named"), [
    ("CPK=1,250", ("1250", "1.250")), ("TG=1,5", ("1.5 mmol/L",)), ("WBC=1,250,000", ("1250000",)),
])  # fmt: skip
def test_a_comma_names_every_number_that_may_be_meant(typed: str, named: tuple[str, ...]) -> None:
    refused = on("05", "log", "blood", typed)
    assert refused.code == 2
    assert [one for one in named if one not in refused.err] == []


@pytest.mark.parametrize("typed", ["1Nov-9Nov", "1 Nov-9 Nov", "Nov1-Nov9", "1nov - 9nov"])
def test_days_in_a_row_may_stand_close_together(typed: str) -> None:
    assert read_days(typed, partial(read_day, today=date(2026, 11, 28), lang="en")) == (
        date(2026, 11, 1),
        date(2026, 11, 9),
    )


UNCLEAR = [
    # Results and their days, and the day of the test that the notice names on the 20th.
    ((("unclear", "10"),), "10"),
    ((("unclear", "10"), ("unclear", "12")), "12"),
    ((("unclear", "10"), ("negative", "10")), None),
    ((("unclear", "10"), ("negative", "12")), None),
    ((("unclear", "10"), ("positive", "12")), None),
    ((("unclear", "10"), ("negative", "09")), "10"),
    ((("negative", "10"), ("unclear", "10")), "10"),
    ((("negative", "10"),), None),
]


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("tests", "day"), UNCLEAR)
def test_an_unclear_test_stands_until_a_later_one_says_yes_or_no(
    tests: tuple[tuple[str, str], ...], day: str | None
) -> None:
    for result, tested in tests:
        assert on("15", "log", "pregnancy-test", result, "--on", f"2026-09-{tested}").code == 0
    assert ("unclear-test" in json.loads(on("20", "plan", "--json").out)["notices"]) == (day is not None)
    for screen in ((), ("next",), ("plan",)):
        said = " ".join(on("20", *screen).out.split())
        assert ("was unclear" in said) == (day is not None), screen
        assert day is None or f"test of Thu {day} Sep" in said or f"test of Sat {day} Sep" in said
    assert on("20", "report").code == 0
    assert ("no clear result is recorded since" in Path("report.html").read_text(encoding="utf-8")) == (day is not None)


@pytest.mark.usefixtures("_course")
def test_the_clinics_word_about_a_risk_settles_no_unclear_test() -> None:
    on("10", "log", "pregnancy-test", "unclear")
    on("10", "log", "risk", "unprotected", "--on", "2026-09-09")
    on("11", "log", "cleared")
    assert "unclear-test" in json.loads(on("20", "plan", "--json").out)["notices"]


EARLY = [
    # The days of what happened and of negative tests after it: the one that was too early for it on the 20th, and from
    # when on one answers (eleven days after it, schemas/pregnancy.json).
    ("05", ("06",), "06", "16"), ("05", ("06", "15"), "15", "16"), ("05", ("06", "16"), None, ""),
    ("05", ("16",), None, ""), ("05", ("05",), None, ""), ("09", ("11",), "11", "20"),
]  # fmt: skip


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("day", "tests", "tested", "first"), EARLY)
def test_a_negative_test_that_came_too_early_answers_no_risk(
    day: str, tests: tuple[str, ...], tested: str | None, first: str
) -> None:
    on(day, "log", "risk", "unprotected")
    on(day, "log", "cleared")
    for early in tests:
        logged = on(early, "log", "pregnancy-test", "negative")
        assert ("too early to answer it" in " ".join(logged.out.split())) == (day < early < f"{int(day) + 11:02}")
    said = {" ".join(on("20", *screen).out.split()) for screen in ((), ("next",))}
    assert on("20", "report").code == 0
    said.add(" ".join(Path("report.html").read_text(encoding="utf-8").split()))
    for text in said:
        assert ("too early to answer it" in text) == (tested is not None)
        assert tested is None or f"{int(tested)} Sep 2026 was too early to answer it: a test says" in text
        assert tested is None or f"{int(first)} Sep 2026 on (11 days after it) [U7, not confirmed]" in text
    is_answered = not tested and tests != ("05",)
    assert ("test-after-risk" in json.loads(on("20", "plan", "--json").out)["notices"]) != is_answered


OWN_WORDS = [
    # What is typed for a risk, and the note that keeps it.
    ("ピルを飲み忘れた", "ピルを飲み忘れた"),
    ("ピル忘れ", "ピル忘れ"),
    ("ピルを2日飲み忘れた", "ピルを2日飲み忘れた"),
    ("２日間ピルを飲み忘れた", "２日間ピルを飲み忘れた"),
    ("コンドームが破れた", "コンドームが破れた"),
    ("forgot my pill", "forgot my pill"),
    ("避妊の失敗", None),
    ("unprotected", None),
    ("missed-period", None),
]


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize("command", ["risk", "symptom"])
@pytest.mark.parametrize(("typed", "note"), OWN_WORDS)
def test_what_was_said_of_a_risk_stays_and_no_more_is_said(command: str, typed: str, note: str | None) -> None:
    said = on("05", "--lang", "ja", "log", command, typed)
    if command == "symptom" and any(letter in typed for letter in "2２"):
        assert (said.code, "避妊なし、または避妊の失敗" in said.err) == (2, True)
        return
    assert said.code == 0, said
    history = on("05", "--lang", "ja", "history").out
    assert "避妊なしの性交" not in history + said.out
    if note is not None:
        assert note in history
    by_hand = on("06", "log", "risk", typed, "--note", "my own")
    assert (by_hand.code, "my own" in on("06", "history").out) == (0, True)


@pytest.mark.usefixtures("_course")
def test_the_words_for_a_risk_are_named_in_the_language_of_the_screen() -> None:
    assert "避妊の失敗" in on("05", "--lang", "ja", "log", "risk", "頭痛").err


HOLDING = [
    (("risk", "unprotected"), "possible pregnancy: no contraception, or contraception that failed", "log cleared"),
    (("pregnancy-test", "positive"), "pregnancy test (positive)", "log cleared"),
    (("symptom", "rf-suicidal"), "red flag: thoughts of self-harm", "log cleared rf-suicidal"),
]


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("danger", "named", "command"), HOLDING)
def test_capsules_that_are_held_are_not_resumed_and_what_holds_them_is_named(
    danger: tuple[str, ...], named: str, command: str
) -> None:
    on("05", "log", *danger)
    said = on("06", "resume")
    assert (said.code, named in said.err, f"isotrack {command}" in said.err or command in said.err) == (2, True, True)
    assert "isotrack pause" not in said.err


@pytest.mark.usefixtures("_course")
def test_a_negative_test_says_that_a_positive_one_stands_and_how_a_slip_is_corrected() -> None:
    on("05", "log", "pregnancy-test", "positive")
    number = on("05", "history", "--kind", "pregnancy-test").out.splitlines()[-1].split()[0]
    said = " ".join(on("05", "log", "pregnancy-test", "negative").out.split())
    assert f"(number {number}) still stands: a negative one does not settle it." in said
    assert f"fix {number} negative" in said
    assert on("05", "fix", str(number), "negative").code == 0
    assert "positive-test" not in json.loads(on("05", "plan", "--json").out)["notices"]


@pytest.mark.parametrize(
    ("typed", "code", "grade"),
    [
        ("頭がものすごく痛い", "headache", 3),
        ("頭がとても痛いです", "headache", 3),
        ("頭が少し痛い", "headache", 1),
        ("熱が38度", "fever", None),
        ("唇が割れて血が出る", "cheilitis", None),
        ("不正出血", "irregular-bleeding", None),
        ("つわりみたい", "rf-pregnancy", None),
        ("お腹が激しく痛い", "rf-pancreatitis", None),
    ],
)
def test_how_strong_it_is_may_stand_within_the_words(typed: str, code: str, grade: int | None) -> None:
    (part,) = complaints.read([typed], vocabulary("symptom"))
    assert isinstance(part, complaints.Said)
    assert (part.word.code, part.grade) == (code, grade)


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize("typed", ["つわり", "つわりみたい", "morning sickness"])
def test_what_may_be_a_pregnancy_is_asked_about_and_nothing_is_saved(typed: str) -> None:
    said = on("05", "log", "symptom", typed)
    assert (said.code, "a pregnancy that is possible" in said.out) == (2, True)
    assert "log risk missed-period" in said.err
