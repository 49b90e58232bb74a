"""What was renamed keeps its place in the state, and its identity at vendors that know things by name."""

import dataclasses
import json

import pytest

from components.grafana.checks import job
from components.grafana.dashboards import dashboard_json
from components.grafana.rules import rule_uid
from components.renames import earlier
from components.scope import Scope
from components.vocabulary import Firing
from tests.tiny import DASHBOARD, HEALTH, PRODUCTION, STAGING, TINY


def renamed(kind, name, new):
    parts = getattr(TINY, kind)
    changed = tuple(dataclasses.replace(each, name=new, was=name) if each.name == name else each for each in parts)
    return Scope(dataclasses.replace(TINY, **{kind: changed}), PRODUCTION)


@pytest.mark.parametrize(
    ("kind", "was", "new", "logical", "before"),
    [
        ("alerts", "errors", "failures", "tiny-failures-ratio", "tiny-errors-ratio"),
        ("alerts", "errors", "failures", "tiny-failures", "tiny-errors"),
        ("alerts", "down", "api-down", "tiny-rule-api-down", "tiny-rule-down"),
        # `odd` is the beginning of another alert's name, which keeps its own.
        ("alerts", "odd", "strange", "tiny-strange", "tiny-odd"),
        ("alerts", "odd", "strange", "tiny-odd-season", "tiny-odd-season"),
        ("objectives", "fast", "quick", "tiny-objective-quick", "tiny-objective-fast"),
        ("dashboards", "main", "first", "tiny-dashboard-first", "tiny-dashboard-main"),
        ("alerts", "errors", "failures", "tiny-sentry-key", "tiny-sentry-key"),
    ],
)
def test_the_engine_is_told_what_a_part_was_called(kind, was, new, logical, before):
    assert earlier(renamed(kind, was, new), logical) == before


def test_a_severitys_contact_points_go_with_it():
    severity = dataclasses.replace(TINY.severities[0], name="S0", was="P0")
    alerts = tuple(
        dataclasses.replace(each, severity=severity) if each.severity.name == "P0" else each for each in TINY.alerts
    )
    scope = Scope(dataclasses.replace(TINY, severities=(severity, TINY.severities[1]), alerts=alerts), PRODUCTION)
    assert earlier(scope, "tiny-contact-s0") == "tiny-contact-p0"
    assert earlier(scope, "tiny-contact-s0-late") == "tiny-contact-p0-late"


def test_everything_of_a_renamed_product_goes_with_it():
    scope = Scope(dataclasses.replace(TINY, name="small", was="tiny"), STAGING)
    names = ("small", "small-datadog", "small-errors-ratio", "small-sentry-project")
    assert [earlier(scope, name) for name in names] == [
        "tiny",
        "tiny-datadog",
        "tiny-errors-ratio",
        "tiny-sentry-project",
    ]
    assert earlier(scope, "once-per-account") == "once-per-account"
    assert scope.slug("main") == "tiny-main-staging"


def test_vendors_that_know_things_by_name_know_them_by_the_first_one():
    scope = renamed("alerts", "down", "api-down")
    assert rule_uid(scope, next(each for each in scope.product.alerts if each.name == "api-down")) == "tiny-down"
    assert job(scope, dataclasses.replace(HEALTH, name="api", was="health")) == "tiny-health-production"
    first = dataclasses.replace(DASHBOARD, name="first", was="main", widgets=(Firing("Now", about="x"),))
    assert json.loads(dashboard_json(scope, first))["uid"] == "tiny-main"
