"""Whose an invitation is: what names another patient, or is booked in another's record, is never taken unasked."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Isotrack, Ran
from tests.invitation_files import AT_TEN, ics
from tests.support import START
from tests.test_invitation_identity import answers
from tracker.db.mentions import Names
from tracker.db.patients import Patient

__all__ = ["answers"]

TODAY = "2026-12-20"

NAMED: list[tuple[tuple[str, ...], str, set[str]]] = [
    (("佐藤 花子", "佐藤華子"), "佐藤花子様 再診", {"佐藤 花子"}),
    (("佐藤 花子", "佐藤華子"), "再診(佐藤　華子 様)", {"佐藤華子"}),
    (("小林", "林"), "小林様 再診", {"小林"}),
    (("小林", "林"), "林様と小林様", {"小林", "林"}),
    (("林",), "林間クリニック 再診", set()),
    (("林",), "林 様 再診", {"林"}),
    (("林花子", "小林花子"), "小林花子", {"小林花子"}),
    (("リー", "ﾘｰ・アン"), "リーアンさん", {"ﾘｰ・アン"}),
    (("Li", "Lee"), "Follow-up visit Li", {"Li"}),
    (("Li", "Lee"), "Clinic line, 2 leeches", set()),
    (("Anna Müller", "Hanna Müller"), "Follow-up Anna Müller", {"Anna Müller"}),
    (("Anna Müller", "Hanna Müller"), "MÜLLER, HANNA: visit", {"Hanna Müller"}),
    (("Anna Müller", "Hanna Müller"), "Mu\u0308ller Anna", {"Anna Müller"}),
    (("Li", "Li Wei"), "Visit (Li Wei)", {"Li Wei"}),
    (("Li", "Li Wei"), "Visit Li-Wei and Li", {"Li Wei", "Li"}),
    (("O'Brien",), "Visit for O'Brien", {"O'Brien"}),
    (("A", "12"), "A visit at 12:00, room 12", set()),
    (("10423",), "Visit 10423", {"10423"}),
    (("김민준",), "김민준 방문", {"김민준"}),
]


@pytest.mark.parametrize(("known", "text", "expected"), NAMED)
def test_a_name_is_found_whole_and_the_longest_first(known: tuple[str, ...], text: str, expected: set[str]) -> None:
    names = Names.of(Patient(number, label) for number, label in enumerate(known))
    assert expected == {one.label for one in names.within([text])}


def clinic(isotrack: Isotrack, *names: str) -> None:
    for name in names:
        isotrack("--patient", name, *START)
        isotrack("--patient", name, "log", "visit", today=TODAY)


def send(isotrack: Isotrack, name: str, text: str, *, lang: str = "en") -> Ran:
    Path("in.ics").write_text(text, newline="")
    return isotrack(
        "--lang", lang, "--patient", name, "calendar", "import-appointments", "in.ics", today=TODAY, ok=None
    )  # fmt: skip


def booked(isotrack: Isotrack, name: str) -> dict[str, str]:
    items = isotrack("--patient", name, "plan", "--json", today=TODAY).items()
    return {key: item["booked_at"] for key, item in items.items() if item["booked_at"]}


ANOTHERS = [
    ("佐藤 花子", "佐藤華子", f"{AT_TEN}|SUMMARY:佐藤花子様 再診"),
    ("佐藤 花子", "佐藤華子", f"{AT_TEN}|SUMMARY:再診|ATTENDEE;CN=佐藤花子:mailto:h@example.org"),
    ("佐藤 花子", "佐藤華子", f"{AT_TEN}|SUMMARY:再診|DESCRIPTION:佐藤花子様のご予約です。"),
    ("Li", "Lee", f"{AT_TEN}|SUMMARY:Follow-up visit Li"),
    ("Anna Müller", "Hanna Müller", f'{AT_TEN}|SUMMARY:Dermatology|ATTENDEE;CN="Müller, Anna":mailto:a@example.org'),
    ("Anna Müller", "Hanna Müller", f"{AT_TEN}|SUMMARY:Meeting Anna Müller"),
]


@pytest.mark.parametrize(("other", "mine", "entry"), ANOTHERS)
def test_what_names_another_patient_is_listed_with_the_command_that_takes_it_over_there(
    isotrack: Isotrack, other: str, mine: str, entry: str
) -> None:
    clinic(isotrack, other, mine)
    ran = send(isotrack, mine, ics(entry))
    assert (ran.code, booked(isotrack, mine)) == (2, {})
    command = ran.out.partition("To take it over there: isotrack ")[2].splitlines()[0]
    assert shlex.split(command) == ["--patient", other, "calendar", "import-appointments", "in.ics"]
    assert "別の患者" in send(isotrack, mine, ics(entry), lang="ja").out
    if "Meeting" not in entry:
        isotrack(*shlex.split(command), today=TODAY)
        assert booked(isotrack, other) == {"visit/2": "2027-01-19T10:00"}


@pytest.mark.parametrize(("other", "mine", "entry"), ANOTHERS)
def test_at_a_terminal_it_is_asked_about_with_both_names(
    isotrack: Isotrack, answers: Callable[..., list[str]], other: str, mine: str, entry: str
) -> None:
    clinic(isotrack, other, mine)
    for answer, expected in (("n", {}), ("y", {"visit/2": "2027-01-19T10:00"})):
        asked = answers(answer)
        send(isotrack, mine, ics(entry))
        assert [(other in one, mine in one.partition("] ")[2]) for one in asked] == [(True, True)]
        assert booked(isotrack, mine) == expected


STRANGERS = [
    ("田中ゆき", "山田太郎様 再診"), ("田中ゆき", "再診（山田 太郎 さま）"), ("田中ゆき", "皮膚科再診 鈴木様"),
    ("Yuki Tanaka", "Dermatology follow-up Mr. Taro Yamada"), ("Ben", "Ms Aki Sato: dermatology"),
    ("田中ゆき", "再診鈴木様"),
]  # fmt: skip
OWN = [
    ("田中ゆき", "田中様 再診"), ("田中ゆき", "田中ゆき様 再診"), ("田中ゆき", "患者様 再診"),
    ("田中ゆき", "皮膚科再診 田中様"), ("田中ゆき", "お客様のご予約：再診"), ("田中ゆき", "皮膚科再診（各位様）"),
    ("田中ゆき", "皮膚科 再診（同様の時間）"),
    ("Ben Abe", "Dermatology follow-up, Mr Abe"), ("Ben", "Dermatology follow-up with Dr. Sato"),
]  # fmt: skip


@pytest.mark.parametrize(("mine", "title"), STRANGERS)
def test_what_addresses_somebody_who_is_no_patient_here_is_not_taken_unasked(
    isotrack: Isotrack, answers: Callable[..., list[str]], mine: str, title: str
) -> None:
    clinic(isotrack, mine, "Somebody")
    ran = send(isotrack, mine, ics(f"{AT_TEN}|SUMMARY:{title}"))
    assert (ran.code, booked(isotrack, mine)) == (2, {})
    assert "isotrack --patient" in ran.out
    assert 'book KEY "2027-01-19 10:00"' in ran.out
    assert "この患者の予約であれば" in send(isotrack, mine, ics(f"{AT_TEN}|SUMMARY:{title}"), lang="ja").out
    answers("y")
    send(isotrack, mine, ics(f"{AT_TEN}|SUMMARY:{title}"))
    assert booked(isotrack, mine) == {"visit/2": "2027-01-19T10:00"}


@pytest.mark.parametrize(("mine", "title"), OWN)
def test_what_addresses_the_patient_or_nobody_by_name_is_taken(isotrack: Isotrack, mine: str, title: str) -> None:
    clinic(isotrack, mine, "Somebody")
    send(isotrack, mine, ics(f"{AT_TEN}|SUMMARY:{title}"))
    assert booked(isotrack, mine) == {"visit/2": "2027-01-19T10:00"}


def test_what_names_this_patient_as_well_is_taken(isotrack: Isotrack) -> None:
    clinic(isotrack, "Aki", "Ben")
    send(isotrack, "Ben", ics(f"{AT_TEN}|SUMMARY:Dermatology Ben|DESCRIPTION:Aki comes too"))
    assert booked(isotrack, "Ben") == {"visit/2": "2027-01-19T10:00"}


def test_a_uid_of_anothers_booking_is_not_taken_and_its_updates_go_on_there(isotrack: Isotrack) -> None:
    clinic(isotrack, "Aki", "Ben")
    entry = f"{AT_TEN}|UID:a|SUMMARY:Dermatology"
    send(isotrack, "Aki", ics(entry))
    ran = send(isotrack, "Ben", ics(entry))
    assert "is booked already for Aki, who is another patient." in ran.out
    assert (ran.code, booked(isotrack, "Ben")) == (2, {})
    # An update of what is held here moves it, whoever it names.
    later = "DTSTART;TZID=Asia/Tokyo:20270120T100000|UID:a|SEQUENCE:1|SUMMARY:Dermatology Ben"
    send(isotrack, "Aki", ics(later))
    assert booked(isotrack, "Aki") == {"visit/2": "2027-01-20T10:00"}


def test_of_a_day_list_of_the_clinic_each_patient_gets_only_the_own_appointment(isotrack: Isotrack) -> None:
    clinic(isotrack, "Aki", "Ben", "Cho")
    entries = [
        f"DTSTART;TZID=Asia/Tokyo:20270119T1{hour}0000|SUMMARY:Dermatology {name}"
        for hour, name in enumerate(("Aki", "Ben", "Cho"))
    ]
    for hour, name in enumerate(("Aki", "Ben", "Cho")):
        ran = send(isotrack, name, ics(*entries))
        assert (ran.code, booked(isotrack, name)) == (0, {"visit/2": f"2027-01-19T1{hour}:00"})
        assert ran.out.count("Not taken over") == 2


def test_a_cancellation_that_names_another_patient_is_remembered_for_nobody_here(isotrack: Isotrack) -> None:
    clinic(isotrack, "Aki", "Ben")
    send(isotrack, "Aki", ics(f"{AT_TEN}|UID:a|SUMMARY:Dermatology"))
    ran = send(isotrack, "Ben", ics(f"{AT_TEN}|UID:a|SEQUENCE:1|SUMMARY:Dermatology", head="METHOD:CANCEL"))
    assert "isotrack --patient Aki calendar import-appointments in.ics" in ran.out
    assert "Saved" not in ran.out


def test_word_that_a_booking_is_called_off_is_saved_and_its_command_stands_once(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "visit", today=TODAY)
    Path("in.ics").write_text(ics(f"{AT_TEN}|UID:a|SUMMARY:Dermatology"), newline="")
    isotrack("calendar", "import-appointments", "in.ics", today=TODAY)
    cancelled = ics(f"{AT_TEN}|UID:a|SEQUENCE:1|SUMMARY:Dermatology", head="METHOD:CANCEL")
    Path("in.ics").write_text(cancelled, newline="")
    for lang, words in (("en", "The booking still stands; to take it away: "), ("ja", "予約はまだ残っています")):
        ran = isotrack("--lang", lang, "calendar", "import-appointments", "in.ics", today=TODAY, ok=None)
        assert ran.code == (0 if lang == "en" else 2)
        assert words in ran.out
        assert (ran.out + ran.err).count("isotrack book visit/2 --cancel") == 1
