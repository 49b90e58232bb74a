"""Asks each vendor whose account the credentials open, before anything is declared in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from components.environment import Environment
from components.monitoring import vendors_used
from components.problems import Problem
from components.scope import Scope


class Identity(NamedTuple):
    """How a vendor says who it is: the key that has to name it, the credentials that decide it, and the look-up."""

    key: str
    credentials: str
    ask: Callable[[Environment], str]


# Imported here by name, so that the SDK of a vendor the stack doesn't use never is.
def _datadog(_environment: Environment) -> str:
    answer: Any = import_module("components.datadog.sdk").datadog.get_current_user()
    return str(answer.org_name)


def _grafana(environment: Environment) -> str:
    """A Grafana stack's own name can't be asked with its token; its hosted Prometheus is no other stack's."""
    uid = environment.grafana_metrics_datasource
    answer: Any = import_module("pulumiverse_grafana.oss").get_data_source(uid=uid)
    return str(answer.basic_auth_username)


def _sentry(environment: Environment) -> str:
    answer: Any = import_module("pulumi_sentry").get_organization(slug=environment.sentry_organization)
    return str(answer.slug)


IDENTITIES = {
    "datadog": Identity("datadog-organization", "DD_API_KEY and DD_APP_KEY", _datadog),
    "grafana": Identity("grafana-metrics-instance", "GRAFANA_URL and GRAFANA_AUTH", _grafana),
    "sentry": Identity("sentry-organization", "SENTRY_AUTH_TOKEN", _sentry),
}


def mismatches(scopes: Iterable[Scope], file: str) -> Iterator[Problem]:
    """A problem for each vendor in use that isn't whom the stack's file names, or doesn't say who it is."""
    used = {(vendor, scope.environment) for scope in scopes for vendor in vendors_used(scope)}
    for vendor, environment in sorted(used, key=lambda pair: pair[0]):
        identity = IDENTITIES[vendor]
        expected = getattr(environment, identity.key.replace("-", "_"))
        try:
            found = identity.ask(environment)
        except Exception as error:  # noqa: BLE001 - Pulumi raises a plain Exception for whatever a vendor answers
            said = " ".join(str(error).split())
            why = f"can't be checked, and nothing is declared in an account that may be another: {said}."
            instead = f"nothing here: give {identity.credentials} that may ask who they are (docs/environments.md)"
            yield Problem(identity.key, expected, why, instead, file)
            continue
        if found != expected:
            why = f"isn't whose account {identity.credentials} open: that is {found!r}, where all would be declared."
            instead = f"nothing here: use {expected}'s credentials; {found} only if this stack belongs there"
            yield Problem(identity.key, expected, why, instead, file)
