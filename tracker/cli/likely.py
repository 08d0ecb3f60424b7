"""Which order of day and month is usual where the person is, as far as the command, the record or the machine says."""

from __future__ import annotations

from contextlib import suppress

from tracker.cli.running import flags, machine_zone
from tracker.cli.typed import Order
from tracker.errors import TrackerError
from tracker.protocols import countries
from tracker.protocols import order_of_days as order_of


def order_of_days() -> Order | None:
    """The order that days such as 1/5 usually have there; None where nothing says it."""
    found = next(filter(None, map(order_of, _jurisdictions())), None)
    return Order(found) if found is not None else None


def _jurisdictions() -> list[str]:
    """The countries that may be meant, the surest first."""
    programme, zone = _said("--protocol"), _said("--timezone")
    if programme:
        code = programme.partition("-")[0]
        return [countries.jurisdictions(programme)[0], countries.jurisdictions(code)[0]]
    if zone:
        return [countries.of_zone(zone) or ""]
    with suppress(TrackerError, OSError):
        from tracker.journeys.context import look

        view = look(flags().context())
        return [view.protocol.jurisdiction, countries.of_zone(view.course.timezone) or ""]
    return [countries.of_zone(machine_zone() or "") or ""]


def _said(flag: str) -> str:
    """What is typed behind a flag; empty where it is not."""
    line = flags().line
    for at, word in enumerate(line):
        name, equals, value = word.partition("=")
        if name == flag:
            return value if equals else "".join(line[at + 1 : at + 2])
    return ""
