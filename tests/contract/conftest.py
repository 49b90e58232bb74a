"""Everything that is declared, flattened, so that each promise is one test over all of it."""

from functools import cache

import pytest

from components.catalogue import STACKS as FOLDER
from components.catalogue import load_products, scopes
from components.grafana.rules import rule_uid
from components.grafana.uids import uid
from tests.conftest import ROOT

STACKS = ("prod", "staging")
MONITOR = "datadog:index/monitor:Monitor"
RULES = "grafana:alerting/ruleGroup:RuleGroup"
CONTACT = "grafana:alerting/contactPoint:ContactPoint"
SENTRY_ALERT = "sentry:index/alert:Alert"


@cache
def products():
    """Every product; one that can't be read would leave the contract without being noticed."""
    found, problems = load_products(FOLDER)
    assert not problems
    return found


def at_grafana(product):
    """The alerts that Grafana evaluates."""
    return (
        *product.alerts_at("checks"),
        *(product.alerts_at("telemetry") if product.telemetry == "grafana" else ()),
    )


class Everything:
    """All declared resources of one stack, and the alerts among them in one shape."""

    def __init__(self, stack, recording):
        self.stack = stack
        self.environment = {"prod": "production"}.get(stack, stack)
        self.scopes = {scope.product.name: scope for scope in scopes(stack, ROOT)}
        self.resources = [each for each in recording.resources if not each.type.startswith("monitoring:")]

    def alerts_at(self, product, evaluator):
        """The alerts of a product that this stack declares: without users, some wait in vain and are left out."""
        return self.scopes[product.name].alerts_at(evaluator)

    def at_grafana(self, product):
        return [alert for alert in at_grafana(product) if alert.name not in self.scopes[product.name].left_out]

    def alerts(self, product):
        return [alert for where in ("telemetry", "checks", "errors") for alert in self.alerts_at(product, where)]

    def of(self, kind):
        return [each for each in self.resources if each.type == kind]

    def monitors(self):
        """Datadog's monitors that notify; parts of composite ones don't."""
        return [each for each in self.of(MONITOR) if not self.is_part(each)]

    def parts(self):
        return [each for each in self.of(MONITOR) if self.is_part(each)]

    @staticmethod
    def is_part(monitor):
        return any(tag.startswith("part-of:") for tag in monitor.inputs["tags"])

    def rules(self):
        """Those of alerts; a heartbeat's has neither a runbook nor a severity."""
        beats = {uid(scope, "heartbeat") for scope in self.scopes.values()}
        return [rule for group in self.of(RULES) for rule in group.inputs["rules"] if rule["uid"] not in beats]

    def rule(self, product, alert):
        """The rule of an alert that Grafana evaluates."""
        wanted = rule_uid(self.scopes[product.name], alert)
        (found,) = [rule for rule in self.rules() if rule["uid"] == wanted]
        return found


@pytest.fixture(scope="session", params=STACKS)
def declared(request, recordings):
    return Everything(request.param, recordings[request.param])


@pytest.fixture(scope="session")
def both(recordings):
    return [Everything(stack, recordings[stack]) for stack in STACKS]
