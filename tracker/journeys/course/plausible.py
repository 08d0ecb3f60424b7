"""Whether a dose can be meant: what is no dose is refused, what is an unusual one is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from tracker.capsules import regimen_of
from tracker.engine.laws import check_mg
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts.intake import PRODUCT_NAMES, Dose, Product
from tracker.facts.stock import Stock
from tracker.history import History
from tracker.journeys.context import Context, look
from tracker.pattern import Pattern, total
from tracker.products import Known, is_made_of, products
from tracker.rounding import half_up, kilograms
from tracker.rules import Text

_LEAST_USUAL_WEIGHT, _LARGEST_USUAL_WEIGHT = Decimal(25), Decimal(250)
"""Kilograms beyond which it is asked whether they are right; bounds against slips, no clinical limits."""
_OFTEN = 2
"""Times what is prescribed beyond which it is asked whether it is right: a bound against slips, no clinical limit."""


class DoubtError(InputError):
    """What was typed can be meant, but is unusual: it is recorded once the user has said that it is right."""


def product_in_force(history: History, day: date) -> Product:
    """The kind of capsules that is prescribed on a day."""
    step = regimen_of(history).step(day)
    return step.made_of if step is not None else Product.CONVENTIONAL


def check_doses(doses: Pattern, product: Product, country: str, *, kg: Decimal | None, own: History | None) -> None:
    """Raise InputError for a prescription that cannot be, with the capsules that there are."""
    strengths = _strengths(products().kinds[product], country, own)
    for intakes in filter(None, doses.days):
        check_amount(total(intakes), kg, strengths)


def doubt_doses(doses: Pattern, product: Product, country: str, *, kg: Decimal | None, own: History | None) -> None:
    """Raise DoubtError for a prescription that is unusual."""
    known = products().kinds[product]
    strengths = _strengths(known, country, own)
    unmade = next((mg for day in doses.days for mg in day if not is_made_of(mg, strengths)), None)
    found, hint = [], N_("if your clinic said so, add --yes")
    if unmade is not None:
        values = {"mg": unmade, "strengths": _listed(strengths), "product": Phrase(PRODUCT_NAMES[product])}
        found.append(Phrase(N_("{mg} mg cannot be made of {product} capsules ({strengths} mg)"), values))
    other = _made_of_another(doses, product) if unmade is not None else None
    if other is not None:
        hint = N_("{kind} ones make it: --product {word}; if your clinic said so, add --yes")
    if kg and known.most_a_day is not None and doses.most / kg > known.most_a_day.value:
        values = {"value": half_up(doses.most / kg, 2), "most": known.most_a_day.value, "mg": doses.most,
                  "kg": kilograms(kg), "sources": Listed(known.most_a_day.sources)}  # fmt: skip
        found.append(Phrase(
            N_("{mg} mg on {kg} kg are {value} mg/kg a day, above the published {most} mg/kg ({sources})"), values
        ))  # fmt: skip
    if found:
        both = Phrase(N_("{one}; {other}"), {"one": found[0], "other": found[-1]})
        raise DoubtError(N_("{problem}"), hint, problem=found[0] if len(found) == 1 else both,
                         kind=Phrase(PRODUCT_NAMES[other or product]), word=other)  # fmt: skip


def doubt_taken(doses: Iterable[Dose], history: History, as_prescribed: str) -> None:
    """Raise DoubtError for more than twice what is prescribed on a day; the other reading is the prescription's.

    ``as_prescribed`` is the command that says so. A day without a capsule is held to what the next one with one has.
    """
    if (found := next(far_above(doses, history), None)) is None:
        return
    dose, prescribed = found
    raise DoubtError(
        N_("{problem}"), N_("if {mg} mg were taken, add --yes; if {prescribed} mg were, say: {command}"),
        problem=much_more(dose, prescribed), mg=dose.mg, prescribed=prescribed,
        command=as_prescribed.format(mg=f"{prescribed.normalize():f}"),
    )  # fmt: skip


def far_above(doses: Iterable[Dose], history: History) -> Iterator[tuple[Dose, Decimal]]:
    """Those of which it is asked whether they are right, with the milligrams that are prescribed."""
    said = [one for one in doses if one.taken and one.mg is not None]
    regimen = regimen_of(history) if said else None
    for one in said:
        prescribed = regimen.usual_mg(one.on) if regimen is not None else Decimal(0)
        if one.mg is not None and prescribed and one.mg > prescribed * _OFTEN:
            yield one, prescribed


def much_more(dose: Dose, prescribed: Decimal) -> Phrase:
    """That it is much more than is prescribed."""
    return Phrase(N_("{mg} mg on {on}, where {prescribed} mg are prescribed"),
                  {"mg": dose.mg, "prescribed": prescribed, "on": dose.on})  # fmt: skip


def doubt_weight(kg: Decimal) -> None:
    """Raise DoubtError for a weight that is unusual."""
    if not _LEAST_USUAL_WEIGHT <= kg <= _LARGEST_USUAL_WEIGHT:
        raise DoubtError(N_("{problem}"), N_("if it is right, add --yes"),
                         problem=Phrase(N_("{kg} kg is an unusual weight"), {"kg": kilograms(kg)}))  # fmt: skip


def check_amount(mg: Decimal, kg: Decimal | None, strengths: Iterable[Decimal]) -> None:
    """Raise InputError for milligrams of a day that cannot be meant, with what is meant perhaps."""
    smallest = _smallest()
    if 0 < mg < smallest:
        message = N_("{value} mg is less than the smallest capsule has ({least} mg)")
        if mg <= _most_a_day():  # what is published is never overstepped by what is offered
            message = N_(
                "{value} mg is less than the smallest capsule has ({least} mg); was {value} mg/kg a day meant?"
            )
        if mg <= _most_a_day() and kg:
            message = N_(
                "{value} mg is less than the smallest capsule has ({least} mg); {value} mg/kg a day would be {mg} mg"
                " on {kg} kg"
            )
        raise InputError(message, N_("say the milligrams of a day, such as {expected}"), value=mg, least=smallest,
                         expected="20", kg=kilograms(kg) if kg else None,
                         mg=half_up(mg * kg, 1) if kg else None)  # fmt: skip
    try:
        check_mg(mg)
    except InputError as error:
        raise InputError(error.message, N_("there are capsules of {strengths} mg"), strengths=_listed(strengths),
                         **error.values) from None  # fmt: skip


def _smallest() -> Decimal:
    """The milligrams of the smallest capsule that there is."""
    return min(known.everywhere[0] for known in products().kinds.values())


def _most_a_day() -> Decimal:
    """The largest published dose of a day, in mg per kg, of the kind that has the least."""
    return min(known.most_a_day.value for known in products().kinds.values() if known.most_a_day is not None)


def check_taken(mg: Decimal, days: Sequence[date], view: View) -> None:
    """Raise InputError for an amount that cannot have been taken on a day, or on each of several."""
    are_in_a_row = len(days) > 1 and (days[-1] - days[0]).days == len(days) - 1
    said = "..".join(map(str, (days[0], days[-1]))) if are_in_a_row else ",".join(map(str, days))
    on = "" if tuple(days) == (view.plan.today,) else f" --on {said}"
    if mg == 0:
        raise nothing_taken(f"isotrack log dose --missed{on}")
    if mg == mg.to_integral_value() and 0 < mg < _smallest() and (said_so := _in_capsules(int(mg), days[0], view)):
        raise InputError(N_("{value} mg is less than the smallest capsule has ({least} mg)"),
                         N_("if so many capsules were taken: {commands}; else say the milligrams of a day, such as"
                            " {expected}"), value=mg, least=_smallest(), expected="20",
                         commands=Listed(tuple(Text(one.en + on, one.ja + on) for one in said_so)))  # fmt: skip
    check_amount(mg, latest_weight(view.history), strengths_of(view))


def _in_capsules(count: int, on: date, view: View) -> list[Text]:
    """The commands that say that so many capsules were taken: of each strength where it is not known which they had.

    None is above what is published for a day.
    """
    try:
        milligrams_of(count, on, view)
    except InputError:
        return [Text(one, one) for one in _of_each_strength(count, view)]
    word = "capsule" if count == 1 else "capsules"
    return [Text(f'isotrack log dose "{count} {word}"', f"isotrack log dose {count}カプセル")]


def _of_each_strength(count: int, view: View) -> list[str]:
    """The commands that say so many capsules of each strength; none is above what is published for a day."""
    kg = latest_weight(view.history)
    may_be = [mg for mg in strengths_of(view) if kg is None or count * mg <= kg * _most_a_day()]
    return [f"isotrack log dose {count}x{mg.normalize():f}mg" for mg in may_be]


def nothing_taken(command: str) -> InputError:
    """The error of no milligrams, with the command that says that a day had no capsules."""
    return InputError(
        N_("0 mg is no dose"), N_("a day without its capsules is logged with: {command}"), command=command
    )


def milligrams_of(capsules: int, on: date, view: View) -> Decimal:
    """What so many capsules come to: by the only strength that there was until that day, else by the prescription.

    That says it where it can hold capsules of one strength alone: 20 mg may be one capsule, or two of 10 mg.
    Raise InputError where neither says it, or there were several, with what can be meant.
    """
    kept = view.history.all(Stock)
    had = {one.strength for one in kept if one.on <= on} or {one.strength for one in kept}
    if len(had) == 1:
        return capsules * had.pop()
    step = regimen_of(view.history).step(on)
    intakes = [mg for day in step.doses.days for mg in day] if step is not None and not had else []
    may_be = [one for one in strengths_of(view) if intakes and one <= max(intakes)]
    if len(may_be) == 1 and all(is_made_of(mg, may_be) for mg in intakes):
        return capsules * may_be[0]
    message = N_("it is not known how many milligrams each of the {count} capsules has: say it in mg")
    if capsules == 1:
        message = N_("it is not known how many milligrams the capsule has: say it in mg")
    commands = _of_each_strength(capsules, view)
    raise InputError(message, N_("say it: {commands}") if commands else None, count=capsules,
                     commands=Listed(tuple(commands)))  # fmt: skip


def strengths_that_make(on: date, view: View, product: Product | None) -> list[Decimal]:
    """The strengths of which capsules alone make each intake of what is prescribed on a day; all where nothing is."""
    step = regimen_of(view.history).step(on)
    known = products().kinds[product or product_in_force(view.history, on)].of_country(view.protocol.jurisdiction)
    intakes = [mg for day in step.doses.days for mg in day] if step is not None else []
    return [strength for strength in known if all(is_made_of(mg, [strength]) for mg in intakes)]


def strengths_of(view: View) -> tuple[Decimal, ...]:
    """The milligrams of the capsules that there are for who takes what is prescribed today."""
    product = product_in_force(view.history, view.plan.today)
    return _strengths(products().kinds[product], view.protocol.jurisdiction, view.history)


def check_before_a_course(context: Context, mg: Decimal) -> None:
    """Raise InputError for a plain number that is no dose, whatever the course is."""
    view = None
    with suppress(Exception):  # where there is none, or none can be read, something else says so
        view = look(context)
    country, own = (view.protocol.jurisdiction, view.history) if view is not None else ("", None)
    kg = latest_weight(own) if own is not None else None
    check_amount(mg, kg, _strengths(products().kinds[Product.CONVENTIONAL], country, own))


def latest_weight(history: History) -> Decimal | None:
    """The weight that was measured last."""
    return history.weights[-1].kg if history.weights else None


def _strengths(known: Known, country: str, own: History | None) -> tuple[Decimal, ...]:
    """The capsules that there are: those of the country, and those that the patient has from anywhere."""
    had = {one.strength for one in own.all(Stock) if one.made_of is known.product} if own is not None else set()
    return tuple(sorted({*known.of_country(country), *had}))


def _made_of_another(doses: Pattern, product: Product) -> Product | None:
    for other, known in products().kinds.items():
        if other is not product and all(is_made_of(mg, known.everywhere) for day in doses.days for mg in day):
            return other
    return None


def _listed(strengths: Iterable[Decimal]) -> Listed:
    return Listed(tuple(f"{mg.normalize():f}" for mg in strengths))
