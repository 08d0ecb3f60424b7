"""Doses as people type them: ``20``, ``20/40``, ``20 every other day``, 月水金 20mg, 1日2回 20mg; no guessing.

What is said of the days and of the times of a day is looked for first and taken out; what is left are the amounts.
"""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from tracker.cli.amounts import Amount, read_milligrams, read_number
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Phrase
from tracker.pattern import MOST_INTAKES, Pattern

_FORMS = N_("20mg, 20/40, 20 every 2 days, 20 mon,wed,fri, 20 twice a day")

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES_JA = "月火水木金土日"
_WORDS = {
    r"\bone\b": "1", r"\btwo\b": "2", r"\bthree\b": "3", r"\bfour\b": "4", r"\bonce\b": "1 times",
    r"\btwice\b": "2 times", r"\b(?:every|each)\s+(?:other|second)\b": "every 2", r"\bevery\s+third\b": "every 3",
    r"\bevery\s+fourth\b": "every 4", r"\bb\.?i\.?d\b\.?|\bbd\b": "2 times a day", r"\b(?:tid|tds)\b": "3 times a day",
    r"\b(?:qod|eod)\b": "every 2 days", r"\bq([0-9]+)d\b": r"every \1 days", r"\bmwf\b": "mon,wed,fri",
    r"\bweekdays\b|平日": "mon-fri", r"\bweekends?\b|週末": "sat,sun", r"milligrams?|\bmgs\b|ミリグラム|ミリ": "mg",
    r"[・、]": ",", "[〜～~]": "-", "一(?=[日回])": "1", "二(?=[日回])": "2", "三(?=[日回])": "3", "四(?=[日回])": "4",
}  # fmt: skip
"""What stands for what is read below."""
_EVERY = (
    (r"(?:on\s+)?alternate\s+days?|隔日(?:に|で)?", 2, 0),
    (r"every\s+([0-9]+)(?:st|nd|rd|th)?(?:\s*days?)?\b", None, 0),
    (r"([0-9]+)日おき(?:に)?", None, 1),
    (r"([0-9]+)日(?:ごと|毎)(?:に)?|([0-9]+)日に1回", None, 0),
)
"""What is taken on one day of several: the form, how many days, and what is added to those that it names."""
_IN_PARTS = r"\bin\s+([0-9]+)\s+(?:doses|intakes|parts|portions)(?:\s+a\s+day)?|分([0-9])|([0-9])回に分けて"
_TIMES = (
    r"([0-9]+)\s*(?:times|x)\s*(?:(?:a|per|every|each)\s*day|daily|/\s*day)|([0-9]+)\s*times"
    r"|(?:1日に?)?([0-9]+)回(?:/日)?"
)
_FACTOR = r"([0-9]+)\s*(mg)?\s*[x×*]\s*([0-9]+)\s*(mg)?"
_ONE_OF_THEM = r"1回(?=\s*[0-9])"
_PARTS_OF_A_DAY = r"(?:(?:in\s+the|at)\s+)?\b(?:morning|noon|evening|night)\b|[朝昼夕夜晩]"
_BETWEEN_PARTS = r",(?:\s*(?:と|に|and\b|,))+"
_WHOLE_DAY = r"1日量?(?=\s*[0-9])"
_DAILY = r"\b(?:a|per|each|every)\s+day\b|\bdaily\b|\bod\b|\bqd\b|毎日|/\s*(?:day\b|日)"
_TURNS = r"\balternat(?:ing|ely|e)\b(?:\s+days\b)?|\bin\s+turn\b|(?:1日)?(?:交互|交代|交替|順)(?:に|で)?"
_WEEKDAY = rf"(?:{'|'.join(_NAMES)})[a-z]*\.?"
_WEEKDAY_JA = rf"[{_NAMES_JA}](?:曜日?)?"
_DAYS_OF_THE_WEEK = (
    rf"(?:\b(?:on|every|each)\s+)?\b{_WEEKDAY}(?:(?:\s*[,/&-]\s*|\s+and\s+|\s+to\s+|\s+){_WEEKDAY})*"
    rf"|(?:毎週)?{_WEEKDAY_JA}(?:[\s,/-]*(?:から|と)?{_WEEKDAY_JA})*(?:に|は)?"
)
_EACH_OF_THEM = r"\b(?:every|each)\b|days?s\b|s$|毎週"
_FILLERS = r"\b(?:take|of|with|on)\b|ずつ|服用|各|(?<=[g0-9])(?:を|は|で)"
_AMOUNT = r"[0-9]{1,4}(?:\.[0-9]{1,6})?"
_ONE_DAY = rf"{_AMOUNT}\s*(?:mg)?(?:\s*\+\s*{_AMOUNT}\s*(?:mg)?)*"
_SLASHED = rf"{_ONE_DAY}(?:\s*/\s*{_ONE_DAY})*"
_LONGEST = 100
_TWO = 2
_LISTED = rf"{_ONE_DAY}(?:\s*(?:/|,|と|and|\s)\s*{_ONE_DAY})+"


class _NoDoseError(ValueError):
    """The text is no dose."""


class OneDayError(InputError):
    """A single day of the week: each of them, or the day from which on the dose holds."""


class _Text(Struct):
    """What is left of the text, and what was taken out of it."""

    left: str
    typed: str = ""

    def take(self, form: str, instead: str = " ") -> re.Match[str] | None:
        """Take the first place that has this form out of the text."""
        match = re.search(form, self.left)
        if match is not None:
            self.left = f"{self.left[: match.start()]}{instead}{self.left[match.end() :]}"
        return match

    def take_all(self, form: str, instead: str = " ") -> int:
        """Take every such place out of the text; how many there were."""
        self.left, count = re.subn(form, instead, self.left)
        return count


def read_doses(typed: str) -> Pattern:
    """What is prescribed, such as ``20``, ``20/40``, ``20 every 2 days``, ``20 mon,wed,fri`` or ``20 twice a day``."""
    text = plain(typed).lower().strip("。. ")
    try:
        return _read(text)
    except ValueError:
        _check_number(text)
        if re.fullmatch(r"[^0-9]*[0-9]+,[0-9]+[^0-9]*", text):
            raise InputError(N_('"{typed}": write a decimal point, and no comma'), typed=typed) from None
        raise InputError(
            N_('"{typed}" is not such an amount; expected for example {expected}'), typed=typed,
            expected=Phrase(_FORMS),
        ) from None  # fmt: skip


def _check_number(text: str) -> None:
    """Raise InputError for a plain number that is no dose."""
    try:
        mg = read_milligrams(text)
    except InputError:
        return
    from tracker.cli.running import flags  # start-up: most read no wrong number
    from tracker.journeys.course.plausible import check_before_a_course

    check_before_a_course(flags().context(), mg)


def read_every(typed: str) -> int:
    """Every how many days: ``2``, ``2 days``, ``other day``, 隔日."""
    text = plain(typed).lower()
    for said in (f"20 every {text}", f"20 {text}"):
        try:
            days = _read(said).days
        except ValueError:
            continue
        if len(days) > 1 and not any(days[1:]):
            return len(days)
    raise InputError(N_('"{typed}" is not such a number; expected for example {expected}'), typed=typed, expected="2")


def spaced(doses: Pattern, every: int | None) -> Pattern:
    """The doses on every so many days alone, where that was said."""
    if every is None:
        return doses
    try:
        return doses.spaced(every)
    except ValueError:
        raise InputError(N_("--every goes with one amount, the same every day")) from None


def _read(typed: str) -> Pattern:
    text = typed
    for form, instead in _WORDS.items():
        text = re.sub(form, instead, text)
    if len(text) > _LONGEST:
        raise _NoDoseError(text)
    said = _Text(text, typed)
    every = _every(said)
    said.take_all(_ONE_OF_THEM)
    parts = _number(said.take(_IN_PARTS))
    times = _number(said.take(_TIMES)) or _factor(said)
    if said.take_all(_WHOLE_DAY) and times and not parts:
        parts, times = times, None
    if max(times or 1, parts or 1) > MOST_INTAKES or 0 in (times, parts):
        raise _NoDoseError(text)
    in_turn = said.take_all(_TURNS) > 0
    said.take_all(_DAILY)
    weekly = _weekly(said)
    if weekly is not None:
        if every or parts or in_turn:
            raise _NoDoseError(text)
        return Pattern(tuple(_several(day, times, None) if day else () for day in weekly), weekly=True)
    if every and in_turn:
        # 隔日で交互に: each of two on every second day.
        every = None if every <= _TWO else every
    parts_of_a_day = said.take_all(_PARTS_OF_A_DAY, ",")
    said.take_all(_BETWEEN_PARTS, ",")
    days = _amounts(said, in_turn=in_turn, parts_of_a_day=parts_of_a_day)
    if parts_of_a_day > 1 and len(days) == len(days[0]) == 1 and not parts:
        times = times or parts_of_a_day
    days = [_several(day, times, parts) for day in days]
    return Pattern(tuple(days)).spaced(every) if every else Pattern(tuple(days))


def _every(said: _Text) -> int | None:
    for form, count, more in _EVERY:
        if match := said.take(form):
            found = (count or _number(match) or 0) + more
            if found < 1 or (found == 1 and "ごと" in match[0] and not re.search(_TURNS, said.left)):
                raise _NoDoseError(said.left)
            return found
    return None


def _number(match: re.Match[str] | None) -> int | None:
    return int(next(filter(None, match.groups()))) if match is not None else None


def _factor(said: _Text) -> int | None:
    """How many times an amount is taken, ``20x2`` or ``2 x 20 mg``; the amount stays."""
    match = re.search(_FACTOR, said.left)
    if match is None:
        return None
    (first, is_mg, second, is_mg_too), most = match.groups(), MOST_INTAKES
    if bool(is_mg) == bool(is_mg_too):
        is_mg = is_mg or int(first) > most >= int(second)
        is_mg_too = int(second) > most >= int(first)
    if bool(is_mg) == bool(is_mg_too):
        raise _NoDoseError(said.left)
    said.take(_FACTOR, f"{first if is_mg else second} ")
    return int(second if is_mg else first)


def _weekly(said: _Text) -> list[tuple[Decimal, ...]] | None:
    """The seven days of a week where the text names days of the week, each group of them with its amount."""
    groups = list(re.finditer(_DAYS_OF_THE_WEEK, said.left))
    if not groups:
        return None
    starts, ends = [one.start() for one in groups], [one.end() for one in groups]
    first, *amid, last = (
        said.left[start:end].strip(" ,;") for start, end in zip([0, *ends], [*starts, len(said.left)], strict=True)
    )
    if bool(first) == bool(last):
        raise _NoDoseError(said.left)
    if len(groups) == 1 and len(_numbers(groups[0][0])) == 1 and not re.search(_EACH_OF_THEM, groups[0][0]):
        raise OneDayError(
            N_('"{typed}": that day of every week (say: every), or from that day on (say: --from)?'), typed=said.typed
        )
    week: list[tuple[Decimal, ...]] = [()] * len(_NAMES)
    for group, amount in zip(groups, [first, *amid] if first else [*amid, last], strict=True):
        (intakes,) = _amounts(_Text(amount), in_turn=False, parts_of_a_day=0)
        for number in _numbers(group[0]):
            if week[number]:
                raise _NoDoseError(said.left)
            week[number] = intakes
    return week


def _numbers(group: str) -> list[int]:
    """The days of the week that are named, from Monday = 0, with those of a range."""
    words = re.findall(rf"{_WEEKDAY}|[{_NAMES_JA}]|-|\bto\b|から", re.sub("毎週|曜日?", "", group))
    found: list[int] = []
    is_range = False
    for word in words:
        if word in ("-", "to", "から"):
            is_range = True
            continue
        number = _NAMES_JA.find(word) if word in _NAMES_JA else _named(word)
        if is_range and found:
            since = found[-1]
            found += [(since + step) % len(_NAMES) for step in range(1, (number - since) % len(_NAMES))]
        found.append(number)
        is_range = False
    return found


def _named(word: str) -> int:
    full = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
    found = [number for number, name in enumerate(full) if name.startswith(word.rstrip("."))]
    if not found:
        raise _NoDoseError(word)
    return found[0]


def _amounts(said: _Text, *, in_turn: bool, parts_of_a_day: int) -> list[tuple[Decimal, ...]]:
    """The intakes of each day that are left in the text."""
    said.take_all(_FILLERS)
    text = said.left.strip(" ,;、")
    listed = in_turn or parts_of_a_day > 1
    if not re.fullmatch(_SLASHED, text) and not (listed and re.fullmatch(_LISTED, text)):
        raise _NoDoseError(text)
    days = [
        tuple(read_number(mg, ("mg", ""), "20")[0] for mg in day.split("+"))
        for day in re.split(r"\s*(?:/|,|と|and)\s*|(?<=[0-9g])\s+(?=[0-9])", text)
    ]
    if in_turn and len(days) == 1:
        raise _NoDoseError(text)
    if parts_of_a_day > 1 and not in_turn and len(days) > 1:
        if len(days) != parts_of_a_day or any(len(day) > 1 for day in days):
            raise _NoDoseError(text)
        return [tuple(mg for day in days for mg in day)]
    return days


def _several(day: tuple[Decimal, ...], times: int | None, parts: int | None) -> tuple[Decimal, ...]:
    """A day whose one amount is taken several times, or in several parts."""
    if times in (None, 1) and parts in (None, 1):
        return day
    if len(day) > 1 or (times and parts):
        raise _NoDoseError(str(day))
    return (day[0] / parts,) * parts if parts else day * (times or 1)


class Doses(Amount):
    """What is prescribed."""

    def takes(self, words: str) -> bool:
        """Whether words that were typed side by side are one dose, or stand for two things."""
        try:
            read_doses(words)
        except OneDayError:
            return True
        except InputError:
            return False
        return True


DOSES = Doses("mg", read_doses, most_words=12)
EVERY = Amount("days", read_every)
