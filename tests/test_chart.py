"""Pictures in the terminal: they fit, days are to scale, no value lies where it would say something else."""

from __future__ import annotations

import json
import os
import re
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tests.screens import WIDTHS, commands_in, faults, on_a_terminal
from tests.support import WIDE, Machine, machine_in, say, settle
from tests.test_report import midway, typed
from tests.test_start_up import imported_by
from tracker.cli.chart.canvas import Canvas, Picture
from tracker.cli.chart.days import Axis, Time
from tracker.cli.chart.field import Ends, Level, Value, of_a_sum, of_values
from tracker.cli.chart.heights import Heights, around_range, from_nothing, without_range
from tracker.cli.chart.signs import ASCII, FULL, Screen, Signs, printed
from tracker.cli.chart.strips import Strip, drawn, spot
from tracker.i18n import activate, language

ROOT = Path(__file__).parent.parent
SNAPSHOTS = Path(__file__).parent / "snapshots" / "chart"
WRITES = bool(os.environ.get("ISOTRACK_WRITE_SNAPSHOTS"))
TODAY = "2026-12-20"
SUBJECTS = ("dose", "weight", "symptoms", "mood", "ALT", "TG", "CK", "HDL")
FIRST = date(2026, 1, 31)
MEANT = f"did you mean: isotrack --today {TODAY} chart"
ROWS = 13
days = st.integers(0, 1500).map(lambda number: FIRST + timedelta(days=number))
amounts = st.integers(1, 10**7).map(lambda value: Decimal(value) / 100)
both_signs = st.sampled_from([FULL, ASCII])
widths = st.sampled_from(WIDTHS)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine without a course."""
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    return place


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine with a course of which much was recorded."""
    place = machine_in(tmp_path_factory.mktemp("chart"))
    with pytest.MonkeyPatch.context() as patch:
        settle(place, patch)
        assert midway() == TODAY
        typed(
            TODAY, "log mood spirits=1 worry=0 sleep=2 harm=0 --on 2026-10-01",
            "log mood spirits=2 sleep=1 --on 2026-12-10", "log weight 53.8 --on 2026-10-10",
            "log weight 53.9 --on 2026-10-11", "log blood ALT=<5 --on 2026-09-15",
        )  # fmt: skip
    return place


@pytest.fixture
def today(recorded: Machine, monkeypatch: pytest.MonkeyPatch) -> str:
    """The day from which that course is seen; nothing is added to it."""
    settle(recorded, monkeypatch)
    return TODAY


def shown(*arguments: str, today: str, lang: str = "en", columns: int | str = 80) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        said = say("--today", today, "--lang", lang, "chart", *arguments)
    assert said.code == 0, said.err
    return said.out


def plain(picture: Picture) -> list[str]:
    """Its lines without colours."""
    return [line.plain for line in picture.lines]


def field_of(lines: list[str]) -> list[str]:
    """What stands between the sides of a picture, the lowest row first; all as wide."""
    edge = lines[0].index("|") + 1
    rows = [line[edge:] for line in lines[:-2]]
    wide = len(lines[-2]) - edge
    return [row.ljust(wide)[:wide] for row in reversed(rows)]


# The days.


@given(days, st.integers(0, 1500), st.integers(1, 120))
@example(FIRST, 0, 50)
@example(FIRST, 5, 50)
def test_every_day_stands_to_scale_and_every_column_has_its_days(first: date, length: int, columns: int) -> None:
    axis = Axis(first, first + timedelta(days=length), columns)
    places = [axis.column(first + timedelta(days=number)) for number in range(length + 1)]
    for number, column in enumerate(places):
        exact = number * (columns - 1) / length if length else 0
        assert abs(column - exact) <= 0.5
    assert places[0] == 0
    assert places[-1] == (columns - 1 if length else 0)
    for column in range(columns if columns > 1 and length else 0):
        number = (axis.day(column) - first).days
        assert places[number] <= column
        assert number == length or places[number + 1] > column


@given(days, st.integers(0, 1500), st.integers(20, 120), st.sampled_from(["en", "ja"]))
def test_names_of_days_stand_below_their_columns_and_never_on_one_another(
    first: date, length: int, columns: int, lang: str
) -> None:
    activate(lang)
    last = first + timedelta(days=length)
    axis = Axis(first, last, columns)
    found = axis.names(Time(first, last, ((last, "today"),)))
    places = [(axis.begin(column, name), axis.begin(column, name) + len(name)) for column, name in found]
    assert language(lang).bare_day(first) in [name for _column, name in found]
    assert all(end + 2 <= begin for (_begin, end), (begin, _end) in pairwise(places))
    assert all(begin >= 0 and end <= columns for begin, end in places)


# The rows.


@given(st.lists(amounts, min_size=1, max_size=30), amounts, amounts, st.lists(amounts, max_size=3))
@example([Decimal(5), Decimal(95)], Decimal(7), Decimal(23), [Decimal(69)])
@example([Decimal(9310)], Decimal(41), Decimal(153), [Decimal(765)])
@example([Decimal("0.01")], Decimal(50), Decimal(51), [])
def test_no_value_outside_the_range_stands_on_the_band_and_none_within_it_elsewhere(
    values: list[Decimal], one: Decimal, other: Decimal, limits: list[Decimal]
) -> None:
    low, high = sorted((one, other))
    if low == high:
        return
    for start, end in ((low, high), (None, high), (low, None)):
        heights = around_range(values, start, end, ROWS)
        for limit in sorted(limits):
            placed = heights.with_limit(limit, is_reached=True)
            heights = placed[0] if placed is not None else heights
        assert all(below < above for below, above in pairwise(heights.edges))
        assert ROWS // 6 <= heights.rows <= ROWS + 2 * len(limits)
        assert heights.band is not None
        for value in values:
            is_within = (start is None or value >= start) and (end is None or value <= end)
            assert (heights.band[0] <= heights.row(value) <= heights.band[1]) == is_within, (value, heights)


@given(st.lists(amounts, min_size=1, max_size=30), amounts, st.booleans())
def test_what_has_come_to_a_limit_stands_on_its_line_or_above_and_nothing_else_does(
    values: list[Decimal], limit: Decimal, is_reached: bool
) -> None:
    every = [*values, limit]
    for heights in (from_nothing(max(every), ROWS), around_range(every, limit / 20, limit / 3, ROWS)):
        placed = heights.with_limit(limit, is_reached=is_reached)
        assert placed is not None
        found, row = placed
        for value in every:
            has_come = value >= limit if is_reached else value > limit
            assert (found.row(value) >= row) == has_come


@given(st.lists(amounts, min_size=1, max_size=20))
def test_values_without_a_range_keep_their_order(values: list[Decimal]) -> None:
    heights = without_range(values, ROWS, Decimal("0.2"))
    assert heights.rows == ROWS
    rows = [heights.row(value) for value in sorted(values)]
    assert rows == sorted(rows)
    assert 0 <= rows[0] <= rows[-1] < ROWS


def test_equal_values_stand_in_the_middle() -> None:
    heights = without_range([Decimal(54)] * 3, 11, Decimal("0.2"))
    assert heights.row(Decimal(54)) == 5


# The pictures.


def _values(points: dict[date, Decimal], low: Decimal, high: Decimal, signs: Signs) -> list[Value]:
    def sign(value: Decimal) -> str:
        return signs.above if value > high else signs.below if value < low else signs.value

    found = sorted(points.items())
    return [Value(on, value, sign(value), f"{value:f}", not low <= value <= high) for on, value in found]


@given(st.dictionaries(days, amounts, min_size=1, max_size=60), amounts, amounts, widths, both_signs)
def test_a_picture_of_values_fits_and_shows_each_where_it_is(
    points: dict[date, Decimal], one: Decimal, other: Decimal, width: int, signs: Signs
) -> None:
    low, high = sorted((one, other))
    if low == high:
        return
    values = _values(points, low, high, signs)
    heights = around_range([value.amount for value in values], low, high, ROWS)
    first, last = values[0].on, max(values[-1].on, FIRST + timedelta(days=1500))
    picture = of_values(values, Time(first, last), heights, Screen(width, signs), Ends(low, high, ("下限", "上限")))
    assert max(map(cell_len, plain(picture))) <= width
    assert all(line == line.rstrip() for line in plain(picture))
    field = field_of(plain(picture))
    assert len(field) == heights.rows
    axis = Axis(first, last, len(field[0]))
    places: dict[tuple[int, int], list[Value]] = {}
    for value in values:
        places.setdefault((round_half_up(value.on, axis), heights.row(value.amount)), []).append(value)
    for (column, row), those in places.items():
        expected = those[0].sign if len(those) == 1 else str(len(those)) if len(those) < 10 else "+"
        assert field[row][column] == expected
    assert picture.has_several == any(len(those) > 1 for those in places.values())
    band = [row for row, line in enumerate(field) if signs.band in line]
    assert heights.band is not None
    assert all(heights.band[0] <= row <= heights.band[1] for row in band)


def round_half_up(on: date, axis: Axis) -> int:
    """Where a day stands, counted another way."""
    if not axis.days:
        return 0
    exact = Decimal((on - axis.first).days * (axis.columns - 1)) / axis.days
    return int(exact.to_integral_value(rounding="ROUND_HALF_UP"))


@given(
    st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=1, max_size=400), st.integers(1, 400), widths, both_signs
)
def test_a_sum_is_as_high_as_it_is_and_its_parts_keep_their_order(
    steps: list[tuple[int, int, int]], target: int, width: int, signs: Signs
) -> None:
    sums = [(Decimal(0),) * 3]
    for step in steps:
        sums.append((sums[-1][0] + step[0], sums[-1][1] + step[1], sums[-1][2] + step[2]))
    most = max(sum(sums[-1]), Decimal(target))
    placed = from_nothing(most, ROWS).with_limit(Decimal(target), is_reached=True)
    assert placed is not None
    heights, row = placed
    marks = (signs.confirmed, signs.assumed, signs.ahead)
    picture = of_a_sum(
        lambda on: [(mg, mark, None) for mg, mark in zip(sums[(on - FIRST).days], marks, strict=True)],
        Time(FIRST, FIRST + timedelta(days=len(sums) - 1)), heights, {0: Decimal(0)}, Screen(width, signs),
        [Level(Decimal(target), "120 mg/kg", row)],
    )  # fmt: skip
    assert max(map(cell_len, plain(picture))) <= width
    field = field_of(plain(picture))
    axis = Axis(FIRST, FIRST + timedelta(days=len(sums) - 1), len(field[0]))
    for line in field:
        is_confirmed = [line[column] == signs.confirmed for column in range(axis.columns)]
        assert is_confirmed == sorted(is_confirmed)  # what is confirmed only grows
    for column in range(axis.columns):
        parts = sums[(axis.day(column) - FIRST).days]
        filled = "".join(line[column] for line in field if line[column] in marks)
        expected = sum(1 for at, edge in enumerate(heights.edges[:-1]) if sum(parts) > edge
                       or (sum(parts) == edge and at in heights.begun))  # fmt: skip
        assert len(filled) == expected
        assert filled == "".join(sorted(filled, key=marks.index))
        assert (len(filled) > row) == (sum(parts) >= target)


@given(
    st.lists(st.dictionaries(days, st.integers(0, 4), min_size=1, max_size=40), min_size=1, max_size=6),
    st.sampled_from(["lips", "眼乾燥・コンタクト不耐", "thoughts of harming yourself"]), widths, both_signs,
)  # fmt: skip
def test_the_strongest_of_a_column_is_shown_and_it_is_said_that_there_are_more(
    rows: list[dict[date, int]], name: str, width: int, signs: Signs
) -> None:
    strips = [Strip(name, [spot(on, grade) for on, grade in sorted(one.items())]) for one in rows]
    first, last = FIRST, FIRST + timedelta(days=1500)
    picture = drawn(strips, Time(first, last), Screen(width, signs), days=1, most=3, blank=())
    assert max(map(cell_len, plain(picture))) <= width
    above = len([line for line in plain(picture) if "|" not in line]) > 2
    lines = [line for line in plain(picture) if "|" in line]
    edges = {cell_len(line[: line.index("|")]) for line in lines}
    assert len(edges) == 1, "one above the other"
    columns = cell_len(plain(picture)[-2]) - edges.pop() - 1
    axis = Axis(first, last, columns)
    several = False
    for one, line in zip(rows, lines, strict=True):
        cells = line[line.index("|") + 1 :].ljust(columns)
        found: dict[int, list[int]] = {}
        for on, grade in one.items():
            found.setdefault(round_half_up(on, axis), []).append(grade)
        several = several or any(len(grades) > 1 for grades in found.values())
        assert {column: cells[column] for column in found} == {at: str(max(those)) for at, those in found.items()}
    assert picture.has_several == several
    assert above == (cell_len(name) > width * 0.4)


def test_no_sign_is_wider_on_a_screen_for_japanese_and_each_of_a_set_is_another() -> None:
    for signs in (FULL, ASCII):
        found = [getattr(signs, name) for name in signs.__struct_fields__]
        assert [one for one in found if east_asian_width(one) not in ("N", "Na")] == []
        for together in (("value", "above", "below", "band", "level"), ("confirmed", "assumed", "ahead", "level")):
            assert len({getattr(signs, name) for name in together}) == len(together)
    assert all(getattr(ASCII, name).isascii() for name in ASCII.__struct_fields__)


# The command.


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_chart_fits_every_screen(today: str, width: int, lang: str) -> None:
    since = [("dose", "--since", "2026-12-01"), ("ALT", "--since", "last-visit")]
    for what in ((), *((one,) for one in SUBJECTS), *since):
        commands = commands_in(shown(*what, today=today, lang=lang, columns=WIDE))
        assert faults(shown(*what, today=today, lang=lang, columns=width), width, commands) == [], what


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("width", [80, 60])
def test_charts_are_as_they_were(today: str, width: int, lang: str) -> None:
    found = {what: shown(what, today=today, lang=lang, columns=width) for what in SUBJECTS}
    fresh = "".join(f"$ isotrack chart {what}\n{text}\n" for what, text in found.items())
    file = SNAPSHOTS / f"midway-{lang}-{width}.txt"
    if WRITES:
        file.parent.mkdir(exist_ok=True)
        file.write_text(fresh)
    assert fresh == file.read_text()


@pytest.mark.parametrize("what", ["", *SUBJECTS])
def test_programs_get_the_points(today: str, what: str) -> None:
    schema = json.loads((ROOT / "schemas" / "chart.schema.json").read_text())
    for since in ((), ("--since", "2026-12-01"), ("--since", "last-visit")):
        found = json.loads(shown(*filter(None, [what]), *since, "--json", today=today))
        jsonschema.Draft202012Validator(schema).validate(found)
        assert found["chart"] == (what.lower() or None)
        if since and what:
            assert min([one["on"] for one in found["points"]], default="2026-12-01") >= "2026-11-24"
    whole = json.loads(shown(*filter(None, [what]), "--json", today=today))
    assert whole["points"] if what else whole["charts"]


def test_a_program_gets_what_the_other_screens_say(today: str) -> None:
    def of(*words: str) -> Any:
        return json.loads(say("--today", today, *words, "--json").out)

    values = [one for one in of("blood")["values"] if one["analyte"] == "alt"]
    points = of("chart", "GPT")["points"]
    assert [(one["on"], str(one["value"]), one["comparator"], one["flag"]) for one in points] == [
        (one["on"], one["value"], one["comparator"], one["flag"]) for one in values
    ]
    [now] = [one for one in of("chart", "dose")["points"] if one["on"] == today]
    [total] = of("dose")["sums"]
    assert now["confirmed"] == total["confirmed_mg"] + total["stated_mg"]
    assert now["assumed"] == total["assumed_mg"]
    weeks = of("symptoms")["weeks"]
    assert of("chart", "symptoms")["points"] == [
        {"on": one["from"], "week": one["week"], "grades": one["grades"]} for one in weeks
    ]


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(
    ("typed_before", "what", "en", "ja"),
    [
        ([], "ALT", "ALT (GPT): no value was recorded. As it comes: isotrack log blood ALT=...",
         "ALT（GPT）：値の記録はありません。記録するには：isotrack log blood ALT=..."),
        ([], "mood", "No answer was recorded. The short check: isotrack log mood",
         "回答の記録はありません。短い確認：isotrack log mood"),
        ([], "symptoms", "Nothing is recorded as there now. To record it: isotrack log symptom cheilitis 2",
         "現在ある症状の記録はありません。"),
        (["log blood ALT=22 --on 2026-12-24"], "ALT",
         "Last value: ALT (GPT) 22 U/L on Thu 24 Dec 2026: within the range 7-23",
         "最新の値：ALT（GPT） 22U/L（2026年12月24日(木)）、基準範囲7-23（JCCLS、女性）内"),
        (["log blood ALT=<5 --on 2026-12-24"], "ALT", "ALT (GPT) <5 U/L on Thu 24 Dec 2026: below the range 7-23",
         "基準範囲7-23（JCCLS、女性）より低値"),
        (["log blood ALT=<20 --on 2026-12-24"], "ALT", "printed as a bound; the range is 7-23 (JCCLS, women)",
         "上限または下限だけの記載（基準範囲7-23、JCCLS、女性）"),
        (["log blood ALT=H_20 --on 2026-12-24"], "ALT", "marked as high on the sheet; the range is 7-23 (JCCLS, women)",
         "検査票に高値の印あり（基準範囲7-23、JCCLS、女性）"),
        (["log blood ALT=20 --on 2026-12-20", "log blood ALT=12 --on 2026-12-24"], "ALT", "-8 since Sun 20 Dec 2026",
         "2026年12月20日(日)から-8"),
        (["log blood TG=1.6mmol/L --on 2026-12-20", "log blood TG=150 --on 2026-12-24"], "TG",
         "+8.29 since Sun 20 Dec 2026", "2026年12月20日(日)から+8.29"),
        (["log blood LDH=200 --on 2026-12-24"], "LDH", "LDH (LD) 200 U/L on Thu 24 Dec 2026: no range is known",
         "基準範囲は不明"),
        (["log blood CK=9310 --on 2026-12-24 --yes"], "CK", "The rows of the range are higher than the others",
         "基準範囲の行だけ目盛りを広げています"),
        (["log weight 54 --on 2026-12-24"], "weight",
         "Last value: 54 kg on Thu 24 Dec 2026: 0 kg since Mon 23 Nov 2026",
         "最新の値：54kg（2026年12月24日(木)）、2026年11月23日(月)から0kg"),
    ],
)  # fmt: skip
def test_the_last_value_is_said_in_words(lang: str, typed_before: list[str], what: str, en: str, ja: str) -> None:
    typed("2026-11-23", "start 2026-11-24 --weight 54 --dose 20 --protocol jp-strict --timezone Asia/Tokyo --sex female"
          " --can-become-pregnant --yes")  # fmt: skip
    typed("2026-12-24", *typed_before)
    said = " ".join(shown(what, today="2026-12-24", lang=lang, columns=1000).split("\n"))
    assert (en if lang == "en" else ja) in said.replace(" --today 2026-12-24", "")


def test_with_a_day_on_which_nothing_came_since_the_last_value_is_said_all_the_same(today: str) -> None:
    said = shown("ALT", "--since", "2026-12-10", today=today, columns=200)
    assert "No value since Thu 10 Dec 2026.\nLast value: ALT (GPT) 95 U/L on Tue 1 Dec 2026: above" in said
    assert "|" not in said
    assert say("--today", today, "chart", "ALT", "--since", "2027-01-01").code == 2


@pytest.mark.parametrize(
    ("name", "chart"),
    [("alt", "alt"), ("GPT", "alt"), ("中性脂肪", "tg"), ("ＴＧ", "tg"), ("γ-GTP", "ggt"), ("t cho", "tc"),
     ("体重", "weight"), ("累積投与量", "dose"), ("用量", "dose"), ("Symptom", "symptoms"),
     ("副作用", "symptoms"), ("気分", "mood"), ("白血球", "wbc"), ("blood", None), ("採血", None)],
)  # fmt: skip
def test_a_chart_is_asked_for_by_any_name(today: str, name: str, chart: str | None) -> None:
    assert json.loads(shown(*name.split(), "--json", today=today))["chart"] == chart


@pytest.mark.parametrize(
    ("name", "hint"),
    [("doze", f"{MEANT} dose"), ("体順", f"{MEANT} 体重"), ("triglycerid", f"{MEANT} tg"), ("moood", f"{MEANT} mood"),
     ("hcg", "there are: dose, weight, symptoms, mood, ast"), ("", "there are: dose"),
     ("alt ast", f"each is drawn by itself; for example: isotrack --today {TODAY} chart alt")],
)  # fmt: skip
def test_what_cannot_be_drawn_is_answered_with_what_can_be(today: str, name: str, hint: str) -> None:
    said = say("--today", today, "chart", name)
    assert (said.code, said.out) == (2, "")
    [line] = said.complaint
    assert hint in line


TERMINALS = {
    "sixteen colours": ({"TERM": "xterm"}, True, True),
    "many colours": ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, True, True),
    "asked for no colour": ({"TERM": "xterm-256color", "NO_COLOR": "1"}, False, True),
    "one that knows no codes": ({"TERM": "dumb"}, False, False),
}
"""What a terminal says of itself; whether it gets colours, and whether it gets bold signs."""
COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8])[0-9;]*m")


@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("what", ["dose", "ALT"])
def test_colours_say_nothing_that_the_signs_do_not(today: str, recorded: Machine, what: str, terminal: str) -> None:
    more, is_coloured, is_bold = TERMINALS[terminal]
    environment = recorded.environment(**more)
    del environment["COLUMNS"]
    command = ["--today", today, "--lang", "en", "chart", what]
    seen = on_a_terminal(environment, 80, *command)
    assert re.sub(r"\x1b\[[0-9;]*m", "", seen) == shown(what, today=today)
    assert (COLOUR.search(seen) is not None) is is_coloured
    assert ("\x1b[" in seen) is is_bold


def test_a_value_in_the_band_has_the_colour_of_the_band_and_one_outside_has_its_own() -> None:
    canvas = Canvas(5, 1)
    canvas.shade(0, ":", "green")
    canvas.put(1, 0, "o", "bold")
    canvas.put(3, 0, "^", "bold red")
    output = Console(file=StringIO(), force_terminal=True, color_system="standard", width=80)
    [line] = printed([canvas.line(0)], output)
    assert line == "\x1b[32m:\x1b[0m\x1b[1;32mo\x1b[0m\x1b[32m:\x1b[0m\x1b[1;31m^\x1b[0m\x1b[32m:\x1b[0m"


@pytest.mark.parametrize(("flags", "is_said"), [(("20", "21"), False), (("20", "20"), False), (("02", "20"), True)])
@pytest.mark.usefixtures("machine")
def test_that_a_column_holds_several_weeks_is_said_where_it_does(flags: tuple[str, str], *, is_said: bool) -> None:
    start = "2024-01-01" if is_said else "2026-10-05"
    typed(start, f"start {start} --weight 54 --dose 20 --timezone Asia/Tokyo --cannot-become-pregnant --yes")
    typed("2026-12-24", "log symptom 黄疸 --on 2026-11-" + flags[0], "log symptom 胸痛 --on 2026-11-" + flags[1],
          *(f"log symptom lips_{grade} --on {on}" for grade, on in
            ((1, f"{start[:4]}-12-01"), (2, "2026-12-08"))))  # fmt: skip
    assert ("A column holds several weeks" in shown("symptoms", today="2026-12-24")) is is_said


def test_what_there_is_to_draw_is_listed_by_the_names_of_the_language(today: str) -> None:
    said = say("--today", today, "--lang", "ja", "chart", "hcg")
    assert "累積投与量（dose）、体重（weight）、症状（symptoms）、気分（mood）、AST" in said.err
    assert "中性脂肪（TG）" in said.err
    assert "alt" not in said.err


def test_a_console_without_the_signs_gets_plain_letters(today: str, recorded: Machine) -> None:
    for encoding, subjects in (("ascii", SUBJECTS), ("cp1252", ("ALT",)), ("cp932", ("dose",))):
        for what in subjects:
            said = recorded.isotrack("--today", today, "chart", what, PYTHONIOENCODING=encoding, COLUMNS="60")
            assert said.code == 0, said.err
            assert "?" not in said.out
            assert said.out.isascii()
            assert faults(said.out.replace(". not there", "x not there"), 60) == []


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_red_flag_that_was_raised_is_never_hidden(lang: str) -> None:
    typed("2026-11-23", "start 2026-11-24 --weight 54 --dose 20 --timezone Asia/Tokyo --yes")
    typed("2026-12-24", "log mood spirits=1 harm=1 --on 2026-12-20", "log symptom rf-liver --on 2026-12-24")
    for what in ("mood", "symptoms"):
        found = shown(what, today="2026-12-24", lang=lang)
        assert re.search(r"\|.*!", found)
        assert {"en": "! red flag", "ja": "! 危険な症状"}[lang] in found


@pytest.mark.usefixtures("machine")
def test_a_course_that_lies_ahead_has_a_picture_of_what_is_planned() -> None:
    typed("2026-11-20", "start 2026-12-10 --weight 54 --dose 20 --timezone Asia/Tokyo --yes")
    said = shown("dose", today="2026-11-20")
    assert FULL.ahead in said
    assert FULL.confirmed not in said
    assert "Taken so far: 0 mg" in said


def test_only_the_chart_command_loads_what_draws(today: str, recorded: Machine) -> None:
    environment = {"ISOTRACK_DB": str(recorded.db), "ISOTRACK_TODAY": today}
    for words in ((), ("plan",), ("blood",), ("log", "visit", "--dry-run"), ("--help",)):
        drawing = ("tracker.cli.chart", "rich")
        assert {one for one in imported_by(*words, **environment) if one.startswith(drawing)} == set()
    assert {"tracker.cli.chart.field", "rich.console"} <= imported_by("chart", "ALT", **environment)
    assert imported_by("chart", "--help") & {"sqlalchemy", "rich", "tracker.cli.chart.field"} == set()


def test_heights_are_values() -> None:
    assert Heights((Decimal(0), Decimal(1))).row(Decimal(5)) == 0
