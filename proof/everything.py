"""All alerts of the stacks, as they are declared, with their cases; and what comes of playing them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from components.catalogue import scopes
from components.grafana.rules import rule_uid
from components.problems import Problem
from components.scope import Scope
from components.stackfile import stacks as known_stacks
from components.vocabulary.alerts import Alert
from proof import heartbeats
from proof.beside import beside
from proof.cases import cases
from proof.caused import caused
from proof.datadog import judge as datadog
from proof.datadog import monitors
from proof.datadog.truth import DatadogTruth
from proof.grafana.engine import Answer, ask
from proof.grafana.judge import judge
from proof.grafana.play import Watched, request
from proof.grafana.rules import Declared
from proof.raw import unread
from proof.sentry import alerts
from proof.sentry import judge as sentry
from proof.sentry.truth import SentryTruth
from proof.told import Failure
from proof.truth import DAY, RARE, Truth
from proof.unplayable import UnplayableError, all_played
from proof.written import File, read, unknown
from proof.written_cases import cases as written
from review.recorder import ROOT, Recording, record

AnyWatched = Watched | datadog.Watched | sentry.Watched


@dataclass
class Proof:
    """All alerts of the stacks, and what came of playing them. `watched` are Grafana's."""

    watched: list[Watched] = field(default_factory=list)
    declared: dict[str, Declared] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)
    monitors: dict[str, monitors.Declared] = field(default_factory=dict)  # Datadog's, by stack
    datadog: list[datadog.Watched] = field(default_factory=list)
    sentry: list[sentry.Watched] = field(default_factory=list)
    uncovered: dict[str, str] = field(default_factory=dict)  # alert, why
    unread: list[str] = field(default_factory=list)  # alerts on a query that the product file states
    failures: list[Failure] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)  # heartbeats that stop, or don't
    problems: list[Problem] = field(default_factory=list)  # of cases that somebody wrote
    written: int = 0  # files of such cases

    @property
    def left_out(self) -> dict[str, str]:
        """The alerts with options of their own that aren't played, and which: such an alert is played without."""
        played: list[Watched | datadog.Watched] = [*self.watched, *self.datadog]
        return {f"{each.name} ({each.stack})": ", ".join(sorted(each.unplayed)) for each in played if each.unplayed}

    @property
    def all(self) -> list[AnyWatched]:
        """Those of all vendors."""
        return [*self.watched, *self.datadog, *self.sentry]

    @property
    def cases(self) -> int:
        """How many there are; the rule that escalates is part of its alert's."""
        return sum(len(each.cases) for each in self.all)


@dataclass(frozen=True)
class _Stack:
    """One stack, as every vendor has it."""

    name: str
    grafana: Declared
    datadog: monitors.Declared
    sentry: alerts.Declared


def gather(stacks: Sequence[str], root: Path = ROOT) -> Proof:
    """Record the program of each stack, and derive the cases of every alert there."""
    proof = Proof()
    recordings = proof.recordings = {stack: record(stack, root, named=True) for stack in stacks}
    stacks_read = [_read(name, recording) for name, recording in recordings.items()]
    proof.declared = {each.name: each.grafana for each in stacks_read}
    proof.monitors = {each.name: each.datadog for each in stacks_read}
    # What exists once per account is declared by one stack, and used by all.
    channels = frozenset[str]().union(*(each.datadog.channels for each in stacks_read))
    services = {identity: name for each in stacks_read for identity, name in each.sentry.services.items()}
    files = _files(root, proof)
    environments = [scope.environment.name for stack in known_stacks(root) for scope in scopes(stack, root)]
    for stack in stacks_read:
        for scope in scopes(stack.name, root):
            proof.silent += heartbeats.failures(scope, stack.grafana, stack.datadog, channels)
            own = files.pop(scope.product.file, None) if stack is stacks_read[-1] else files.get(scope.product.file)
            if own:
                names, here = [each.name for each in scope.product.alerts], scope.environment.name
                proof.problems += unknown(own, names, environments, scope.left_out, here)
            for vendor, alert in _alerts(scope):
                if any(unread(each.when) for each in (alert, *scope.causes(alert))):
                    proof.unread.append(f"{scope.product.name}, {alert.name} ({stack.name})")
                    proof.problems += _in_vain(own, alert)
                    continue
                try:
                    if vendor == "grafana":
                        proof.watched.append(_own(proof, own, _at_grafana(stack, scope, alert)))
                    elif vendor == "datadog":
                        proof.datadog.append(_own(proof, own, _at_datadog(stack, scope, alert, channels)))
                    else:
                        proof.sentry.append(_own(proof, own, _at_sentry(stack, scope, alert, services)))
                except UnplayableError as why:
                    proof.uncovered[f"{scope.product.name}, {alert.name} ({stack.name})"] = str(why)
    for file in files.values():
        proof.problems.append(Problem("", file.name, "is of no product.", "the name of a product file", line=file.name))
    proof.problems = list({str(problem): problem for problem in proof.problems}.values())
    return proof


def _files(root: Path, proof: Proof) -> dict[str, File]:
    """The files of cases that stand beside product files, by the name of that file."""
    found = {}
    for path in sorted((root / "stacks").rglob("*.*")):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".cases" and name == f"stacks/{path.name}":
            found[f"{name.removesuffix('.cases')}.py"] = file = read(path, name)
            proof.problems += file.problems
        elif re.search(r"\.cases?\b", path.name, re.IGNORECASE) and not path.name.startswith("."):
            why = "is never read: cases stand beside the product file, under its name."
            instead = f"stacks/{path.name.partition('.')[0]}.cases"
            proof.problems.append(Problem("", path.name, why, instead, line=name))
    proof.written = len(found)
    return found


def _in_vain(file: File | None, alert: Alert) -> Iterator[Problem]:
    """A problem for each case that somebody wrote of an alert that can't be played."""
    for case in file.cases if file else ():
        if case.alert == alert.name:
            why = "is never played: nobody but the author of its query knows what that finds."
            yield Problem("case", alert.name, why, "no case, or an alert in the vocabulary's words", line=case.at)


def _own(proof: Proof, file: File | None, watched: Any) -> Any:
    """With the cases of the product's own that are about it."""
    if file is None:
        return watched
    made, problems = written(file, watched.truth)
    proof.problems += problems
    return replace(watched, cases=(*watched.cases, *made))


def _read(name: str, recording: Recording) -> _Stack:
    return _Stack(name, Declared.of(recording), monitors.declared(recording), alerts.declared(recording))


def _alerts(scope: Scope) -> Iterator[tuple[str, Alert]]:
    """Every alert, and who evaluates it."""
    yield from (("grafana", each) for each in scope.alerts_at("checks"))
    yield from ((scope.product.telemetry, each) for each in scope.alerts_at("telemetry"))
    yield from (("sentry", each) for each in scope.alerts_at("errors"))


def _at_grafana(stack: _Stack, scope: Scope, alert: Alert) -> Watched:
    rule, truth = stack.grafana.rules[rule_uid(scope, alert)], Truth(scope, alert)
    late = stack.grafana.rules.get(rule_uid(scope, alert, escalated=True))
    if truth.window > DAY:  # samples come every five minutes there; to look more often shows nothing more
        rule = replace(rule, every=max(rule.every, RARE))
        late = late and replace(late, every=max(late.every, RARE))
    watched = Watched(stack.name, truth, rule, late, (*cases(truth), *caused(truth)))
    all_played(rule.uid, watched.unplayed, alert.grafana)
    return watched


def _at_datadog(stack: _Stack, scope: Scope, alert: Alert, channels: frozenset[str]) -> datadog.Watched:
    truth, monitor = DatadogTruth(scope, alert), stack.datadog.monitors[scope.logical(alert.name)]
    watched = datadog.Watched(stack.name, truth, monitor, stack.datadog, channels, (*cases(truth), *caused(truth)))
    all_played(monitor.name, watched.unplayed, alert.datadog)
    return watched


def _at_sentry(stack: _Stack, scope: Scope, alert: Alert, services: Mapping[str, str]) -> sentry.Watched:
    truth, declared = SentryTruth(scope, alert), stack.sentry
    named = declared.alerts[scope.logical(alert.name)]
    return sentry.Watched(stack.name, truth, named, declared, services, sentry.derived(truth))


def play_all(proof: Proof, command: Path) -> None:
    """Have all cases played, and keep what is wrong."""
    asked = _Asked(proof)
    others = beside(lambda: list(_without_the_query_engine(proof)))
    for answer in list(ask(command, asked.requests())):  # what is alike is known only when all have been asked
        proof.failures += asked.judged(answer)
    proof.failures += others()
    proof.failures += asked.unanswered()


def _without_the_query_engine(proof: Proof) -> Iterator[Failure]:
    for at_datadog in proof.datadog:
        for case in at_datadog.cases:
            yield from datadog.judge(at_datadog, case)
    for at_sentry in proof.sentry:
        for happening in at_sentry.cases:
            yield from sentry.judge(at_sentry, happening)


class _Asked:
    """What Grafana's cases ask of the query engine; what differs in nothing but the environment's name, once."""

    def __init__(self, proof: Proof) -> None:
        self.declared = proof.declared
        self.left: dict[str, tuple[Watched, int]] = {
            f"{each.stack}:{each.rule.uid}:{number}": (each, number)
            for each in proof.watched
            for number in range(len(each.cases))
        }
        self.unasked: dict[str, str] = {}
        self.alike: dict[str, list[str]] = defaultdict(list)

    def requests(self) -> Iterator[Mapping[str, Any]]:
        """As tools/query takes them."""
        first: dict[str, str] = {}
        for name, (watched, number) in list(self.left.items()):
            try:
                made = request(watched, number)
            except UnplayableError as why:
                self.unasked[name] = str(why)
                continue
            environment = watched.truth.scope.environment.name
            said = json.dumps({**made, "id": ""}).replace(environment, "{environment}")
            asked = first.setdefault(said, name)
            self.alike[asked].append(name)
            if asked == name:
                yield made

    def judged(self, answer: Answer) -> Iterator[Failure]:
        """What is wrong in the cases that an answer is for."""
        for name in self.alike[answer.id]:
            watched, number = self.left.pop(name)
            yield from judge(watched, self.declared[watched.stack], number, answer)

    def unanswered(self) -> Iterator[Failure]:
        """A case that can't be asked, or isn't answered, has failed: nobody knows."""
        for name, (watched, number) in self.left.items():
            why = self.unasked.get(name, "none")
            yield Failure(watched.stack, watched.name, watched.cases[number], "an answer", why)
