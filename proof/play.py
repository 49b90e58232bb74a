"""Plays cases through declared rules, and compares what comes out with what should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from components.environment import Environment
from components.scope import Scope, secret_name
from components.vocabulary.people import Email, Receiver
from proof.cases import Case
from proof.engine import Answer
from proof.lines import lines
from proof.messages import Message, messages, muting
from proof.numbers import Failed, Labels, Values, outcome
from proof.rules import Declared, Rule
from proof.states import Machine
from proof.telemetry import EPOCH, series
from proof.truth import MINUTE, Truth

LATER = 23  # seconds after the minute at which rules are evaluated
SETTLED = 3
WAITED = 60  # by how much later than the state the first message may come: group_wait, and what is left of a minute


@dataclass(frozen=True)
class Played:
    """What came of a rule in a case: its states over time, in seconds of the story, and the messages."""

    firing: tuple[tuple[int, int | None], ...]
    states: tuple[tuple[int, str], ...]
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Failure:
    """A case that doesn't come out as the product file says."""

    stack: str
    alert: str
    case: Case
    expected: str
    got: str

    def __str__(self) -> str:
        return (
            f"{self.alert} ({self.stack}), {self.case.name}: {self.case.said}\n"
            f"    expected: {self.expected}\n    got:      {self.got}"
        )


@dataclass(frozen=True)
class Watched:
    """An alert as one stack declares it: its rule, and the one that tells others later."""

    stack: str
    truth: Truth
    rule: Rule
    late: Rule | None
    cases: tuple[Case, ...] = field(default=())

    @property
    def name(self) -> str:
        """`tikit, api-down`."""
        return f"{self.truth.scope.product.name}, {self.truth.alert.name}"


def request(watched: Watched, number: int) -> dict[str, Any]:
    """What the query engines are asked for a case of an alert. Raises UnplayableError."""
    case, queries = watched.cases[number], queries_of(watched)
    return {
        "id": f"{watched.stack}:{watched.rule.uid}:{number}",
        "language": watched.rule.language,
        "queries": queries,
        "from": EPOCH + LATER,
        "to": EPOCH + LATER + case.story.end,
        "every": watched.rule.every,
        **_data(watched, case, queries),
    }


def _data(watched: Watched, case: Case, queries: Mapping[str, str]) -> dict[str, Any]:
    if watched.rule.language == "logql":
        return {"lines": lines(watched.truth, case.story, queries)}
    return {"series": series(watched.truth, case.story, queries)}


def queries_of(watched: Watched) -> dict[str, str]:
    """The queries of both rules; those they share are asked once."""
    late = watched.late.queries if watched.late else {}
    return {
        **{f"late {ref}": text for ref, text in late.items() if watched.rule.queries.get(ref) != text},
        **watched.rule.queries,
    }


def play(rule: Rule, declared: Declared, case: Case, results: Answer, prefix: str = "") -> Played:
    """Run a rule's evaluations over the results of its queries, and then its notifications."""
    machine = Machine(rule)
    evaluations: list[tuple[int, set[Labels]]] = []
    states: list[tuple[int, str]] = []
    firing: list[tuple[int, int | None]] = []
    for now, at in _evaluations(rule, case, results, prefix):
        machine.step(now, outcome(rule, at, machine.loaded))
        evaluations.append((now, machine.firing))
        shown = ", ".join(sorted({str(state) for state in machine.states.values()}))
        if not states or states[-1][1] != shown:
            states.append((now, shown))
        fires = any(state.name == "Alerting" for state in machine.states.values())
        if fires and (not firing or firing[-1][1] is not None):
            firing.append((now, None))
        elif not fires and firing and firing[-1][1] is None:
            firing[-1] = (firing[-1][0], now)
    mute = muting(rule.routing.mutes, declared.mutes)
    told = messages(rule.routing, evaluations, lambda at: mute(EPOCH + at))
    return Played(tuple(firing), tuple(states), tuple(told))


def _evaluations(
    rule: Rule, case: Case, results: Answer, prefix: str
) -> Iterator[tuple[int, Mapping[str, Values | Failed]]]:
    """The evaluations of a case: time, and what each query gives.

    Of a long time in which nothing changes, the first three and the last: more make no other states, unless the rule
    has a clock of its own (`for`, mute timings).
    """
    found = {ref: results.results.get(f"{prefix}{ref}", results.results.get(ref, [])) for ref in rule.queries}
    rows = [(ref, labels, values) for ref, series in found.items() for labels, values in series]
    last = case.story.end // rule.every
    patient = rule.lasting or rule.routing.mutes or rule.condition.unload or rule.math
    before: list[object] = []
    held: tuple[int, Mapping[str, Values | Failed]] | None = None
    alike = 0
    for number in range(last + 1):
        now = number * rule.every + LATER
        fails = case.failing is not None and case.failing[0] <= now < case.failing[1]
        shape = [fails, *(_side(rule, ref, values[number]) for ref, _, values in rows)]
        alike = alike + 1 if shape == before else 0
        before = shape
        at: dict[str, Values | Failed] = (
            {ref: Failed() for ref in rule.queries}
            if fails
            else {
                ref: {labels: value for labels, values in series if (value := values[number]) is not None}
                for ref, series in found.items()
            }
        )
        if not patient and alike > SETTLED and number < last:
            held = now, at
            continue
        if held:
            yield held
            held = None
        yield now, at


def _side(rule: Rule, ref: str, value: float | None) -> bool | None:
    """What of a value matters to a threshold: whether there is one, and whether it is beyond."""
    if value is None or ref != rule.condition.watched:
        return None if value is None else False
    return value > rule.condition.limit if rule.condition.sense == "gt" else value < rule.condition.limit


def judge(watched: Watched, declared: Declared, number: int, results: Answer) -> Iterator[Failure]:
    """What is wrong with a case's result."""
    case, truth = watched.cases[number], watched.truth
    if results.error:
        yield Failure(watched.stack, watched.name, case, "an answer", results.error)
        return
    alert, severity = truth.alert, truth.alert.severity
    yield from _judge(
        watched, case, declared, play(watched.rule, declared, case, results), alert.receivers, watched.rule
    )
    if watched.late and severity.escalate_after:
        after = severity.escalate_after.seconds
        later = Case(
            f"{case.name}, escalated",
            case.said,
            case.story,
            tuple(
                (begin + after, end)
                for begin, end in case.fires
                if begin + after + truth.slack < (case.story.end if end is None else end)
            ),
            case.failing,
        )
        if truth.tells_failures and case.failing:  # the rule that tells later keeps its state
            later = replace(later, fires=tuple((begin + after, end) for begin, end in _whole(case.fires)))
        played = play(watched.late, declared, later, results, "late ")
        yield from _judge(watched, later, declared, played, severity.escalate_to, watched.late)


def _judge(
    watched: Watched, case: Case, declared: Declared, played: Played, receivers: Sequence[Receiver], rule: Rule
) -> Iterator[Failure]:
    truth = watched.truth
    wanted, slack = case.fires, truth.slack
    if not agrees(wanted, played.firing, slack, truth.early):
        yield Failure(watched.stack, watched.name, case, spoken(wanted), spoken(played.firing))
        return
    expected = sorted({secret(truth.scope, each) for each in told(truth.scope, receivers)})
    heard = sorted({name for message in played.messages for name in declared.receivers[message.contact_point]})
    source_told = case.failing and rule.on_error == "Error"
    if heard != (expected if wanted or source_told else []):
        who = ", ".join(expected) if wanted else "nobody"
        yield Failure(watched.stack, watched.name, case, f"told: {who}", f"told: {', '.join(heard) or 'nobody'}")
        return
    if not source_told and (wrong := _messages(wanted, played, rule)):
        yield Failure(watched.stack, watched.name, case, *wrong)


def _messages(wanted: Sequence[tuple[int, int | None]], played: Played, rule: Rule) -> tuple[str, str] | None:
    """A first message soon after it fires, and one when it is over."""
    begins = [begin + rule.routing.wait for begin, _ in played.firing]
    ends = [end for _, end in played.firing if end is not None]
    first = [message.at for message in played.messages if message.firing]
    over = [message.at for message in played.messages if not message.firing]
    if begins and (not first or first[0] > begins[0] + WAITED):
        return f"a message at {minute(begins[0])}", f"at {minute(first[0])}" if first else "none"
    last = max((each for each in ends), default=None)
    if (
        last is not None
        and wanted[-1][1] is not None
        and not any(0 <= at - last <= rule.routing.interval for at in over)
    ):
        return f"a message that it is over, within {rule.routing.interval} s of {minute(last)}", f"{over}"
    return None


def told(scope: Scope, receivers: Sequence[Receiver]) -> tuple[Receiver, ...]:
    """Who hears of it: as the product says, or the one channel that the stack file names instead."""
    environment: Environment = scope.environment
    return (environment.notify.of(scope.product.name),) if environment.notify else tuple(receivers)


def secret(scope: Scope, receiver: Receiver) -> str:
    """How a contact point names a receiver: by its secret, or by its address."""
    return receiver.name if isinstance(receiver, Email) else secret_name(scope.product.workspace, "grafana", receiver)


def agrees(
    wanted: Sequence[tuple[int, int | None]], got: Sequence[tuple[int, int | None]], slack: int, early: int = MINUTE
) -> bool:
    """Whether as many times, each neither earlier nor later than that allows."""
    if len(wanted) != len(got):
        return False
    pairs = [(one, other) for times in zip(wanted, got, strict=True) for one, other in zip(*times, strict=True)]
    return all(
        (one is None and other is None) or (one is not None and other is not None and -early <= other - one <= slack)
        for one, other in pairs
    )


def spoken(times: Sequence[tuple[int, int | None]]) -> str:
    """`fires at minute 25, over at minute 40`."""
    if not times:
        return "silent"
    return "; ".join(
        f"fires at {minute(begin)}, {'still firing at the end' if end is None else f'over at {minute(end)}'}"
        for begin, end in times
    )


def minute(at: int) -> str:
    """A time of the story."""
    return f"minute {at / MINUTE:.0f}"


def _whole(times: Sequence[tuple[int, int | None]]) -> tuple[tuple[int, int | None], ...]:
    """From the first to the last, as if nothing had come between."""
    return ((times[0][0], times[-1][1]),) if times else ()
