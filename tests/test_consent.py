"""What is explained and signed before the first capsule: a checklist, ticked point by point."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support import Said, machine_in, say, say_on, settle
from tracker import protocols
from tracker.rules import Kind
from tracker.vocabulary import vocabulary

SCHEMA = json.loads((Path(__file__).parent.parent / "schemas" / "consent.schema.json").read_text())
POINTS = ["effect", "side-effects", "contraindications", "pregnancy", "contraception"]


def on(day: str, *command: str) -> Said:
    return say_on(day, *command)


@pytest.fixture
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    start = ("start", "2026-11-24", "--weight", "54", "--dose", "20", "--protocol", "jp")
    assert on("2026-11-20", *start).code == 0


def consents(day: str = "2026-11-20") -> list[dict[str, Any]]:
    found = json.loads(on(day, "consent", "--json").out)
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    shown: list[dict[str, Any]] = found["consents"]
    return shown


def ticked() -> list[str]:
    return [one["point"] for one in consents()[0]["points"] if one["explained_on"] is not None]


@pytest.mark.usefixtures("_course")
def test_each_point_is_ticked_by_itself_and_what_is_open_stands_on_the_status() -> None:
    assert [one["point"] for one in consents()[0]["points"]] == POINTS
    assert "Not explained yet, before the first capsule: effect, side effects" in on("2026-11-20").out
    assert on("2026-11-20", "log", "counselling", "effect", "副作用", "妊娠").code == 0
    assert ticked() == ["effect", "side-effects", "pregnancy"]
    status = on("2026-11-20").out
    assert "before the first capsule: contraindications, contraception (isotrack consent)" in status
    assert "isotrack log counselling contraindications" in on("2026-11-20", "consent").out
    assert on("2026-11-20", "log", "counselling", "禁忌", "避妊", "--on", "yesterday").code == 0
    assert ticked() == POINTS
    assert "Not explained yet" not in on("2026-11-20").out
    assert on("2026-11-20", "undo").code == 0
    assert ticked() == ["effect", "side-effects", "pregnancy"]


@pytest.mark.usefixtures("_course")
def test_a_signed_consent_ticks_no_point_and_hides_none() -> None:
    assert on("2026-11-20", "log", "counselling", "effect", "pregnancy").code == 0
    signed = " ".join(on("2026-11-20", "log", "consent").out.split())
    left = "side effects, contraindications, contraception"
    assert f"is signed, but these points are not recorded as explained: {left}." in signed
    assert (consents()[0]["signed_on"], ticked()) == ("2026-11-20", ["effect", "pregnancy"])
    assert f"before the first capsule: {left} (isotrack consent)" in on("2026-11-20").out
    assert f"not recorded as explained: {left}." in " ".join(on("2026-11-24", "next").out.split())
    assert "recorded as explained" not in on("2026-11-25", "next").out
    assert on("2026-11-20", "log", "counselling", "副作用", "禁忌", "避妊").code == 0
    assert "explained" not in on("2026-11-20").out + on("2026-11-20", "next").out
    assert "signed on Fri 20 Nov 2026" in on("2026-11-20", "consent").out


@pytest.mark.usefixtures("_course")
def test_a_point_that_was_not_explained_after_all_is_open_again() -> None:
    assert on("2026-11-20", "log", "counselling", "effect").code == 0
    assert on("2026-11-20", "log", "counselling", "effect", "no").code == 0
    assert ticked() == []
    assert "not explained: effect" in on("2026-11-20", "history").out
    assert "効果の説明なし" in on("2026-11-20", "--lang", "ja", "history").out


@pytest.mark.usefixtures("_course")
def test_once_the_first_capsule_has_come_the_status_asks_for_no_point() -> None:
    assert "Not explained yet" in on("2026-11-24").out
    assert "Not explained yet" not in on("2026-11-25").out
    assert consents("2026-11-25")[0]["state"] == "overdue"


@pytest.mark.parametrize("reference", sorted(f"{one.id}@{one.version}" for one in protocols.shipped()))
def test_every_programme_has_a_checklist(reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    start = ("start", "2026-12-24", "--enrolled", "2026-11-20", "--weight", "54", "--dose", "20")
    assert on("2026-11-20", *start, "--protocol", reference, "--can-become-pregnant").code == 0
    asked = [rule for rule in protocols.find(reference, date(2026, 11, 20)).rules_for(can_become_pregnant=True)
             if rule.kind is Kind.ATTESTATION]  # fmt: skip
    assert {one["key"].partition("/")[0] for one in consents()} == {rule.id for rule in asked}
    for lang in ("en", "ja"):
        assert on("2026-11-20", "--lang", lang, "consent").code == 0


def test_every_point_of_a_programme_is_a_word_of_the_vocabulary_and_stands_once() -> None:
    known = {word.code for word in vocabulary("counselling").codes}
    for protocol in protocols.shipped():
        for rule in protocol.rules:
            points = [one.point for one in rule.points]
            assert set(points) <= known, protocol.id
            assert len(points) == len(set(points)), protocol.id


def test_points_are_read_strictly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    path = protocols.schemas() / "protocols" / "jp-standard@2025-11-17.json"
    for change, words in (
        (lambda rules: rules[0]["points"][0].pop("sources"), "sources"),
        (lambda rules: rules[0]["points"][0].update(sources=["nobody"]), "nobody"),
        (lambda rules: rules[0]["points"][0].update(colour="red"), "colour"),
        (lambda rules: rules[1].update(points=rules[0]["points"]), "only an attestation has points"),
    ):
        value = json.loads(path.read_text()) | {"id": "mine"}
        change(value["rules"])
        own = tmp_path / "own.json"
        own.write_text(json.dumps(value, indent=1))
        checked = say("protocols", "check", str(own))
        assert (checked.code, words in checked.out + checked.err) == (2, True), checked
