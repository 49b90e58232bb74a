"""Writes all monitoring as one page that opens from disk: `python -m review.catalogue`.

Every product with its dashboards as they are laid out, alerts, who is told and when, objectives, checks, and what its
application owes it, in every environment. It is made from the same words as the declarations; no vendor is asked.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from components.catalogue import scopes
from components.declared import declared
from components.scope import Scope
from components.stackfile import stacks
from components.vendors import VENDORS
from components.vocabulary.alerts import Alert
from components.vocabulary.product import Product
from review.changes import Declared, text
from review.docs import contract
from review.drawn.data import Data
from review.drawn.errors import error_page
from review.drawn.pages import page as written
from review.drawn.panels import page
from review.drawn.sample import sample
from review.meaning import label
from review.plan import recorded
from review.recorder import ROOT, Recording
from sandbox.errors import SandboxError

OUT = Path("build") / "catalogue.html"
T = TypeVar("T")
# Said in words of their own, or elsewhere on the page.
APART = {
    "alert": ("summary", "runbook", "severity", "fires", "tells", "escalates", "at", "condition"),
    "severity": ("title", "urgency", "tell", "escalate_to"),
    "check": ("site", "path", "address"),
    "objective": ("summary", "target", "period"),
    "dashboard": ("title", "about", "panels"),
}


class Variant(NamedTuple):
    """A value with the stacks in which it holds."""

    stacks: tuple[str, ...]
    value: Any


@dataclass(frozen=True)
class Entry:
    """One part of a product. `facts` are its fields, each with its variants; `missing` says where it isn't, and why.

    `line` is a link to where it is declared, `said` an alert's summary with its numbers.
    """

    word: Any
    kind: str
    id: str
    line: str
    facts: Mapping[str, list[Variant]]
    missing: tuple[tuple[str, str], ...] = ()
    said: str = ""

    def fact(self, key: str) -> list[Variant]:
        """One field; empty where no stack has it."""
        return self.facts.get(key, [])

    @property
    def rest(self) -> list[tuple[str, list[Variant]]]:
        """The fields that are said nowhere else."""
        return [(key, found) for key, found in self.facts.items() if key not in APART.get(self.kind, ())]


@dataclass(frozen=True)
class Of:
    """A product: what the page says of it. `drawn`: by alert, the dashboards (id and title) that draw its limit."""

    product: Product
    vendor: str
    links: tuple[tuple[str, str], ...]
    runbook: str
    contract: str
    dashboards: list[tuple[Entry, list[Variant]]]
    alerts: list[Entry]
    severities: list[Entry]
    objectives: list[Entry]
    checks: list[Entry]

    @property
    def drawn(self) -> dict[str, dict[str, str]]:
        """By alert, the dashboards that draw its limit: their titles by id."""
        found: dict[str, dict[str, str]] = {}
        for entry, pages in self.dashboards:
            for panel in (panel for variant in pages for panel in variant.value.panels):
                for limit in panel.limits:
                    found.setdefault(limit.alert, {})[entry.id] = entry.word.title
        return found


def catalogue(declares: Mapping[str, Sequence[Scope]], out: Path, data: Data = sample, mark: str = "") -> str:
    """The page. `declares`: by stack, every product there; `out`: where it will lie, which its links start from.

    `data` is what panels show, `mark` what those that aren't samples are marked with.
    """
    by_product: dict[str, dict[str, Scope]] = {}
    for stack, found in declares.items():
        for scope in found:
            by_product.setdefault(scope.product.name, {})[stack] = scope
    products = [_product(name, by_product[name], out) for name in sorted(by_product)]
    return written("catalogue.html", data=data, mark=mark, products=products, stacks=list(declares), label=label)


def variants(by_stack: Mapping[str, T]) -> list[Variant]:
    """Equal values once, with all the stacks that they hold in."""
    found: list[Variant] = []
    for stack, value in by_stack.items():
        same = next((each for each in found if each.value == value), None)
        if same:
            found[found.index(same)] = Variant((*same.stacks, stack), value)
        else:
            found.append(Variant((stack,), value))
    return found


def _product(name: str, here: Mapping[str, Scope], out: Path) -> Of:
    facts = {stack: declared(scope) for stack, scope in here.items()}
    product = next(iter(here.values())).product
    made = _Entries(name, facts, here, out)
    runbook = f"docs/runbooks/{name}.md"
    files = {"source": product.file, "runbook": runbook, "document": f"docs/requirements/{name}.md"}
    return Of(
        product,
        VENDORS[product.telemetry].title,
        tuple((said, made.link(file)) for said, file in files.items() if (ROOT / file).exists()),
        made.link(runbook),
        "\n".join([*contract(product)][1:]),
        list(_dashboards(product, facts, here, made)),
        made.of("alert", sorted(product.alerts, key=lambda each: (each.severity.urgency, each.name))),
        made.of("severity", sorted(product.severities, key=lambda each: each.urgency)),
        made.of("objective", product.objectives),
        made.of("check", product.checks),
    )


def _dashboards(
    product: Product, facts: Mapping[str, Declared], here: Mapping[str, Scope], made: _Entries
) -> Iterator[tuple[Entry, list[Variant]]]:
    for entry in made.of("dashboard", product.dashboards):
        yield entry, variants({stack: page(product.name, entry.word.name, each) for stack, each in facts.items()})
    errors = {stack: found for stack, scope in here.items() if (found := error_page(scope))}
    if product.errors and product.errors.dashboard:
        yield made.entry("error dashboard", product.errors.dashboard), variants(errors)


@dataclass(frozen=True)
class _Entries:
    """Makes entries of a product's parts, by what its stacks declare."""

    product: str
    facts: Mapping[str, Declared]
    here: Mapping[str, Scope]
    out: Path

    def link(self, file: str) -> str:
        """From where the page lies to a file of the project."""
        return Path(os.path.relpath(ROOT / file, self.out.resolve().parent)).as_posix()

    def of(self, kind: str, words: Sequence[Any]) -> list[Entry]:
        """An entry for each part, in their order."""
        return [self.entry(kind, word) for word in words]

    def entry(self, kind: str, word: Any) -> Entry:
        """One part, whether or not a stack's facts have it."""
        found = {stack: each[kind][word.name] for stack, each in self.facts.items() if word.name in each.get(kind, {})}
        keys = dict.fromkeys(key for each in found.values() for key in each)
        facts = {key: variants({stack: text(each.get(key)) or "none" for stack, each in found.items()}) for key in keys}
        missing = {
            stack: scope.left_out[word.name] for stack, scope in self.here.items() if word.name in scope.left_out
        }
        scope = next(iter(self.here.values()))
        said = scope.summary(word, lambda tag: f"<{tag}>") if isinstance(word, Alert) else ""
        identity = f"{self.product}-{kind.replace(' ', '-')}-{word.name}"
        return Entry(word, kind, identity, self._line(word.line), facts, tuple(missing.items()), said)

    def _line(self, said: str) -> str:
        """`tikit.py:57` as a link; none where that file isn't in stacks/."""
        file, _, number = said.partition(":")
        return f"{self.link(f'stacks/{file}')}#L{number}" if file and (ROOT / "stacks" / file).exists() else ""


def _played(recordings: Mapping[str, Recording]) -> tuple[Data, str]:
    """The made-up day by the declared queries, and its mark; samples where the query engine can't be had."""
    from proof.grafana.engine import find_query_engine  # noqa: PLC0415  # after what is refused, and slow to import
    from proof.pictures import MARK, pictures  # noqa: PLC0415

    try:
        return pictures(recordings, find_query_engine()), MARK
    except SandboxError as problem:
        print(f"Everything is drawn with sample data: {problem}", file=sys.stderr)
        return sample, ""


def main() -> None:
    """Write the page and say where it is; what is wrong in a declaration ends it as it ends a plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help=f"where to write (default: {OUT})")
    out: Path = parser.parse_args().out
    names = stacks(ROOT)
    # With names, as the proof reads them; what is refused ends it here, before anything is built.
    data, mark = _played({name: recorded(name, named=True) for name in names})
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(catalogue({name: scopes(name, ROOT) for name in names}, out, data, mark), encoding="utf-8")
    except OSError as problem:
        sys.exit(f"error: {problem.filename}: {problem.strerror}")
    print(f"{out} holds every product in {' and '.join(names)}: open it in a browser.")


if __name__ == "__main__":
    main()
