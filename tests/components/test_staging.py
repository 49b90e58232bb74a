"""Staging declares the same and can't wake anybody: all of it goes to one channel."""

import json

import pytest


def test_staging_declares_the_same_alerts(tiny, staged):
    for kind in ("Monitor", "Alert", "MetricMonitor", "ServiceLevelObjective", "Check", "SLO"):
        assert [each.name for each in tiny.all(kind)] == [each.name for each in staged.all(kind)]


def test_staging_has_the_same_thresholds(tiny, staged):
    def limits(made):
        return {each.name: each.inputs.get("monitorThresholds") for each in made.all("Monitor")}

    assert limits(tiny) == limits(staged)


def test_every_monitor_tells_the_one_channel_only(staged):
    for monitor in staged.all("Monitor"):
        text = f"{monitor.inputs['message']} {monitor.inputs.get('escalationMessage', '')}"
        handles = {word for word in text.replace("}}", "}} ").split() if word.startswith("@")}
        assert handles <= {"@slack-tiny-tiny-staging"}
        assert "is_alert" not in text
        if "part-of" not in str(monitor.inputs["tags"]):
            assert handles, monitor.name


def test_every_contact_point_is_the_one_channel(staged):
    for contact in staged.all("ContactPoint"):
        assert (len(contact.inputs["slacks"]), contact.inputs["emails"], contact.inputs["pagerduties"]) == (1, [], [])
        assert contact.inputs["name"].endswith("-staging")


def test_every_sentry_alert_tells_the_one_channel(staged):
    for alert in staged.all("Alert"):
        (action_filter,) = alert.inputs["actionFilters"]
        (action,) = action_filter["actions"]
        assert action["slack"]["channelName"] == "#tiny-staging"


@pytest.mark.parametrize("kind", ["ServiceObject", "IntegrationPagerduty"])
def test_nothing_that_wakes_is_declared(staged, kind):
    assert staged.all(kind) == []
    (channel,) = staged.all("Channel")
    assert channel.inputs["channelName"] == "#tiny-staging"


def test_names_differ_from_those_of_production(tiny, staged):
    def names(made):
        of = {(each.type, each.inputs["name"]) for each in made.resources if "name" in each.inputs}
        return {(kind, name) for kind, name in of if not kind.endswith("StatusPageComponent")}

    assert names(tiny) & names(staged) == set()


def test_every_query_is_narrowed_to_the_environment(staged):
    for monitor in staged.all("Monitor"):
        if monitor.inputs["type"] not in ("composite", "slo alert"):
            assert "env:staging" in monitor.inputs["query"]
    assert "production" not in json.dumps([each.inputs for each in staged.resources])


def test_only_what_takes_data_along_is_protected_and_only_where_the_environment_says_so(tiny, staged):
    components = {"tiny", "tiny-datadog", "tiny-grafana", "tiny-sentry"}  # a product, or all it has at a vendor
    assert tiny.protected == {"tiny-log-index", "tiny-sentry-project", *components}
    assert staged.protected == set()
