"""Whether what came out of a case is what should: when it fires, when it is over, who is told, and who isn't."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from components.scope import Scope, secret_name
from components.vocabulary.people import Email, Receiver
from proof.cases import Case
from proof.grafana.engine import Answer
from proof.grafana.play import Played, Watched, play
from proof.grafana.rules import Declared, Rule
from proof.times import agrees, minute, spoken
from proof.told import Failure, told
from proof.truth import DAY, Truth
from proof.unplayable import UnplayableError

WAITED = 60  # by how much later than group_wait the first message may come


def judge(watched: Watched, declared: Declared, number: int, results: Answer) -> Iterator[Failure]:
    """What is wrong with a case's result."""
    case = watched.cases[number]
    if results.error:
        yield Failure(watched.stack, watched.name, case, "an answer", results.error)
        return
    try:
        yield from _judge_both(watched, declared, case, results)
    except UnplayableError as why:
        yield Failure(watched.stack, watched.name, case, "a case that can be played", str(why))


def _judge_both(watched: Watched, declared: Declared, case: Case, results: Answer) -> Iterator[Failure]:
    """The rule, and the one that tells others later."""
    truth = watched.truth
    alert, severity = truth.alert, truth.alert.severity
    played = play(watched.rule, declared, case, results)
    yield from _judge(watched, case, declared, watched.rule, played, receivers=alert.receivers)
    if not severity.escalate_after or not severity.escalated:
        return
    if not watched.late:
        yield Failure(watched.stack, watched.name, case, "a rule that notifies others later", "none")
    else:
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
        if truth.tells_failures and case.failing:  # the rule that tells later has a state of its own
            ((begin, end),) = _whole(case.fires)
            parted = ((begin + after, case.failing[0]), (case.failing[1], end))
            whole = ((begin + after, end),)
            later = replace(later, fires=parted if _tells_failures(truth, severity.escalated) else whole)
        played = play(watched.late, declared, later, results, "late ")
        yield from _judge(watched, later, declared, watched.late, played, receivers=severity.escalated)


def _judge(
    watched: Watched, case: Case, declared: Declared, rule: Rule, played: Played, *, receivers: Sequence[Receiver]
) -> Iterator[Failure]:
    truth = watched.truth
    wanted, slack = case.fires, truth.slack
    if not agrees(wanted, played.firing, slack, truth.early):
        yield Failure(watched.stack, watched.name, case, spoken(wanted), spoken(played.firing))
        return
    expected = sorted({secret(truth.scope, each) for each in told(truth.scope, receivers)})
    heard = sorted({name for message in played.messages for name in declared.receivers[message.contact_point]})
    source_told = case.failing and _tells_failures(truth, receivers)
    if told_of_source := [message for message in played.messages if message.about == "its data source"]:
        if not source_told:
            yield Failure(watched.stack, watched.name, case, "no message on the data source", f"{told_of_source[0]}")
            return
    elif source_told:
        yield Failure(watched.stack, watched.name, case, "a message on the data source", "none")
        return
    remind = truth.alert.severity.remind_every
    every = remind.seconds if remind else DAY
    if rule.routing.repeat != every:
        yield Failure(watched.stack, watched.name, case, f"reminded every {every} s", f"every {rule.routing.repeat} s")
        return
    if heard != (expected if wanted or source_told else []):
        who = ", ".join(expected) if wanted else "nobody"
        yield Failure(watched.stack, watched.name, case, f"told: {who}", f"told: {', '.join(heard) or 'nobody'}")
        return
    if not source_told and (wrong := _messages(wanted, played, rule)):
        yield Failure(watched.stack, watched.name, case, *wrong)


def _tells_failures(truth: Truth, receivers: Sequence[Receiver]) -> bool:
    """Whether a rule on silence tells of a data source that doesn't answer: those whom it doesn't wake."""
    return truth.silence and not any(each.wakes for each in told(truth.scope, receivers))


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


def secret(scope: Scope, receiver: Receiver) -> str:
    """How a contact point names a receiver: by its secret, or by its address."""
    return receiver.name if isinstance(receiver, Email) else secret_name(scope.product.workspace, "grafana", receiver)


def _whole(times: Sequence[tuple[int, int | None]]) -> tuple[tuple[int, int | None], ...]:
    """From the first to the last, as if nothing had come between."""
    return ((times[0][0], times[-1][1]),) if times else ()
