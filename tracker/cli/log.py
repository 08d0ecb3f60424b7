"""``isotrack log`` and ``isotrack book``.

The commands of ``log`` are made from what the kinds of facts declare; some have one of their own.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import names, show
from tracker.cli.base import (
    COMING,
    LOGGED,
    NOTE,
    Command,
    Group,
    Option,
    context,
    flags,
)
from tracker.cli.days import NEAREST, refuse_a_day_beside
from tracker.cli.describe import describe
from tracker.cli.names import Completed
from tracker.cli.sure import sure
from tracker.cli.values import Value, is_result_in_own_words, option_of, urgent_if_positive
from tracker.errors import N_, InputError, Phrase
from tracker.facts import KINDS, Done, Fact, FactKind, Log, Risk, TestResult, Weight, When, kind_of
from tracker.facts.kind import PRICE, WORDS
from tracker.facts.money import Cost
from tracker.facts.stock import Capsules, Stock
from tracker.rules import Kind

if TYPE_CHECKING:
    from tracker.currencies import Money
    from tracker.journeys.writing import Outcome

_OWN = {"dose": "doses_taken", "symptom": "symptom", "mood": "mood", "photo": "photos"}
"""Commands that are asked for in files of their own, each imported when it is called."""
_STRENGTH, _NOTE = "--strength", "--note"
_ALSO = {
    "服用": "dose", "内服": "dose", "symptoms": "symptom", "症状": "symptom", "副作用": "symptom", "気分": "mood",
    "写真": "photo",
}  # fmt: skip
"""Other names of commands of their own, as other kinds declare theirs."""


class _Log(Group):
    """The commands that kinds of facts declare, under every name of theirs; made when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they are met."""
        return [*super().list_commands(ctx), *_OWN, *(name for log, _kind in _logged() for name in log.names)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make the command that was called."""
        found = next(((log, kind) for log, kind in _logged() if cmd_name in log.names), None)
        if found is None:
            return _own(_ALSO.get(cmd_name, cmd_name)) or super().get_command(ctx, _ALSO.get(cmd_name, cmd_name))
        return _command(*found, cmd_name)


def _own(name: str) -> click.Command | None:
    """A command that has a file of its own."""
    if name not in _OWN:
        return None
    command: click.Command = getattr(importlib.import_module(f"tracker.cli.{_OWN[name]}"), name)
    return command


def command_of(kind: str, name: str) -> Command:
    """The command that records a kind of fact, under another name."""
    return next(_command(said, one, name) for said, one in _logged() if one.name == kind)


def _logged() -> list[tuple[Log, FactKind[Any]]]:
    return [(kind.log, kind) for kind in KINDS if kind.log is not None]


@click.group(cls=_Log, help=N_("Record what was done, taken or measured; today unless --on says otherwise."))
def log() -> None:
    """Record facts."""


class _InEitherOrder(Command):
    """A command of two values, of which a person may say the second one first: 薬 12000."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Turn them round where only that can be meant."""
        first, second = (one.type for one in self.params[:2])
        if len(args) > 1 and isinstance(first, Value) and isinstance(second, Value):
            one, other = args[:2]
            if not first.takes(one) and first.takes(other) and second.takes(one):
                args = [other, one, *args[2:]]
        return super().parse_args(ctx, args)


class _OfCapsules(Command):
    """A command that counts capsules, of which a person may say the milligrams with the number: 20mg×28."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Say the milligrams behind their option."""
        from tracker.cli.amounts import read_capsules_of

        taking = {name for one in self.params if isinstance(one, click.Option) and not one.is_flag for name in one.opts}
        ends = range(len(args), 0, -1) if not any(word.partition("=")[0] == _STRENGTH for word in args) else ()
        for begin, end in ((begin, end) for begin in range(len(args)) for end in ends if end > begin):
            is_value = begin > 0 and args[begin - 1] in taking
            if not is_value and (found := read_capsules_of(" ".join(args[begin:end]))) is not None:
                count, mg = found
                args = [*args[:begin], str(count), f"{_STRENGTH}={mg}", *args[end:]]
                break
        return super().parse_args(ctx, args)


class _OfRisks(Command):
    """A command of a risk of pregnancy: what was said of it in own words stays, as its note."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Say the words behind the option of the note."""
        from tracker.cli import risks  # start-up: only where a risk is said

        has_note = any(word.partition("=")[0] == _NOTE for word in args)
        if args and not has_note and not args[0].startswith("-") and risks.is_in_own_words(args[0]):
            args = [*args, f"{_NOTE}={args[0]}"]
        return super().parse_args(ctx, args)


class _OfTests(Command):
    """A command of a test for pregnancy: what was said of its line in own words stays, as its note."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Say the words behind the option of the note; of what cannot be read, first what a positive test asks for."""
        count = next((at for at, word in enumerate(args) if word.startswith("--")), len(args))
        said = " ".join(args[:count])
        has_note = any(word.partition("=")[0] == _NOTE for word in args)
        if said and not has_note and is_result_in_own_words(said):
            args = [*args, f"{_NOTE}={said}"]
        try:
            return super().parse_args(ctx, args)
        except (InputError, click.UsageError):
            if not ctx.resilient_parsing and not flags(ctx).is_looked_at:
                urgent_if_positive(" ".join(args), said)
            raise


def _command(said: Log, kind: FactKind[Any], name: str) -> Command:
    """The command of a kind, under one of its names."""

    def record(on: date | None, note: str | None, **typed: Any) -> None:
        values = {name: value for name, value in typed.items() if value is not None}
        for text in (values[one] for one in said.arguments if one in values and kind.column(one).sort is WORDS):
            refuse_a_day_beside(text.split(), in_own_words=True)
        if issubclass(kind.cls, Done | Stock):
            _remember_what_was_paid(values.pop("price", None), insured=values.pop("insured", False))
        _record(said, kind, {"on": on or flags().day(), "note": note, **kind.fixed, **values})

    kind_of_command = _InEitherOrder if len(said.arguments) > 1 else Command
    if issubclass(kind.cls, Capsules):
        kind_of_command = _OfCapsules
    if issubclass(kind.cls, Risk):
        kind_of_command = _OfRisks
    if kind.fixed.get("kind") is Kind.PREGNANCY_TEST:
        kind_of_command = _OfTests
    return kind_of_command(
        name, help=said.help, hidden=name not in (said.names[0], "log"), params=_parameters(said, kind), callback=record
    )


def _parameters(said: Log, kind: FactKind[Any]) -> list[click.Parameter]:
    """What the command of a kind takes."""
    days = {When.PAST: LOGGED, When.COMING: NEAREST if said.is_behind_or_ahead else COMING}
    parameters: list[click.Parameter] = [
        click.Argument([one.name], type=Value(one.sort, kind.name), required=one.required)
        for one in map(kind.column, said.arguments)
    ]
    if said.coded:
        codes = Completed(names.codes_of(kind.name), partial(_refuse, kind.name))
        parameters = [click.Argument(["codes"], nargs=-1, required=True, metavar="CODE=VALUE ...", type=codes)]
    if said.measured:
        parameters = [
            click.Argument(["measured"], nargs=-1, metavar="[ANALYTE=VALUE ...]", type=Completed(names.analytes)),
            Option(["--ask"], is_flag=True, default=None, help=N_("Ask for value after value.")),
        ]
    if said.measured or said.doubted:
        parameters.append(Option(["--yes"], is_flag=True, default=None, help=N_("It is right, however unusual.")))
    if issubclass(kind.cls, Done | Stock):
        parameters += [
            Option(["--price"], type=Value(PRICE, kind.name), metavar="PRICE", help=N_("What you paid for it.")),
            Option(["--insured"], is_flag=True, default=None, help=N_("The insurance paid a part of it.")),
        ]
    lasts = "until" in said.options
    flags_of_the_day = ["--on", "--since"] if lasts else ["--on"]
    parameters.append(Option(flags_of_the_day, type=days[kind.when], metavar="DATE", help=said.on_help))
    parameters.extend(
        option_of(one, one.name, Value(one.sort, kind.name), required=one.required and one.name not in said.otherwise)
        for one in map(kind.column, said.options)
    )
    parameters.append(
        Option(["--note"], type=NOTE, metavar="TEXT", help=N_("A note of your own; - reads it from standard input."))
    )
    return parameters


def _record(said: Log, kind: FactKind[Any], values: dict[str, Any]) -> None:
    """Record what was said: of codes and of blood values each is a fact of its own."""
    codes, measured = values.pop("codes", ()), values.pop("measured", ())
    ask, yes = values.pop("ask", False), values.pop("yes", False)
    for column, journey in said.otherwise.items():
        if column not in values:
            values[column] = _called(journey)(context(), values)
    if said.coded:
        from tracker.cli.observed import log_codes

        with _a_day_named(codes):
            log_codes(kind.name, codes, values)
    elif measured or ask:
        from tracker.cli.blood import log_values

        with _a_day_named(measured):
            log_values(kind.cls(**values), measured, ask=ask, yes=yes)
    else:
        log_fact(said, kind.cls(**values), yes=yes)


@contextmanager
def _a_day_named(words: Sequence[str]) -> Iterator[None]:
    """What cannot be read because a day stands among the words is refused for that."""
    try:
        yield
    except InputError as error:
        if not getattr(error, "names_a_day", False):
            refuse_a_day_beside(words)
        raise


def _refuse(family: str, typed: tuple[str, ...]) -> None:
    from tracker.cli import observed

    observed.refuse(family, typed)


def _remember_what_was_paid(price: Money | None, *, insured: bool) -> None:
    """Let the command record what was paid for what it records."""
    from tracker.facts.money import Payer
    from tracker.journeys.context import Paid

    if price is not None:
        context().read.paid = Paid(price, Payer.INSURED if insured else Payer.SELF_PAY)
    elif insured:
        raise InputError(N_("--insured goes with --price"))


def _called(journey: str) -> Callable[..., Any]:
    module, _colon, function = journey.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def log_fact(said: Log, fact: Fact, *, yes: bool) -> None:
    """Record a fact and print what it counts for; what is doubted is asked about."""
    if isinstance(fact, Weight):
        from tracker.cli import weighed

        context().read.is_in_pounds = weighed.is_in_pounds(fact)
    act: Callable[..., Outcome] = partial(_called(said.journey), context(), fact)
    done = sure(act, yes=yes, question=N_("Is that right?")) if said.doubted else act()
    recorded = done.recorded[-1]
    values = {column.name: getattr(recorded, column.name) for column in kind_of(recorded).columns}
    values |= {"what": describe(recorded), "on": recorded.on}
    if isinstance(recorded, Weight):
        values["what"] = weighed.in_both(recorded)
    keys = () if isinstance(recorded, Done) and recorded.awaits_result else done.view.counts_for(recorded)
    show.saved(done, said.saved, key=show.keys(keys), **values)
    if isinstance(recorded, Done) and recorded.result and recorded.note and is_result_in_own_words(recorded.note):
        _say_how_a_line_was_read(recorded)
    if isinstance(recorded, Done) and recorded.kind is Kind.ATTESTATION:
        from tracker.cli import pressing
        from tracker.journeys.course import consenting

        pressing.signed_unexplained(consenting.signed_with(context(), recorded))
    if done.already_there and isinstance(recorded, Capsules):
        show.say(N_("If as many once more were meant: {command}"),
                 command=f"isotrack fix {recorded.id} --value {2 * recorded.capsules}")  # fmt: skip
    if done.already_there and isinstance(recorded, Cost):
        about = f" {recorded.about}" if recorded.about is not None else ""
        show.say(N_("If as much was paid once more, say what it was in a note: {command}"),
                 command=Phrase(N_("isotrack log cost {price} --note TEXT"),
                                {"price": f"{recorded.price.amount:f}{about}"}))  # fmt: skip
    if isinstance(recorded, Weight) and not done.already_there:
        weighed.say_if_pounds_may_be_meant(recorded, done.view.protocol.jurisdiction)
    show.outcome(done, context())


def _say_how_a_line_was_read(test: Done) -> None:
    from tracker.cli import faint  # only where the result is said in own words

    if test.result is TestResult.POSITIVE and faint.is_of_a_line(str(test.note)):
        show.say(N_('"{text}" is taken for a positive test. If your clinic says that it is not clear: {command}'),
                 text=test.note, command=f"isotrack fix {test.id} unclear")  # fmt: skip
