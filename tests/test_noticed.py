"""What the status says to programs of all that a careful nurse would notice."""

from __future__ import annotations

import jsonschema
import pytest

from tests.conftest import Isotrack
from tests.test_journeys import SCHEMA

START = ("start", "2026-11-24", "--weight", "60", "--dose", "30", "--can-become-pregnant", "--sex", "female",
         "--timezone", "Asia/Tokyo", "--protocol", "jp")  # fmt: skip
TODAY = "2026-12-20"


def found(isotrack: Isotrack) -> list[tuple[str, str, list[str]]]:
    status = isotrack("--json", today=TODAY).json
    jsonschema.validate(status, SCHEMA)
    return [(one["level"], one["about"], one["codes"]) for one in status["findings"]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ((), []),
        (("blood", "ALT=24"), [("watch", "blood", ["alt"])]),
        (
            ("blood", "TG=800", "ALT=70"),
            [("contact-clinic-now", "blood", ["tg"]), ("contact-clinic", "blood", ["alt"])],
        ),
        (("symptom", "lips", "2"), []),
        (("symptom", "nosebleed", "2"), [("contact-clinic", "symptom", ["nosebleed"])]),
        (("mood", "low"), [("contact-clinic-now", "mood", [])]),
        (("substance", "methotrexate"), [("contact-clinic", "substance", ["methotrexate"])]),
        (("symptom", "yellow eyes"), [("red-flag", "symptom", ["rf-liver"])]),
    ],
)
def test_each_is_there_with_its_level(
    isotrack: Isotrack, typed: tuple[str, ...], expected: list[tuple[str, str, list[str]]]
) -> None:
    isotrack(*START)
    if typed:
        isotrack("log", *typed, today=TODAY)
    assert found(isotrack) == expected


def test_the_most_pressing_comes_first_and_all_is_said_in_both_languages(isotrack: Isotrack) -> None:
    isotrack(*START)
    for typed in (("substance", "minocycline"), ("blood", "ALT=24", "TG=800"), ("mood", "low"), ("symptom", "黄疸")):
        isotrack("log", *typed, today=TODAY)
    levels = [level for level, _about, _codes in found(isotrack)]
    assert levels == ["red-flag", "contact-clinic-now", "contact-clinic-now", "contact-clinic", "watch"]
    texts = [one["text"] for one in isotrack("--lang", "ja", "--json", today=TODAY).json["findings"]]
    assert "クリニックに連絡" in " ".join(texts)
    assert "findings" not in isotrack("plan", "--json", today=TODAY).json


def test_a_marker_of_muscle_counts_with_pain(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "blood", "CK=200", today=TODAY)
    assert found(isotrack) == [("watch", "blood", ["ck"])]
    isotrack("log", "symptom", "muscle pain", "1", today=TODAY)
    assert ("contact-clinic-now", "blood", ["ck"]) in found(isotrack)
