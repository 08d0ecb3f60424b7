"""An invitation is found in the file or the message that it comes in, whatever it is written in."""

from __future__ import annotations

import base64
import quopri

import pytest

from tests.invitation_files import AT_TEN, MAIL, VISIT, ics, reading, reasons, taken, when
from tracker.errors import InputError
from tracker.rules import Kind

JAPANESE = ics(f"{AT_TEN}|SUMMARY:採血と再診")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932",
                                     "shift_jis", "iso2022_jp", "euc_jp"])  # fmt: skip
def test_japanese_is_read_in_every_character_set_that_is_in_use(charset: str) -> None:
    octets = JAPANESE.encode(charset)
    if charset == "euc_jp":
        assert reading(octets).invitations[0].title == "採血と再診"
    assert [one.kinds for one in reading(octets).invitations] == [(Kind.VISIT, Kind.BLOOD_TEST)]


@pytest.mark.parametrize(("title", "charset"), [
    ("Kontrolle für Müller, dermatology", "latin-1"), ("Suivi à l'hôpital, été", "latin-1"),
    ("Doctor’s “visit” – 9:00", "cp1252"), ("Ärzte ÜBER Öl", "latin-1"), ("Café", "latin-1"),
    ("ﾄﾞｸﾀｰ 再診の予約", "cp932"), ("再診①", "cp932"),
])  # fmt: skip
def test_a_title_in_an_old_character_set_is_read(title: str, charset: str) -> None:
    text = ics(f"{AT_TEN}|SUMMARY:{title}|DESCRIPTION:plain")
    assert title == reading(text.encode(charset)).invitations[0].title


@pytest.mark.parametrize("octets", ["Приём у врача".encode("cp1251"), "採血".encode()[1:], "採血".encode()[:-1],
                                    "再診".encode().replace(b"\x8d", b""), b"\xff\xfe\xfd\xfc"])  # fmt: skip
def test_a_title_that_cannot_be_read_says_so(octets: bytes) -> None:
    text = ics(f"{AT_TEN}|SUMMARY:TITLE", VISIT).encode().replace(b"TITLE", octets)
    assert taken(text) == ["01-19 10:00"]
    assert reasons(text) == ["its title cannot be read: its character set is not known"]


def test_a_damaged_description_harms_no_title() -> None:
    text = ics(f"{AT_TEN}|SUMMARY:採血|DESCRIPTION:再診XX再診").encode().replace(b"XX", b"\xe6\x8e")
    assert [one.title for one in reading(text).invitations] == ["採血"]


@pytest.mark.parametrize("line", [
    "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E6=8E=A1=E8=A1=80",
    "SUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=8E=\r\n=A1=E8=A1=80",
    "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=Shift_JIS:=8D=CC=8C=8C",
    "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-2022-JP:=1B$B:N7l=1B(B",
    "SUMMARY;QUOTED-PRINTABLE;CHARSET=UTF-8:=e6=8e=a1=e8=a1=80",
    "SUMMARY;ENCODING=BASE64;CHARSET=UTF-8:5o6h6KGA",
    "SUMMARY:=?ISO-2022-JP?B?GyRCOk43bBsoQg==?=",
    "SUMMARY;LANGUAGE=ja:採\r\n 血", "summary:採\r\n\t血", "SUMMARY: 採血 ", "SUMMARY:\\n採血\\n",
])  # fmt: skip
def test_a_title_is_unwrapped(line: str) -> None:
    assert [one.title for one in reading(ics(f"{AT_TEN}|{line}")).invitations] == ["採血"]


def test_a_line_that_names_its_character_set_is_read_in_it() -> None:
    octets = ics(f"{AT_TEN}|SUMMARY;CHARSET=Shift_JIS:TITLE").encode().replace(b"TITLE", "採血".encode("cp932"))
    assert [one.title for one in reading(octets).invitations] == ["採血"]


def test_a_character_that_was_folded_in_the_middle_is_whole_again() -> None:
    octets = ics(f"{AT_TEN}|SUMMARY:採血").encode().replace("採".encode(), b"\xe6\r\n \x8e\xa1")
    assert [one.title for one in reading(octets).invitations] == ["採血"]


@pytest.mark.parametrize("text", [
    ics(VISIT).replace("\r\n", "\n"), ics(VISIT).replace("\r\n", "\r"), ics(VISIT).replace("\r\n", "\r\r\n"),
    ics(VISIT).replace("\r\n", "\r\n\r\n"), ics(VISIT).lower().replace("asia/tokyo", "Asia/Tokyo"),
    "BEGIN:VEVENT\r\n" + VISIT.replace("|", "\r\n") + "\r\nEND:VEVENT\r\n", "\ufeff" + ics(VISIT),
    "\r\n\r\n" + ics(VISIT),
    "please see below\r\n" + ics(VISIT), ics(VISIT) + "\r\n-- \r\nsent by a list", ics(VISIT) + ics(VISIT),
])  # fmt: skip
def test_a_calendar_is_found_however_its_lines_end(text: str) -> None:
    assert taken(text) == ["01-19 10:00"]


@pytest.mark.parametrize(("cut", "times", "reason"), [
    (len("END:VCALENDAR\r\n"), ["01-19 10:00", "03-01 10:00"],
     ["the file ends before its END:VCALENDAR: entries may be missing"]),
    (40, ["01-19 10:00"],
     ["the file ends before its END:VCALENDAR: entries may be missing",
      "the entry has no end (END:VEVENT is missing)"]),
])  # fmt: skip
def test_a_file_that_was_cut_off_gives_its_whole_entries(cut: int, times: list[str], reason: list[str]) -> None:
    text = ics(VISIT, "DTSTART:20270301T010000Z|SUMMARY:x")[:-cut]
    assert times == taken(text)
    assert reason == sorted(reasons(text), reverse=True)


def test_an_entry_without_an_end_takes_no_other_with_it() -> None:
    text = ics(VISIT, "DTSTART:20270301T010000Z|SUMMARY:x").replace("END:VEVENT\r\nBEGIN", "BEGIN")
    assert taken(text) == ["03-01 10:00"]
    assert reasons(text) == ["the entry has no end (END:VEVENT is missing)"]


# Messages.


def part(text: str, kind: str = 'text/calendar; charset="utf-8"', how: str = "base64", name: str = "") -> str:
    octets = text.encode()
    body = {
        "base64": base64.encodebytes(octets).decode(), "quoted-printable": quopri.encodestring(octets).decode(),
        "8bit": text,
    }[how]  # fmt: skip
    disposition = f'Content-Disposition: attachment; filename="{name}"\r\n' if name else ""
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {how}\r\n{disposition}\r\n{body}\r\n"


def message(*parts: str) -> str:
    marked = "".join(f"--b\r\n{one}" for one in parts)
    return f'{MAIL}Content-Type: multipart/mixed; boundary="b"\r\n\r\nhello\r\n{marked}--b--\r\n'


@pytest.mark.parametrize("mail", [
    *(message(part("hello", "text/plain", "8bit"), part(JAPANESE, how=how))
      for how in ("base64", "quoted-printable", "8bit")),
    message(part(JAPANESE, "application/octet-stream", name="invite.ics")), message(part(JAPANESE, "application/ics")),
    message(part("hello", "text/plain", "8bit", "hello.txt"), part(JAPANESE),
            part(JAPANESE, "application/ics", name="a.ics")),
    f"{MAIL}{part(JAPANESE, how='base64')}", "From clinic Mon Jan  4 10:00:00 2027\r\n" + message(part(JAPANESE)),
    message("Content-Type: message/rfc822\r\n\r\n" + message(part(JAPANESE))
            .replace("--b", "--c").replace('"b"', '"c"')),
    message(part(JAPANESE)).replace("\r\n", "\n"), message(part(JAPANESE)).replace("--b--\r\n", ""),
])  # fmt: skip
def test_a_message_gives_the_invitation_in_it(mail: str) -> None:
    assert [(when(one), one.title) for one in reading(mail).invitations] == [("01-19 10:00", "採血と再診")]


def test_a_part_says_its_character_set_and_what_it_is_sent_for() -> None:
    kind = "Content-Type: text/calendar; charset=Shift_JIS; method=REPLY\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    octets = (MAIL + kind).encode() + ics(f"{AT_TEN}|SUMMARY:再診").encode("cp932")
    assert reasons(octets) == ["it is an answer to an invitation, not an invitation (METHOD:REPLY)"]
    assert [one.title for one in reading(octets.replace(b"REPLY", b"REQUEST")).invitations] == ["再診"]


@pytest.mark.parametrize(("subject", "called_off"), [
    # 【さくら皮膚科】予約キャンセルのお知らせ, 予約キャンセル, 予約受付完了のお知らせ
    ("=?utf-8?b?44CQ44GV44GP44KJ55qu6Iaa56eR44CR5LqI57SE44Kt44Oj44Oz44K744Or44Gu44GK55+l44KJ44Gb?=", True),
    ("Fwd: Cancelled: your appointment", True),
    ("=?utf-8?b?5LqI57SE44Kt44Oj44Oz44K744Or?=", True),
    ("=?utf-8?b?5LqI57SE5Y+X5LuY5a6M5LqG44Gu44GK55+l44KJ44Gb?=", False), ("Cancellation policy", False),
])  # fmt: skip
def test_the_subject_of_a_message_may_call_its_appointment_off(subject: str, called_off: bool) -> None:  # noqa: FBT001
    told = reading(f"Subject: {subject}\r\n{message(part(JAPANESE))}".encode())
    assert (called_off, not called_off) == (bool(told.cancellations), bool(told.invitations))


@pytest.mark.parametrize(("octets", "message_id"), [
    (b"", "the file is empty"), (b" \r\n\0", "the file is empty"),
    (b"nonsense", "this is not a calendar file that can be read"),
    (b"\x00\x01\xff", "this is not a calendar file that can be read"),
    (b"BEGIN:VCARD\r\nFN:x\r\nEND:VCARD\r\n", "this is not a calendar file that can be read"),
    (b'["vcalendar", [], []]', "this is not a calendar file that can be read"),
    (ics().encode(), "there is no appointment in this calendar file"),
    (b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nDUE:20270119\r\nEND:VTODO\r\nEND:VCALENDAR",
     "there is no appointment in this calendar file"),
    ((MAIL + "\r\nhello").encode(), "there is no invitation in this message"),
    (message(part("hello", "text/plain")).encode(), "there is no invitation in this message"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is a message in Outlook's own format"),
    (b"BEGIN:VCALENDAR\r\n" + b"X:" + b"x" * (1 << 20), "this calendar is too large for an invitation"),
])  # fmt: skip
def test_what_is_no_invitation_is_refused_with_its_name(octets: bytes, message_id: str) -> None:
    with pytest.raises(InputError) as refused:
        reading(octets)
    assert message_id == refused.value.message


def test_a_thousand_entries_are_read_in_little_time() -> None:
    zone = "(UTC-05:00) Eastern Time (US & Canada)"
    clocks = [f"{n // 60:02}{n % 60:02}00" for n in range(1000)]
    entries = [f"DTSTART;TZID={zone}:20270119T{clock}|SUMMARY:x" for clock in clocks]
    assert len(reading(ics(*entries)).invitations) == 1000
