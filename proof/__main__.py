"""`make behaviour`: plays every alert that Grafana evaluates through on the queries that ship."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from components.catalogue import scopes
from components.stackfile import stacks
from proof.cases import cases
from proof.grafana.engine import ask, find_query_engine
from proof.grafana.judge import Failure, judge
from proof.grafana.play import Watched, request
from proof.grafana.rules import Declared, Rule
from proof.truth import Truth
from proof.unplayable import UnplayableError
from review.recorder import ROOT, record
from sandbox.errors import SandboxError

LANGUAGES = {"promql": "PromQL", "logql": "LogQL"}


@dataclass
class Proof:
    """All alerts of the stacks, and what came of playing them."""

    watched: list[Watched] = field(default_factory=list)
    declared: dict[str, Declared] = field(default_factory=dict)
    uncovered: dict[str, str] = field(default_factory=dict)  # alert, why
    elsewhere: dict[str, set[str]] = field(default_factory=lambda: {"Datadog": set(), "Sentry": set()})
    failures: list[Failure] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """How many there are; the rule that escalates is part of its alert's."""
        return sum(len(each.cases) for each in self.watched)


def gather(stacks: Sequence[str], root: Path = ROOT) -> Proof:
    """Record the program of each stack, and derive the cases of every alert that Grafana evaluates there."""
    proof = Proof()
    for stack in stacks:
        declared = proof.declared[stack] = Declared.of(record(stack, root, named=True))
        for scope in scopes(stack, root):
            grafana = scope.product.telemetry == "grafana"
            at_grafana = (*scope.alerts_at("checks"), *(scope.alerts_at("telemetry") if grafana else ()))
            name = scope.product.name
            proof.elsewhere["Datadog"] |= {
                f"{name}, {each.name}" for each in scope.alerts_at("telemetry") if not grafana
            }
            proof.elsewhere["Sentry"] |= {f"{name}, {each.name}" for each in scope.alerts_at("errors")}
            for alert in at_grafana:
                rule, truth = declared.rules[scope.slug(alert.name)], Truth(scope, alert)
                late = declared.rules.get(scope.slug(f"{alert.name}-late"))
                try:
                    proof.watched.append(_watch(stack, truth, rule, late))
                except UnplayableError as why:
                    proof.uncovered[f"{scope.product.name}, {alert.name} ({stack})"] = str(why)
    return proof


def _watch(stack: str, truth: Truth, rule: Rule, late: Rule | None) -> Watched:
    watched = Watched(stack, truth, rule, late)
    return replace(watched, cases=tuple(cases(truth)))


def play_all(proof: Proof, command: Path) -> None:
    """Have all queries answered, and judge every case as its answer comes."""
    by_id: Mapping[str, tuple[Watched, int]] = {
        f"{each.stack}:{each.rule.uid}:{number}": (each, number)
        for each in proof.watched
        for number in range(len(each.cases))
    }

    def requests() -> Iterator[Mapping[str, Any]]:
        for name, (watched, number) in by_id.items():
            try:
                made = request(watched, number)
            except UnplayableError as why:
                unasked[name] = str(why)
            else:
                yield made

    unasked: dict[str, str] = {}
    left = dict(by_id)
    for answer in ask(command, requests()):
        watched, number = left.pop(answer.id)
        proof.failures += judge(watched, proof.declared[watched.stack], number, answer)
    # A case that can't be asked, or isn't answered, has failed: nobody knows.
    for name, (watched, number) in left.items():
        case, why = watched.cases[number], unasked.get(name, "none")
        proof.failures.append(Failure(watched.stack, watched.name, case, "an answer", why))


def report(proof: Proof, took: float) -> str:
    """What was played, what wasn't and why, and what failed."""
    lines = [
        _counts(proof, took),
        *(f"not yet played: {len(names)} alerts of {vendor}" for vendor, names in sorted(proof.elsewhere.items())),
        *(f"not covered: {name}: {why}" for name, why in proof.uncovered.items()),
        *(f"FAILS {failure}" for failure in sorted(proof.failures, key=str)),
    ]
    return "\n".join(lines)


def _counts(proof: Proof, took: float) -> str:
    alerts, stacks = len({each.name for each in proof.watched}), len(proof.declared)
    languages = " and ".join(LANGUAGES[each] for each in sorted({each.rule.language for each in proof.watched}))
    return (
        f"{alerts} alerts of Grafana in {stacks} environments, {proof.cases} cases, {len(proof.failures)} fail, "
        f"queries in {languages}, {took:.0f} s"
    )


def main(arguments: Sequence[str]) -> int:
    """Play, print, and return 1 when a case fails. With `--cases`, every case in words as well."""
    try:
        command = find_query_engine()
    except SandboxError as problem:
        print(problem, file=sys.stderr)
        return 1
    began = time.monotonic()
    proof = gather(list(stacks(ROOT)))
    play_all(proof, command)
    if "--cases" in arguments:
        for each in proof.watched:
            for case in each.cases:
                print(f"{each.name} ({each.stack}): {case.said}")
    print(report(proof, time.monotonic() - began))
    return 1 if proof.failures or not proof.cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
