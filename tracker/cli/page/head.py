"""The head of the page: who, which programme, which day, what was taken so far, and what is known from before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli.page import done, dosed
from tracker.cli.show import filled
from tracker.errors import N_, Listed, Name, Phrase
from tracker.facts.background import ABOUT_NAMES
from tracker.facts.intake import PRODUCT_NAMES, Product
from tracker.i18n import _, active
from tracker.pharmacy import FORM_NAMES
from tracker.report.document import Prose, Section
from tracker.rounding import half_up
from tracker.rules import Sex

if TYPE_CHECKING:
    from datetime import date

    from tracker.journeys.course.reporting import Report
    from tracker.readings.substances import Taking

_SEXES = {Sex.FEMALE: N_("female"), Sex.MALE: N_("male")}


def title(name: str | None) -> str:
    """What the page is called."""
    if name is None:
        return _("Isotretinoin course: a page for the doctor")
    return filled(N_("Isotretinoin course: {name}"), name=Name(name))


def subtitle(found: Report) -> str:
    """The programme, the day from which it is seen, and the time that it is about."""
    view = found.view
    name = view.protocol.name.in_language(active().code)
    seen = filled(N_("{name} ({protocol}); as of {today}"), name=name, protocol=view.reference, today=found.today)
    if found.since is None:
        return filled(N_("{text}; all that was recorded"), text=seen)
    if found.since == found.last_visit:
        return filled(N_("{text}; since the last visit, {on}"), text=seen, on=found.since)
    return filled(N_("{text}; since {on}"), text=seen, on=found.since)


def figures(found: Report, *, is_discreet: bool) -> list[tuple[str, str]]:
    """What is to be taken in at a glance."""
    line, values = found.view.plan.timeline, list[tuple[str, str]]()
    values.append((_("Day of the course"), _day(found)))
    values.append((_("First capsule"), active().short_day(line.first_dose)))
    if line.last_dose is not None:
        values.append((_("Last capsule"), active().short_day(line.last_dose)))
    else:
        values.append((_("Last capsule"), filled(N_("{on} (estimate)"), on=_short(line.projected_last_dose))))
    values += _dose(found)
    values += _person(found, is_discreet=is_discreet)
    visit = found.last_visit
    values.append((_("Last visit"), active().short_day(visit) if visit is not None else _("none recorded")))
    return values


def _short(day: date) -> str:
    return active().short_day(day)


def _day(found: Report) -> str:
    line = found.view.plan.timeline
    day = (found.today - line.first_dose).days + 1
    if line.last_dose is not None:
        return _("ended")
    if day < 1:
        return _("not begun")
    if line.held_since is not None:
        return filled(N_("{day}, capsules held since {since}"), day=day, since=_short(line.held_since))
    if line.paused_since is not None and line.paused_since <= found.today:
        return filled(N_("{day}, paused since {since}"), day=day, since=_short(line.paused_since))
    return str(day)


def _dose(found: Report) -> list[tuple[str, str]]:
    doses, line = found.doses, found.view.plan.timeline
    values: list[tuple[str, str]] = []
    if doses.step is not None and line.last_dose is None:
        said = dosed.said(found, doses.step)
        for step in dosed.ahead(found)[:1]:
            said = filled(N_("{now}, from {on}: {doses}"), now=said, on=_short(step.on), doses=dosed.said(found, step))
        values.append((_("Prescribed"), said))
    for product, so_far in doses.intake.sums.items():
        per_kg = doses.intake.mg_per_kg(product)
        name = _("Taken so far")
        if doses.has_several or product is not Product.CONVENTIONAL:
            name = filled(N_("{what} ({note})"), what=name, note=_(PRODUCT_NAMES[product]))
        text = filled(N_("{mg} mg"), mg=so_far.total_mg)
        if per_kg is not None:
            message = N_("{per_kg} mg/kg ({mg} mg)")
            if so_far.assumed_mg:
                message = N_("{per_kg} mg/kg ({mg} mg), of it confirmed {sure_per_kg} mg/kg ({sure} mg)")
            if so_far.stated_mg:  # what was only said in one sum is no more than said
                message = N_("{per_kg} mg/kg ({mg} mg), of it logged or stated {sure_per_kg} mg/kg ({sure} mg)")
            sure = so_far.total_mg - so_far.assumed_mg
            sure_per_kg = per_kg * sure / so_far.total_mg if so_far.total_mg else per_kg
            text = filled(message, per_kg=f"{half_up(per_kg, 1)}", mg=so_far.total_mg, sure=sure,
                          sure_per_kg=f"{half_up(sure_per_kg, 1)}")  # fmt: skip
        values.append((name, text))
    return values


def _person(found: Report, *, is_discreet: bool) -> list[tuple[str, str]]:
    values: list[tuple[str, str]] = []
    parts: list[object] = [Phrase(_SEXES[found.sex])] if found.sex is not None else []
    if found.age is not None:
        parts.append(Phrase(N_("{age} years"), {"age": found.age}))
    if found.born is not None and not is_discreet:
        parts.append(Phrase(N_("born {on}"), {"on": active().bare_day(found.born)}))
    # Where nothing is said of sex or age it has a name of its own.
    label = _("Sex and age") if parts else _("Pregnancy")
    if found.view.can_become_pregnant:
        # Where nobody says so, pregnancy is taken as possible: of a man the page says no more than that.
        is_male = found.sex is Sex.MALE and not found.view.history.fertility
        parts.append(Phrase(N_("pregnancy not ruled out") if is_male else N_("can become pregnant")))
    if parts:
        values.append((label, str(active().value(Listed(tuple(parts))))))
    weighed, latest = found.doses.weighed, found.doses.latest
    if weighed is not None:
        text = filled(N_("{kg} kg at the start"), kg=weighed.shown)
        if latest is not None and latest.on > weighed.on:
            text = filled(N_("{kg} kg at the start, now {now} kg"), kg=weighed.shown, now=latest.shown)
        values.append((_("Weight"), text))
    return values


def background(found: Report, *, is_full: bool) -> Section:
    """Tests, signatures, pick-ups, allergies, illnesses, other medicines, and what is taken beside the capsules."""
    lines: list[str] = []
    dated = done.lines(found, is_full=is_full)
    for about, name in ABOUT_NAMES.items():
        texts = tuple(one.text for one in found.background if one.about is about)
        if texts:
            lines.append(filled(N_("{about}: {text}"), about=Phrase(name), text=Listed(texts)))
    ids = {one.id for one in found.background}
    taken = [_taking(one) for one in found.beside.takings if one.id not in ids and one.goes_on(found.today)]
    if taken:
        lines.append(filled(N_("taken beside the capsules: {things}"), things=Listed(tuple(taken))))
    if not lines:
        lines = [_("No current allergy, illness or other medicine is recorded.")]
    return Section(_("Background"), [Prose(_(" / ").join([*dated, *lines]))], is_wide=True)


def _taking(one: Taking) -> Phrase:
    name = (
        Phrase(N_("{name} {form}"), {"name": one.name, "form": Phrase(FORM_NAMES[one.form])}) if one.form else one.name
    )
    return Phrase(N_("{what} since {on}"), {"what": name, "on": active().bare_day(one.since)})
