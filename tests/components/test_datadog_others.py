"""Objectives, logs, receivers and what belongs to incidents, at Datadog."""

import pytest

from components.datadog.spans import burn_span
from components.vocabulary import days, hours, minutes

API = "{env:production,service:tiny-api}"
TAGS = ["env:production", "managed-by:pulumi", "product:tiny", "team:tiny-team"]


def test_an_objective_on_events_counts_the_good_ones(tiny):
    slo = tiny.one("ServiceLevelObjective", "objective-correct")
    hits, errors = (
        f"sum:trace.express.request.hits{API}.as_count()",
        f"sum:trace.express.request.errors{API}.as_count()",
    )
    assert slo["type"] == "metric"
    assert slo["query"] == {"numerator": f"{hits} - {errors}", "denominator": hits}
    assert slo["thresholds"] == [{"timeframe": "30d", "target": 99.9}]
    assert "sliSpecification" not in slo


def test_an_objective_on_slices_of_time_compares_each_with_the_limit(tiny):
    slo = tiny.one("ServiceLevelObjective", "objective-fast")
    assert slo["type"] == "time_slice"
    assert "query" not in slo
    assert slo["thresholds"] == [{"timeframe": "7d", "target": 99}]
    query = {"dataSource": "metrics", "name": "a", "query": f"p95:trace.express.request{API}"}
    assert slo["sliSpecification"]["timeSlice"] == {
        "comparator": "<",
        "threshold": 0.5,
        "queryIntervalSeconds": 300,
        "query": {"formula": {"formulaExpression": "a"}, "queries": [{"metricQuery": query}]},
    }


def test_an_objective_on_a_check_is_not_kept_here(tiny):
    names = [each.name for each in tiny.all("ServiceLevelObjective")]
    assert sorted(names) == ["tiny-objective-correct", "tiny-objective-fast"]


def test_an_objective_says_what_it_is_and_whose(tiny):
    slo = tiny.one("ServiceLevelObjective", "objective-correct")
    assert slo["name"] == "[production] Tiny: Correct"
    assert slo["tags"] == TAGS
    assert slo["description"] == (
        "No errors. Managed by code in stacks/tiny.py (TNY-01); changes made here are lost. "
        "env: production, product: tiny, team: tiny-team"
    )


def test_logs_are_kept_as_the_product_says_unless_the_environment_keeps_less(tiny, staged):
    assert tiny.one("LogsIndex", "log-index")["retentionDays"] == 15
    assert staged.one("LogsIndex", "log-index")["retentionDays"] == 7


def test_an_index_takes_the_products_logs_up_to_a_daily_limit(tiny, staged):
    index = tiny.one("LogsIndex", "log-index")
    assert (index["name"], staged.one("LogsIndex", "log-index")["name"]) == ("tiny", "tiny-staging")
    assert index["filters"] == [{"query": "service:tiny-api env:production"}]
    assert (index["dailyLimit"], index["dailyLimitWarningThresholdPercentage"]) == (1000, 80)
    assert index["tags"] == TAGS


def test_an_exclusion_drops_its_share(tiny):
    query = "service:tiny-api env:production status:debug"
    assert tiny.one("LogsIndex", "log-index")["exclusionFilters"] == [
        {"name": "debug", "isEnabled": True, "filters": [{"query": query, "sampleRate": 0.9}]}
    ]


def test_a_log_metric_counts_events_or_distributes_a_number(tiny, staged):
    assert tiny.one("LogsMetric", "log-metric-lines") == {
        "name": "tiny.production.lines",
        "compute": {"aggregationType": "count"},
        "filter": {"query": "service:tiny-api env:production"},
        "groupBies": [{"path": "status", "tagName": "status"}],
    }
    sold = tiny.one("LogsMetric", "log-metric-sold")
    assert sold["compute"] == {"aggregationType": "distribution", "path": "@amount"}
    assert sold["groupBies"] == [{"path": "@method", "tagName": "method"}]
    assert sold["filter"] == {"query": 'service:tiny-api env:production "Sold"'}
    assert staged.one("LogsMetric", "log-metric-sold")["name"] == "tiny.staging.sold"


def test_components_of_the_status_page_stand_in_their_order_without_gaps(tiny, staged):
    page = tiny.one("StatusPage", "status-page")
    assert (page["domainPrefix"], page["name"], page["type"]) == ("tiny", "Tiny status", "public")
    placed = [(each.inputs["position"], each.inputs["name"]) for each in tiny.all("StatusPageComponent")]
    assert sorted(placed) == [(0, "API"), (1, "Web site")]
    assert {each.inputs["pageId"] for each in tiny.all("StatusPageComponent")} == {"tiny-status-page-id"}
    staging = staged.one("StatusPage", "status-page")
    assert (staging["domainPrefix"], staging["name"]) == ("tiny-staging", "[staging] Tiny: Tiny status")


def test_only_where_users_are_is_the_status_page_for_everybody(tiny, staged):
    page, staging = tiny.one("StatusPage", "status-page"), staged.one("StatusPage", "status-page")
    assert (page["type"], page["subscriptionsEnabled"]) == ("public", True)
    assert (staging["type"], staging["subscriptionsEnabled"]) == ("internal", False)


def test_an_outage_of_each_component_is_announced_from_its_template(tiny):
    assert len(tiny.all("StatusPageDegradationTemplate")) == 2
    template = tiny.one("StatusPageDegradationTemplate", "degradation-web-site")
    assert (template["pageId"], template["degradationTitle"]) == ("tiny-status-page-id", "Web site: outage")
    assert template["componentsAffecteds"] == [{"id": "tiny-status-page-web-site-id", "status": "major_outage"}]
    assert [update["status"] for update in template["updates"]] == ["investigating"]


def test_the_post_mortem_starts_from_the_template_of_the_products_incidents(tiny):
    template = tiny.one("IncidentPostmortemTemplate", "post-mortem")
    assert template["incidentType"] == "tiny-incident-type-id"
    assert template["content"].startswith("# ")
    assert tiny.one("IncidentType", "incident-type")["name"] == "[production] Tiny: Tiny incident"


def test_an_application_team_gets_the_addresses_and_the_dsn_is_secret(tiny):
    assert tiny.outputs == {
        "tiny": {
            "dashboard-main": "https://app.datadoghq.com/tiny-dashboard-main",
            "sentry-dsn": "[secret]",
            "status-page": "https://tiny-status-page.invalid",
        }
    }


def test_a_channel_shows_what_was_said_who_else_was_told_a_graph_and_the_tags(tiny):
    """Without `notified`, who reads the channel doesn't see whether anybody was woken."""
    (channel,) = tiny.all("Channel")
    assert channel.inputs == {
        "accountName": "tiny",
        "channelName": "#alerts",
        "display": {"message": True, "notified": True, "snapshot": True, "tags": True},
    }


@pytest.mark.parametrize(
    ("length", "written"),
    [(minutes(5), "5m"), (minutes(90), "90m"), (hours(6), "6h"), (days(1), "24h"), (days(2), "48h")],
)
def test_the_windows_of_a_burn_rate_are_hours(length, written):
    assert burn_span(length) == written
