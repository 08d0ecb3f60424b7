"""What is shown fits the screen, and what is to be copied or read as one stays in one piece."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.catalogue import catalogue
from tests.screens import WIDTHS, commands_in, faults, on_a_terminal
from tests.support import START, WIDE, Machine, Said, machine_in, say, settle
from tracker import protocols
from tracker.cli import lines
from tracker.cli.base import confirm
from tracker.cli.lines import cells, wrapped
from tracker.cli.running import Flags
from tracker.cli.tables import Cell, Column, drawn
from tracker.i18n import activate
from tracker.vocabulary import vocabulary

SHIPPED = [f"{one.id}@{one.version}" for one in protocols.shipped()]
LANGUAGES = ("en", "ja")
READING = [
    (), ("plan",), ("history",), ("stock",), ("dose",), ("observed", "skin"), ("patients",), ("protocols",), ("next",),
    ("settings",), ("calendar", "preview"), ("procedure",), ("procedure", "profile"),
    ("calendar", "settings"), *(("protocols", "show", one) for one in SHIPPED),
]  # fmt: skip
WRONG = [
    ("log", "dose", "20", "--on", "3/4"), ("log", "visit", "--on", "2027-01-01"), ("book", "vist/1", "today"),
    ("plann",),
    ("fix", "999", "--on", "yesterday"), ("start", "2026-11-24"), ("start",), ("log", "weight", "5"),
    ("calendar", "sync"), ("log", "skin", "sparkle=3"), ("--patient", "someone else", "plan"), ("stock",), ("dose",),
    ("book", "visit/9"), ("procedure", "plan", "potenza", "--sessions", "2", "--every", "P1M", "--from", "2027-03-01"),
    ("start", "2026-12-01", "--protocol", "nowhere"), ("calendar", "export", "--only", "nothing"),
]  # fmt: skip
NOTES = {
    "en": "Next time bring the list of all medicines, and ask about lips",
    "ja": "次回は飲んでいる薬の一覧を持参する。唇の乾燥（保湿剤）について聞く。",
}
TEXTS = sorted({
    text.strip() for message in catalogue() if message.id
    for texts in (message.id, message.string) for text in ([texts] if isinstance(texts, str) else texts)
    for text in text.split("\n") if len(text.strip()) > 3
})  # fmt: skip


STARTS = ["2026-10-01", "2026-11-24", "2026-12-24"]


def _in_the_whole_run(value: object, *, unless: object) -> object:
    """A value that is tried in the whole run alone, unless it is this one."""
    return value if value == unless else pytest.param(value, marks=pytest.mark.slow)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with a course in which much has happened, and a patient of whom everybody has to be warned."""
    with pytest.MonkeyPatch.context() as patch:
        machine = machine_in(tmp_path_factory.mktemp("screen"))
        settle(machine, patch)
        patch.setattr(Flags, "moment", lambda _: datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
        for patient in ("me", "other"):
            for command in _story():
                said = say("--patient", patient, *command)
                assert said.code == 0, said
        assert say("--patient", "other", "log", "pregnancy-test", "positive").code == 0
        yield machine


def _story() -> list[tuple[str, ...]]:
    return [
        ("start", "2026-08-10", *START[2:], "--protocol", "us", "--timezone", "America/New_York", "--enrolled",
         "2026-07-01", "--set", "contraception.tail=P2W", "--clinic-confirmed"),
        ("log", "visit", "--on", "2026-09-09", "--note", NOTES["en"]),
        ("log", "visit", "--on", "2026-10-12", "--note", NOTES["ja"]),
        ("log", "pregnancy-test", "negative", "--on", "2026-10-10"),
        ("log", "weight", "53.5", "--on", "2026-10-12", "--note", "x" * 70),
        ("dose", "40", "--from", "2026-10-15"),
        ("log", "dose", "--missed", "--on", "2026-10-20"),
        ("log", "stock", "56", "--strength", "20", "--on", "2026-11-20"),
        ("log", "lost", "2", "--on", "2026-11-21"),
        ("log", "skin", "red=12", "pus=3", "--area", "left-cheek", "--note", "after the weekend"),
        ("calendar", "export", "-o", "out.ics", "--force"),
        ("log", "visit", "--on", "2026-11-10"),
        ("book", "visit", "2026-12-15", "15:30"),
        ("procedure", "plan", "dermapen", "--sessions", "2", "--every", "P1M", "--price", "30000", "--downtime", "3"),
        ("procedure", "plan", "potenza", "--sessions", "2", "--every", "4w", "--after", "dermapen"),
        ("procedure", "log", "pico toning", "--on", "2026-11-20", "--price", "12000", "--note", NOTES["ja"]),
        ("pause", "2026-11-22"),
    ]  # fmt: skip


def _on(columns: object, lang: str, *command: str) -> Said:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        return say("--lang", lang, *command)


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_what_is_read_fits_every_screen(command: tuple[str, ...], lang: str) -> None:
    for patient in ("me", "other"):
        whole = _on(WIDE, lang, "--patient", patient, *command)
        assert whole.code == 0, whole
        for width in WIDTHS:
            shown = _on(width, lang, "--patient", patient, *command).out
            assert faults(shown, width, commands_in(whole.out)) == [], width


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", WRONG, ids=" ".join)
def test_errors_fit_every_screen_and_are_one_line_in_a_file(command: tuple[str, ...], lang: str) -> None:
    if command[0] not in ("--patient", "stock", "dose"):
        command = ("--patient", "me", *command)
    whole = _on("", lang, *command)
    assert (whole.code, len(whole.complaint)) == (2, 1), whole
    for width in WIDTHS:
        assert faults(_on(width, lang, *command).err, width, commands_in(whole.err)) == [], width


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [_in_the_whole_run(one, unless=60) for one in WIDTHS])
def test_what_commands_say_fits_every_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, lang: str
) -> None:
    settle(machine_in(tmp_path), monkeypatch, lang)
    monkeypatch.setenv("COLUMNS", str(width))
    more = [("resume",), ("fix", "5", "--on", "2026-09-08"), ("undo",), ("until", "--target", "120"),
            ("log", "risk", "unprotected"), ("calendar", "subscribe", "feed.ics"), ("log", "cleared"),
            ("stop", "yesterday"), ()]  # fmt: skip
    for command in [*_story(), *more]:
        said = say(*command)
        assert said.code == 0, said
        assert faults(said.out, width, commands_in(said.out)) == [], command
        assert faults(said.err, width) == [], command


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_help_fits_every_screen(width: int, lang: str) -> None:
    from tests.screens import _paths

    for path in ["", *_paths()]:
        shown = _on(width, lang, *path.split(), "--help")
        assert shown.code == 0
        assert faults(shown.out, width) == [], path


@pytest.mark.parametrize("width", [30, *WIDTHS])
def test_no_text_of_the_program_is_broken_where_it_must_not_be(width: int) -> None:
    for text in TEXTS:
        lines = wrapped(text, width)
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert faults("\n".join(lines), width, commands_in(text)) == [], text


CASES = [
    ("to move it: isotrack start --move 2026-12-23", 30, ["to move it:", "isotrack start --move 2026-12-23"]),
    ("say isotrack fix 12 --result negative, then go on", 40, ["say isotrack fix 12 --result negative,", "then go on"]),
    ("isotrack --patient 'Yuki T' --db /a/b.db plan shows it", 50,
     ["isotrack --patient 'Yuki T' --db /a/b.db plan", "shows it"]),
    ("the day is Thu 24 Dec 2026 15:30 and no other", 20, ["the day is", "Thu 24 Dec 2026 15:30", "and no other"]),
    ("(--restore puts them back)", 20, ["(--restore puts them", "back)"]),
    ("服用開始日は2027年5月24日(月)です。", 20, ["服用開始日は", "2027年5月24日(月)", "です。"]),
    ("期間は「2027年5月24日(月)」まで", 24, ["期間は", "「2027年5月24日(月)」", "まで"]),
    ("日付を変更するには：isotrack start --move 2026-12-23", 40,
     ["日付を変更するには：", "isotrack start --move 2026-12-23"]),
    ("クリニックにご確認ください。", 16, ["クリニックに", "ご確認ください。"]),
    ("およそ6か月とみなします（出典なし）。", 30, ["およそ6か月とみなします", "（出典なし）。"]),
    ("see https://calendar.example/a... or (isotrack protocols lists them).", 30,
     ["see", "https://calendar.example/a...", "or (isotrack protocols lists", "them)."]),
    ("did you mean: isotrack plan or isotrack log dose 20 --on -1d", 36,
     ["did you mean: isotrack plan or", "isotrack log dose 20 --on -1d"]),
    ("x" * 25, 20, ["x" * 20, "x" * 5]),
]  # fmt: skip


@given(st.sampled_from([text for text in TEXTS if text.isascii()]), st.text("-aZ09 .,;()/[]*:\"'", max_size=40))
def test_what_stays_whole_in_latin_letters_is_the_same_where_others_stand_beside_them(text: str, more: str) -> None:
    latin = f"{text} {more} isotrack log dose --on 2026-12-01 {more}"
    for narrow, wide in ((lines._WHOLE_IN_LATIN, lines._WHOLE), (lines._PART_IN_LATIN, lines._PART)):
        assert [one.span() for one in re.finditer(narrow, latin)] == [one.span() for one in re.finditer(wide, latin)]


@pytest.mark.parametrize(("text", "width", "lines"), CASES)
def test_a_text_is_broken_between_words_and_never_within_what_is_one(text: str, width: int, lines: list[str]) -> None:
    assert lines == wrapped(text, width)


@given(
    text=st.text(st.sampled_from("ab 12-、。（）「」あア亜ーっ日年月(月):;,./\u0301👩"), max_size=60),
    width=st.integers(4, 30),
)
@example(text="（" * 9, width=4)
def test_whatever_is_broken_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["plan", "服用開始日", "ｶﾌﾟｾﾙ", "カ\u3099", "e\u0301", "한국어", "✓", "❤\ufe0f", "😀"])
def test_a_text_is_as_wide_as_a_terminal_shows_it(text: str) -> None:
    assert cell_len(text) == cells(text)


def test_a_row_that_is_too_wide_is_said_shorter_then_below_then_as_a_list() -> None:
    columns = [Column("What", prose=True, is_name=True), Column("Source", drops=1), "When"]
    row = ["Pregnancy test after the course", "U1 (not confirmed), U11",
           Cell("Thu 24 Jun 2027 (estimate)", "Thu 24 Jun 27*", signed=True)]  # fmt: skip
    assert drawn(columns, [row], 90).lines == [
        "What                             Source                   When",
        "Pregnancy test after the course  U1 (not confirmed), U11  Thu 24 Jun 2027 (estimate)",
    ]
    assert drawn(columns, [row], 74).lines == [
        "What                             Source                   When",
        "Pregnancy test after the course  U1 (not confirmed), U11  Thu 24 Jun 27*",
    ]
    assert drawn(columns, [row], 66).lines == [
        "What                       Source                   When",
        "Pregnancy test after the   U1 (not confirmed), U11  Thu 24 Jun 27*",
        "course",
    ]
    assert drawn(columns, [row], 40).lines == [
        "Pregnancy test after the course",
        "  Source: U1 (not confirmed), U11",
        "  When: Thu 24 Jun 27*",
    ]
    assert drawn(columns, [row], 40).is_signed


def test_what_is_least_needed_stands_below_its_row_before_prose_is_too_narrow() -> None:
    columns = [Column("What", prose=True, is_name=True), "When", Column("Item", drops=1)]
    row = ["Pregnancy test", "Thu 24 Jun 27* 15:30", "pregnancy-test-after-the-course/1"]
    assert drawn(columns, [row], 60).lines == [
        "What            When",
        "Pregnancy test  Thu 24 Jun 27* 15:30",
        "  Item: pregnancy-test-after-the-course/1",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("programme", SHIPPED)
@pytest.mark.parametrize("first", [_in_the_whole_run(one, unless="2026-11-24") for one in STARTS])
@pytest.mark.parametrize("pregnancy", ["--can-become-pregnant", "--cannot-become-pregnant", ""])
def test_a_start_fits_a_screen_of_24_lines(  # noqa: PLR0913 - one parameter a kind of start
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programme: str, first: str, pregnancy: str, lang: str
) -> None:
    settle(machine_in(tmp_path), monkeypatch, lang)
    monkeypatch.setenv("COLUMNS", "80")
    flags = filter(None, (pregnancy, "--weight", "54", "--dose", "20", "--timezone", "America/New_York"))
    said = say("start", first, "--protocol", programme, *flags)
    assert (said.code, said.err) == (0, "")
    assert len(said.out.splitlines()) <= 24, said.out
    assert "isotrack plan" in said.out


def test_start_shows_everything_where_it_is_asked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    everything = say(*START, "--all").out
    plan = say("plan").out
    assert plan.partition("\n\n")[2] in everything


def test_entries_are_timed_in_the_zone_of_the_course(course: Machine) -> None:
    del course
    shown = _on(80, "en", "--patient", "me", "history").out
    assert "2026-11-23 22:00" in shown
    assert "America/New_York" in shown.splitlines()[-1]


@pytest.mark.parametrize(("zone", "is_named"), [("Asia/Tokyo", False), ("Asia/Seoul", False), ("Europe/London", True)])
def test_a_time_names_its_zone_where_the_clock_of_the_machine_shows_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, *, is_named: bool
) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    assert say(*START[:-2], "--timezone", zone).code == 0
    for command in (("book", "visit/1", "2026-12-20", "15:30"), (), ("plan",), ("calendar", "preview"), ("history",)):
        assert (f"time zone, {zone}" in say(*command).out) is is_named


def test_what_was_missed_is_named_on_the_status(course: Machine) -> None:
    del course
    shown = _on(WIDE, "en", "--patient", "me").out
    assert "Missed: Pick up the capsules, Fri 16 Oct 2026 (pick-up/4)" in shown.splitlines()


@pytest.mark.parametrize(("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_gets_its_width_and_its_colours(course: Machine, more: dict[str, str], *, coloured: bool) -> None:
    environment = course.environment(**{"TERM": "xterm", "ISOTRACK_PATIENT": "me"} | more)
    del environment["COLUMNS"]
    shown = on_a_terminal(environment, 61)
    assert ("\x1b[" in shown) is coloured
    assert faults(shown, 61) == [] or coloured
    assert "overdue" in shown


def test_a_pipe_gets_80_columns_and_no_colours(course: Machine) -> None:
    environment = course.environment(TERM="xterm", FORCE_COLOR="1", ISOTRACK_PATIENT="me")
    del environment["COLUMNS"]
    ran = subprocess.run(
        [sys.executable, "-m", "tracker", "--lang", "ja", "plan"], env=environment, capture_output=True, check=True
    )
    assert faults(ran.stdout.decode(), 80) == []
    assert b"\x1b" not in ran.stdout


NAMES = (
    st.text(st.sampled_from("aZé9 '\\\"$&;(),.-佐藤さトー"), min_size=1, max_size=30)
    .map(lambda text: text.strip(" -"))
    .filter(bool)
)
SUGGESTED = ["undo", "log cleared", "log earlier done", "log pregnancy-test negative", "fix 12 --remove", "plan",
             "calendar export --changes", "settings dates=day-first", "start 2026-11-24 --weight 54"]  # fmt: skip
AROUND = ["{}", "! Something is open; {}.", "This stays until your clinic's word is recorded: {}", "if so: {} or {}",
          "訂正するには：{}", "番号は {} で確認できます。"]  # fmt: skip


@given(NAMES, NAMES, st.sampled_from(SUGGESTED), st.sampled_from(AROUND), st.sampled_from((40, 60, 80)))
@example("Mary O'Brien", "folder/a b.db", "log earlier done", AROUND[1], 40)
@example("佐藤 さくら", 'folder/"x"/d.db', "fix 12 --remove", AROUND[4], 60)
def test_a_suggested_command_is_found_whole_on_every_screen(
    name: str, path: str, command: str, around: str, width: int
) -> None:
    whole = f"isotrack --db {shlex.quote(path)} --patient {shlex.quote(name)} {command}"
    lines = wrapped(around.format(*[whole] * 2), width, 2)
    assert [line for line in lines if whole in line] != []
    assert "".join(lines).count("--patient") == around.count("{}")
    assert [line for line in lines if cells(line) > width and whole not in line] == []


@pytest.mark.parametrize("width", [30, 40, 60])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("default", [True, False])
def test_a_question_fits_the_screen_with_the_answers_there_are(
    monkeypatch: pytest.MonkeyPatch, width: int, lang: str, *, default: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("click.prompt", lambda text, **more: asked.append(text + more["prompt_suffix"]) or "")
    activate(lang)
    try:
        for text in ("Is that so?", "Sato Hanoko is not known yet, but there is: Sato Hanako. Is she another?" * 2):
            assert confirm(text, default=default) is default
    finally:
        activate("en")
    assert [line for one in asked for line in one.splitlines() if cells(line.rstrip()) > width] == []
    if lang == "en":
        assert [one for one in asked if not re.search(r"\[[Yy]/[Nn]\]: $", one)] == []


@pytest.mark.parametrize("one", [
    "24 Nov", "Tue 24 Nov 2026", "1 Dec..4 Dec", "20 every 2 days", "20 twice a day", "20 mon,wed,fri", "6か月",
    "3日前", "24週間", "2 days", "512 mg/dL",
])  # fmt: skip
@pytest.mark.parametrize("around", ["expected for example 11/24, {}, today or -3d", "例：11/24、{}、今日、-3d"])
def test_an_example_of_a_day_or_an_amount_stays_whole(one: str, around: str) -> None:
    text = around.format(one)
    broken = [width for width in range(20, 60) if not any(one in line for line in wrapped(text, width))]
    assert broken == []


KATAKANA = ["ケミカルピーリング", "フラクショナルピコレーザー", "アブレーティブレーザー", "トリグリセライド",
            "エレクトロポレーション"]  # fmt: skip


@pytest.mark.parametrize("word", KATAKANA)
def test_a_word_in_katakana_goes_onto_the_next_line_and_is_taken_apart_only_where_it_is_longer_than_one(
    word: str,
) -> None:
    for before in range(1, 70):
        text = "あ" * before + "、" + word + "は治療中に受けられません。"
        for width in (40, 60, 80):
            lines = wrapped(text, width)
            assert any(word in line for line in lines), (width, lines)
            assert [line for line in lines if cells(line) > width] == []
    narrow = wrapped("これは" + word + "です。", 10)
    assert "".join(narrow) == "これは" + word + "です。"
    assert [line for line in narrow if cells(line) > 10] == []  # noqa: PLR2004 - the width


@pytest.mark.parametrize("command", ["isotrack log symptom {} 2", "isotrack --db /tmp/x.db over {}"])
def test_the_name_of_a_symptom_stays_whole_in_a_command(command: str) -> None:
    """What is copied in two pieces is two commands."""
    for name in (word.name.ja for word in vocabulary("symptom").codes if word.records is None):
        one = command.format(name)
        for text in (
            f"「{name}」をグレードなしで記録しました。グレードを記録するには：{one}",
            f"次のいずれかですか：{one} （{name}）",
        ):
            assert [width for width in range(30, 90, 7) if not any(one in line for line in wrapped(text, width))] == []


@pytest.mark.parametrize("width", ["40", "60", "80", "110"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_command_that_is_offered_is_never_broken_whatever_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: str, lang: str
) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    assert say("--today", "2026-11-23", *START).code == 0
    monkeypatch.setenv("COLUMNS", width)
    typed = ("log", "採血", "ALT=31", "TG=100", "血小板=25.1", "亜鉛=70", "--on", "2026-12-20")
    refused = say("--lang", lang, "--today", "2026-12-24", *typed)
    whole = "log 採血 ALT=31 TG=100 血小板=25.1 --on 2026-12-20"
    assert [line for line in refused.err.splitlines() if line.endswith(whole)] != []
