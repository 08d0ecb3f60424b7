"""What has to be true of a bundle of isotrack's: what R4 asks for and validators miss, and what it must never say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

Json = dict[str, Any]
STATUSES = {
    "MedicationStatement": "active completed entered-in-error intended stopped on-hold unknown not-taken",
    "Observation": "registered preliminary final amended corrected cancelled entered-in-error unknown",
    "CarePlan": "draft active on-hold revoked completed entered-in-error unknown",
    "Appointment": "proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in waitlist",
    "Procedure": "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
    "Flag": "active inactive entered-in-error",
}
"""The required value sets of R4."""
ACTIVITY = "not-started scheduled in-progress on-hold completed cancelled stopped unknown entered-in-error"
PARTICIPANT = "accepted declined tentative needs-action"
REQUIRED = {
    "Patient": "", "MedicationStatement": "status medicationCodeableConcept subject",
    "Observation": "status code subject", "CarePlan": "status intent subject", "Appointment": "status participant",
    "Procedure": "status code subject", "Flag": "status code subject",
}  # fmt: skip
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})")
_DATED = ("start", "end", "time", "effectiveDateTime", "performedDateTime", "birthDate")
UCUM = "http://unitsofmeasure.org"


def faults(bundle: Json) -> list[str]:
    """What is wrong with a bundle, each in a few words; nothing where all is well."""
    found: list[str] = []
    for check in (_of_the_bundle, *(_each(one) for one in _OF_A_RESOURCE), _elements):
        found += check(bundle)
    return found


def resources(bundle: Json, kind: str = "") -> list[Json]:
    """The resources of a bundle, or those of a kind."""
    found = [one.get("resource", {}) for one in bundle.get("entry", [])]
    return [one for one in found if kind in ("", one.get("resourceType"))]


def nodes(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document with its path."""
    yield path, value
    if isinstance(value, dict):
        for key, one in value.items():
            yield from nodes(one, f"{path}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from nodes(one, path)


def _of_the_bundle(bundle: Json) -> Iterator[str]:
    if (bundle.get("resourceType"), bundle.get("type")) != ("Bundle", "collection"):
        yield "it is no collection"
    urls = Counter(one.get("fullUrl") for one in bundle.get("entry", []))
    yield from (f"{url} is there {count} times" for url, count in urls.items() if count > 1)
    for one in bundle.get("entry", []):
        if one.get("fullUrl") != f"urn:uuid:{one.get('resource', {}).get('id')}":
            yield f"{one.get('fullUrl')} is not the address of its resource"
    for _path, value in nodes(bundle):
        if isinstance(value, dict) and "reference" in value and value["reference"] not in urls:
            yield f"{value['reference']} is not in the bundle"
    if len(resources(bundle, "Patient")) != 1:
        yield "it is not of one patient"


def _each(check: Callable[[Json, Json], Iterator[str]]) -> Callable[[Json], Iterator[str]]:
    return lambda bundle: (
        f"{one.get('resourceType')}: {fault}" for one in resources(bundle) for fault in check(one, bundle)
    )


def _of_its_kind(one: Json, _bundle: Json) -> Iterator[str]:
    kind = one.get("resourceType", "")
    if kind not in REQUIRED:
        yield "a kind that is not exported"
    yield from (f"{name} is missing" for name in REQUIRED.get(kind, "").split() if not one.get(name))
    if kind in STATUSES and one.get("status") not in STATUSES[kind].split():
        yield f"{one.get('status')} is no status"


def _whose_word(one: Json, _bundle: Json) -> Iterator[str]:
    """What the patient says is marked so; what nobody said is never taken, and never completed."""
    said = {"MedicationStatement": "informationSource", "Observation": "performer", "Procedure": "asserter"}
    asserter = said.get(one.get("resourceType", ""))
    is_marked = any(label.get("code") == "PATAST" for label in one.get("meta", {}).get("security", []))
    if asserter is not None and is_marked != (asserter in one):
        yield "whose word it is, is said in one place and not in the other"
    if one.get("resourceType") == "MedicationStatement" and not is_marked and one.get("status") != "unknown":
        yield f"nobody said so, and it is {one.get('status')}"
    if one.get("resourceType") in ("Observation", "Procedure") and not is_marked:
        yield "nobody said so"


def _appointment(one: Json, _bundle: Json) -> Iterator[str]:
    if one.get("resourceType") != "Appointment":
        return
    start, end = one.get("start"), one.get("end")
    if (start is None) != (end is None):
        yield "app-2: a beginning without an end, or an end without a beginning"
    if start is None and one.get("status") not in ("proposed", "cancelled", "waitlist"):
        yield "app-3: it has no beginning"
    moments = [_moment(at) for at in (start, end)]
    if start is not None and None in moments:
        yield "its beginning or its end is no moment"
    elif moments[0] is not None and moments[1] is not None and moments[0] >= moments[1]:
        yield "it ends before it begins"
    if not all("actor" in who or "type" in who for who in one.get("participant", [])):
        yield "app-1: somebody who is nobody takes part"
    if any(
        who.get("status") not in ("accepted", "declined", "tentative", "needs-action")
        for who in one.get("participant", [])
    ):
        yield "no status of somebody who takes part"


def _observation(one: Json, _bundle: Json) -> Iterator[str]:
    if one.get("resourceType") != "Observation":
        return
    said = [key for key in one if key.startswith("value")] + [key for key in one if key == "dataAbsentReason"]
    if len(said) != 1:
        yield f"obs-6: {', '.join(said) or 'nothing'} is said of it"
    if one.get("status") == "registered" and any(key.startswith("value") for key in said):
        yield "it has a value and waits for one"
    if "effectiveDateTime" not in one and "effectivePeriod" not in one:
        yield "of no day"


def _plan(one: Json, bundle: Json) -> Iterator[str]:
    """What is scheduled is booked, and what is booked is there as an appointment of that day."""
    if one.get("resourceType") != "CarePlan":
        return
    booked = {
        str(each.get("start"))[:10] for each in resources(bundle, "Appointment") if each.get("status") == "booked"
    }
    for activity in one.get("activity", []):
        detail = activity.get("detail", {})
        if detail.get("status") not in ACTIVITY.split():
            yield f"{detail.get('status')} is no status of an activity"
        if detail.get("status") == "scheduled" and detail.get("scheduledPeriod", {}).get("start") not in booked:
            yield f"{activity.get('id')} is scheduled, and not booked"
        if detail.get("status") == "completed" and not activity.get("progress"):
            yield f"{activity.get('id')} is completed, and nobody said when"
        if sum(key in detail for key in ("scheduledPeriod", "scheduledString", "scheduledTiming")) > 1:
            yield "it is scheduled in two ways"
    names = [activity.get("id") for activity in one.get("activity", [])]
    if len(names) != len(set(names)):
        yield "two activities of one name"


_OF_A_RESOURCE = (_of_its_kind, _whose_word, _appointment, _observation, _plan)


def _elements(bundle: Json) -> Iterator[str]:
    for path, value in nodes(bundle):
        if value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip()):
            yield f"{path} is empty"
        key = path.rpartition(".")[2]
        if key in _DATED and isinstance(value, str) and not _is_a_day(value):
            yield f"{path}: {value} is no day"
        if isinstance(value, dict):
            yield from _element(path, key, value)


def _element(path: str, key: str, value: Json) -> Iterator[str]:
    if "value" in value and isinstance(value["value"], int | float):
        if value.get("system") != UCUM or not value.get("code") or not value.get("unit"):
            yield f"{path}: an amount without its unit"
        if value.get("comparator", "<") not in ("<", "<=", ">=", ">"):
            yield f"{path}: {value['comparator']} is no comparator"
    if key.lower().endswith("period") and str(value.get("end", "9")) < str(value.get("start", "")):
        yield f"{path}: it ends before it begins"
    if key in ("data", "content", "photo") or "contentType" in value:
        yield f"{path}: a picture"


def _is_a_day(text: str) -> bool:
    if _DAY.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return False
        return True
    return _moment(text) is not None


def _moment(text: str | None) -> datetime | None:
    if text is None or not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
