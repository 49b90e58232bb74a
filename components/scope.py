"""One product in one environment: the names, texts and numbers that every vendor's resources are made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from components.environment import Environment
from components.idle import waits_for_users
from components.vocabulary.alerts import Alert
from components.vocabulary.checks import Check
from components.vocabulary.conditions import CheckFails, Evaluator
from components.vocabulary.people import Receiver, Severity
from components.vocabulary.product import Answer, Product
from components.vocabulary.quantities import Duration
from components.vocabulary.renames import identity
from components.vocabulary.thresholds import Signal, Threshold


def sentence(text: str) -> str:
    """The text with an end: a full stop, unless it brings its own."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def secret_name(workspace: str, vendor: str, receiver: Receiver) -> str:
    """Of the workspace, not of the product: `#alerts` is one channel per workspace, whoever tells it."""
    return f"{workspace}-{vendor}-{receiver.key}"


@dataclass(frozen=True)
class Scope:
    """A product and the environment it is declared in."""

    product: Product
    environment: Environment

    def logical(self, name: str) -> str:
        """The name that a resource keeps in Pulumi's state, whatever its position in the file."""
        return f"{self.product.name}-{name}"

    def slug(self, name: str = "") -> str:
        """A name that is unique at a vendor across products and environments: `tikit-main-staging`."""
        return f"{identity(self.product)}{'-' if name else ''}{name}{self.environment.suffix}"

    def title(self, text: str) -> str:
        """What a person reads in a list of alerts: `[production] Tikit: High error rate`."""
        return f"[{self.environment.name}] {self.product.title}: {text}"

    def labels(self, severity: Severity | None = None) -> dict[str, str]:
        """Product, environment, team and, for alerts, severity; tags or labels at every vendor that has them."""
        labels = {"env": self.environment.name, "product": self.product.name, "team": self.product.team}
        return labels | ({"severity": severity.name.lower()} if severity else {})

    def managed(self, rows: str = "") -> str:
        """The sentence that keeps people from editing by hand."""
        return f"Managed by code in {self.product.file}{f' ({rows})' if rows else ''}; changes made here are lost."

    def about(self, text: str, answer: Answer) -> str:
        """A description with everything a resource has to carry where it has no tags."""
        labels = ", ".join(f"{key}: {value}" for key, value in self.labels().items())
        return f"{sentence(text)} {self.managed(answer.rows)} {labels}"

    @cached_property
    def left_out(self) -> dict[str, str]:
        """The names of the alerts that are not declared here, each with the reason."""
        if self.environment.has_users:
            return {}
        return {
            alert.name: f"waits for users, and {self.environment.name} has none: {alert.when.describe()}"
            for alert in self.product.alerts
            if waits_for_users(self.product, alert)
        }

    def alerts_at(self, evaluator: Evaluator) -> tuple[Alert, ...]:
        """The alerts that are declared here, of those evaluated at that place."""
        return tuple(alert for alert in self.product.alerts_at(evaluator) if alert.name not in self.left_out)

    def limits_on(self, line: Signal) -> tuple[tuple[Alert, Threshold], ...]:
        """The alerts that watch what a dashboard draws, with their limits, of those that are declared here."""
        return tuple(each for each in self.product.limits_on(line) if each[0].name not in self.left_out)

    def causes(self, alert: Alert) -> tuple[Alert, ...]:
        """The alerts beside which this one isn't told, of those that are declared here."""
        named = {each.name: each for each in self.product.alerts if each.name not in self.left_out}
        return tuple(named[name] for name in alert.causes if name in named)

    def told(self, alert: Alert) -> tuple[Receiver, ...]:
        """Who hears of an alert here."""
        return self.environment.told(alert.receivers, self.product.name)

    def escalated(self, severity: Severity) -> tuple[Receiver, ...]:
        """Who hears of it here when it isn't over in time."""
        if not severity.escalated:
            return ()
        return self.environment.told(severity.escalated, self.product.name)

    def told_by(self, *evaluators: Evaluator) -> tuple[Receiver, ...]:
        """Everybody who hears of any alert that is evaluated at these places, each once.

        The error tracker tells at once or not at all: it has no notion of an alert that lasts.
        """
        found: list[Receiver] = []
        for evaluator in evaluators:
            for alert in self.alerts_at(evaluator):
                found += self.told(alert)
                if evaluator != "errors":
                    found += self.escalated(alert.severity)
        return tuple(dict.fromkeys(found))

    def rows_told(self, receiver: Receiver) -> str:
        """The rows of the severities whose notifications go to a receiver here."""
        product, told = self.product, self.environment.told
        return " ".join(
            each.rows
            for each in product.severities
            if receiver in (*told(each.receivers, product.name), *self.escalated(each))
        )

    def summary(
        self, alert: Alert, variable: Callable[[str], str], instead: Mapping[str, str] = MappingProxyType({})
    ) -> str:
        """A sentence with the summary's numbers; its tags become a vendor's variables."""
        words = {name: variable(name) for name in alert.when.groups()} | dict(alert.when.words()) | dict(instead)
        return sentence(alert.said(words))

    def unless_caused(self, alert: Alert) -> str:
        """What a message says of the alerts beside which this one isn't told: ` Not sent while api-down fires.`."""
        names = " or ".join(cause.name for cause in self.causes(alert))
        return f" Not sent while {names} fires." if names else ""

    def runbook(self, alert: Alert) -> str:
        """The address of the alert's section in the product's runbook."""
        return f"{str(self.environment.runbooks).rstrip('/')}/{self.product.name}.md#{alert.name}"

    def url(self, check: Check) -> str:
        """What a check probes here."""
        return self.sites[check.site] + check.path

    @cached_property
    def sites(self) -> dict[str, str]:
        """The product's addresses in this environment."""
        return dict(self.product.urls[self.environment.name])

    def interval(self, check: Check) -> Duration:
        """How often a check runs here: as the product says, unless the environment probes more rarely."""
        return max(check.every, self.environment.probe_at_most_every)

    def rounds(self, when: CheckFails) -> int:
        """How many rounds have to fail here: one is enough where several locations agree, and never from one alone."""
        return max(when.rounds, 2) if len(self.environment.probe_from) == 1 else when.rounds

    def secret(self, vendor: str, receiver: Receiver) -> str:
        """The name of the secret with which a vendor reaches a receiver: `tikit-grafana-slack-alerts`."""
        return secret_name(self.product.workspace, vendor, receiver)
