"""Series of procedures: their sessions as items, laid after the windows of their procedure wherever those move.

Session k lies so many intervals after the last one done or booked before it, or after the first day of the series; what
is overdue is done today at the earliest, and those behind it are counted from there. No session lies on a day that its
windows forbid, unless the clinic said that the series may begin there. What was done is taken in the order of its days:
each fills the first session that is still open of the oldest series of its procedure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct, field

from tracker.dates import Span, Unit, last_restricted_day
from tracker.engine.intervals import is_too_soon, opens_before, too_soon
from tracker.engine.occurrences import Context, item
from tracker.engine.slots import OPENS_BEFORE_DUE, Slot
from tracker.facts import SeriesPlan, Session
from tracker.plan import Downtime, Item, Notice, NoticeCode
from tracker.reckoning import Reckoning, Rounding
from tracker.rules import Anchor, Kind, Mode, Point, Protocol, Repeat, Rule, Strength, Text
from tracker.treatments import Catalogue, Procedure, Profile
from tracker.washout import CourseDays, Surroundings, Washout, Window, course_days, washout

_DAY = timedelta(days=1)
_ALONE = Span(1, Unit.DAY)
_FROM = Anchor(Point.LAST_DONE, Kind.PROCEDURE)


class Sessions(Struct, frozen=True):
    """What procedures add to a plan."""

    items: tuple[Item, ...] = ()
    downtimes: tuple[Downtime, ...] = ()
    notices: tuple[Notice, ...] = ()
    counts: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The key of the session that each procedure done is, by its id."""


NO_SESSIONS = Sessions()


class _Series(Struct):
    """A series with what was done of it, by the number of the session."""

    plan: SeriesPlan
    washout: Washout
    rule: Rule
    done: dict[int, Session] = field(default_factory=dict)

    def limit(self, at: Context, on: date = date.max) -> int:
        """How many sessions it has, as it was said until a day."""
        count = self.plan.sessions
        for end in at.history.series_ends:
            if end.series == self.plan.series:
                done = sum(1 for one in self.done.values() if one.on <= end.on)
                if end.since is not None:
                    count = min(count, max(end.since - 1, done))
                elif on > end.on:
                    count = min(count, done)
        return count

    def takes(self, fact: Session, at: Context) -> bool:
        """Whether something done is its next session: of its procedure, on a day on which it was planned."""
        return fact.code == self.plan.code and fact.on >= self.plan.on and len(self.done) < self.limit(at, fact.on)


def sessions(protocol: Protocol, at: Context, around: Surroundings) -> Sessions:
    """The sessions of every series, what was done of them, and what is to be said of that."""
    catalogue = around.catalogue
    days = course_days(at.line, protocol.id, protocol.rules_for(
        can_become_pregnant=at.history.can_become_pregnant))  # fmt: skip
    codes = {fact.code for fact in at.history.sessions} | {plan.code for plan in at.history.series}
    known = {code: washout(one, catalogue, [*around.before, days], at.history.profile)
             for code, one in catalogue.procedures.items() if code in codes}  # fmt: skip
    series = [_Series(plan, known[plan.code], _rule(plan.series, plan.every, catalogue.procedures[plan.code]))
              for plan in at.history.series if plan.code in known]  # fmt: skip
    counts: dict[int, tuple[str, ...]] = {}
    for fact in at.history.sessions:
        taking = next((one for one in series if one.takes(fact, at)), None)
        counts[fact.id] = ()
        if taking is not None:
            taking.done[len(taking.done) + 1] = fact
            counts[fact.id] = (f"{taking.plan.series}/{len(taking.done)}",)
    items = _laid(series, at)
    return Sessions(
        tuple(items), tuple(_downtimes(series, items, at, catalogue, counts)),
        (*_notices(series, items, at, known), *_booked_too_soon(series, items, at),
         *_of_the_profile(at, days, catalogue)), counts,
    )  # fmt: skip


def _rule(name: str, every: Span, procedure: Procedure) -> Rule:
    """What a series asks for, as a rule of the person's own."""
    sources = dict.fromkeys(source for said in procedure.sayings for source in said.sources)
    return Rule(
        id=name, kind=Kind.PROCEDURE, can_become_pregnant=None, strength=Strength.OPTIONAL,
        confirmed=all(said.confirmed for said in procedure.sayings), sources=tuple(sources), title=procedure.name,
        text=Text("A session of your own series; its days lie after the windows of the procedure.",
                  "ご自身で計画した施術です。施術を受けられない期間が終わった後の日に置かれます。"),
        timing=Repeat(anchor=Anchor(Point.LAST_DOSE), every=every, first=every, mode=Mode.FROM_LAST_DONE),
    )  # fmt: skip


def _laid(series: list[_Series], at: Context) -> list[Item]:
    """The sessions of all series, each after the one that it follows."""
    items: list[Item] = []
    waiting = list(series)
    while waiting:
        names = {one.plan.series for one in waiting}
        # Where series follow one another in a circle, which corrections can make, the first is laid by itself.
        one = next((one for one in waiting if one.plan.after not in names - {one.plan.series}), waiting[0])
        waiting.remove(one)
        items.extend(_items(one, at, items))
    return items


def _items(series: _Series, at: Context, others: list[Item]) -> Iterator[Item]:
    plan, found = series.plan, series.washout
    earliest = max(plan.on, plan.begins or plan.on)
    former = _last_before(series, others)
    following = _following(former, series, at)
    begins = max(earliest, following.day) if following is not None else earliest
    estimate = following is not None and begins == following.day and former is not None and former.due_is_estimate
    last = found.last_restricted() if plan.begins is None else None
    if last is not None and begins <= last.last:
        # Where no day was named it lies after the course, and not before one that is to come.
        begins, estimate = last.last + _DAY, last.is_estimate
    day, steps, previous, after = begins, 0, earliest - _DAY, 0
    waits = (_of_a_window(last),) if last is not None and begins == last.last + _DAY else ()
    for number in range(1, series.limit(at) + 1):
        reckoning = Reckoning(_FROM, day, plan.every * steps, Rounding.EARLY, after if steps else 0)
        if following is not None and number == 1 and reckoning.day == following.day:
            reckoning = following
        asked = reckoning.day
        due = max(asked, previous + _DAY)
        window = found.forbidding(due) if not plan.is_on_the_clinics_word else None
        if window is not None:
            due, estimate, waits = found.first_free(due), window.is_estimate, (_of_a_window(window),)
        if due != asked:
            # What follows is counted from here: two sessions that would lie in a window do not end up on one day.
            day, steps, after = due, 0, 0
        opens = due - (opens_before(plan.every) if steps else OPENS_BEFORE_DUE)
        start = opens if plan.is_on_the_clinics_word else found.first_free(opens)
        slot = Slot(series.rule, number, due, max(min(start, due), min(previous + _DAY, due)),
                    due + plan.every.half_in_days * _DAY, None, reckoning, waits)  # fmt: skip
        done, booked = series.done.get(number), at.appointments.get(slot.key)
        one = item(slot, at, estimate=estimate and done is None and booked is None, done=done)
        fixed = done.on if done is not None else booked.on if booked is not None else None
        if done is None and (fixed or due) < at.today:
            # It was not done on its day: it can be today at the earliest, and the next one an interval after that.
            fixed = at.today
        if fixed is not None:
            day, steps, estimate, after = fixed, 0, False, number
        previous, waits = max(previous, fixed or due), ()
        steps += 1
        yield one


def _of_a_window(window: Window) -> Reckoning:
    """The last day of a window, behind which a session waits."""
    return Reckoning(Anchor(Point.LAST_DOSE), window.last_dose, window.tail, Rounding.LONG)


def _last_before(series: _Series, others: list[Item]) -> Item | None:
    """The last session of the series that it follows: it begins an interval after that."""
    return max((one for one in others if one.rule.id == series.plan.after), key=_day_of, default=None)


def _following(former: Item | None, series: _Series, at: Context) -> Reckoning | None:
    """How the first day after another series came about, or after what was done of its procedure before it."""
    plan = series.plan
    days = [max(_day_of(former), at.today) if former.done is None else former.done.on] if former is not None else []
    if not plan.is_on_the_clinics_word:
        days += [one.on for one in at.history.sessions if one.code == plan.code and one.on < plan.on]
    return Reckoning(_FROM, max(days), plan.every, Rounding.EARLY) if days else None


def _day_of(one: Item) -> date:
    return one.done.on if one.done is not None else one.planned_day


def _downtimes(
    series: list[_Series], items: list[Item], at: Context, catalogue: Catalogue, counts: dict[int, tuple[str, ...]]
) -> Iterator[Downtime]:
    plans = {one.plan.series: one.plan for one in series}
    for one in items:
        plan, first = plans[one.rule.id], _day_of(one)
        own = one.done.downtime if isinstance(one.done, Session) else None
        days = own if own is not None else plan.downtime
        yield from _downtime(one.key, one.rule, first, days, catalogue.procedures[plan.code],
                             is_estimate=one.due_is_estimate)  # fmt: skip
    for fact in at.history.sessions:
        procedure = catalogue.procedures.get(fact.code)
        if procedure is not None and not counts[fact.id]:
            alone = _rule(fact.code, _ALONE, procedure)
            yield from _downtime(f"procedure/{fact.number}", alone, fact.on, fact.downtime, procedure)


def _downtime(
    key: str, rule: Rule, first: date, days: int | None, procedure: Procedure, *, is_estimate: bool = False
) -> Iterator[Downtime]:
    """The days after a session, where somebody or a source says how many."""
    if days is None and procedure.downtime is not None:
        days = procedure.downtime.days
    if days:
        yield Downtime(key, rule, first, first + days * _DAY, is_estimate)


def _notices(series: list[_Series], items: list[Item], at: Context, known: dict[str, Washout]) -> Iterator[Notice]:
    """What was done in a window that still lasts, or is booked or planned in one."""
    for fact in at.history.sessions:
        window = known[fact.code].forbidding(fact.on) if fact.code in known else None
        if window is not None and at.today <= window.last:
            code = NoticeCode.PROCEDURE_BY_CLINIC if fact.clinic_confirmed else NoticeCode.PROCEDURE_TOO_EARLY
            yield _notice(code, known[fact.code].procedure.name, fact.on, window, known[fact.code])
    for soon in too_soon(at.history):
        if at.today <= soon.last:
            yield _of_an_interval(NoticeCode.PROCEDURE_TOO_SOON, known[soon.session.code].procedure.name,
                                  soon.session.on, soon.former.on, soon.series.every)  # fmt: skip
    plans = {one.plan.series: one for one in series}
    said: set[str] = set()
    for one in items:
        of = plans[one.rule.id]
        window = of.washout.forbidding(one.planned_day) if one.state.is_open else None
        if window is not None and at.today <= window.last:
            by_clinic = of.plan.is_on_the_clinics_word and one.planned_day >= (of.plan.begins or one.planned_day)
            if by_clinic and of.plan.series in said:
                continue
            said |= {of.plan.series} if by_clinic else set()
            code = NoticeCode.PROCEDURE_BY_CLINIC if by_clinic else NoticeCode.PROCEDURE_BOOKED_TOO_EARLY
            yield _notice(code, Text(f"{one.rule.title.en} ({one.key})", f"{one.rule.title.ja}（{one.key}）"),  # noqa: RUF001
                          one.planned_day, window, of.washout)  # fmt: skip


def _booked_too_soon(series: list[_Series], items: list[Item], at: Context) -> Iterator[Notice]:
    """What is booked too soon after the session before it."""
    plans = {one.plan.series: one.plan for one in series}
    for one in items:
        booked, plan = one.appointment, plans[one.rule.id]
        if booked is None or booked.on < at.today or not one.state.is_open:
            continue
        days = [_day_of(other) for other in items if other.rule.id == one.rule.id and other.ordinal < one.ordinal]
        days += [fact.on for fact in at.history.sessions if fact.code == plan.code]
        former = max((day for day in days if day < booked.on), default=None)
        if former is not None and is_too_soon(booked.on, former, plan.every):
            title = Text(f"{one.rule.title.en} ({one.key})", f"{one.rule.title.ja}（{one.key}）")  # noqa: RUF001
            yield _of_an_interval(NoticeCode.PROCEDURE_BOOKED_TOO_SOON, title, booked.on, former, plan.every)


def _of_an_interval(code: NoticeCode, title: Text, on: date, former: date, every: Span) -> Notice:
    return Notice(code, (("what", title), ("on", on), ("former", former), ("every", every)))


def _notice(code: NoticeCode, title: Text, on: date, window: Window, of: Washout) -> Notice:
    return Notice(code, (("what", title), ("on", on), ("last", window.last), ("sources", of.sources_against(on)),
                         ("is_estimate", window.is_estimate)))  # fmt: skip


def _of_the_profile(at: Context, days: CourseDays, catalogue: Catalogue) -> Iterator[Notice]:
    """As long as the label's times would hold for anything, that they do not, on the clinic's word."""
    chosen = at.history.profile
    if chosen is Profile.LABEL:
        return
    ends = [last_restricted_day(days.last_dose, said.tail) for one in catalogue.procedures.values()
            for said in one.sayings if said.profile is Profile.LABEL and one.is_named_by(chosen)]  # fmt: skip
    if at.today <= max(ends, default=date.min):
        yield Notice(NoticeCode.PROCEDURE_TIMES_BY_CLINIC, (("profile", chosen), ("last", max(ends))))
