"""A time of another zone is the right one here, or is named as not known; never one of the course's own zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracker.calendar.invitations.zones import Zones

WINTER, SUMMER = datetime(2027, 1, 19, 22, 30), datetime(2027, 7, 19, 22, 30)
NAMES = {
    ("20 03:30", "20 02:30"): """
        America/New_York | US/Eastern | america/new_york | America/New York | EST5EDT | Eastern Standard Time
        Eastern Daylight Time | eastern standard time | (UTC-05:00) Eastern Time (US & Canada)
        Eastern Time (US & Canada)
        (GMT-05:00) Eastern Time | GMT-05.00/-04.00 | GMT -0500 (Standard) / GMT -0400 (Daylight)
        /freeassociation.sourceforge.net/Tzfile/America/New_York | /mozilla.org/20050126_1/America/New_York
    """,
    ("20 03:30", "20 03:30"): "EST | GMT-5 | UTC-05:00 | (UTC-05:00) Bogota, Lima, Quito, Rio Branco | EST5 | -0500",
    ("19 13:30", "19 13:30"): """
        Asia/Tokyo | Asia/tokyo | Japan | Tokyo | JST | JST-9 | Tokyo Standard Time | UTC+9 | UTC+09:00 | GMT+0900
        +09:00
        GMT+0900 (Japan Standard Time) | Asia/Tokyo (GMT+9) | Etc/GMT-9 | (UTC+09:00) Osaka, Sapporo, Tokyo
        (UTC+09:00) 大阪、札幌、東京 | （UTC+09:00）大阪、札幌、東京 | 東京 (標準時)
        /example.org/20300101_1/Asia/Tokyo
    """,
    ("19 21:30", "19 20:30"): """
        Europe/Berlin | W. Europe Standard Time | W. Europe Daylight Time | CET | Central Europe Standard Time
        (UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna | (UTC+01:00) Sarajevo, Skopje, Warsaw, Zagreb
    """,
    ("19 21:30", "19 21:30"): "(GMT +01:00) | GMT+1 | UTC+01",
    ("19 20:30", "19 20:30"): "CEST",
    ("20 06:30", "20 05:30"): "Pacific Time (US & Canada) | (GMT-08:00) Pacific Time (US & Canada); Tijuana",
    ("20 05:30", "20 05:30"): "(UTC-07:00) Arizona",
    ("19 22:30", "19 22:30"): "UTC | GMT | Z | (UTC) Coordinated Universal Time | tzone://Microsoft/Utc | Etc/UTC",
    ("19 22:30", "19 21:30"): """
        (UTC+00:00) Dublin, Edinburgh, Lisbon, London | (UTC) Dublin, Edinburgh, Lisbon, London
    """,
    ("20 01:30", None): "(UTC-03:00) Brasilia",
    (None, None): """
        Europe/Germany | Mars/Olympus | Customized Time Zone | IST | XYZ | localtime | posixrules | Factory | EST-5
        UTC+25
        (UTC+25:00) Nowhere | GMT-04.00/-03.00 | ../../etc/passwd | /etc/localtime | Asia | Asia/ | 12
        a zone of mine | :
    """,
}  # fmt: skip


def names() -> list[tuple[str, str | None, str | None]]:
    return [
        (name.strip(), winter, summer)
        for (winter, summer), text in NAMES.items()
        for line in text.splitlines()
        for name in line.split("|")
        if name.strip()
    ]


def _told(instant: datetime | None) -> str | None:
    return f"{instant.astimezone(UTC):%d %H:%M}" if instant is not None else None


@pytest.mark.parametrize(("name", "winter", "summer"), names())
def test_a_name_is_the_zone_that_is_meant_or_none(name: str, winter: str | None, summer: str | None) -> None:
    zones = Zones("Asia/Tokyo", [])
    assert (winter, summer) == (_told(zones.instant(WINTER, name)), _told(zones.instant(SUMMER, name)))


def test_an_abbreviation_that_is_another_one_at_home_is_not_known() -> None:
    assert _told(Zones("Asia/Tokyo", []).instant(WINTER, "CST")) == "20 04:30"
    assert _told(Zones("America/Chicago", []).instant(WINTER, "CST")) == "20 04:30"
    assert _told(Zones("Asia/Shanghai", []).instant(WINTER, "CST")) is None
