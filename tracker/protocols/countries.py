"""Which programme a country has: by the code of a country, by a time zone, by the words that people type."""

from __future__ import annotations

import importlib.resources

_ALIASES = {
    "uk": "GB", "united kingdom": "GB", "britain": "GB", "英国": "GB", "イギリス": "GB",
    "usa": "US", "united states": "US", "america": "US", "米国": "US", "アメリカ": "US",
    "japan": "JP", "日本": "JP", "korea": "KR", "south korea": "KR", "韓国": "KR", "france": "FR", "フランス": "FR",
    "europe": "EU", "eu": "EU", "欧州": "EU", "ヨーロッパ": "EU",
}  # fmt: skip
"""What people type for the code of a country (ISO 3166)."""
_EUROPEAN_UNION = frozenset((
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
))  # fmt: skip


def jurisdictions(country: str) -> tuple[str, ...]:
    """Where a country's programme may be from, its own first: ``fr`` has France's, then that of the European Union."""
    code = _ALIASES.get(country.lower(), country.upper())
    return (code, "EU") if code in _EUROPEAN_UNION else (code,)


def of_zone(zone: str) -> str | None:
    """The country of a time zone, such as ``JP`` for ``Asia/Tokyo``; None where it has none or several."""
    table = importlib.resources.files("tzdata") / "zoneinfo" / "zone.tab"
    for line in table.read_text("utf-8").splitlines():
        code, *more = line.split("\t")
        if not code.startswith("#") and len(more) > 1 and more[1] == zone:
            return code
    return None


_CURRENCIES = {"JP": "JPY", "US": "USD", "GB": "GBP", "KR": "KRW", "EU": "EUR"}


def currency(jurisdiction: str) -> str:
    """The currency that is paid with there; that of the European Union where another member has one of its own."""
    country = jurisdiction.upper()
    return _CURRENCIES.get("EU" if country in _EUROPEAN_UNION else country, "USD")


_MONTH_FIRST = frozenset(("US", "JP", "KR"))
_DAY_FIRST = frozenset(("GB", "EU", *_EUROPEAN_UNION))


_IN_POUNDS = frozenset(("US",))


def weighs_in_pounds(jurisdiction: str) -> bool:
    """Whether people there say their weight in pounds."""
    return jurisdiction.upper() in _IN_POUNDS


def order_of_days(jurisdiction: str) -> str | None:
    """Whether 1/5 is the 1st of May there or the 5th of January; None where that is not known."""
    country = jurisdiction.upper()
    return "month-first" if country in _MONTH_FIRST else "day-first" if country in _DAY_FIRST else None
