"""`make mutate`: changes every declared alert, one setting at a time, and lists the changes that no case notices."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from components.problems import nearest
from components.stackfile import stacks
from proof.everything import AnyWatched, Proof, gather, play_all
from proof.grafana.engine import find_query_engine
from proof.grafana.rules import Declared
from proof.mutants import datadog, grafana, sentry
from proof.mutants.equivalent import EQUIVALENT, reason_for
from proof.mutants.hunt import Hunt
from proof.mutants.mutant import Mutant
from proof.told import awake
from proof.unplayable import in_words
from review.recorder import ROOT, Recording


@dataclass
class Found:
    """What became of all mutants. `explained`: survivors by the name of the reason why nothing can notice them."""

    mutants: int = 0
    played: int = 0
    refused: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    explained: dict[str, int] = field(default_factory=dict)

    @property
    def paging(self) -> list[Mutant]:
        """Those of alerts that can wake somebody."""
        return [each for each in self.survivors if each.wakes]


def hunt(proof: Proof, command: Path) -> Found:
    """Play the mutants of all alerts, Grafana's by the query engine while the others are played here."""
    by_engine, by_hand = Hunt(), Hunt()
    with ThreadPoolExecutor(1) as others:
        asked = others.submit(_ask_all, by_engine, proof, command)
        for mutants in _by_hand(proof):
            by_hand.by_hand(mutants)
        asked.result()
    found = Found()
    for each in (by_engine, by_hand):
        found.mutants += each.noticed.total() + len(each.survivors)
        found.played += each.played
        found.refused += each.refused
        for mutant in each.survivors:
            reason = reason_for(mutant)
            if reason:
                found.explained[reason.name] = found.explained.get(reason.name, 0) + 1
            else:
                found.survivors.append(mutant)
    return found


def _ask_all(hunt: Hunt, proof: Proof, command: Path) -> None:
    for mutants in _of_grafana(proof):
        hunt.by_engine(mutants, command)


def _of_grafana(proof: Proof) -> Iterator[list[tuple[Mutant, Declared]]]:
    """Product by product, so that what one has shown orders the cases of the next."""
    products: dict[tuple[str, str], list[tuple[Mutant, Declared]]] = {}
    for each in proof.watched:
        made = grafana.mutants(each, _recording(proof, each), proof.declared[each.stack])
        products.setdefault((each.stack, each.truth.scope.product.name), []).extend(made)
    yield from products.values()


def _by_hand(proof: Proof) -> Iterator[list[Mutant]]:
    for each in proof.datadog:
        yield list(datadog.mutants(each, _recording(proof, each)))
    for alert in proof.sentry:
        yield list(sentry.mutants(alert, _recording(proof, alert)))


def _recording(proof: Proof, watched: AnyWatched) -> Recording:
    return proof.recordings[watched.stack]


def narrow(proof: Proof, product: str, alert: str) -> None:
    """Keep the alerts of a product, or of a name. Raises LookupError where there is none."""
    _known("product", product, {each.truth.scope.product.name for each in proof.all})
    _known("alert", alert, {each.truth.alert.name for each in proof.all})

    def wanted(each: AnyWatched) -> bool:
        names = each.truth.scope.product.name, each.truth.alert.name
        return product in ("", names[0]) and alert in ("", names[1])

    proof.watched = [each for each in proof.watched if wanted(each)]
    proof.datadog = [each for each in proof.datadog if wanted(each)]
    proof.sentry = [each for each in proof.sentry if wanted(each)]
    if not proof.all:
        raise LookupError(f"{product} has no alert {alert!r}")


def _known(what: str, wanted: str, names: Iterable[str]) -> None:
    """Raises LookupError with the nearest name."""
    if wanted and wanted not in names:
        raise LookupError(f"there is no {what} {wanted!r}; did you mean {nearest(wanted, names)}?")


def report(found: Found, took: float, *, whole: bool) -> list[str]:
    """In lines: the counts, then the survivors, then the reasons that explain nothing any more."""
    explained = sum(found.explained.values())
    noticed = found.mutants - len(found.survivors) - explained
    counts = f"{found.mutants} mutants, {noticed} noticed, {explained} that nothing can notice"
    survive = f"{len(found.survivors)} survive, {len(found.paging)} of them of alerts that wake somebody"
    lines = [f"{counts}, {survive}; {found.played} cases played, {took:.0f} s"]
    lines += [f"  {number} x {name}: {_reason(name)}" for name, number in sorted(found.explained.items())]
    lines += [f"SURVIVES, and wakes somebody: {each}" for each in found.paging]
    lines += [f"survives: {each}" for each in found.survivors if not each.wakes]
    return lines + [f"EXPLAINS NOTHING: {name} (proof/mutants/equivalent.py)" for name in unused(found) if whole]


def _reason(name: str) -> str:
    return next(each.reason for each in EQUIVALENT if each.name == name)


def unused(found: Found) -> list[str]:
    """The reasons that no survivor needs."""
    return [each.name for each in EQUIVALENT if each.name not in found.explained]


def main(arguments: Sequence[str]) -> int:
    """Print what survives; 1 when that is of an alert that wakes somebody, or a reason explains nothing."""
    parser = argparse.ArgumentParser(prog="make mutate")
    parser.add_argument("--product", default="")
    parser.add_argument("--alert", default="")
    parser.add_argument("--stack", default="")
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        with in_words():
            command = find_query_engine()
            chosen = [asked.stack] if asked.stack else awake()
            _known("stack", asked.stack, stacks(ROOT))
            proof = gather(chosen)
            narrow(proof, asked.product, asked.alert)
    except LookupError as problem:
        print(problem, file=sys.stderr)
        return 1
    play_all(proof, command)
    if proof.failures or proof.problems or proof.uncovered:
        print(
            "The alerts as they ship don't pass all cases, so mutants would show nothing: make behaviour",
            file=sys.stderr,
        )
        return 1
    found = hunt(proof, command)
    whole = not (asked.product or asked.alert or asked.stack)
    print("\n".join(report(found, time.monotonic() - began, whole=whole)))
    return 1 if found.paging or (whole and unused(found)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
