"""``isotrack dose`` without a dose: what was taken so far, of what was prescribed, and when a target is reached."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tracker.cli import adherence, capsules, paper, show, whose
from tracker.cli import as_json as contract
from tracker.cli.base import context
from tracker.cli.tables import Cell, Column, table
from tracker.errors import N_, Listed, Phrase
from tracker.facts.intake import PRODUCT_NAMES, Product
from tracker.facts.kind import amount
from tracker.i18n import _, active, number
from tracker.rounding import half_up

if TYPE_CHECKING:
    from tracker.journeys.course.dosing import Doses
    from tracker.products import Remark
    from tracker.readings.targets import Reached, Target


def show_doses(*, as_json: bool) -> None:
    """The report, or what programs read of it."""
    from tracker.journeys.course import dosing

    found = dosing.doses(context())
    if as_json:
        contract.show({"patient": whose.label()} | _contract(found))
        return
    whose.heading()
    _prescribed(found)
    for product in found.intake.sums:
        _sum(found, product)
    _weight(found)
    _adherence(found)
    capsules.put(capsules.of_a_course(found.view).of_doses)
    _targets(found)
    _end_without_the_target(found)
    paper.put("")
    _remark(found.known.remarks["missed-dose"])
    if found.has_several or Product.MICRONISED in found.intake.sums:
        _remark(found.known.remarks["scales"])


def _prescribed(found: Doses) -> None:
    line, step = found.view.plan.timeline, found.step
    if step is None:
        show.say(N_("No dose is prescribed: {command}"), command=Phrase(N_("isotrack dose MG --from DATE")))
    elif line.last_dose is not None:
        show.say(N_("The course ended on {on}."), on=line.last_dose)
    elif found.weighed is None:
        show.say(N_("Prescribed: {doses}"), doses=step.said)
    else:
        show.say(N_("Prescribed: {doses}; {per_kg} mg/kg a day at most"), doses=step.said,
                 per_kg=f"{half_up(step.mg / found.weighed.kg, 2)}")  # fmt: skip


def _sum(found: Doses, product: Product) -> None:
    paper.put("")
    if found.has_several or product is not Product.CONVENTIONAL:
        show.say(N_("{product} capsules:"), product=_(PRODUCT_NAMES[product]).capitalize())
    paper.put(so_far(found, product))
    for line in parts_of(found, product):
        paper.put(line)


def so_far(found: Doses, product: Product) -> str:
    """What was taken of a kind in all, and what that is on the start weight."""
    total, per_kg = found.intake.sums[product].total_mg, found.intake.mg_per_kg(product)
    if per_kg is None or found.weighed is None:
        return show.filled(N_("Taken so far: {total} mg. For mg/kg a weight is missing: isotrack log weight KG"),
                           total=total)  # fmt: skip
    is_later = found.weighed.on > found.view.plan.timeline.first_dose
    return show.filled(
        N_("Taken so far: {total} mg = {per_kg} mg/kg on the first weight known, {kg} kg ({on})") if is_later else
        N_("Taken so far: {total} mg = {per_kg} mg/kg on the start weight of {kg} kg ({on})"),
        total=total, per_kg=f"{half_up(per_kg, 1)}", kg=found.weighed.shown, on=found.weighed.on,
    )  # fmt: skip


def parts_of(found: Doses, product: Product) -> list[str]:
    """Of what was taken of a kind what was logged, what was said, and what is assumed."""
    so_far, fill = found.intake.sums[product], show.filled
    lines = [fill(N_("  confirmed by the log: {mg} mg"), mg=so_far.logged_mg)]
    if so_far.stated_mg:
        lines.append(fill(N_("  said to have been taken before {on}: {mg} mg"), mg=so_far.stated_mg,
                          on=found.intake.stated_before))  # fmt: skip
    return [*lines, fill(N_("  assumed, without a record: {mg} mg"), mg=so_far.assumed_mg)]


def _weight(found: Doses) -> None:
    latest = found.latest
    if latest is None or not found.has_changed_much:
        return
    show.say(N_("! The last weight is {kg} kg ({on}). On it:"), kg=latest.shown, on=latest.on)
    for product in found.intake.sums:
        values: dict[str, Any] = {"per_kg": f"{half_up(found.intake.sums[product].total_mg / latest.kg, 1)}"}
        text = show.filled(N_("{per_kg} mg/kg"), **values)
        if found.has_several:
            text = show.filled(N_("{text} - {product} capsules"), text=text, product=_(PRODUCT_NAMES[product]))
        paper.put("  " + text)
    show.say(N_("  Ask your clinic which weight it counts on."))


def _adherence(found: Doses) -> None:
    if lines := adherence.lines(found):
        paper.put("")
    for line in lines:
        paper.put(line)


def _targets(found: Doses) -> None:
    if not found.targets:
        return
    line, today, rate = found.view.plan.timeline, found.view.plan.today, found.intake.adherence.rate
    paper.put("")
    for one in found.targets:
        if one.is_reached(today):
            message = N_("! The target that the programme shows is reached, {target} mg/kg: ask your doctor.")
            if one.mg_per_kg == found.own_target:
                message = N_("! The target that was set is reached, {target} mg/kg: ask your doctor.")
            show.say(message, target=one.mg_per_kg)
    ahead = line.last_dose is None and line.held_since is None
    columns: list[Column | str] = [
        Column(N_("Target"), is_name=True), Column(N_("In mg")), Column(N_("As prescribed"), prose=True),
        Column(N_("That day brings it to"), prose=True, drops=1),
    ]  # fmt: skip
    has_rate = ahead and rate is not None
    if has_rate:
        columns.append(Column(N_("Allowing for missed days"), prose=True))
    rows = [row_of_target(found, one, has_rate=has_rate) for one in found.targets]
    table(columns, rows)
    if not ahead:
        show.say(N_("Nothing is projected: the course has ended, or the capsules are held until your clinic's word."))
        return
    if rate is not None:
        show.say(N_("Allowing for missed days: on the days with a record {percent} % of what was prescribed was taken,"
                    " and as much is counted on."), percent=adherence.percent(rate))  # fmt: skip
    else:
        show.say(N_("Missed days cannot be allowed for: fewer than half of the prescribed days have a record."))
    if line.paused_since is not None:
        show.say(N_("The course is paused: counted as if capsules were taken again from tomorrow on."))
    show.say(N_("Counted day by day: what was logged or is assumed, then the steps, patterns and pauses as planned."))


def _end_without_the_target(found: Doses) -> None:
    """Where micronised capsules keep the target from being reached: on what the end of the course stands instead."""
    if found.turns is None:
        return
    projection = found.view.history.projection
    message = N_("! {target} mg/kg are not reached before the capsules are micronised ones ({on}): the end, {last}, is"
                 " that of the programme's usual duration.")  # fmt: skip
    if projection is not None and projection.duration is not None:
        message = N_("! {target} mg/kg are not reached before the capsules are micronised ones ({on}): the end, {last},"
                     " is that of the duration that was said.")  # fmt: skip
    line = found.view.plan.timeline
    show.say(message, target=found.own_target, on=found.turns, last=line.projected_last_dose)


def row_of_target(found: Doses, one: Target, *, has_rate: bool) -> list[Cell | str]:
    """A target, its milligrams, when it is reached as prescribed, to what that day brings the sum, and as is real."""
    line = found.view.plan.timeline
    none = N_("none while held") if line.held_since is not None and line.last_dose is None else N_("not reached")
    name = N_("{target} mg/kg (yours)") if one.mg_per_kg == found.own_target else N_("{target} mg/kg")
    cells: list[Cell | str] = [
        show.filled(name, target=one.mg_per_kg), show.filled(N_("{mg} mg"), mg=half_up(one.mg, 1)),
        _day(one.prescribed, none),
        _over(one.prescribed),
    ]  # fmt: skip
    return [*cells, _day(one.real, none)] if has_rate else cells


def _day(reached: Reached | None, none: str) -> Cell | str:
    if reached is None:
        return _(none)
    return Cell(
        show.filled(N_("{on}, day {day}"), on=reached.on, day=reached.day), active().short_day(reached.on)
    )  # fmt: skip


def _over(reached: Reached | None) -> str:
    if reached is None:
        return "-"
    if not reached.over_mg:
        return show.filled(N_("{mg} mg"), mg=_decimal(reached.mg))
    return show.filled(N_("{mg} mg, {over} mg over"), mg=_decimal(reached.mg), over=_decimal(reached.over_mg))


def _remark(of: Remark) -> None:
    show.say(N_("{text} [{sources}]"), text=of.text, sources=Listed(of.sources))


def _decimal(mg: Fraction) -> str:
    return number(half_up(Decimal(mg.numerator) / Decimal(mg.denominator), 1))


def _contract(found: Doses) -> dict[str, Any]:
    """The doses as in ``schemas/dose.schema.json``."""
    weighed, latest, so_far = found.weighed, found.latest, found.intake.adherence
    missed = found.known.remarks["missed-dose"]
    return {
        "today": found.view.plan.today.isoformat(),
        "weight": {
            "basis": "start", "kg": amount(weighed.kg), "on": weighed.on.isoformat(),
            "latest_kg": amount(latest.kg), "latest_on": latest.on.isoformat(),
        } if weighed is not None and latest is not None else None,
        "prescribed": {
            "from": found.step.on.isoformat(), "product": found.step.made_of.value, "doses": found.step.doses.written(),
        } if found.step is not None else None,
        "sums": [
            {
                "product": product.value,
                "confirmed_mg": amount(one.logged_mg),
                "stated_mg": amount(one.stated_mg),
                "assumed_mg": amount(one.assumed_mg),
                "total_mg": amount(one.total_mg),
                "mg_per_kg": _per_kg(found.intake.mg_per_kg(product)),
                "mg_per_kg_on_latest_weight": _per_kg(
                    found.intake.mg_per_kg(product, latest.kg) if latest is not None else None
                ),
            }
            for product, one in found.intake.sums.items()
        ],
        "stated_before": contract.day(found.intake.stated_before),
        "adherence": {
            "prescribed_days": so_far.prescribed_days,
            "taken_days": so_far.taken_days,
            "missed_days": so_far.missed_days,
            "days_without_record": so_far.assumed_days + so_far.beyond_days,
            "days_not_at_hand": so_far.beyond_days,
            "prescribed_mg": amount(so_far.prescribed_mg),
            "taken_mg": amount(so_far.taken_mg),
            "percent_of_days": _share(so_far.taken_days, so_far.recorded_days) if so_far.rate is not None else None,
            "kept_mg": amount(so_far.kept_mg),
            "percent_of_mg": _share(so_far.kept_mg, so_far.recorded_mg) if so_far.rate is not None else None,
            "real_rate": float(half_up(so_far.rate, 4)) if so_far.rate is not None else None,
        },
        **_departures(found),
        "targets": [
            {
                "mg_per_kg": amount(one.mg_per_kg),
                "mg": amount(one.mg),
                "own": one.mg_per_kg == found.own_target,
                "reached": one.is_reached(found.view.plan.today),
                "at_prescribed_rate": _reached(one.prescribed),
                "at_real_rate": _reached(one.real),
            }
            for one in found.targets
        ],
        "missed_dose": {"en": missed.text.en, "ja": missed.text.ja, "sources": list(missed.sources)},
    }  # fmt: skip


def _departures(found: Doses) -> dict[str, Any]:
    departed = capsules.of_a_course(found.view)
    return {
        "above_prescribed": [
            {"on": one.on.isoformat(), "mg": amount(one.mg), "prescribed_mg": amount(one.prescribed)}
            for one in departed.above
        ],
        "taken_while_held": [day.isoformat() for day in departed.held],
        "taken_while_paused": [day.isoformat() for day in departed.paused],
    }  # fmt: skip


def _per_kg(value: Decimal | None) -> int | float | None:
    return amount(half_up(value, 2)) if value is not None else None


def _share(part: Decimal | int, whole: Decimal | int) -> int | float | None:
    return amount(half_up(Decimal(100 * part) / Decimal(whole), 1)) if whole else None


def _reached(one: Reached | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "on": one.on.isoformat(), "day": one.day, "total_mg": amount(half_up(one.mg, 3)),
        "over_mg": amount(half_up(one.over_mg, 3)),
    }  # fmt: skip
