"""The catalogue of bad inputs: fifty-two things that people and programs type, each with the behaviour that is right.

A case has the number of its row. What is refused ends with 2 where it was typed wrong and with 1 where a file or the
machine is at fault: one line, which names what was wrong and what is expected in either language, and nothing written.
What is taken is said back in its plain form.
"""

from __future__ import annotations

import importlib
import json
import shlex
import sqlite3
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.support import START, TODAY, Machine, Said, image, machine_in, rows, say, settle
from tests.test_input_fuzz import PYTHON, Settled, reset
from tracker.cli import running

LANGUAGES = ("en", "ja")
ROWS = 52


@dataclass(frozen=True)
class Case:
    """What is typed, how it ends, and what its answer has in both languages, in English, in Japanese."""

    row: int
    typed: str | tuple[str, ...]
    code: int
    both: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    ja: tuple[str, ...] = ()
    piped: str = ""

    @property
    def line(self) -> list[str]:
        return shlex.split(self.typed) if isinstance(self.typed, str) else list(self.typed)

    def words(self, lang: str) -> tuple[str, ...]:
        return (*self.both, *(self.en if lang == "en" else self.ja))

    def __str__(self) -> str:
        return f"{self.row} {ascii(self.typed)[:60]}"


ANOTHER = "start 2026-11-24 --patient x"
NO_DAY = {"en": ("is not a day", "2026-11-24"), "ja": ("日付として読み取れません", "2026-11-24")}
AHEAD = {"en": ("has not come yet", "24 Nov 2026"), "ja": ("まだ先の日付", "2026年11月24日")}
FOUR_DIGITS = {"both": ("2026-12-24",), "en": ("four digits",), "ja": ("西暦4桁",)}
WEIGHT = {"both": ("20", "300"), "en": ("weight",), "ja": ("体重",)}
NO_AMOUNT = {"both": ("54.5kg",), "en": ("is not such an amount",), "ja": ("量として読み取れません",)}
POINT = {"en": ("decimal point", "no comma"), "ja": ("コンマを使わず小数点",)}
EITHER = {"both": ("1234", "1.234"), "en": ("without a comma",), "ja": ("1.234とも",)}
NO_ZONE = {"both": ("Asia/Tokyo", "Europe/London"), "en": ("is not a time zone",), "ja": ("タイムゾーンはありません",)}
DOSE = {"both": ("1", "200", "10", "20"), "en": ("dose", "capsules"), "ja": ("用量", "カプセル")}
NO_VALUE = {"both": ("ALT", "<5", "45(10-42)"), "en": ("is no blood value",), "ja": ("検査値として読み取れません",)}
NO_RESULT = {
    "both": ("negative", "positive", "unclear"), "en": ("is not a result",), "ja": ("検査結果として読み取れません",),
}  # fmt: skip
NOT_STORED = {"en": ("cannot be stored",), "ja": ("保存できない文字",)}
EMPTY = {"en": ("the text is empty",), "ja": ("文字が入力されていません",)}
NO_NUMBER = {"both": ("isotrack history",), "en": ("number of an entry",), "ja": ("記録の番号",)}
MOOD = {"both": ("0", "3", "isotrack log mood"), "en": ("is expected",), "ja": ("次のいずれか",)}


def on(day: str) -> str:
    return f"log visit --on {day}"


CASES = [
    Case(1, on("2026-02-30"), 2, ("2026-02-30",), ("28 Feb 2026",), ("2026年2月28日",)),
    Case(1, on("2026-06-31"), 2, ("2026-06-31",), ("30 Jun 2026",), ("2026年6月30日",)),
    Case(1, f"{ANOTHER} --enrolled 2026-02-30", 2, ("2026-02-30",), ("28 Feb 2026",), ("2026年2月28日",)),
    Case(2, on("2025-02-29"), 2, ("2025",), ("not a leap year",), ("うるう年ではありません",)),
    *(Case(3, on(day), 0, en=("5 Nov 2026",), ja=("2026年11月5日",))
      for day in ("2026/11/05", "2026.11.5", "2026-11-5")),
    Case(4, on("20261121"), 0, en=("21 Nov 2026",), ja=("2026年11月21日",)),
    Case(4, on("2026-W47-6"), 2, **NO_DAY),
    Case(5, on("２０２６－１１－２１"), 0, en=("21 Nov 2026",), ja=("2026年11月21日",)),
    Case(5, "log weight ６０．５", 0, ("60.5",)),
    Case(5, "log weight −5", 2, **WEIGHT),
    Case(6, on("令和8年11月21日"), 0, en=("21 Nov 2026",), ja=("2026年11月21日",)),
    Case(6, on("R8.11.21"), 0, en=("21 Nov 2026",), ja=("2026年11月21日",)),
    Case(6, "log person female --born 令和元年5月1日", 0, en=("1 May 2019",), ja=("2019年5月1日",)),
    Case(7, on("令和0年1月1日"), 2, en=("1 May 2019",), ja=("2019年5月1日",)),
    Case(7, on("平成40年1月1日"), 2, en=("30 Apr 2019",), ja=("2019年4月30日",)),
    Case(7, "log person female --born 昭和64年1月8日", 2, en=("7 Jan 1989",), ja=("1989年1月7日",)),
    Case(8, on("2026年11月5日"), 0, en=("5 Nov 2026",), ja=("2026年11月5日",)),
    Case(9, on("01/02/03"), 2, **FOUR_DIGITS),
    Case(9, on("13/12/11"), 2, **FOUR_DIGITS),
    *(Case(10, on(word), 2, **NO_DAY) for word in ("10", "Feb", "1", "m")),
    Case(11, on("today"), 0, en=("24 Nov 2026",), ja=("2026年11月24日",)),
    Case(11, on("今日"), 0, en=("24 Nov 2026",), ja=("2026年11月24日",)),
    Case(11, "book visit/1 +14d", 0, en=("8 Dec 2026",), ja=("2026年12月8日",)),
    Case(12, on("10000-01-01"), 2, **NO_DAY),
    Case(12, on("0000-01-01"), 2, **NO_DAY),
    Case(12, on("1899-12-31"), 2, ("1900", "2036")),
    Case(12, "book visit/1 9999-12-31", 2, ("1900", "2036")),
    Case(12, "book visit/1 +99999999d", 2),
    *(Case(13, f"{line} --on 2026-12-24", 2, **AHEAD)
      for line in ("log dose", "log visit", "log pregnancy-test negative", "log blood ALT=22")),
    Case(14, "log person female --born 2030-01-01", 2, ("5", "110"), ("day of birth",), ("生年月日",)),
    Case(14, "start 1946-11-24 --patient x", 2, en=("first capsule", "ten years"), ja=("服用開始日", "10年")),
    Case(14, "start 2036-11-24 --patient x", 2, en=("first capsule", "a year ahead"), ja=("服用開始日", "1年より先")),
    Case(15, "stop 2026-11-20", 2, en=("20 Nov 2026", "24 Nov 2026"), ja=("2026年11月20日", "2026年11月24日")),
    Case(16, "start 2026-11-30 --weight 54 --dose 20", 2, ("isotrack stop",), ("24 Nov 2026",), ("2026年11月24日",)),
    Case(17, on("2026-11-24T10:00"), 2, ("2026-11-24",), ("without a time of day",), ("時刻をつけずに",)),
    Case(17, on("2026-11-24T10:00+09:00"), 2, ("2026-11-24",), ("without a time of day",), ("時刻をつけずに",)),
    Case(17, on("2026-11-24Z"), 2, **NO_DAY),
    Case(17, on("2026-11-24+09:00"), 2, **NO_DAY),
    *(Case(18, f"{ANOTHER} --timezone {zone}", 2, **NO_ZONE)
      for zone in ("JST", "UTC+9", "asia/tokyo", "Asia/Tokio", "Foo/Bar", "../../etc/passwd", "/etc/localtime")),
    *(Case(18, f"{ANOTHER} --timezone {zone}", 2, en=(f"did you mean: {meant}",), ja=(f"「{meant}",))
      for zone, meant in (("JST", "Asia/Tokyo"), ("UTC+9", "Asia/Tokyo"), ("asia/tokyo", "Asia/Tokyo"),
                          ("Asia/Tokio", "Asia/Tokyo"), ("seoul", "Asia/Seoul"),
                          ("GMT-5", "America/New_York"), ("PST", "America/Los_Angeles"))),
    Case(19, "book visit/1 2026-12-24 25:00", 2, ("25:00",), ("no such time of day",), ("時刻が正しくありません",)),
    *(Case(20, f"log weight {kg}", 2, **WEIGHT) for kg in ("0", "6", "600", "−5")),
    Case(20, "log weight -5", 2, ("-5",), ("there is no option",), ("というオプションはありません",)),
    *(Case(20, f"log weight {kg}", 2, (kg, "--yes")) for kg in ("24", "251")),
    *(Case(21, f"log weight {kg}", 2, **NO_AMOUNT) for kg in ("nan", "NaN", "inf", "1e400")),
    Case(21, "log blood ALT=nan", 2, **NO_VALUE),
    Case(21, "dose inf", 2, ("20mg",)),
    *(Case(22, f"log weight {kg}", 2, **NO_AMOUNT) for kg in ("1_000", "6e1", "٣٠")),
    Case(22, "log weight ' 60 '", 0, ("60",)),
    Case(22, ("log", "weight", "60\n"), 0, ("60",)),
    *(Case(23, f"log weight {kg}", 2, **POINT) for kg in ("60,5", "1.234,5")),
    Case(23, "log weight 1,234", 2, **EITHER), Case(23, "log blood TG=1,234", 2, **EITHER),
    Case(24, "log weight 60kg", 0, ("60",)),
    Case(24, "log weight 132lb", 0, ("59.9",)),
    Case(24, "log weight 60キロ", 0, ("60",)),
    Case(24, "log weight 60st", 2, **WEIGHT), Case(24, "log weight '11st 4lb'", 0, ("71.7",)),
    *(Case(25, f"dose {mg}", 2, **DOSE) for mg in ("0", "500", "40.5")),
    Case(25, "dose 5", 2, ("10", "20", "--yes")),
    Case(25, "log dose 0", 2, ("isotrack log dose --missed",)),
    Case(26, f"{ANOTHER} --weight 54 --dose 0.5", 2, ("0.5", "27", "54")),
    Case(26, "until --target 6480", 2, ("6480", "400", "120")),
    Case(27, "log blood TG=1.6", 2, ("1.6", "mg/dL", "mmol/L", "log blood 'T")),
    Case(27, "log blood TC=5.2", 2, ("5.2", "mg/dL", "mmol/L", "log blood 'T")),
    Case(27, "log blood TG=150", 0, ("150", "mg/dL")),
    Case(28, "log blood 'ALT=<5'", 0, ("<5",)),
    Case(28, "log blood 'ALT=>1000'", 0, (">1000",)),
    Case(28, "log blood 'ALT=H 45*'", 0, ("45",)),
    Case(28, "log blood ALT=陰性", 2, **NO_VALUE),
    Case(29, "log blood 'ALT=45(42-10)'", 2, ("ALT", "(42-10)")),
    Case(29, "log blood 'ALT=45(0-0)'", 2, ("ALT", "(0-0)")),
    *(Case(30, f"log pregnancy-test {result}", 2, **NO_RESULT) for result in ("maybe", "陽性?", "+/−", "陰性？")),
    Case(30, "log pregnancy-test invalid", 0, en=("unclear",), ja=("判定不能",)),
    Case(30, "log pregnancy-test", 0, en=("result not known",), ja=("結果",)),
    Case(31, "log pregnancy-test positive", 0, en=("positive", "contact your clinic now"),
         ja=("陽性", "今すぐクリニックに連絡")),
    *(Case(32, f"log mood {said}", 2, **MOOD) for said in ("spirits=11", "spirits=4", "spirits=")),
    Case(32, "log mood spirits=1", 0, en=("Not every question was answered",), ja=("答えていない質問があります",)),
    Case(33, "log visit --note -", 2, ("--note", "65536"), piped="x" * 10_000_000),
    Case(33, "log visit --note -", 2, ("65536",), piped="é" * 40_000 + "\n"),
    *(Case(34, ("log", "visit", "--note", text), 2, **EMPTY) for text in ("", "  ", "\u3000\u200b")),
    Case(34, "log visit --note -", 2, piped="\n", **EMPTY),
    Case(34, ("ask", "\u200b"), 2, **EMPTY),
    Case(34, (*ANOTHER.split()[:-1], "\u200b"), 2, en=("is not a name",), ja=("名前",)),
    *(Case(37, ("log", "visit", "--note", text), 2, **NOT_STORED) for text in ("a\x1b[31mred", "a\x07", "a\x08b")),
    Case(39, ("log", "visit", "--note", "a\0b"), 2, **NOT_STORED),
    Case(39, "log visit --note -", 2, piped="a\0b\n", **NOT_STORED),
    *(Case(40, (*line.split(), "a\udcffb"), 2, **NOT_STORED)
      for line in ("log visit --note", "log visit --on", "ask", "log weight", "log symptom", "check")),
    Case(44, "calendar export -o ''", 2, en=("name of the file is empty",), ja=("ファイル名が空",)),
    Case(44, "record export -o ''", 2, en=("name of the file is empty",), ja=("ファイル名が空",)),
    Case(44, "report -o ''", 2, en=("name of the file is empty",), ja=("ファイル名が空",)),
    Case(44, "calendar export -o ../../x/y/out.ics", 1, ("../../x/y/out.ics",), ("folder does not exist",),
         ("フォルダーがありません",)),
    Case(44, "calendar export -o .", 1, en=("is a folder",), ja=("フォルダーです",)),
    *(Case(44, f"{line} -o /dev/full", 1, ("/dev/full",)) for line in ("calendar export", "record export", "report")),
    *(Case(48, line, 1, (line.split()[-1],), ("cannot be read",), ("読み込めません",))
      for line in ("record import no.json", "record import-doses no.csv", "import-blood no.csv",
                   "calendar import-appointments no.ics")),
    Case(49, "fix 0 --remove", 2, **NO_NUMBER),
    Case(49, "fix abc --remove", 2, **NO_NUMBER),
    Case(49, "fix -1 --remove", 2, ("-1", "isotrack fix --help")),
    Case(49, "fix 99 --remove", 2, ("99", "isotrack history")),
    Case(49, "log visit --for visit/99", 2, ("visit/99", "visit/1")),
    Case(49, "book visit/-1 2026-12-24", 2, ("visit/-1", "book visit/1 2026-12-24")),
]  # fmt: skip

ELSEWHERE = {
    13: "test_typed:test_a_dose_that_has_not_come_yet_is_refused",
    23: "test_typed:test_a_comma_is_refused_naming_the_decimal_point",
    38: "test_calendar_stays_right:test_a_note_arrives_as_it_was_typed_and_opens_no_property",
    39: "test_calendar_stays_right:test_a_control_character_in_a_note_is_refused",
    41: "test_hostile_files:test_a_console_that_cannot_show_a_character_shows_another",
    43: "test_record_merging:test_a_table_is_read_back_by_a_spreadsheet_and_none_of_it_is_a_formula",
    44: "test_hostile_files:test_a_pipe_or_a_device_is_no_place_for_a_calendar",
    45: "test_hostile_files:test_a_calendar_is_not_written_through_a_link",
    46: "test_hostile_files:test_a_file_that_isotrack_did_not_write_is_replaced_only_by_force",
    47: "test_hostile_files:test_an_output_that_nobody_can_take_is_no_failure_of_what_was_saved",
    48: "test_import_blood:test_five_hundred_lines_with_one_bad_one_save_nothing",
    52: "test_hostile_files:test_a_database_that_is_none_of_ours_is_refused_by_every_command_and_left_as_it_is",
}
"""Rows of which another test says more."""


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settled]:
    """A machine on which a course runs since today, deep enough that nothing lies above it."""
    with pytest.MonkeyPatch.context() as patch:
        top = tmp_path_factory.mktemp("a") / "b" / "c"
        top.mkdir(parents=True)
        machine = machine_in(top)
        settle(machine, patch)
        assert say("start", TODAY, "--enrolled", "2026-11-01", *START[2:]).code == 0
        yield Settled(machine, image(machine.folder))


@pytest.fixture
def course(settled: Settled) -> Iterator[Machine]:
    """The same, as it was."""
    yield settled.machine
    reset(settled.machine, settled.state)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_row_of_the_catalogue(settled: Settled, monkeypatch: pytest.MonkeyPatch, case: Case, lang: str) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO(case.piped))
    try:
        said = say("--lang", lang, *case.line)
        assert said.code == case.code, said
        answer = said.out if case.code == 0 else said.err
        assert [word for word in case.words(lang) if word not in answer] == [], said
        if case.code:
            _assert_refused(said, settled, lang)
    finally:
        reset(settled.machine, settled.state)


def _assert_refused(said: Said, settled: Settled, lang: str) -> None:
    """One line that a person can read, and nothing written."""
    assert image(settled.machine.folder) == settled.state
    assert len(said.complaint) == 1, said
    assert said.complaint[0].startswith("isotrack: "), said
    assert PYTHON.findall(said.err) == []
    assert "Traceback" not in said.err
    assert any("ぁ" <= one <= "ん" for one in said.err) == (lang == "ja"), said


def test_every_row_of_the_catalogue_is_here() -> None:
    own = {int(name.split("_")[2]) for name in globals() if name.startswith("test_row_")}
    found = {case.row for case in CASES} | set(ELSEWHERE) | own
    assert sorted(found) == list(range(1, ROWS + 1))


@pytest.mark.parametrize("where", ELSEWHERE.values())
def test_what_is_said_to_be_tested_elsewhere_is(where: str) -> None:
    module, name = where.split(":")
    assert callable(getattr(importlib.import_module(f"tests.{module}"), name))


def test_row_1_no_day_that_there_is_not_stands_in_the_database(course: Machine) -> None:
    for day in ("2026-02-30", "2025-02-29"):
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            rows(course.db, "UPDATE fact SET on_date = ? WHERE id = 1", day)


def test_row_15_a_course_does_not_stop_before_its_last_capsule(course: Machine) -> None:
    assert say("log", "dose", "--today", "2026-11-30").code == 0
    said = say("stop", "2026-11-26", "--today", "2026-11-30")
    assert (said.code, len(said.complaint)) == (2, 1)
    assert "26 Nov 2026" in said.err
    assert "30 Nov 2026" in said.err
    assert course.db.exists()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_row_16_the_same_entry_twice_is_there_already(course: Machine, lang: str) -> None:
    before = image(course.folder)
    said = say("--lang", lang, "log", "weight", "54")
    assert (said.code, image(course.folder) == before) == (0, True)
    assert {"en": "Already there", "ja": "すでに記録されています"}[lang] in said.out


def test_row_19_a_time_that_the_clocks_leave_out_is_refused_and_never_shifted(course: Machine) -> None:
    assert say("start", TODAY, "--patient", "lon", "--timezone", "Europe/London", "--cannot-become-pregnant").code == 0
    before = image(course.folder)
    said = say("--patient", "lon", "book", "visit/1", "2027-03-28", "01:30")
    assert (said.code, "Europe/London" in said.err, image(course.folder) == before) == (2, True, True)


@pytest.mark.usefixtures("course")
def test_row_28_a_qualifier_is_kept_as_a_field_of_its_own() -> None:
    assert say("log", "blood", "ALT=<5").code == 0
    assert [(one["comparator"], one["value"]) for one in _entries("lab")] == [("<", 5)]


def _entries(kind: str) -> list[dict[str, Any]]:
    """The entries of a kind that were ever recorded."""
    commands = json.loads(say("history", "--json").out)
    return [one for command in commands for one in command["recorded"] if one["kind"] == kind]


@pytest.mark.usefixtures("course")
def test_row_31_a_positive_test_is_stored_before_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.cli.show.outcome", lambda *_: (_ for _ in ()).throw(RuntimeError))
    assert say("log", "pregnancy-test", "positive").code == 0
    monkeypatch.undo()


TEXTS = {
    35: "\U0001f469\u200d\u2695\ufe0f ば" + "e\u0301" + "は\u3099",
    36: "a\u202eb\u2066c\u2069d",
    38: "a\nEND:VEVENT\nBEGIN:VEVENT\nUID:x",
    42: "'); DROP TABLE fact; -- %s {0} {on} $(id) `id`",
    43: "=cmd()",
}  # fmt: skip


def _kept(text: str) -> None:
    """A note is kept in its composed form, and given back the same."""
    said = say("log", "visit", "--note", text)
    assert said.code == 0, said
    assert [one["note"] for one in _entries("visit")] == [unicodedata.normalize("NFC", text)]
    assert say("calendar", "export", "-o", "-", "--titles", "full").code == 0


@pytest.mark.usefixtures("course")
def test_row_35_emoji_and_letters_in_parts_are_composed_and_round_trip() -> None:
    _kept(TEXTS[35])


@pytest.mark.usefixtures("course")
def test_row_36_a_text_that_turns_the_line_is_kept_and_shown_as_an_escape() -> None:
    _kept(TEXTS[36])
    for screen in ("history", "history --json", "report -o - --full", "record export -o -"):
        said = say(*screen.split())
        assert not {"\u202e", "\u2066", "\u2069"} & set(said.out)
    assert "a\\u202eb\\u2066c" in say("history").out


@pytest.mark.usefixtures("course")
def test_row_38_a_line_end_in_a_text_opens_no_second_entry() -> None:
    _kept(TEXTS[38])
    said = say("calendar", "export", "-o", "-", "--titles", "full")
    assert "UID:x" not in said.out.split("\r\n")


@pytest.mark.usefixtures("course")
def test_row_42_a_text_of_statements_and_fields_is_a_text() -> None:
    _kept(TEXTS[42])
    assert say("ask", "%s {0} {on}").out.startswith("Saved: question: %s {0} {on} (number")


@pytest.mark.usefixtures("course")
def test_row_43_no_cell_of_a_table_is_a_formula() -> None:
    assert say("log", "dose", "--note", TEXTS[43]).code == 0
    assert "'=cmd()" in say("record", "export", "--csv", "doses", "-o", "-").out


@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
def test_row_41_a_narrow_console_loses_nothing_that_programs_read(course: Machine, encoding: str) -> None:
    text = "é 日本 \U0001f338"
    saved = course.isotrack("ask", text, PYTHONIOENCODING=encoding)
    assert (saved.code, saved.err) == (0, "")
    found = course.isotrack("ask", "--json", PYTHONIOENCODING=encoding)
    assert "?" not in found.out
    asked = json.loads(found.out if encoding == "ascii" else _json_in(course, encoding))
    assert [one["text"] for one in asked["questions"]] == [text]


def _json_in(course: Machine, encoding: str) -> str:
    """What a program reads that knows the encoding of the console."""
    environment = course.environment(PYTHONIOENCODING=encoding)
    done = subprocess.run([sys.executable, "-m", "tracker", "ask", "--json"], cwd=course.folder, env=environment,
                          capture_output=True, check=True)  # fmt: skip
    return done.stdout.decode(encoding)


OUTPUTS = ("calendar export", "record export", "record export --fhir", "record export --csv doses", "report")


@pytest.mark.parametrize("command", OUTPUTS)
def test_row_45_no_output_is_written_through_a_link(course: Machine, command: str) -> None:
    (course.folder / "link").symlink_to(course.folder / "behind")
    try:
        said = say(*command.split(), "-o", "link", "--force")
        assert (said.code, len(said.complaint), "link" in said.err) == (1, 1, True)
        assert not (course.folder / "behind").exists()
    finally:
        (course.folder / "link").unlink()


@pytest.mark.parametrize("command", OUTPUTS)
def test_row_46_what_isotrack_did_not_write_is_replaced_by_force_alone(course: Machine, command: str) -> None:
    (course.folder / "out").write_text("mine")
    said = say(*command.split(), "-o", "out")
    assert (said.code, len(said.complaint), "--force" in said.err) == (1, 1, True)
    assert (course.folder / "out").read_text() == "mine"
    assert say(*command.split(), "-o", "out", "--force").code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_row_47_an_output_that_is_full_or_closed_is_one_quiet_failure(course: Machine) -> None:
    python = f"{shlex.quote(sys.executable)} -m tracker"
    for command in (f"{python} plan > /dev/full", f"{python} history | true"):
        done = subprocess.run(["bash", "-c", command], cwd=course.folder, env=course.environment(), capture_output=True,
                              check=False, text=True)  # fmt: skip
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") <= 1
        assert done.returncode == (0 if "|" in command else 1), command


def _broken(at: Path, **changes: Any) -> None:
    document = json.loads(at.read_text()) | changes
    at.write_text(json.dumps(document))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"extra": 1}, "$.extra"), ({"version": 999}, "newer isotrack"), ({"commands": []}, "commands"),
        ({"format": "x"}, "is not a record"), (None, "is not a record"),
    ],
)  # fmt: skip
def test_row_48_a_record_with_a_mistake_comes_in_whole_or_not_at_all(
    course: Machine, changes: dict[str, Any] | None, words: str
) -> None:
    file = course.folder / "record.json"
    assert say("record", "export", "-o", "record.json").code == 0
    if changes is None:
        file.write_text("{")
    else:
        _broken(file, **changes)
    before = image(course.folder)
    for flags in ((), ("--dry-run",)):
        said = say("record", "import", "record.json", "--patient", "new", *flags)
        assert (said.code, len(said.complaint), words in said.out + said.err) == (1, 1, True), said
    assert image(course.folder) == before


def test_row_48_the_same_holds_of_tables(course: Machine) -> None:
    (course.folder / "doses.csv").write_text("day,mg\n2026-11-24,20\n2026-02-30,20\n")
    (course.folder / "blood.csv").write_text("date,ALT\n2026-11-24,22\n2026-02-30,20\n")
    before = image(course.folder)
    for command in ("record import-doses doses.csv", "import-blood blood.csv --yes"):
        said = say(*command.split())
        assert (said.code, len(said.complaint)) == (1, 1), said
        assert "line 3" in said.out + said.err
    assert image(course.folder) == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_row_50_a_clock_that_was_put_back_is_said(course: Machine, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    assert say("log", "visit").code == 0
    monkeypatch.delenv("ISOTRACK_TODAY")
    for now, warned in ((date(2025, 11, 24), True), (date(2026, 11, 24), False)):
        monkeypatch.setattr(running, "machine_day", lambda now=now: now)
        for command in (("plan",), ("plan", "--json"), ("next",), ("log", "weight", "56", "--yes")):
            said = say("--lang", lang, *command)
            assert said.code == 0, said
            last = {"en": "24 Nov 2026", "ja": "2026年11月24日"}[lang]
            assert (last in said.err) == warned, (command, said)
    assert course.db.exists()


@pytest.mark.parametrize("zone", ["junk", "Asia/Tokyo", "America/New_York", ":/etc/x"])
def test_row_50_days_are_those_of_the_record_whatever_the_zone_of_the_machine(course: Machine, zone: str) -> None:
    said = course.isotrack("plan", "--json", TZ=zone)
    assert (said.code, said.out) == (0, course.isotrack("plan", "--json", TZ="UTC").out)


def test_row_50_a_home_that_cannot_be_used_is_named(course: Machine) -> None:
    environment = course.environment(HOME=str(course.folder / "isotrack.db"))
    environment.pop("ISOTRACK_DB")
    environment.pop("XDG_DATA_HOME", None)
    done = subprocess.run([sys.executable, "-m", "tracker", "start", TODAY], cwd=course.folder, env=environment,
                          capture_output=True, check=False, text=True, stdin=subprocess.DEVNULL)  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done
    assert str(course.folder / "isotrack.db") in done.stderr


ASKING = [
    ("patients", "delete", "me"), ("log", "visit", "--note", "-"), ("log", "weight", "-"), ("ask", "-"),
    ("log", "blood", "-"), ("log", "mood", "-"), ("log", "symptom", "-"), ("log", "background", "allergy", "-"),
    ("book", "visit/1", "-"), ("fix", "2", "--value", "-"), ("log", "substance", "-"), ("check", "-"),
]  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_row_51_an_input_that_ends_saves_nothing(settled: Settled, command: tuple[str, ...], lang: str) -> None:
    said = say("--lang", lang, *command)
    assert (said.code, len(said.complaint)) == (1, 1), said
    assert {"en": "nothing was saved", "ja": "何も保存していません"}[lang] in said.err
    assert image(settled.machine.folder) == settled.state


class _Interrupted(StringIO):
    """A terminal at which somebody presses Ctrl-C."""

    def isatty(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:
        del size
        raise KeyboardInterrupt


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_row_51_ctrl_c_at_a_question_saves_nothing(
    settled: Settled, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], lang: str
) -> None:
    monkeypatch.setattr(sys, "stdin", _Interrupted())
    said = say("--lang", lang, *command)
    assert said.code == 130, said
    assert {"en": "nothing was saved", "ja": "何も保存していません"}[lang] in said.err
    assert image(settled.machine.folder) == settled.state


def test_row_52_a_file_that_is_no_database_of_ours_stays_as_it_is(course: Machine) -> None:
    for octets in (b"", b"garbage" * 1000, course.db.read_bytes()[:5000]):
        other = course.folder / "other.db"
        other.write_bytes(octets)
        other.chmod(0o600)
        for command in (("plan",), ("log", "visit")):
            said = say("--db", "other.db", *command)
            assert (said.code, len(said.complaint), "other.db" in said.err) == (1, 1, True), said
            assert other.read_bytes() == octets
        other.unlink()
