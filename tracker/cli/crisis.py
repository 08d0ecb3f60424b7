"""``isotrack crisis``: whom to call, with no record needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli import as_json as contract
from tracker.cli import urgent
from tracker.cli.base import Command, as_json_option
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Listed
from tracker.protocols.countries import jurisdictions

if TYPE_CHECKING:
    from tracker.crisis import Lines

_EVERY = ("all", "すべて", "全部")


@click.command(
    cls=Command,
    help=N_("Show whom to call in a crisis: in your country, in another (COUNTRY, such as jp), or in all. No record is"
            " needed, nothing is recorded."),
)  # fmt: skip
@click.argument("country", required=False)
@as_json_option()
@click.pass_context
def crisis(ctx: click.Context, country: str | None, as_json: bool) -> None:
    """Crisis lines."""
    from tracker.crisis import crisis_lines

    known = crisis_lines()
    said = plain(country).lower() if country is not None else None
    everywhere = said in _EVERY
    codes = urgent.countries() if said is None else _named(said, known)
    if not codes and said is not None and not everywhere:
        raise InputError(
            N_('no crisis line is known for "{text}": call your local emergency number'),
            N_("countries that are known: {names}"), text=country,
            names=Listed(tuple(one.name for one in known.countries)),
        )  # fmt: skip
    if as_json or ctx.find_root().meta.get("as_json"):
        found = known.countries if everywhere else known.of(codes)
        contract.show({"read": known.read, "countries": [
            {"codes": list(one.codes), "name": contract.both(one.name),
             "lines": [{"name": contract.both(line.name), "number": line.number,
                        "hours": contract.both(line.hours) if line.hours is not None else None,
                        "sources": list(line.sources), "confirmed": line.confirmed} for line in one.lines],
             "emergency": one.emergency.number if one.emergency is not None else None}
            for one in found
        ]})  # fmt: skip
    elif everywhere:
        urgent.every_country()
    else:
        urgent.crisis(codes)


def _named(said: str, known: Lines) -> tuple[str, ...]:
    """The country of a code, or of a name in either language."""
    for one in known.countries:
        if said in (one.name.en.lower(), one.name.ja):
            return one.codes[:1]
    return tuple(code for code in jurisdictions(said) if known.of([code]))[:1]
