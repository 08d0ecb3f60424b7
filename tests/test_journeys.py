"""The journeys of a person, from the first command to the last, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import Isotrack

START = ("start", "2026-11-24", "--weight", "54", "--dose", "20", "--can-become-pregnant", "--timezone", "Asia/Tokyo")
SCHEMA = json.loads((Path(__file__).parent.parent / "schemas" / "plan.schema.json").read_text())


def test_an_empty_database_greets_and_shows_the_one_command(isotrack: Isotrack) -> None:
    ran = isotrack()
    assert "isotrack start 2026-11-24 --weight 54 --dose 20" in ran.out


def test_a_course_opens_with_its_plan_and_whose_rules_they_are(isotrack: Isotrack) -> None:
    ran = isotrack(*START, "--all")
    assert "jp-standard@2025-11-17" in ran.out
    assert "visit/1" in ran.out
    assert "Thu 24 Dec 2026" in ran.out
    assert "Ness" in ran.out


def test_the_plan_is_the_contract_of_the_design(isotrack: Isotrack) -> None:
    isotrack(*START)
    plan = isotrack("plan", "--json").json
    jsonschema.validate(plan, SCHEMA)
    visit = next(item for item in plan["items"] if item["key"] == "visit/1")
    assert (visit["due"], visit["state"], visit["booked_at"]) == ("2026-12-24", "planned", None)
    contraception = next(span for span in plan["spans"] if span["key"] == "contraception")
    assert (contraception["start"], contraception["end"]) == ("2026-11-24", "2027-11-24")
    assert contraception["end_is_estimate"] is True


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--json"),
        ("--json", "plan"),
        ("--lang", "ja", "plan", "--json"),
        ("plan", "--json", "--lang", "ja"),
    ],
)
def test_the_json_is_the_same_wherever_the_flags_stand(isotrack: Isotrack, arguments: tuple[str, ...]) -> None:
    isotrack(*START)
    assert isotrack(*arguments).json == isotrack("plan", "--json").json


def test_the_status_says_the_plan_and_what_there_is_to_notice(isotrack: Isotrack) -> None:
    isotrack(*START)
    assert isotrack("--json").json == isotrack("plan", "--json").json | {"findings": []}


def test_every_state_of_a_course_keeps_the_contract(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "visit", today="2026-12-20")
    isotrack("book", "blood/1", "2027-01-22", "15:30", today="2026-12-20")
    isotrack("pause", "2027-01-10", today="2027-01-12")
    jsonschema.validate(isotrack("plan", "--json", today="2027-01-12").json, SCHEMA)
    isotrack("stop", today="2027-03-01")
    plan = isotrack("plan", "--json", today="2027-03-01").json
    jsonschema.validate(plan, SCHEMA)
    assert plan["course"]["last_dose"] == "2027-01-09"


def test_an_early_visit_pulls_the_next_forward_and_says_so(isotrack: Isotrack) -> None:
    isotrack(*START)
    ran = isotrack("log", "visit", today="2026-12-20")
    assert "for visit/1" in ran.out
    assert "visit/2" in ran.out
    assert isotrack("plan", "--json", today="2026-12-20").items()["visit/2"]["due"] == "2027-01-20"


def test_the_same_fact_twice_is_already_there(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "visit", today="2026-12-20")
    before = isotrack("history", "--json", today="2026-12-20").json
    ran = isotrack("log", "visit", today="2026-12-20")
    assert "Already there" in ran.out
    assert isotrack("history", "--json", today="2026-12-20").json == before


def test_a_booked_item_shows_its_time_and_can_be_taken_away(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("book", "visit/1", "2026-12-24 15:30")
    item = isotrack("plan", "--json").items()["visit/1"]
    assert (item["state"], item["booked_at"]) == ("booked", "2026-12-24T15:30")
    isotrack("book", "visit/1", "--cancel")
    item = isotrack("plan", "--json").items()["visit/1"]
    assert (item["state"], item["booked_at"]) == ("planned", None)


def test_a_time_that_the_clocks_skip_is_refused(isotrack: Isotrack) -> None:
    isotrack("start", "2027-03-01", "--can-become-pregnant", "--timezone", "America/New_York", today="2027-02-20")
    ran = isotrack("book", "visit/1", "2027-03-14 02:30", today="2027-03-02", ok=False)
    assert ran.code == 2


def test_undo_takes_back_one_command_after_another(isotrack: Isotrack) -> None:
    isotrack(*START)
    fresh = isotrack("plan", "--json", today="2026-12-20").json
    isotrack("log", "visit", today="2026-12-20")
    isotrack("log", "dose", "--on", "2026-11-25", today="2026-12-20")
    isotrack("stop", "2026-12-19", today="2026-12-20")
    for _command in range(3):
        isotrack("undo", today="2026-12-20")
    assert isotrack("plan", "--json", today="2026-12-20").json == fresh
    isotrack("undo", today="2026-12-20")
    assert "Welcome" in isotrack(today="2026-12-20").out
    assert isotrack("undo", today="2026-12-20", ok=False).code == 2


def test_a_correction_keeps_what_the_fact_counts_for(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "visit", today="2026-12-20")
    number = isotrack("history", "--json", today="2026-12-20").json[0]["recorded"][0]["id"]
    isotrack("fix", str(number), "--on", "2026-12-18", today="2026-12-20")
    items = isotrack("plan", "--json", today="2026-12-20").items()
    assert items["visit/1"]["done_on"] == "2026-12-18"
    assert items["visit/2"]["due"] == "2027-01-18"


def test_removing_a_pause_that_a_resumption_stands_on_is_refused(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("pause", "2026-12-01", today="2026-12-20")
    isotrack("resume", "2026-12-05", today="2026-12-20")
    entries = [fact for command in isotrack("history", "--json").json for fact in command["recorded"]]
    pause = next(fact for fact in entries if fact["kind"] == "pause")
    assert isotrack("fix", str(pause["id"]), "--remove", today="2026-12-20", ok=False).code == 2


def test_a_second_open_course_is_refused_and_says_how_to_end_the_first(isotrack: Isotrack) -> None:
    isotrack(*START)
    ran = isotrack(*START, ok=False)
    assert ran.code == 2
    assert "isotrack stop DATE" in ran.err


def test_a_new_course_opens_once_the_first_has_ended(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("stop", "2027-03-01", today="2027-03-02")
    isotrack("start", "2027-06-01", "--can-become-pregnant", today="2027-05-20")
    assert isotrack("plan", "--json", today="2027-05-20").json["course"]["start"] == "2027-06-01"


@pytest.mark.parametrize(
    "arguments",
    [
        ("start", "2026-02-30"), ("start", "3/4"), ("start", "2026-11-24", "--dose", "5000"),
        ("start", "2026-11-24", "--dose", "0"),
        ("start", "2026-11-24", "--weight", "-5"), ("start", "2026-11-24", "--weight", "nan"),
        ("start", "2026-11-24", "--weight", "1e3"),
        ("start", "2029-11-24"), ("start",), ("start", "2026-11-24", "--protocol", "no-such"),
        ("start", "2026-11-24", "--timezone", "JST"),
        ("start", "2026-11-24", "--timezone", "../etc/passwd"), ("start", "2026-11-24", "--enrolled", "2026-11-25"),
        ("start", "2026-11-24", "--set", "contraception.tail=P1M"), ("start", "2026-11-24", "--set", "nonsense"),
        ("start", "2026-11-24", "--set", "contraception.tail=P121M"),
        ("start", "2026-11-24", "--set", "visit.every=P121M"),
        ("start", "2026-11-24", "--target", "120"), ("start", "2026-11-24", "--name", "\x1b[31m"), ("plan",),
        ("stop",), ("nonsense",),
    ],
)  # fmt: skip
def test_a_start_that_cannot_be_is_refused_in_one_line_and_leaves_no_file(
    isotrack: Isotrack, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    ran = isotrack(*arguments, ok=False)
    assert ran.code == 2
    assert not (tmp_path / "data" / "isotrack.db").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("stop", "2026-11-20"), ("stop", "2027-06-01"), ("log", "visit", "--on", "2027-01-01"), ("log", "dose", "nan"),
        ("log", "dose", "-5"), ("log", "weight", "0"), ("log", "weight", "600"), ("log", "visit", "--for", "blood/1"),
        ("log", "visit", "--for", "visit/99"), ("book", "visit/9", "2026-12-24"), ("book", "visit/1"),
        ("book", "visit/1", "2026-12-01"),
        ("log", "pregnancy-test", "maybe"), ("resume",), ("fix", "999", "--remove"), ("fix", "1"),
        ("log", "visit", "--note", " "),
        ("calendar", "export", "-o", ""), ("dose", "5000"), ("pause", "2026-01-01"), ("until",),
        ("log", "dose", "--missed", "20"),
    ],
)  # fmt: skip
def test_a_fact_that_cannot_be_is_refused_in_one_line_and_nothing_is_written(
    isotrack: Isotrack, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    isotrack(*START)
    database = tmp_path / "data" / "isotrack.db"
    before = database.read_bytes()
    ran = isotrack(*arguments, today="2026-12-20", ok=False)
    assert ran.code == 2
    assert database.read_bytes() == before


def test_a_stop_before_a_logged_dose_is_refused_naming_it(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "dose", "--on", "2026-12-10", today="2026-12-20")
    ran = isotrack("stop", "2026-12-05", today="2026-12-20", ok=False)
    assert "Thu 10 Dec 2026" in ran.err


def test_a_stop_without_a_day_takes_the_latest_possible_and_says_so(isotrack: Isotrack) -> None:
    isotrack(*START)
    ran = isotrack("stop", today="2026-12-20")
    assert "latest possible" in ran.out
    plan = isotrack("plan", "--json", today="2026-12-21").json
    assert plan["course"]["last_dose"] == "2026-12-20"
    assert "last-dose-unknown" in plan["notices"]


def test_a_clinics_own_value_that_shortens_a_window_stands_on_the_status(isotrack: Isotrack) -> None:
    isotrack(*START, "--set", "contraception.tail=P1M", "--clinic-confirmed")
    assert isotrack("plan", "--json").spans()["contraception"]["end"] == "2027-06-24"
    assert "contraception" in next(line for line in isotrack().out.splitlines() if line.startswith("!"))


def test_a_clinic_starts_a_course_with_its_own_file_and_may_then_lose_it(isotrack: Isotrack, tmp_path: Path) -> None:
    own = json.loads(
        (Path(__file__).parent.parent / "schemas" / "protocols" / "jp-standard@2025-11-17.json").read_text()
    )
    own["id"], own["version"] = "my-clinic", "1"
    file = tmp_path / "my-clinic.json"
    file.write_text(json.dumps(own, ensure_ascii=False))
    isotrack("protocols", "check", str(file))
    isotrack("start", "2026-11-24", "--protocol", str(file), "--can-become-pregnant")
    file.unlink()
    assert isotrack("plan", "--json").json["course"]["protocol"] == "my-clinic"


def test_a_mistake_in_a_protocol_file_is_named_by_file_path_and_expectation(isotrack: Isotrack, tmp_path: Path) -> None:
    own = json.loads(
        (Path(__file__).parent.parent / "schemas" / "protocols" / "jp-standard@2025-11-17.json").read_text()
    )
    own["rules"][2]["repeat"]["every"] = "monthly"
    file = tmp_path / "my-clinic.json"
    file.write_text(json.dumps(own))
    ran = isotrack("start", "2026-11-24", "--protocol", str(file), ok=False)
    assert str(file) in ran.err
    assert "rule 3 (visit), repeat.every" in ran.err
    assert "P1M" in ran.err


def test_the_first_capsule_can_be_moved_while_it_lies_ahead(isotrack: Isotrack) -> None:
    isotrack("start", "2027-01-31", "--can-become-pregnant", today="2026-11-23")
    isotrack("start", "--move", "2027-02-28", today="2026-12-01")
    items = isotrack("plan", "--json", today="2026-12-01").items()
    assert items["visit/1"]["due"] == "2027-03-28"


def test_a_pick_up_window_counts_the_specimen_day_as_day_one(isotrack: Isotrack) -> None:
    isotrack("start", "2027-01-05", "--protocol", "us-ipledge", "--can-become-pregnant", today="2026-11-23")
    isotrack("log", "pregnancy-test", "negative", today="2026-11-23")
    isotrack("log", "pregnancy-test", "negative", today="2027-01-02")
    opened = [
        item for item in isotrack("plan", "--json", today="2027-01-02").json["items"] if item["kind"] == "pick-up"
    ]
    assert [item["window"] for item in opened] == [{"start": "2027-01-02", "end": "2027-01-08"}]


def test_a_positive_test_is_kept_and_says_to_contact_the_clinic(isotrack: Isotrack) -> None:
    isotrack(*START)
    ran = isotrack("log", "pregnancy-test", "陽性", today="2026-12-20")
    assert "contact your clinic now" in ran.out
    assert "positive-test" in isotrack("plan", "--json", today="2026-12-20").json["notices"]


def test_two_patients_keep_apart(isotrack: Isotrack) -> None:
    isotrack(*START, "--patient", "A")
    isotrack("start", "2026-12-01", "--can-become-pregnant", "--patient", "B")
    assert isotrack("plan", "--json", "--patient", "A").json["course"]["start"] == "2026-11-24"
    assert isotrack("plan", "--json", "--patient", "B").json["course"]["start"] == "2026-12-01"
    assert isotrack("plan", "--patient", "C", ok=False).code == 2
    isotrack("undo", "--patient", "B")
    assert isotrack("plan", "--json", "--patient", "A").json["course"]["start"] == "2026-11-24"


def test_days_can_be_typed_as_people_write_them(isotrack: Isotrack) -> None:
    isotrack("start", "令和8年11月24日", "--weight", "１１９lb", "--dose", "２０mg", "--can-become-pregnant")
    assert isotrack("plan", "--json").json["course"]["start"] == "2026-11-24"
    isotrack("log", "visit", "--on", "-3d", today="2026-12-20")
    assert isotrack("plan", "--json", today="2026-12-20").items()["visit/1"]["done_on"] == "2026-12-17"
    isotrack("stop", "-2d", today="2026-12-20")
    assert isotrack("plan", "--json", today="2026-12-20").json["course"]["last_dose"] == "2026-12-18"
