"""What exists once per account at a vendor, and which of the project's stacks declares it.

A stack that `owns` receivers declares those of every stack with its environment's name, whichever products these have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from components.catalogue import load_products, scopes_of
from components.environment import Environment
from components.problems import InvalidDeclarationError, Problem
from components.scope import Scope, secret_name
from components.stackfile import stack_file
from components.stackfile import stacks as files
from components.vendors import VENDORS, account, told_at, vendors_used, way
from components.vocabulary.metrics import Metric
from components.vocabulary.people import Receiver
from components.vocabulary.product import Product
from components.vocabulary.signals import Percentile
from components.vocabulary.thresholds import Signal, Threshold


class Shared(NamedTuple):
    """A receiver that a vendor's account knows once, however many products tell it."""

    vendor: str
    account: str
    workspace: str
    receiver: Receiver

    @property
    def key(self) -> str:
        """`datadog-tikit-slack-alerts`: its name in Pulumi's state, which no product is part of."""
        return f"{self.vendor}-{self.workspace}-{self.receiver.key}"

    @property
    def secret(self) -> str:
        """The name of the secret with which the vendor reaches it, where it needs one."""
        return secret_name(self.workspace, self.vendor, self.receiver)

    def __str__(self) -> str:
        """`Slack #alerts (tikit) at Datadog`."""
        return f"{self.receiver} ({self.workspace}) at {VENDORS[self.vendor].title}"


class Setting(NamedTuple):
    """A distribution whose percentiles are queried, and the tags that its queries use."""

    metric: str
    tags: tuple[str, ...]
    rows: str


class Stack(NamedTuple):
    """A stack of the project, by its file."""

    name: str
    environment: Environment
    scopes: tuple[Scope, ...]

    @property
    def file(self) -> str:
        """Where it says what it owns."""
        return f"Pulumi.{self.name}.yaml"


@dataclass(frozen=True)
class Ownership:
    """A stack among all of the project."""

    stack: Stack
    others: tuple[Stack, ...] = ()

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """All of them, this one first."""
        return (self.stack, *self.others)

    def declared(self, by: Stack | None = None) -> dict[Shared, list[Scope]]:
        """The receivers that a stack declares (this one, unless another is given), with the products that tell them."""
        return self._declared[(by or self.stack).name]

    @cached_property
    def _declared(self) -> dict[str, dict[Shared, list[Scope]]]:
        return {stack.name: self._declared_by(stack) for stack in self.stacks}

    def _declared_by(self, owner: Stack) -> dict[Shared, list[Scope]]:
        found: dict[Shared, list[Scope]] = defaultdict(list)
        if "receivers" not in owner.environment.owns:
            return found
        for stack in self.stacks:
            if stack.environment.name == owner.environment.name:
                for scope in stack.scopes:
                    for shared in reached(scope):
                        if shared.account == account(owner.environment, shared.vendor):
                            found[shared].append(scope)
        return dict(sorted(found.items(), key=lambda item: item[0].key))

    def owner(self, shared: Shared) -> Stack:
        """The stack that declares a receiver. That there is one has been checked before (`problems`)."""
        return next(stack for stack in self.stacks if shared in self.declared(stack))

    def settings(self) -> list[Setting]:
        """The metrics whose percentiles this stack has to switch on, for every stack of its organisation at Datadog."""
        if "metric-settings" not in self.stack.environment.owns:
            return []
        tags: dict[str, set[str]] = defaultdict(set)
        rows: dict[str, list[str]] = defaultdict(list)
        organisation = self.stack.environment.datadog_organization
        for stack in self.stacks:
            for scope in stack.scopes if stack.environment.datadog_organization == organisation else ():
                for metric, answered in _with_percentiles(scope.product):
                    # Queries are narrowed to environment and service, so these have to stay queryable as well.
                    tags[metric.name] |= {"env", "service", *metric.tags}
                    rows[metric.name] += answered.split()
        return [Setting(name, tuple(sorted(tags[name])), " ".join(dict.fromkeys(rows[name]))) for name in sorted(tags)]

    def problems(self) -> Iterator[Problem]:
        """What no stack would declare, or two would, of what this stack needs or declares."""
        yield from self._receivers()
        yield from self._metric_settings()
        yield from self._names()

    def _receivers(self) -> Iterator[Problem]:
        concerned = dict.fromkeys([shared for scope in self.stack.scopes for shared in reached(scope)])
        by_owners: dict[tuple[str, ...], list[Shared]] = defaultdict(list)
        for shared in concerned | dict.fromkeys(self.declared()):
            by_owners[tuple(stack.file for stack in self.stacks if shared in self.declared(stack))].append(shared)
        for owners, several in by_owners.items():
            what = ", ".join(map(str, several))
            value = list(self.stack.environment.owns)
            if not owners:
                env = self.stack.environment
                why = f"leaves {what} undeclared: no stack of {env.name} declares it, so nothing would be delivered."
                same = [stack.file for stack in self.stacks if stack.environment.name == env.name]
                yield Problem("owns", value, why, f"[receivers] in one of {', '.join(same)}", self.stack.file)
            elif len(owners) > 1:
                why = f"makes {' and '.join(owners)} declare {what}, which exists only once: one would be refused."
                yield Problem("owns", value, why, "receivers in one of them only", self.stack.file)

    def _metric_settings(self) -> Iterator[Problem]:
        organisation = self.stack.environment.datadog_organization
        sharing = [stack for stack in self.stacks if stack.environment.datadog_organization == organisation]
        if not any(scope.product.telemetry == "datadog" for stack in sharing for scope in stack.scopes):
            return
        owners = [stack.file for stack in sharing if "metric-settings" in stack.environment.owns]
        if len(owners) != 1:
            who = f"{' and '.join(owners)} declare" if owners else "nobody declares"
            why = f"doesn't settle it: {who} which percentiles Datadog keeps in {organisation}, once for all stacks."
            known = ", ".join(stack.file for stack in sharing)
            instead = f"metric-settings in exactly one of {known}"
            yield Problem("owns", list(self.stack.environment.owns), why, instead, self.stack.file)

    def _names(self) -> Iterator[Problem]:
        """Different receivers that would be one: to Datadog a PagerDuty service is its name, in whichever account."""
        names: dict[str, list[Shared]] = defaultdict(list)
        for shared in self.declared():
            names[shared.key].append(shared)
            if shared.vendor == "datadog" and shared.receiver.kind == "pagerduty":
                names[f"service {shared.receiver.name}"].append(shared)
        for several in names.values():
            if len(several) > 1:
                told = ", ".join(f"{each} by {_products(self.declared()[each])}" for each in several)
                why = f"can't be told apart: {told}."
                instead = "another name for one of them, or the same workspace= if they are the same"
                yield Problem("receivers", " and ".join(str(each.receiver) for each in several), why, instead)


def reached(scope: Scope) -> list[Shared]:
    """What the product's alerts reach here and exists once per account."""
    return [
        Shared(vendor, account(scope.environment, vendor), scope.product.workspace, receiver)
        for vendor in vendors_used(scope)
        for receiver in told_at(scope, vendor)
        if way(vendor, receiver).once
    ]


def rows_of(shared: Shared, scopes: Iterable[Scope]) -> str:
    """The rows of every product that a receiver answers."""
    rows = (row for scope in scopes for row in scope.rows_told(shared.receiver).split())
    return " ".join(dict.fromkeys(rows))


def read_stacks(project: Path, products: Sequence[Product]) -> tuple[list[Stack], list[Problem]]:
    """Every stack that has a file, and what is wrong with files that can't be read: then nobody knows who owns what."""
    stacks: list[Stack] = []
    problems: list[Problem] = []
    for name in files(project):
        try:
            file = stack_file(project, name)
            environment = Environment.parse(file.get("monitoring:environment"), file.name)
        except InvalidDeclarationError as error:
            problems += error.problems
        else:
            stacks.append(Stack(name, environment, scopes_of(environment, products)))
    return stacks, problems


def ownership(stack: str, project: Path) -> Ownership | None:
    """A stack among those of the project, all by their files; None while its own can't be read."""
    stacks, _ = read_stacks(project, load_products(project / "stacks")[0])
    this = next((each for each in stacks if each.name == stack), None)
    return Ownership(this, tuple(each for each in stacks if each is not this)) if this else None


def _with_percentiles(product: Product) -> Iterator[tuple[Metric, str]]:
    """The distributions whose percentiles the product queries at Datadog, each with the rows that this answers.

    Of what is traced Datadog keeps percentiles anyway; of what the application sends, only where it is told to.
    """
    if product.telemetry != "datadog":
        return
    used: list[tuple[str, Signal]] = [
        (alert.rows, signal) for alert in product.alerts for signal in alert.when.signals()
    ]
    used += [(each.rows, each.good.signal) for each in product.objectives if isinstance(each.good, Threshold)]
    for dashboard in product.dashboards:
        used += [(dashboard.rows, signal) for widget in dashboard.widgets for signal in widget.signals()]
    for rows, signal in used:
        if isinstance(signal, Percentile) and isinstance(signal.metric, Metric):
            yield signal.metric.declared, rows


def _products(scopes: Iterable[Scope]) -> str:
    return ", ".join(dict.fromkeys(scope.product.name for scope in scopes))
