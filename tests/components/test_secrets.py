"""Secrets that a stack has to hold, and what an environment makes of names and texts."""

import asyncio
import dataclasses

import pulumi

from components.secrets import Secrets, needed
from components.vocabulary import hours
from tests.components.conftest import alone
from tests.refusals import said
from tests.tiny import (
    HEALTH,
    ON_CALL,
    ON_CHECKS,
    ON_ERRORS,
    PRODUCTION,
    QUIET,
    STAGING,
    TELEMETRY,
    WAKES,
    environment,
    scope,
)


def missing(*names):
    """What is said about a stack that has only these secrets; an Output needs a loop."""

    async def ask():
        secrets = Secrets(frozenset(names), pulumi.Output.from_input({}))
        return said(secrets.missing(alone(scope(alerts=TELEMETRY))))

    return asyncio.run(ask())


def test_a_secret_is_needed_for_each_receiver_that_a_vendor_reaches_with_one():
    assert needed(alone(scope())) == {
        "tiny-datadog-pagerduty-tiny": ["tiny"],
        "tiny-grafana-pagerduty-tiny": ["tiny"],
        "tiny-grafana-pagerduty-tiny-web": ["tiny"],
        "tiny-grafana-slack-alerts": ["tiny"],
        "tiny-sentry-pagerduty-tiny": ["tiny"],
    }


def test_products_of_one_workspace_share_the_secret_of_a_receiver():
    shop = scope(name="shop", alerts=TELEMETRY)
    assert needed(alone(scope(alerts=TELEMETRY), shop)) == {"tiny-datadog-pagerduty-tiny": ["tiny", "shop"]}


def test_a_channel_of_another_workspace_has_a_secret_of_its_own():
    shop = scope(name="shop", workspace="market", alerts=ON_CHECKS)
    found = needed(alone(scope(alerts=ON_CHECKS), shop))
    assert found["tiny-grafana-slack-alerts"] == ["tiny"]
    assert found["market-grafana-slack-alerts"] == ["shop"]


def test_a_stack_needs_no_secret_of_receivers_that_another_one_declares():
    assert needed(alone(scope(environment(owns=[]), alerts=TELEMETRY))) == {}


def test_where_one_channel_is_told_only_its_webhook_is_needed():
    assert list(needed(alone(scope(STAGING)))) == ["tiny-grafana-slack-tiny-staging"]


def test_a_vendor_without_alerts_needs_no_secret():
    assert list(needed(alone(scope(alerts=TELEMETRY)))) == ["tiny-datadog-pagerduty-tiny"]


def test_each_missing_secret_is_named_with_the_command_that_sets_it():
    assert missing("tiny-datadog-pagerduty-tiny") == []
    assert missing() == [
        (
            "tiny, `monitoring:secrets.tiny-datadog-pagerduty-tiny`: isn't in this stack's configuration, so the "
            "vendor couldn't reach that receiver. -> "
            "`pulumi config set -s prod --secret --path 'monitoring:secrets.tiny-datadog-pagerduty-tiny'`"
        )
    ]


def test_names_are_unique_per_environment_where_a_vendor_has_one_space_of_them():
    assert (scope().slug(), scope(STAGING).slug()) == ("tiny", "tiny-staging")
    assert (scope().slug("down"), scope(STAGING).slug("down")) == ("tiny-down", "tiny-down-staging")
    assert scope().logical("down") == scope(STAGING).logical("down") == "tiny-down"
    assert scope(STAGING).title("Down") == "[staging] Tiny: Down"


def test_labels_name_severity_only_where_there_is_one():
    assert scope().labels() == {"env": "production", "product": "tiny", "team": "tiny-team"}
    assert scope().labels(WAKES)["severity"] == "p0"


def test_a_check_runs_at_the_rarer_of_two_intervals():
    assert scope().interval(HEALTH) == HEALTH.every
    assert scope(STAGING).interval(HEALTH) == STAGING.probe_at_most_every


def test_everybody_is_listed_once_per_evaluator():
    told = [str(receiver) for receiver in scope().told_by("errors")]
    assert told == ["PagerDuty tiny", "Slack #alerts", "Email team@tiny.example"]
    assert [str(receiver) for receiver in scope(STAGING).told_by("errors")] == ["Slack #tiny-staging"]
    assert scope(PRODUCTION, alerts=TELEMETRY).told_by("errors") == ()


def test_who_is_told_later_is_told_by_what_knows_how_long_an_alert_lasts():
    patient = dataclasses.replace(QUIET, escalate_after=hours(2), escalate_to=(ON_CALL,))

    def told(alerts, evaluator):
        late = tuple(dataclasses.replace(each, severity=patient, tell=()) for each in alerts)
        return ON_CALL in scope(alerts=late, severities=(patient,)).told_by(evaluator)

    assert told(ON_CHECKS, "checks")
    assert not told(ON_ERRORS, "errors")
