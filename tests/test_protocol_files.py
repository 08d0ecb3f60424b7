"""The programmes as files: shipped ones are right by reader and schema, wrong ones are refused by both."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tracker import protocols
from tracker.analytes import laboratory
from tracker.errors import ProtocolError
from tracker.rules import Kind, Status

SCHEMAS = Path(__file__).parent.parent / "schemas"
SCHEMA = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "protocol.schema.json").read_text()))
FILES = sorted((SCHEMAS / "protocols").glob("*.json"))
STANDARD = json.loads((SCHEMAS / "protocols" / "jp-standard@2025-11-17.json").read_text()) | {"id": "my-clinic"}
GENERAL_KNOWLEDGE = {
    "us-ipledge@2021-12-13": {"pregnancy-test-end"},
    "us-ipledge@2026-02-09": {"pregnancy-test-end"},
    "uk-mhra@2026-01-22": {"review-month"},
}
"""Rules that the clinical notes mark UGK: seen in no source, and so never confirmed."""

TWICE = ("visit", "blood")

Spoil = Callable[[dict[str, Any]], Any]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA.schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_programme_is_right_by_reader_and_schema(path: Path) -> None:
    protocol = protocols.load(path)
    assert f"{protocol.id}@{protocol.version}" == path.stem
    assert list(SCHEMA.iter_errors(json.loads(path.read_text()))) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_text_of_a_shipped_programme_is_in_both_languages(path: Path) -> None:
    protocol = protocols.load(path)
    texts = [protocol.name, *(remark.text for remark in protocol.remarks)]
    texts += [text for rule in protocol.rules for text in (rule.title, rule.text)]
    assert [text.ja for text in texts if not re.search(r"[ぁ-んァ-ヶ一-龠]", text.ja)] == []
    assert [text.en for text in texts if not text.en.isascii()] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_draw_of_a_shipped_programme_says_what_is_measured(path: Path) -> None:
    draws = [rule for rule in protocols.load(path).rules if rule.kind is Kind.BLOOD_TEST]
    assert [rule.id for rule in draws if rule.panel is None] == []
    asked = {code for rule in draws if rule.panel is not None for at in (1, 2) for code in rule.panel.asked(at)}
    assert asked - {one.code for one in laboratory().analytes} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_source_of_a_shipped_programme_is_cited_and_general_knowledge_is_not_confirmed(path: Path) -> None:
    protocol = protocols.load(path)
    panels = [rule.panel for rule in protocol.rules if rule.panel is not None]
    cited = {source for one in (*protocol.rules, *protocol.remarks, *panels) for source in one.sources}
    assert {source.id for source in protocol.sources} == cited
    assert {rule.id for rule in protocol.rules if not rule.confirmed} == GENERAL_KNOWLEDGE.get(path.stem, set())


def test_the_newest_in_force_is_taken_and_a_pending_one_never_by_the_clock() -> None:
    for today in (date(2022, 1, 1), date(2026, 11, 23), date(2036, 1, 1)):
        assert protocols.find("us-ipledge", today).version == "2021-12-13"
    assert protocols.find("us-ipledge@2026-02-09", date(2026, 11, 23)).status is Status.APPROVED_PENDING


def test_a_day_before_the_first_version_takes_the_oldest() -> None:
    assert protocols.find("uk-mhra", date(2024, 1, 31)).version == "2026-01-22"


def rule(spoilt: dict[str, Any], rule_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in spoilt["rules"] if one["id"] == rule_id)
    return found


WRONG: dict[str, tuple[Spoil, str]] = {
    "unknown key": (lambda p: p.update(colour="red"), "colour"),
    "unknown key in a rule": (lambda p: p["rules"][0].update(colour="red"), "rule 1 (consent), colour"),
    "unknown key in a timing": (lambda p: rule(p, "visit")["repeat"].update(until="last-dose"), "repeat.until"),
    "unknown kind": (lambda p: p["rules"][0].update(kind="walk"), "rule 1 (consent), kind"),
    "unknown strength": (lambda p: p["rules"][0].update(strength="maybe"), "rule 1 (consent), strength"),
    "unknown status": (lambda p: p.update(status="draft"), ": status: "),
    "unknown anchor": (lambda p: rule(p, "visit")["repeat"].update(anchor="birthday"), "repeat.anchor"),
    "a planned end": (lambda p: rule(p, "contraception")["span"].update(until="planned-end"), "span.until"),
    "an anchor out of place": (lambda p: rule(p, "visit")["repeat"].update(anchor="last-dose"), "repeat.anchor"),
    "last-done without a kind": (lambda p: p["rules"][0]["once"].update(anchor="last-done"), "once.anchor"),
    "a kind behind another anchor": (lambda p: p["rules"][0]["once"].update(anchor="first-dose:visit"), "once.anchor"),
    "a span in words": (lambda p: rule(p, "visit")["repeat"].update(every="monthly"), "repeat.every"),
    "years": (lambda p: rule(p, "contraception")["span"].update(tail="P1Y"), "span.tail"),
    "an interval of nothing": (lambda p: rule(p, "visit")["repeat"].update(every="P0M"), "repeat.every"),
    "a negative tail": (lambda p: rule(p, "contraception")["span"].update(tail="-P1M"), "span.tail"),
    "a number for a span": (lambda p: rule(p, "visit")["repeat"].update(every=30), "repeat.every"),
    "two timings": (lambda p: p["rules"][0].update(repeat=rule(p, "visit")["repeat"]), "rule 1 (consent): "),
    "no timing": (lambda p: p["rules"][0].pop("once"), "rule 1 (consent): "),
    "unknown mode": (lambda p: rule(p, "visit")["repeat"].update(mode="often"), "repeat.mode"),
    "no Japanese": (lambda p: p["rules"][0]["title"].pop("ja"), "rule 1 (consent), title"),
    "an empty text": (lambda p: p["rules"][0]["text"].update(en=" "), "rule 1 (consent), text.en"),
    "a truth in words": (lambda p: p["rules"][0].update(confirmed="yes"), "rule 1 (consent), confirmed"),
    "no sources": (lambda p: p["rules"][0].update(sources=[]), "rule 1 (consent), sources"),
    "unknown tier": (lambda p: p["sources"][0].update(tier="X"), "source 1 (Ness), tier"),
    "no rules": (lambda p: p.update(rules=[]), ": rules: "),
    "an id with blanks": (lambda p: p["rules"][0].update(id="My Rule"), "rule 1 (My Rule), id"),
    "a date with slashes": (lambda p: p.update(effective_from="2025/11/17"), ": effective_from: "),
    "whom in words": (lambda p: rule(p, "contraception").update(applies_to={"can_become_pregnant": 1}), "applies_to"),
    "no duration": (lambda p: p.pop("duration"), "the file"),
    "two units": (lambda p: rule(p, "visit")["repeat"].update(first="P30D"), "repeat.first"),
    "a control character": (lambda p: p["rules"][0]["title"].update(en="a\x1b[31m"), "rule 1 (consent), title.en"),
    "an offset of more than ten years": (lambda p: p["rules"][0]["once"].update(offset="-P3651D"), "once.offset"),
    "a course of more than ten years": (lambda p: p.update(duration="P121M"), ": duration: "),
    "an interval of more than ten years": (lambda p: rule(p, "visit")["repeat"].update(every="P521W"), "repeat.every"),
    "a first one after ten years": (lambda p: rule(p, "visit")["repeat"].update(first="P121M"), "repeat.first"),
    "a lead of more than ten years": (lambda p: rule(p, "contraception")["span"].update(lead="P3651D"), "span.lead"),
    "a tail of more than ten years": (lambda p: rule(p, "contraception")["span"].update(tail="P1200M"), "span.tail"),
    "a window of more than ten years": (
        lambda p: rule(p, "visit")["repeat"].update(window={"before": "P7D", "after": "P9999W"}),
        "window.after",
    ),
    "a gap of more than ten years": (
        lambda p: p["rules"][0]["once"].update(earliest=[{"anchor": "enrolment", "offset": "P121M"}]),
        "offset",
    ),
    "a permit of more than ten years": (
        lambda p: (
            rule(p, "visit").update(permit={"opened_by": "prescription", "length": "P521W", "first_day": "counts"})
            or rule(p, "visit").pop("repeat")
        ),
        "permit.length",
    ),
    "a span of five digits": (lambda p: p.update(duration="P00001D"), ": duration: "),
    "a month that is not there": (lambda p: p.update(effective_from="2025-13-01"), ": effective_from: "),
}
SEEN_BY_THE_READER_ALONE: dict[str, tuple[Spoil, str]] = {
    "a source that is not there": (lambda p: p["rules"][0].update(sources=["X9"]), "rule 1 (consent), sources 1"),
    "an id twice": (lambda p: p["rules"][1].update(id="consent"), "rule 2 (consent), id"),
    "a day that is not there": (lambda p: p.update(effective_from="2025-02-30"), ": effective_from: "),
    "thousands of repetitions": (
        lambda p: p.update(duration="P120M") or [rule(p, name)["repeat"].update(every="P1D") for name in TWICE],
        ": rules: ",
    ),
}


@pytest.mark.parametrize("name", [*WRONG, *SEEN_BY_THE_READER_ALONE])
def test_a_wrong_file_is_refused_and_the_place_named(name: str) -> None:
    spoil, place = (WRONG | SEEN_BY_THE_READER_ALONE)[name]
    spoilt = copy.deepcopy(STANDARD)
    spoil(spoilt)
    with pytest.raises(ProtocolError) as refused:
        protocols.loads(json.dumps(spoilt), "my-clinic.json")
    assert str(refused.value).startswith("my-clinic.json: ")
    assert place in str(refused.value)
    assert bool(list(SCHEMA.iter_errors(spoilt))) is (name in WRONG)


@pytest.mark.parametrize("longest", ["P3650D", "P520W", "P120M", "P0120M", "P0520W"])
def test_a_span_of_ten_years_is_taken_by_reader_and_schema(longest: str) -> None:
    own = copy.deepcopy(STANDARD)
    own["rules"][0]["once"].update(offset=f"-{longest}")
    rule(own, "contraception")["span"].update(lead=longest, tail=longest)
    own["duration"] = longest
    assert str(protocols.loads(json.dumps(own), "my-clinic.json").duration) == longest.replace("P0", "P")
    assert list(SCHEMA.iter_errors(own)) == []


def test_a_programme_that_a_course_was_started_under_before_there_were_bounds_is_still_read() -> None:
    own = copy.deepcopy(STANDARD) | {"duration": "P1200M"}
    rule(own, "visit")["repeat"].update(every="P1D")
    assert str(protocols.loads(json.dumps(own), "my-clinic.json", pinned=True).duration) == "P1200M"


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(ProtocolError, match="twice"):
        protocols.loads('{"id": "a", "id": "b"}', "my-clinic.json")


@pytest.mark.parametrize(("typed", "protocol"), [
    ("日本", "jp-standard"), ("Japan", "jp-standard"), ("jp", "jp-standard"), ("アメリカ", "us-ipledge"),
    ("米国", "us-ipledge"), ("イギリス", "uk-mhra"), ("英国", "uk-mhra"), ("United Kingdom", "uk-mhra"),
    ("フランス", "fr-ansm"), ("韓国", "kr-mfds"), ("ヨーロッパ", "eu-ppp"), ("de", "eu-ppp"),
    ("ブラジル", None), ("br", None),
])  # fmt: skip
def test_a_country_is_named_as_people_call_it(typed: str, protocol: str | None) -> None:
    assert protocols.of_country(typed) == protocol
