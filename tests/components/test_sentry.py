from dataclasses import replace

import pytest

from components.scope import Scope
from components.sentry import receivers
from components.vocabulary import Email, ErrorTracking, FailedTransactions, minutes, percent
from tests.components.conftest import declare
from tests.tiny import PRODUCTION, ROW, TEAM, TINY, alert, scope

HIGH = {"issuePriorityGreaterOrEqual": {"comparison": 75}}
OWN = {"taggedEvent": {"key": "environment", "match": "eq", "value": "production"}}


def filtered(made, name):
    (action_filter,) = made.one("Alert", name)["actionFilters"]
    return action_filter


def kinds(made, name):
    return [next(iter(action)) for action in filtered(made, name)["actions"]]


def test_there_is_one_project_per_product_and_environment(tiny, staged):
    project = tiny.one("Project", "sentry-project")
    assert (project["name"], project["slug"], project["organization"]) == ("tiny", "tiny", "tiny-org")
    assert (project["platform"], project["teams"]) == ("node", ["tiny-team"])
    assert staged.one("Project", "sentry-project")["slug"] == "tiny-staging"


def test_a_project_starts_without_the_vendors_rules_and_key(tiny):
    project = tiny.one("Project", "sentry-project")
    assert (project["defaultRules"], project["defaultKey"]) == (False, False)


def test_mails_are_bundled_and_expected_messages_dropped(tiny):
    project = tiny.one("Project", "sentry-project")
    assert (project["digestsMinDelay"], project["digestsMaxDelay"]) == (1800, 1800)
    assert project["filters"] == {"errorMessages": ["*a*", "*b*"]}
    dropped = tiny.one("ProjectInboundDataFilter", "sentry-filter-localhost")
    assert (dropped["filterId"], dropped["active"], dropped["project"]) == ("localhost", True, "500")


def test_highlights_are_not_declared_as_the_provider_drops_them_when_it_creates_a_project(tiny):
    assert "highlightTags" not in tiny.one("Project", "sentry-project")


def test_a_key_drops_nothing_and_refers_to_the_project_by_its_id(tiny):
    assert tiny.one("Key", "sentry-key") == {"name": "tiny", "organization": "tiny-org", "project": "500"}


def test_the_quota_is_protected_against_spikes_by_the_slug_that_sentry_answers_with(tiny, staged):
    protected = {"organization": "tiny-org", "project": "tiny", "enabled": True}
    assert tiny.one("ProjectSpikeProtection", "sentry-spike-protection") == protected
    assert staged.one("ProjectSpikeProtection", "sentry-spike-protection")["project"] == "tiny-staging"


def test_noise_is_dropped_by_sentrys_own_filters():
    errors = ErrorTracking("javascript-nextjs", rows=ROW, drop=("local", "extensions", "crawlers"))
    made = declare(scope(errors=errors, alerts=()))
    filters = {each.name: each.inputs["filterId"] for each in made.all("ProjectInboundDataFilter")}
    assert filters == {
        f"tiny-sentry-filter-{kind}": kind for kind in ("localhost", "browser-extensions", "web-crawlers")
    }


def test_neither_alerts_nor_monitors_need_an_environment_that_exists_after_the_first_event_only(tiny):
    for made in (*tiny.all("Alert"), *tiny.all("MetricMonitor")):
        assert "environment" not in made.inputs, made.name


def test_an_issue_alert_watches_all_errors_of_the_project(tiny):
    alert = tiny.one("Alert", "fatal")
    assert alert["monitorIds"] == ["700"]
    assert alert["name"] == "[production] Tiny: P0 Fatal"
    assert alert["enabled"] is True
    assert "triggerConditions" not in alert


def test_an_issue_alert_is_triggered_by_what_it_says(tiny):
    assert tiny.one("Alert", "returned")["triggerConditions"] == [
        {"firstSeenEvent": {}},
        {"regressionEvent": {}},
        {"reappearedEvent": {}},
    ]


def test_levels_tags_attributes_and_frequency_become_conditions(tiny):
    assert filtered(tiny, "fatal")["conditions"] == [{"level": {"level": 50, "match": "gte"}}, OWN]
    assert filtered(tiny, "returned")["conditions"] == [
        {"taggedEvent": {"key": "operation", "match": "co", "value": "pay"}},
        {"eventAttribute": {"attribute": "http.url", "match": "is"}},
        {"eventFrequencyCount": {"interval": "1h", "value": 10}},
        OWN,
    ]
    assert filtered(tiny, "returned")["logicType"] == "all"


@pytest.mark.parametrize(("name", "minutes"), [("fatal", 5), ("returned", 60), ("many", 0), ("failed", 0)])
def test_an_alert_is_repeated_at_most_that_often(tiny, name, minutes):
    assert tiny.one("Alert", name)["frequencyMinutes"] == minutes


def test_a_threshold_on_errors_opens_issues_by_priority(tiny):
    monitor = tiny.one("MetricMonitor", "many-monitor")
    assert monitor["conditionGroup"] == {
        "logicType": "any",
        "conditions": [
            {"type": "gt", "comparison": 100, "conditionResult": 75},
            {"type": "lte", "comparison": 80, "conditionResult": 0},
        ],
    }
    assert monitor["query"] == "environment:production level:error"
    assert (monitor["aggregate"], monitor["timeWindowSeconds"]) == ("count()", 3600)
    assert (monitor["dataset"], monitor["queryType"], monitor["eventTypes"]) == ("events", "error", ["error"])
    assert monitor["project"] == "500"
    assert monitor["issueDetection"] == {"type": "static"}


def test_a_share_of_failed_transactions_is_a_ratio_of_spans(tiny):
    monitor = tiny.one("MetricMonitor", "failed-monitor")
    assert [(each["comparison"], each["conditionResult"]) for each in monitor["conditionGroup"]["conditions"]] == [
        (0.05, 75),
        (0.04, 0),
    ]
    assert monitor["query"] == "is_transaction:true environment:production transaction:*/pay"
    assert monitor["aggregate"] == "failure_rate()"
    assert (monitor["dataset"], monitor["queryType"]) == ("events_analytics_platform", "performance")
    assert monitor["eventTypes"] == ["trace_item_span"]


def test_a_monitor_notifies_through_an_alert_that_hears_of_its_issue_and_of_the_end(tiny):
    assert "triggerConditions" not in tiny.one("Alert", "many")
    assert tiny.one("Alert", "many")["monitorIds"] == ["tiny-many-monitor-id"]
    assert filtered(tiny, "many")["conditions"] == [HIGH]
    assert len(tiny.all("MetricMonitor")) == 2


def test_there_is_one_action_per_receiver(tiny):
    assert kinds(tiny, "fatal") == ["pagerduty", "slack", "email"]
    assert kinds(tiny, "returned") == ["slack"]
    assert kinds(tiny, "failed") == ["slack", "email"]


def test_an_action_says_where_and_what_to_do(tiny):
    pager, slack, email = (next(iter(action.values())) for action in filtered(tiny, "fatal")["actions"])
    assert pager == {
        "integrationId": "700",
        "serviceId": "sentry-tiny-pagerduty-tiny-id",
        "serviceName": "tiny",
        "severity": "critical",
    }
    assert (slack["channelName"], slack["integrationId"]) == ("#alerts", "700")
    assert slack["tags"] == "environment,level,release,operation"
    assert slack["notes"] == (
        "It is wrong. First: Look. P0 Critical, answer within 15 minutes. Owner: tiny-team. "
        "Managed by code in stacks/tiny.py (TNY-01); changes made here are lost. "
        "Runbook: https://example.com/runbooks/tiny.md#fatal"
    )
    assert email == {"targetType": "team", "targetId": "700"}


def test_a_pagerduty_service_is_declared_once_with_its_key_secret(tiny):
    (service,) = tiny.all("IntegrationPagerduty")
    assert service.inputs["service"] == "tiny"
    assert service.inputs["integrationKey"] == "[secret]"


def test_an_address_may_stand_for_another_team_than_the_products(monkeypatch):
    asked = []
    look_up = receivers.sentry.get_team_output
    monkeypatch.setattr(receivers.sentry, "get_team_output", lambda **of: asked.append(of["slug"]) or look_up(**of))
    payments = Email("payments@tiny.example", team="tiny-payments")
    failed = alert("failed", FailedTransactions().over(minutes(5)).above(percent(5)), tell=(payments, TEAM))
    declare(Scope(replace(TINY, alerts=(failed,), dashboards=()), PRODUCTION))
    assert asked == ["tiny-payments", "tiny-team"]
