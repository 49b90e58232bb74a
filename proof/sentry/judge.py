"""Whether Sentry does what the product file says: when an alert tells, whom, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from components.scope import Scope
from components.vocabulary.at_sentry import FailedTransactions
from components.vocabulary.error_tracking import Issues
from components.vocabulary.people import Email, PagerDuty, Receiver, Slack
from components.vocabulary.thresholds import Threshold
from proof.cases import Case, cases
from proof.sentry.alerts import Alert, Declared
from proof.sentry.cases import IssueCase, issue_cases
from proof.sentry.events import Event, Requests
from proof.sentry.process import Message, admitted, occurrences, run, tell
from proof.sentry.truth import SentryTruth
from proof.story import Story
from proof.times import agrees, minute, spoken
from proof.told import Failure, told
from proof.truth import MINUTE
from proof.unplayable import UnplayableError

TOLD_WITHIN = 60  # seconds by which a filter on frequency is evaluated later


@dataclass(frozen=True)
class Watched:
    """An alert as one stack declares it at Sentry. `services`: the PagerDuty services that any stack declares."""

    stack: str
    truth: SentryTruth
    alert: Alert
    declared: Declared
    services: Mapping[str, str]
    cases: tuple[Case | IssueCase, ...] = field(default=())

    @property
    def name(self) -> str:
        """`tikit, fatal-error`."""
        return f"{self.truth.scope.product.name}, {self.truth.alert.name}"

    @cached_property
    def heard(self) -> frozenset[str]:
        """Who is told, as Sentry names them."""
        scope = self.truth.scope
        return frozenset(name_of(scope, each) for each in told(scope, self.truth.alert.receivers))


def derived(truth: SentryTruth) -> tuple[Case | IssueCase, ...]:
    """The cases of an alert. Raises UnplayableError."""
    if isinstance(truth.when, Issues):
        return tuple(issue_cases(truth.scope, truth.alert))
    return tuple(cases(truth))


def judge(watched: Watched, case: Case | IssueCase) -> Iterator[Failure]:
    """Play a case."""
    try:
        wrong = _issue(watched, case) if isinstance(case, IssueCase) else _metric(watched, case)
    except UnplayableError as why:
        wrong = ("a case that can be played", str(why))
    if wrong:
        yield Failure(watched.stack, watched.name, case, *wrong)


def _issue(watched: Watched, case: IssueCase) -> tuple[str, str] | None:
    project = f"{watched.truth.scope.logical('sentry-project')}-id"
    if watched.alert.monitors != (project,):
        return f"an alert on the errors of {project}", ", ".join(watched.alert.monitors)
    messages = run(watched.alert, admitted(case.happenings, watched.declared.limits.get(project)))
    got = [each.at for each in messages]
    if len(got) != len(case.told) or any(
        not 0 <= at - wanted <= TOLD_WITHIN for at, wanted in zip(got, case.told, strict=True)
    ):
        return f"told {_at(case.told)}", f"told {_at(got)}"
    return _whom(watched, messages)


def _metric(watched: Watched, case: Case) -> tuple[str, str] | None:
    truth, story = watched.truth, case.story
    (identity,) = watched.alert.monitors
    monitor = watched.declared.monitors.get(identity)
    if monitor is None:
        return "a metric monitor", f"an alert on {identity}"
    if monitor.project != f"{truth.scope.logical('sentry-project')}-id":
        return "a monitor of the product's project", monitor.project
    let_in = admitted(received(truth, story), watched.declared.limits.get(monitor.project))
    changes = occurrences(monitor, let_in, 23, story.end)
    messages = tell(watched.alert, changes)
    firing: list[tuple[int, int | None]] = []
    for message in messages:
        if not message.over:
            firing.append((int(message.at), None))
        elif firing:
            firing[-1] = (firing[-1][0], int(message.at))
    if not agrees(case.fires, firing, truth.slack, truth.early):
        return spoken(case.fires), spoken(firing)
    return _whom(watched, messages)


def _whom(watched: Watched, messages: Sequence[Message]) -> tuple[str, str] | None:
    for message in messages:
        got = frozenset(_named(watched, each) for each in message.receivers)
        if got != watched.heard:
            return f"told: {', '.join(sorted(watched.heard))}", f"told: {', '.join(sorted(got)) or 'nobody'}"
    return None


def _named(watched: Watched, receiver: str) -> str:
    """A PagerDuty service by its name, if there is one of that id."""
    kind, *names = receiver.split()
    if kind != "pagerduty":
        return receiver
    name, identity = names
    return f"pagerduty {name}" if watched.services.get(identity) == name else f"nobody ({receiver})"


def _at(times: Sequence[float]) -> str:
    return ", ".join(f"at {minute(int(each))}" for each in times) or "never"


def received(truth: SentryTruth, story: Story) -> list[Event | Requests]:
    """What a story sends to Sentry: what the alert counts, the same of another environment, and what else there is."""
    assert isinstance(truth.when, Threshold)
    environment, signal = truth.scope.environment.name, truth.when.signal
    if isinstance(signal, FailedTransactions):
        made: list[Event | Requests] = []
        for begin, end, phase in story.spans:
            for at in range(begin, end, 10) if not phase.lost and phase.rate else ():
                number = phase.rate * 10
                base = {"is_transaction": "true", "environment": environment}
                made.append(Requests(at + 3, number, number * phase.value, base))
                made.append(Requests(at + 3, number, number, {**base, "environment": f"not-{environment}"}))
                made.append(Requests(at + 3, number, 0.0, {**base, "is_transaction": "false"}))
        return made
    attributes = _matching(signal.search)  # type: ignore[attr-defined]
    found = [
        Event(at, tags={"environment": environment, "level": "error"}, attributes=attributes)
        for at in story.events(truth.window)
    ]
    noise = [at for begin, end, phase in story.spans if not phase.lost for at in range(begin, end, MINUTE // 4)]
    other = {"environment": f"not-{environment}", "level": "error"}
    found += [Event(at, tags=other, attributes=attributes) for at in noise]
    found += [Event(at, tags={"environment": environment, "level": "error"}) for at in noise if attributes]
    return [*found]


def _matching(search: str) -> dict[str, str]:
    """What an event has that a search finds. Raises UnplayableError."""
    terms = [re.fullmatch(r"([\w.]+):(\S+)", term) for term in search.split()]
    if not all(terms):
        raise UnplayableError(f"no event is made for the search {search!r}")
    return {term[1]: term[2].replace("*", "some") for term in terms if term}


def name_of(scope: Scope, receiver: Receiver) -> str:
    """How Sentry names a receiver; mail goes to a team."""
    match receiver:
        case Slack(channel):
            return channel
        case PagerDuty(service):
            return f"pagerduty {service}"
        case Email():
            return f"team {receiver.team or scope.product.team}"
        case _:
            raise UnplayableError(f"Sentry doesn't deliver to {receiver}")
