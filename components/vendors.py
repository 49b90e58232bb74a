"""The vendors: what each evaluates and needs, and by that which of a product's alerts it has.

A vendor is an entry here and a package of its name: `component` (what is declared of a product), `account` (what exists
once, and who it is), `receivers` (how it reaches whom), `limits` (what it refuses).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from components.environment import Environment
from components.scope import Scope
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import Evaluator
from components.vocabulary.people import Receiver, known_receiver
from components.vocabulary.product import Product


class Way(NamedTuple):
    """What it takes that a vendor reaches a receiver."""

    secret: bool = False  # an encrypted value of the stack's, `<workspace>-<vendor>-<receiver>`
    once: bool = False  # a resource that exists once per account, however many products tell it


class Vendor(NamedTuple):
    """What is known of a vendor without importing its SDK, by which others find the rest.

    `evaluates` telemetry: of the products whose `telemetry=` names it. `identity` is the key of the stack file that
    names the account, and `opened_by` the variables whose values decide which one it is; `also` are further ones by
    what needs them, `elsewhere` those that point at another region or installation. `keys` are its other keys there.
    """

    title: str
    component: str
    evaluates: tuple[Evaluator, ...]
    identity: str
    opened_by: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    elsewhere: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    beats: bool = False  # can be told to fire always
    one_at_a_time: bool = False  # what exists once is kept as one list, which each change replaces

    @property
    def variables(self) -> tuple[str, ...]:
        """Every environment variable that its provider reads."""
        return (*self.opened_by, *(name for names in self.also.values() for name in names), *self.elsewhere)


VENDORS: Mapping[str, Vendor] = {
    "datadog": Vendor(
        title="Datadog",
        component="DatadogMonitoring",
        evaluates=("telemetry",),
        identity="datadog-organization",
        opened_by=("DD_API_KEY", "DD_APP_KEY"),
        elsewhere=("DD_HOST",),
        keys=("datadog-address", "keep-logs-at-most", "custom-metrics", "log-events-per-month"),
        beats=True,
    ),
    "grafana": Vendor(
        title="Grafana",
        component="GrafanaMonitoring",
        evaluates=("checks", "telemetry"),
        identity="grafana-metrics-instance",
        opened_by=("GRAFANA_URL", "GRAFANA_AUTH"),
        also={
            "checks": ("GRAFANA_SM_URL", "GRAFANA_SM_ACCESS_TOKEN"),
            "scrape jobs": ("GRAFANA_CONNECTIONS_API_ACCESS_TOKEN",),
        },
        keys=(
            "grafana-metrics-datasource",
            "grafana-logs-datasource",
            "grafana-stack",
            "otlp-suffixes",
            "probe-from",
            "probe-at-most-every",
            "uptime-executions-per-month",
        ),
        beats=True,
    ),
    "sentry": Vendor(
        title="Sentry",
        component="SentryMonitoring",
        evaluates=("errors",),
        identity="sentry-organization",
        opened_by=("SENTRY_AUTH_TOKEN",),
        elsewhere=("SENTRY_BASE_URL",),
        keys=("sentry-address",),
        one_at_a_time=True,
    ),
}


def evaluated_by(product: Product, evaluator: Evaluator) -> str:
    """The vendor that evaluates a product's alerts of that kind: the one place that says who evaluates what."""
    if evaluator == "telemetry":
        return product.telemetry
    return next(name for name, vendor in VENDORS.items() if evaluator in vendor.evaluates)


def evaluated(scope: Scope, vendor: str) -> tuple[Evaluator, ...]:
    """What a vendor evaluates of a product."""
    return tuple(each for each in VENDORS[vendor].evaluates if evaluated_by(scope.product, each) == vendor)


def alerts_of(scope: Scope, vendor: str) -> tuple[Alert, ...]:
    """The product's alerts that a vendor evaluates, also those left out here: what it can't say is refused anyway."""
    return tuple(alert for each in evaluated(scope, vendor) for alert in scope.product.alerts_at(each))


def alerts_here(scope: Scope, vendor: str) -> tuple[Alert, ...]:
    """Those of them that are declared in this environment."""
    return tuple(alert for each in evaluated(scope, vendor) for alert in scope.alerts_at(each))


def told_at(scope: Scope, vendor: str) -> tuple[Receiver, ...]:
    """Everybody whom a vendor tells of the product here, each once."""
    return scope.told_by(*evaluated(scope, vendor))


def vendors_used(scope: Scope) -> list[str]:
    """The vendors that something of the product is declared at."""
    product = scope.product
    kept_with_metrics = (
        scope.alerts_at("telemetry"),
        product.objectives,
        product.dashboards,
        product.log_index,
        product.log_metrics,
        product.status_page,
        product.post_mortem,
        product.maintenance,
        product.heartbeat,
    )
    used: set[str] = {product.telemetry} if any(kept_with_metrics) else set()
    if product.checks or product.scrape:
        used.add("grafana")
    if product.errors:
        used.add("sentry")
    return sorted(used)


def heartbeats(scope: Scope) -> list[str]:
    """The vendors from which the product's heartbeat comes."""
    return [vendor for vendor in vendors_used(scope) if scope.product.heartbeat and VENDORS[vendor].beats]


def way(vendor: str, receiver: Receiver) -> Way:
    """What it takes that a vendor reaches a receiver."""
    found: Way = import_module(f"components.{vendor}.receivers").way(known_receiver(receiver))
    return found


def account(environment: Environment, vendor: str) -> str:
    """The account at a vendor, as the stack's file names it."""
    return str(getattr(environment, VENDORS[vendor].identity.replace("-", "_")))
