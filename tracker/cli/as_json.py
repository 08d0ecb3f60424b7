"""The JSON that programs read: a stable contract, see ``schemas/plan.schema.json``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.base import flags
from tracker.facts import Appointment, Done, Fact, Session, kind_of
from tracker.facts.kind import amount
from tracker.plan import Downtime, Item, SpanInPlan, State
from tracker.visible import json_for

if TYPE_CHECKING:
    from tracker.engine.view import View
    from tracker.pharmacy import Statement
    from tracker.readings.stock import AtHand
    from tracker.rules import Text
    from tracker.washout import Washout, Window


def show(value: Any) -> None:
    """Print a value as JSON, and let nothing else be printed."""
    flags().for_programs = True
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(json_for(json.dumps(value, ensure_ascii=False, indent=2), encoding))


def fact(one: Fact, counts: Sequence[str] = ()) -> dict[str, Any]:
    """An entry as in ``schemas/history.schema.json``; ``counts`` are the items that a thing done counts for."""
    kind = kind_of(one)
    found = {"id": one.id, "kind": kind.name, "on": one.on.isoformat(), "note": one.note, **kind.written(one)}
    return found | {"for": list(counts)} if isinstance(one, Done | Session) else found


def level(of: Statement) -> dict[str, Any]:
    """What the sources say of a substance, in which form of it; None for every form."""
    return {"form": of.form, "level": of.verdict.value}


def stock(found: AtHand | None) -> dict[str, Any]:
    """The capsules at hand as in ``schemas/stock.schema.json``."""
    if found is None:
        return {"capsules": [], "mg": 0, "daily_mg": None, "lasts_until": None, "none_since": None}
    return {
        "capsules": [
            {"strength_mg": amount(strength), "count": count, "product": product.value}
            for product, strength, count in found.capsules
        ],
        "mg": amount(found.mg),
        "daily_mg": amount(found.daily_mg) if found.daily_mg is not None else None,
        "lasts_until": day(found.lasts_until),
        "none_since": day(found.none_since),
    }


def plan(view: View) -> dict[str, Any]:
    """A plan as in the contract."""
    found, line = view.plan, view.plan.timeline
    return {
        "today": found.today.isoformat(),
        "course": {
            "name": view.course.name,
            "enrolled": line.enrolled.isoformat(),
            "start": line.first_dose.isoformat(),
            "protocol": view.protocol.id,
            "version": view.protocol.version,
            "last_dose": day(line.last_dose),
            "projected_last_dose": line.end.isoformat(),
            "paused_since": day(line.paused_since),
            "timezone": view.course.timezone,
            "can_become_pregnant": view.can_become_pregnant,
        },
        "items": [item(one) for one in found.items],
        "spans": [span(one) for one in found.spans],
        "downtimes": [downtime(one) for one in found.downtimes],
        "notices": [notice.code.value for notice in found.notices],
    }


def item(of: Item) -> dict[str, Any]:
    """One dated item."""
    return {
        "key": of.key,
        "kind": of.kind.value,
        "due": of.due.isoformat(),
        "due_is_estimate": of.due_is_estimate,
        "window": {"start": of.window_start.isoformat(), "end": of.window_end.isoformat()},
        "hard_end": day(of.hard_end),
        "state": of.state.value,
        "assumed": of.state is State.AS_PLANNED,
        "booked_at": _booked(of.appointment),
        "done_on": of.done.on.isoformat() if of.done is not None else None,
        "awaiting_since": of.awaiting.on.isoformat() if of.awaiting is not None else None,
        **_rule(of),
    }


def span(of: SpanInPlan) -> dict[str, Any]:
    """One span."""
    return {
        "key": of.key,
        "kind": of.rule.kind.value,
        "start": of.start.isoformat(),
        "end": of.end.isoformat(),
        "end_is_estimate": of.end_is_estimate,
        "state": of.phase.value,
        **_rule(of),
    }


def downtime(of: Downtime) -> dict[str, Any]:
    """The days on which a skin shows a procedure."""
    title = {"en": of.rule.title.en, "ja": of.rule.title.ja}
    return {"key": of.key, "start": of.first.isoformat(), "end": of.last.isoformat(),
            "is_estimate": of.is_estimate, "title": title}  # fmt: skip


def washout(of: Washout, on: date) -> dict[str, Any]:
    """Every window of a procedure that was considered, and which decides about a day."""
    last, taken = of.last_restricted(), of.taken(on)
    level = of.level(on)
    return {
        "procedure": of.procedure.code,
        "title": {"en": of.procedure.name.en, "ja": of.procedure.name.ja},
        "level": level.value if level is not None else None,
        "last_restricted": day(last.last if last is not None else None),
        "is_estimate": last.is_estimate if last is not None else False,
        "first_free": of.first_free(on).isoformat(),
        "readings": [_window(one) | {"decides": one is taken} for one in of.windows],
    }


def _window(of: Window) -> dict[str, Any]:
    return {
        "level": of.level.value, "start": of.first.isoformat(), "end": of.last.isoformat(),
        "is_estimate": of.is_estimate, "course": of.course, "profile": of.profile, "rule": of.rule,
        "sources": list(of.sources), "confirmed": of.confirmed, "counts": of.is_in_force,
        "why": {"en": of.text.en, "ja": of.text.ja},
    }  # fmt: skip


def _rule(of: Item | SpanInPlan) -> dict[str, Any]:
    rule = of.rule
    return {
        "rule": rule.id,
        "source": ", ".join(rule.sources),
        "strength": rule.strength.value,
        "confirmed": rule.confirmed,
        "title": {"en": rule.title.en, "ja": rule.title.ja},
        "why": {"en": rule.text.en, "ja": rule.text.ja},
    }


def both(text: Text) -> dict[str, str]:
    """A text in both languages."""
    return {"en": text.en, "ja": text.ja}


def day(of: date | None) -> str | None:
    """A day as programs read it."""
    return of.isoformat() if of is not None else None


def _booked(appointment: Appointment | None) -> str | None:
    if appointment is None:
        return None
    if appointment.at is None:
        return appointment.on.isoformat()
    return datetime.combine(appointment.on, appointment.at).isoformat(timespec="minutes")
