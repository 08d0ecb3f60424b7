"""What a clinic sends is read entry by entry: what is broken is named, and the others are taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr

from tests.invitation_files import AT_TEN, VISIT, ics, reading, reasons, taken, when
from tracker.calendar.invitations import Status
from tracker.rules import Kind


@dataclass(frozen=True)
class Case:
    """An entry, and the times and the reasons that come of it."""

    entry: str
    times: str = "01-19 10:00"
    reasons: str = ""
    head: str = ""


SOME_DECLINED = "some of those who are invited declined it, and it is not known who of them you are"
NEEDS_NOT = [
    "DTEND:nonsense", "DTEND;TZID=Mars/Olympus:20270119T110000", "DTEND:20270118T100000", "DURATION:PT-1H",
    "DURATION:PT1H|DTEND:20270119T110000", "DURATION:", "DTSTAMP:yesterday", "CREATED:99999999T999999Z",
    "GEO:north;south",
    "ATTACH;ENCODING=BASE64;VALUE=BINARY:%%%", "BEGIN:VALARM|TRIGGER;RELATED=START:PT-2H|END:VALARM", "URL:\\\\\\",
    "BEGIN:VALARM|TRIGGER:-PT|ACTION:|END:VALARM", "BEGIN:VALARM|TRIGGER:-PT15M", "X-:1", "no colon at all",
    ";;;:", ":",
    "PRIORITY:high", "SEQUENCE:first", "ORGANIZER:", "CLASS:", "TRANSP:x", "CATEGORIES", "LOCATION;LANGUAGE=:x",
    "STATUS:", "STATUS:CONFIRMED", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:me", "ATTENDEE;PARTSTAT=:mailto:me",
    "LAST-MODIFIED:",
    "ATTENDEE;CUTYPE=ROOM;PARTSTAT=DECLINED:mailto:room", "RRULE:", "RDATE:", "EXDATE:", "RECURRENCE-ID:",
    "COMMENT:a\\",
    f"{AT_TEN}", "end:valarm", "END:VTODO",
]  # fmt: skip
"""What no appointment needs: nothing of it can refuse an entry."""

CASES = [
    Case("DTSTART:20270119T010000Z"),
    Case("dtstart;tzid=Asia/Tokyo:20270119t100000"),
    Case("DTSTART:20270119T100000"),
    Case("DTSTART;TZID=Asia/Tokyo:20270119T1000"),
    Case("DTSTART:2027-01-19T10:00:00+09:00"),
    Case("DTSTART:20270119T100060"),
    Case("DTSTART;VALUE=DATE-TIME:20270119T100000"),
    Case("DTSTART;X-NOTE=a:20270119T100000"),
    Case("DTSTART;TZID=UTC:20270119T010000Z"),
    Case(f"{AT_TEN}|DTSTART:", "01-19 10:00"),
    # Days.
    Case("DTSTART;VALUE=DATE:20270119", "01-19"),
    Case("DTSTART:20270119|DURATION:PT1W", "01-19"),
    Case("DTSTART;VALUE=DATE:20270119T000000", "01-19"),
    Case("DTSTART;TZID=Asia/Tokyo:20270119T000000|DTEND;TZID=Asia/Tokyo:20270120T000000", "01-19"),
    Case("DTSTART;TZID=America/New_York:20270119T000000|DTEND;TZID=America/New_York:20270120T000000", "01-19"),
    Case("DTSTART:20270119T000000|DURATION:P1D", "01-19"),
    Case("DTSTART:20270119T000000|DURATION:PT24H", "01-19"),
    Case("DTSTART:20270119T000000|X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "01-19"),
    Case("DTSTART:20270118T150000Z|X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "01-19"),
    Case("DTSTART:20270118T150000Z|DTEND:20270119T150000Z", "01-19"),
    Case("DTSTART:20270119T000000|DTEND:20270119T003000", "01-19 00:00"),
    Case(f"{AT_TEN}|X-MICROSOFT-CDO-ALLDAYEVENT:FALSE"),
    # No day.
    Case("SUMMARY:x", "", "it has no start (DTSTART is missing)"),
    Case("DTSTART:", "", "DTSTART is not a day or a time: -"),
    Case("DTSTART", "", "DTSTART is not a day or a time: -"),
    Case("DTSTART:99999", "", "DTSTART is not a day or a time: 99999"),
    Case("DTSTART:20270230T100000", "", "DTSTART is not a day or a time: 20270230T100000"),
    Case("DTSTART:20270119T250000", "", "DTSTART is not a day or a time: 20270119T250000"),
    Case("DTSTART:00010101T000000Z", "", "DTSTART is not a day or a time: 00010101T000000Z"),
    Case("DTSTART:2027\x00119T100000", "", "DTSTART is not a day or a time: 2027 119T100000"),
    Case("DTSTART:20270119T100000,20270120T100000", "",
         "DTSTART is not a day or a time: 20270119T100000,20270120T100000"),
    Case(f"{AT_TEN}|DTSTART:20270120T100000", "", "it has more than one DTSTART: 20270119T100000, 20270120T100000"),
    # Zones.
    Case('DTSTART;TZID="(UTC-05:00) Eastern Time (US & Canada)":20270119T223000', "01-20 12:30"),
    Case("DTSTART;TZID=(UTC-05:00) Eastern Time (US & Canada):20270119T223000", "01-20 12:30"),
    Case("DTSTART;TZID=GMT-05.00/-04.00:20270119T223000", "01-20 12:30"),
    Case("DTSTART;TZID=(GMT +01:00):20270119T223000", "01-20 06:30"),
    Case('DTSTART;TZID="Asia/Tokyo:20270119T100000'),
    Case("DTSTART;TZID=/example.org/20300101_1/Asia/Tokyo:20270119T100000"),
    Case("DTSTART;TZID=Europe/Germany:20270119T223000", "", "its time zone is not known: Europe/Germany"),
    Case("DTSTART;TZID=:20270119T100000", "", "its time zone is not known: -"),
    Case("DTSTART;TZIE=America/New_York:20270119T100000", "", "its time zone is not known: TZIE"),
    Case("DTSTART;America/New_York:20270119T100000", "", "its time zone is not known: AMERICA"),
    Case("DTSTART;TZID=Asia/Tokyo:20270119T100000Z", "", "it names two time zones: Asia/Tokyo, 20270119T100000Z"),
    Case("DTSTART:20270119T223000", "01-20 12:30", head="X-WR-TIMEZONE:America/New_York"),
    Case("DTSTART:20270119T223000", "", "its time zone is not known: Nowhere", head="X-WR-TIMEZONE:Nowhere"),
    Case("DTSTART;VALUE=DATE:20270119", "01-19", head="X-WR-TIMEZONE:Nowhere"),
    Case("DTSTART:20270119T010000Z", head="X-WR-TIMEZONE:Nowhere"),
    Case("DTSTART:20270119T223000", "01-20 12:30", head="TZ:-05"),
    Case("DTSTART:20270119T223000", "01-20 12:30",
         head="TZ:-05|DAYLIGHT:TRUE;-04;20260308T020000;20261101T020000;EST;EDT"),
    Case(AT_TEN, head="BEGIN:VTIMEZONE|TZID:Asia/Tokyo|BEGIN:STANDARD|DTSTART:x|RRULE:y|TZOFFSETTO:z|END:STANDARD"),
    Case("DTSTART;TZID=Mine:20270119T100000",
         head="BEGIN:VTIMEZONE|TZID:Mine|TZID-ALIAS-OF:Asia/Tokyo|END:VTIMEZONE"),
    Case("DTSTART;TZID=Mine:20270119T100000",
         head="BEGIN:VTIMEZONE|TZID:Mine|X-LIC-LOCATION:Asia/Tokyo|END:VTIMEZONE"),
    Case("DTSTART;TZID=Mine:20270119T100000",
         head="BEGIN:VTIMEZONE|TZID:Mine|BEGIN:STANDARD|TZOFFSETFROM:+09:00|TZOFFSETTO:+09:00|END:STANDARD|END:VTIMEZONE"),
    Case("DTSTART;TZID=Mine:20270119T100000", "", "its time zone is not known: Mine",
         head="BEGIN:VTIMEZONE|TZID:Mine|BEGIN:STANDARD|DTSTART:19700101T000000|TZOFFSETTO:never|END:STANDARD|END:VTIMEZONE"),
    Case("DTSTART;TZID=Mine:20270119T223000", "01-20 12:30",
         head="BEGIN:VTIMEZONE|TZID:Mine|BEGIN:STANDARD|DTSTART:16010101T020000|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"
              "|TZOFFSETFROM:-0400|TZOFFSETTO:-0500|END:STANDARD|BEGIN:DAYLIGHT|DTSTART:16010101T020000"
              "|RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU|TZOFFSETFROM:-0500|TZOFFSETTO:-0400|END:DAYLIGHT|END:VTIMEZONE"),
    *(Case("DTSTART;TZID=Mine:20270119T100000", "", "its time zone is not known: Mine",
           head=f"BEGIN:VTIMEZONE|TZID:Mine|BEGIN:STANDARD|DTSTART:16010101T020000|RRULE:FREQ=YEARLY;{rule}"
                "|TZOFFSETFROM:+0900|TZOFFSETTO:+0900|END:STANDARD|END:VTIMEZONE")
      for rule in ("BYMONTH=11;BYDAY=199SU", "BYDAY=199SU", "INTERVAL=0", "BYHOUR=3", "BYMONTH=x")),
    # What it is sent for, and what became of it.
    *(Case(VISIT, "", f"it is an answer to an invitation, not an invitation (METHOD:{method})", head=f"METHOD:{method}")
      for method in ("REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH")),
    Case(f"{VISIT}|METHOD:REPLY", "", "it is an answer to an invitation, not an invitation (METHOD:REPLY)"),
    Case(VISIT, "", "METHOD has an unknown value: LUNCH", head="METHOD:LUNCH"),
    *(Case(VISIT, head=f"METHOD:{method}") for method in ("REQUEST", "PUBLISH", "publish", "ADD", "")),
    Case(f"{VISIT}|ATTENDEE;PARTSTAT=DECLINED:mailto:me@example.org", "", "it was declined", head="METHOD:REQUEST"),
    Case(f"{VISIT}|ORGANIZER:mailto:c|ATTENDEE;PARTSTAT=ACCEPTED:mailto:c|ATTENDEE;PARTSTAT=declined:mailto:me", "",
         "it was declined", head="METHOD:REQUEST"),
    Case(f"{VISIT}|ORGANIZER:mailto:c|ATTENDEE;PARTSTAT=DECLINED:mailto:c|ATTENDEE;CUTYPE=ROOM:mailto:room", "",
         "it was declined"),
    Case(f"{VISIT}|STATUS:DECLINED", "", "it was declined"),
    Case(f"{VISIT}|ATTENDEE;PARTSTAT=DECLINED:mailto:a|ATTENDEE;PARTSTAT=DECLINED:mailto:b"
         "|ATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:room", "", "it was declined"),
    *(Case(f"{VISIT}|{one}|ATTENDEE{answer}:mailto:b", "", SOME_DECLINED)
      for one in ("ATTENDEE;PARTSTAT=DECLINED:mailto:a", "ATTENDEE;PARTSTAT=Declined;CN=A:mailto:a")
      for answer in ("", ";PARTSTAT=ACCEPTED", ";PARTSTAT=NEEDS-ACTION", ";PARTSTAT=TENTATIVE", ";PARTSTAT=")),
    Case(f"{VISIT}|STATUS:MAYBE", "", "STATUS has an unknown value: MAYBE"),
    # Series.
    Case(f"{AT_TEN}|RRULE:FREQ=WEEKLY;COUNT=3", "01-19 10:00 01-26 10:00 02-02 10:00"),
    Case(f"{AT_TEN}|RRULE:FREQ=MONTHLY;UNTIL=20270319", "01-19 10:00 02-19 10:00 03-19 10:00"),
    Case(f"{AT_TEN}|RRULE:FREQ=WEEKLY;UNTIL=20270126T010000Z", "01-19 10:00 01-26 10:00"),
    Case(f"{AT_TEN}|RRULE:FREQ=WEEKLY;UNTIL=20270126T005959Z", "01-19 10:00"),
    Case(f"{AT_TEN}|RDATE;TZID=Asia/Tokyo:20270219T100000,20270319T113000", "01-19 10:00 02-19 10:00 03-19 11:30"),
    Case(f"{AT_TEN}|RDATE;VALUE=PERIOD;TZID=Asia/Tokyo:20270219T100000/PT1H", "01-19 10:00 02-19 10:00"),
    Case(f"{AT_TEN}|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE;TZID=Asia/Tokyo:20270126T100000", "01-19 10:00 02-02 10:00"),
    Case(f"{AT_TEN}|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE:20270126T010000Z", "01-19 10:00 02-02 10:00"),
    Case(f"{AT_TEN}|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE:20270126T100000", "01-19 10:00 02-02 10:00"),
    Case(f"{AT_TEN}|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE;VALUE=DATE:20270126", "01-19 10:00 02-02 10:00"),
    Case(f"{AT_TEN}|RRULE:FREQ=WEEKLY;COUNT=3|EXRULE:FREQ=WEEKLY;INTERVAL=2", "01-26 10:00"),
    Case("DTSTART:20270119|RRULE:FREQ=MONTHLY;COUNT=2", "01-19 02-19"),
    Case("DTSTART:20270119T000000|DTEND:20270120T000000|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE:20270126T000000",
         "01-19 02-02"),
    Case("DTSTART;TZID=America/New_York:20270309T200000|RRULE:FREQ=WEEKLY;COUNT=2", "03-10 10:00 03-17 09:00"),
    Case("DTSTART:20200101T100000|RRULE:FREQ=YEARLY;COUNT=2", "", "all its days are past"),
    Case(f"{AT_TEN}|RRULE:FREQ=HOURLY", "", "the rule by which it repeats cannot be read (RRULE: FREQ=HOURLY)"),
    Case(f"{AT_TEN}|RRULE:W1 MO #3", "", "the rule by which it repeats cannot be read (RRULE: W1 MO #3)"),
    Case(f"{AT_TEN}|RRULE:FREQ=DAILY;INTERVAL=0", "",
         "the rule by which it repeats cannot be read (RRULE: FREQ=DAILY;INTERVAL=0)"),
    Case(f"{AT_TEN}|RRULE:FREQ=YEARLY;BYDAY=100MO", "",
         "the rule by which it repeats cannot be read (RRULE: FREQ=YEARLY;BYDAY=100MO)"),
    Case(f"{AT_TEN}|RRULE:FREQ=DAILY;BYSETPOS=5"),
    Case(f"{AT_TEN}|RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    Case(f"{AT_TEN}|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE:whenever", "", "EXDATE is not a day or a time: whenever"),
    Case(f"{AT_TEN}|RDATE:whenever", "", "RDATE is not a day or a time: whenever"),
    Case(f"{AT_TEN}|RDATE;TZID=Nowhere:20270219T100000", "", "its time zone is not known: Nowhere"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.head[:40]}{case.entry[:80]}")
def test_an_entry_is_read_by_itself(case: Case) -> None:
    """Beside each stands a sound one, which is always taken."""
    found = reading(ics(case.entry, "DTSTART:20270301T010000Z|SUMMARY:beside", head=case.head))
    assert case.times == " ".join(when(one) for one in found.invitations if one.entry == 1)
    assert case.reasons == "; ".join(str(one.reason) for one in found.refused if one.entry == 1)
    if "METHOD" not in case.head or case.times:
        assert [when(one) for one in found.invitations if one.entry == 2] == ["03-01 10:00"]


@pytest.mark.parametrize("line", NEEDS_NOT)
def test_what_no_appointment_needs_refuses_none(line: str) -> None:
    found = reading(ics(f"{VISIT}|{line}"))
    assert (
        [str(one.reason) for one in found.refused],
        [when(one) for one in found.invitations],
    ) == ([], ["01-19 10:00"])


def test_what_an_entry_says_of_itself_is_carried() -> None:
    entry = f"{VISIT}|UID:a1|SEQUENCE:3|DTSTAMP:20261201T000000Z|STATUS:TENTATIVE|ATTENDEE;PARTSTAT=TENTATIVE:mailto:me"
    (one,) = reading(ics(entry, head="METHOD:REQUEST")).invitations
    assert (
        one.uid, one.recurrence_id, one.sequence, one.method, one.status, one.partstat,
    ) == ("a1", None, 3, "REQUEST", Status.TENTATIVE, "TENTATIVE")  # fmt: skip
    assert (one.title, one.kinds) == ("Dermatology", (Kind.VISIT,))
    assert one.stamp is not None


@pytest.mark.parametrize(("answers", "status"), [
    (["TENTATIVE"], Status.TENTATIVE), (["tentative"], Status.TENTATIVE), (["TENTATIVE"] * 2, Status.TENTATIVE),
    (["ACCEPTED"], Status.CONFIRMED), (["NEEDS-ACTION"], Status.CONFIRMED), ([], Status.CONFIRMED),
])  # fmt: skip
def test_an_answer_that_is_tentative_makes_the_appointment_so(answers: list[str], status: Status) -> None:
    attendees = "".join(f"|ATTENDEE;PARTSTAT={one}:mailto:{place}@x" for place, one in enumerate(answers))
    room = "|ORGANIZER:mailto:c|ATTENDEE;PARTSTAT=ACCEPTED:mailto:c|ATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:r"
    assert [status] == [one.status for one in reading(ics(f"{VISIT}{attendees}{room}")).invitations]


@pytest.mark.parametrize(("head", "entry"), [
    ("METHOD:CANCEL", VISIT), ("", f"{VISIT}|STATUS:CANCELLED"), ("", f"{VISIT}|STATUS:canceled"),
    ("", f"{AT_TEN}|SUMMARY:Cancelled: Dermatology"), ("", f"{AT_TEN}|SUMMARY:【キャンセル】再診"),
])  # fmt: skip
def test_a_cancellation_says_so(head: str, entry: str) -> None:
    found = reading(ics(entry, head=head))
    assert ([one.uid for one in found.cancellations], found.invitations) == (["1@clinic"], ())


def test_of_one_entry_the_newest_copy_holds() -> None:
    old, new = f"{AT_TEN}|UID:a|SEQUENCE:0|SUMMARY:x", "DTSTART:20270210T010000Z|UID:a|SEQUENCE:1|SUMMARY:x"
    assert ["02-10 10:00"] == taken(ics(old, new)) == taken(ics(new, old))
    by_stamp = f"{AT_TEN}|UID:a|DTSTAMP:20261202T000000Z", "DTSTART:20270210T010000Z|UID:a|DTSTAMP:20261201T000000Z"
    assert ["01-19 10:00"] == taken(ics(*by_stamp)) == taken(ics(*reversed(by_stamp)))
    broken = "DTSTART:never|UID:a|SEQUENCE:2"
    assert taken(ics(old, new, broken)) == []


def test_the_same_entry_twice_is_one() -> None:
    assert taken(ics(*[f"{VISIT}|UID:a"] * 300)) == ["01-19 10:00"]


def test_two_copies_that_are_as_new_and_differ_book_nothing() -> None:
    text = ics(f"{AT_TEN}|UID:a|SUMMARY:x", "DTSTART:20270210T010000Z|UID:a|SUMMARY:x")
    assert taken(text) == []
    assert reasons(text) == ["another entry with the same UID is as new and says something else"] * 2


def test_a_cancellation_is_the_last_word_on_what_is_as_new() -> None:
    found = reading(ics(f"{VISIT}|UID:a", f"{VISIT}|UID:a|STATUS:CANCELLED"))
    assert ([one.uid for one in found.cancellations], found.invitations) == (["a"], ())


MOVED = "01-19 10:00 01-27 11:00 02-02 10:00 02-09 10:00"
WEEKLY = f"{AT_TEN}|UID:s|RRULE:FREQ=WEEKLY;COUNT=4|SUMMARY:x"


@pytest.mark.parametrize(("change", "times"), [
    ("RECURRENCE-ID;TZID=Asia/Tokyo:20270126T100000|DTSTART:20270127T020000Z", MOVED),
    ("RECURRENCE-ID:20270126T010000Z|DTSTART:20270127T020000Z", MOVED),
    ("RECURRENCE-ID:20270126T100000|DTSTART;TZID=Asia/Tokyo:20270127T110000", MOVED),
    ("RECURRENCE-ID;VALUE=DATE:20270126|DTSTART:20270127T020000Z", MOVED),
    ("RECURRENCE-ID:20270126T010000Z|DTSTART:whenever", "01-19 10:00 02-02 10:00 02-09 10:00"),
    ("RECURRENCE-ID:20270126T010000Z|DTSTART:20270126T010000Z|STATUS:MAYBE", "01-19 10:00 02-02 10:00 02-09 10:00"),
    ("RECURRENCE-ID;RANGE=THISANDFUTURE:20270202T010000Z|DTSTART:20270203T010000Z", "01-19 10:00 01-26 10:00"),
    ("RECURRENCE-ID:whenever|DTSTART:20270203T010000Z", ""),
])  # fmt: skip
def test_a_day_of_a_series_that_is_changed_is_not_what_the_series_says(change: str, times: str) -> None:
    text = ics(WEEKLY, f"{change}|UID:s|SUMMARY:x")
    assert times == " ".join(taken(text))
    assert times == " ".join(taken(ics(f"{change}|UID:s|SUMMARY:x", WEEKLY)))


def test_a_cancelled_day_of_a_series_is_cancelled_and_the_others_stay() -> None:
    change = "RECURRENCE-ID:20270126T010000Z|DTSTART:20270126T010000Z|UID:s|STATUS:CANCELLED|SUMMARY:x"
    found = reading(ics(WEEKLY, change))
    assert [(when(one), one.recurrence_id) for one in found.invitations] == [
        ("01-19 10:00", "20270119T010000Z"), ("02-02 10:00", "20270202T010000Z"), ("02-09 10:00", "20270209T010000Z"),
    ]  # fmt: skip
    assert [(one.recurrence_id, one.onwards) for one in found.cancellations] == [("20270126T010000Z", False)]


def test_a_series_that_never_ends_is_read_for_some_dozens_of_days_and_says_so() -> None:
    found = reading(ics("DTSTART:20200107T010000Z|RRULE:FREQ=DAILY|SUMMARY:x"))
    assert len(found.invitations) == 60
    assert date(2026, 12, 20) == found.invitations[0].on
    assert str(found.refused[0].reason) == "it goes on after 2027-02-17; later days are not read"


def test_days_that_never_come_are_looked_for_no_longer_than_they_have_to() -> None:
    rules = ("FREQ=DAILY;BYSETPOS=5", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;BYMONTH=2;BYSETPOS=50")
    never = [f"{AT_TEN}|RRULE:{rule}|SUMMARY:{number}{rule}" for number in range(20) for rule in rules]
    assert len(reading(ics(*never)).invitations) == len(never)


@pytest.mark.parametrize("rule", [
    "FREQ=YEARLY", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "FREQ=MONTHLY;INTERVAL=5",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH;WKST=SU", "FREQ=DAILY;INTERVAL=17", "FREQ=YEARLY;BYYEARDAY=60",
])  # fmt: skip
def test_a_rule_gives_the_days_of_its_own_years(rule: str) -> None:
    """It is asked for other years that have the same calendar: leap days, weekdays, weeks."""
    begin = datetime(2024, 2, 29, 10)
    expected = {begin, *rrulestr(rule, dtstart=begin).between(datetime(2026, 12, 20), datetime(2028, 12, 20, 23))}
    days = sorted(day.date() for day in expected if day >= datetime(2026, 12, 20))
    found = reading(ics(f"DTSTART:20240229T100000|RRULE:{rule}|SUMMARY:x")).invitations
    assert [one.on for one in found] == days[:60]
