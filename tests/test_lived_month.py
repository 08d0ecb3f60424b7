"""What a month of a real course asked for: a table of cases each, typed as people type."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.support import machine_in, say_on, settle
from tracker.analytes import analyte_named
from tracker.cli.blood import value_of
from tracker.cli.typed.measures import read_measured
from tracker.errors import InputError
from tracker.rules import Sex
from tracker.sheet import Flag, flag

STARTED = ("--weight", "60", "--dose", "40", "--timezone", "Europe/London", "--can-become-pregnant")


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    at("2026-09-01", "start", "2026-09-01", "--protocol", "uk-mhra", *STARTED)


def at(today: str, *words: str) -> str:
    """Type a command that is taken; what it says, in one line."""
    done = say_on(today, *words)
    assert done.code == 0, done
    return " ".join(done.out.split())


def refused(today: str, *words: str) -> str:
    """Type a command that is refused; why."""
    done = say_on(today, *words)
    assert done.code != 0, done
    return " ".join(f"{done.out} {done.err}".split())


@pytest.mark.parametrize("typed", ["loose stools", "the runs", "お腹がゆるい"])
def test_diarrhoea_is_kept_and_frightens_nobody_until_it_is_severe(typed: str) -> None:
    said = at("2026-09-10", "log", "symptom", typed)
    assert "diarrhoea, from" in said
    assert "get medical help" not in at("2026-09-10", "status")
    assert "bleeding or inflammation of the gut" in at("2026-09-10", "log", "symptom", f"{typed}=3")


OFFERED = (
    ("wee is a bit dark", "dark-urine", ("rf-suicidal", "rf-muscle")),
    ("everything feels dark", "rf-suicidal", ()),
    ("my stool is a bit odd", "rf-gi-bleed", ()),
)


def test_a_word_of_several_red_flags_offers_those_of_which_the_text_tells() -> None:
    for typed, offered, left_out in OFFERED:
        said = refused("2026-09-10", "log", "symptom", typed)
        assert offered in said
        assert [one for one in left_out if one in said] == []
        assert ("harming yourself" in said) == (offered == "rf-suicidal"), typed


@pytest.mark.parametrize(
    ("protocol", "said"),
    [
        ("uk-mhra", "talk to somebody now: Samaritans 116 123. In danger at this moment: your local emergency number."),
        ("us-ipledge", "talk to somebody now: Suicide and crisis line 988. In danger at this moment: your local"),
        ("eu-ppp", "talk to somebody now: 112. Sources"),
    ],
)
def test_whom_to_call_reads_as_a_sentence(protocol: str, said: str) -> None:
    name = ("--patient", protocol)
    zone = ("--timezone", "Etc/UTC") if protocol == "eu-ppp" else ("--timezone", "America/New_York")
    if protocol != "uk-mhra":
        at("2026-09-01", "start", "2026-09-01", "--protocol", protocol, *STARTED[:4], *zone, "--can-become-pregnant",
           *name)  # fmt: skip
    who = name if protocol != "uk-mhra" else ()
    at("2026-09-10", "log", "symptom", "suicidal", *who)
    assert said in at("2026-09-11", "status", *who)


def test_one_risk_of_one_day_is_said_once_and_each_day_by_itself() -> None:
    at("2026-09-10", "log", "risk", "condom broke")
    at("2026-09-10", "log", "symptom", "condom split")
    assert at("2026-09-11", "next").count("A pregnancy is possible") == 1
    at("2026-09-11", "log", "risk", "unprotected")
    at("2026-09-11", "log", "risk", "missed-period")
    assert at("2026-09-11", "next").count("A pregnancy is possible") == 3


def test_an_overdue_visit_is_named_where_the_capsules_end() -> None:
    at("2026-09-01", "log", "stock", "70", "--strength", "20")
    assert "the visit of Thu 1 Oct 2026 (visit/1) is overdue" in at("2026-10-04", "status")
    at("2026-10-04", "log", "visit")
    assert "and the next visit is on Tue 3 Nov 2026 (visit/2)" in at("2026-10-04", "status")


def test_a_step_of_the_dose_may_be_remembered_after_the_end() -> None:
    """The same facts, stop first or last, give the same sum; and nothing begins after the end."""
    name = ("--patient", "B")
    at("2026-09-01", "start", "2026-09-01", "--protocol", "uk-mhra", *STARTED, *name)
    at("2026-11-01", "dose", "20", "--from", "2026-10-01", *name)
    at("2026-11-01", "stop", "2026-10-20", *name)
    before = at("2026-11-01", "dose", *name)
    at("2026-11-01", "undo", *name)
    at("2026-11-01", "undo", *name)
    at("2026-11-01", "stop", "2026-10-20", *name)
    at("2026-11-01", "dose", "20", "--from", "2026-10-01", *name)
    assert at("2026-11-01", "dose", *name) == before
    assert "belongs to a new course" in refused("2026-11-01", "dose", "20", "--from", "2026-10-21", *name)


def test_a_pause_after_the_end_says_how_its_days_are_recorded() -> None:
    at("2026-11-01", "stop", "2026-10-20")
    said = refused("2026-11-01", "pause", "2026-10-05")
    assert "isotrack log dose --missed --on 2026-10-05" in said
    at("2026-11-01", "log", "dose", "--missed", "--on", "2026-10-05..2026-10-09")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ((("pause", "2026-09-10"), ("resume", "2026-09-15")), "Paused: 10 Sep 26 to 14 Sep 26"),
        ((("pause", "2026-09-10"),), "Paused: since 10 Sep 26"),
        ((("pause", "2026-09-10"), ("resume", "2026-09-15"), ("pause", "2026-09-20")),
         "Paused: 10 Sep 26 to 14 Sep 26, since 20 Sep 26"),
        ((), None),
    ],
)  # fmt: skip
def test_the_page_says_when_the_capsules_were_paused(
    typed: tuple[tuple[str, ...], ...], shown: str | None, tmp_path: Path
) -> None:
    for words in typed:
        at("2026-09-25", *words)
    page = tmp_path / "page.html"
    at("2026-09-25", "report", "-o", str(page))
    text = page.read_text(encoding="utf-8")
    assert ("Paused" in text) == (shown is not None)
    assert shown is None or shown in text


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [
        (">46", 46, None), (">=46", 46, None), ("≥46", 46, None), ("> 46", 46, None),
        ("<99", None, 99), ("40-99", 40, 99), ("-99", None, 99), ("46-", 46, None),
    ],
)  # fmt: skip
def test_a_range_with_one_end_is_read(printed: str, low: int | None, high: int | None) -> None:
    found = read_measured(f"45({printed})")
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize("printed", [">", "10>46", "46>", "><46"])
def test_what_is_no_range_is_still_refused(printed: str) -> None:
    with pytest.raises(InputError, match="is no range"):
        read_measured(f"45({printed})")


@pytest.mark.parametrize(("order", "day"), [("month-first", "Fri 3 Apr 2026"), ("day-first", "Wed 4 Mar 2026")])
def test_the_days_of_a_table_are_read_in_the_order_that_was_chosen(order: str, day: str, tmp_path: Path) -> None:
    table = tmp_path / "lab.csv"
    table.write_text("Date,ALT\n04/03/2026,22\n", encoding="utf-8")
    said = refused("2026-09-25", "import-blood", str(table), "--yes")
    assert "isotrack settings dates=" in said
    at("2026-09-25", "settings", f"dates={order}")
    assert day in at("2026-09-25", "import-blood", str(table), "--yes")


@pytest.mark.parametrize(
    ("drawn", "counts"),
    [("2026-09-15", False), ("2026-09-16", True), ("2026-11-15", True)],
)
def test_a_draw_of_the_first_days_is_not_that_of_the_first_month(drawn: str, *, counts: bool) -> None:
    """After one month, then every three: half of the interval before it is two weeks for the first."""
    said = at("2026-11-20", "log", "blood", "ALT=22", "TG=1.2", "--fasting", "--on", drawn)
    assert ("for blood/1" in said) == counts
    assert ("was due Thu 1 Oct 2026: Blood test (blood/1)" in at("2026-11-20", "next")) != counts


MEANT = {
    "took my pill": "log dose",
    "took my pill yesterday": "log dose --on yesterday",
    "missed my pill": "log dose --missed",
    "forgot the capsule yesterday": "log dose --missed --on yesterday",
    "took 20mg": "log dose 20mg",
    "took minocycline": "log substance minocycline",
    "took ibuprofen": "log substance ibuprofen",
    "took vitamin A": "log substance vitamin A",
}


def test_what_was_taken_or_missed_is_no_appointment() -> None:
    for typed, meant in MEANT.items():
        said = refused("2026-09-10", *typed.split())
        assert said.endswith(f"isotrack {meant}"), typed


@pytest.mark.parametrize(
    ("first", "ended", "stands"),
    [
        ((), ("--form", "by-mouth"), False),
        ((), (), False),
        (("--form", "by-mouth"), ("--form", "by-mouth"), False),
        (("--form", "by-mouth"), ("--form", "on-skin"), True),
    ],
)
def test_what_has_ended_in_a_form_is_what_was_taken_in_none_that_was_said(
    first: tuple[str, ...], ended: tuple[str, ...], *, stands: bool
) -> None:
    at("2026-09-10", "log", "substance", "vitamin A", *first)
    at("2026-09-15", "log", "substance", "vitamin A", "--until", "2026-09-15", *ended)
    assert ("Forbidden beside the capsules" in at("2026-09-16", "status")) == stands


def test_an_end_that_is_recorded_is_there_already() -> None:
    at("2026-09-10", "log", "symptom", "headache")
    at("2026-09-12", "over", "headache", "--on", "2026-09-11")
    assert "Already there: headache" in at("2026-09-12", "over", "headache", "--on", "2026-09-11")
    assert "not recorded as there" in refused("2026-09-12", "over", "headache", "--on", "2026-09-12")


@pytest.mark.parametrize(
    ("code", "printed", "flagged"),
    [
        ("ldl", "50(<100)", None), ("ldl", "141(<100)", Flag.HIGH), ("tg", "29mg/dL(<150)", None),
        ("hdl", "40(>46)", Flag.LOW), ("hdl", "50(>46)", None), ("ldl", "50(65-100)", Flag.LOW),
    ],
)  # fmt: skip
def test_a_range_without_a_lower_end_finds_nothing_too_low(code: str, printed: str, flagged: Flag | None) -> None:
    analyte = analyte_named(code)
    value = value_of(analyte, printed, ("conventional",), date(2026, 9, 20))
    assert flag(analyte, value, Sex.FEMALE) == flagged


def test_after_a_course_only_what_was_to_be_done_is_missed_and_no_long_pause_is_told() -> None:
    for today, *words in (
        ("2026-09-02", "log", "visit"),
        ("2026-09-02", "log", "pick-up"),
        ("2026-10-01", "pause"),
        ("2026-11-20", "resume"),
    ):
        at(today, *words)
    assert "is longer than the contraception" in at("2026-11-21", "status")
    at("2026-11-25", "stop", "2026-11-25")
    ended = at("2026-12-20", "status")
    assert "is longer than the contraception" not in ended
    assert "Missed: Blood test before the start" in ended
    assert "Missed: Capsules run out" not in ended
