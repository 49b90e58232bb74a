"""What holds for every alert, wherever it is evaluated."""

import json
import re

from components.datadog.queries import STORED
from components.grafana.rules import rule_uid
from components.vocabulary import times
from components.vocabulary.conditions import Absence
from components.vocabulary.error_tracking import Issues
from components.vocabulary.quantities import plain
from components.vocabulary.thresholds import Threshold
from review.docs import documents_of
from tests.contract.conftest import CONTACT, RULES, SENTRY_ALERT, products

SENTRY_MONITOR = "sentry:index/metricMonitor:MetricMonitor"
INDEX = "datadog:index/logsIndex:LogsIndex"
HANDLE = re.compile(r"@(pagerduty|slack)-([\w-]+)|@([\w.]+@[\w.]+\w)")
WAKING = ("pagerduty", "opsgenie", "victorops", "oncall", "sms", "webhook")


def test_every_alert_is_declared_in_both_environments_unless_it_waits_for_users_where_there_are_none(both):
    for everything in both:
        declared = {each.name for each in [*everything.monitors(), *everything.of(SENTRY_ALERT)]}
        rules = {group.name.replace("-rule-", "-", 1) for group in everything.of(RULES)}
        for product in products():
            left_out = everything.scopes[product.name].left_out
            for alert in product.alerts:
                assert (f"{product.name}-{alert.name}" in declared | rules) == (alert.name not in left_out), alert.name
    assert not any(scope.left_out for scope in both[0].scopes.values()), "production has users"
    assert "few-signups" in both[1].scopes["clipforge"].left_out


def test_every_monitor_has_summary_first_steps_runbook_severity_and_owner(declared):
    for monitor in declared.monitors():
        message = monitor.inputs["message"]
        assert len(message.split("\n\n")[0]) > 10, monitor.name
        for part in ("**First:** ", "**Runbook:** https://", "**Severity:** ", "**Owner:** ", "**Condition:** "):
            assert part in message, (monitor.name, part)
        assert monitor.inputs["assets"][0]["category"] == "runbook"
        assert any(tag.startswith("severity:") for tag in monitor.inputs["tags"])
        assert any(tag.startswith("team:") for tag in monitor.inputs["tags"])
        assert monitor.inputs["priority"] in "12345"


def test_every_rule_has_summary_description_runbook_severity_and_owner(declared):
    for rule in declared.rules():
        assert rule["annotations"]["summary"]
        assert "First: " in rule["annotations"]["description"]
        assert rule["annotations"]["runbook_url"].startswith("https://")
        assert {"severity", "product", "env", "team"} <= set(rule["labels"])


def test_every_link_to_a_runbook_leads_to_a_section_that_exists(declared):
    headings = {
        f"{path.name}#{line.removeprefix('## ')}"
        for product in products()
        for path, text in documents_of(product).items()
        if path.parent.name == "runbooks"
        for line in text.splitlines()
        if line.startswith("## ")
    }
    links = [each.inputs["assets"][0]["url"] for each in declared.monitors()]
    links += [rule["annotations"]["runbook_url"] for rule in declared.rules()]
    assert links
    for link in links:
        assert link.rpartition("/")[2] in headings


def test_every_monitor_tells_a_receiver_that_is_declared(declared):
    slack = {
        f"{each.inputs['accountName']}-{each.inputs['channelName'].removeprefix('#')}"
        for each in declared.of("datadog:slack/channel:Channel")
    }
    pagerduty = {each.inputs["serviceName"] for each in declared.of("datadog:pagerduty/serviceObject:ServiceObject")}
    for monitor in declared.monitors():
        handles = HANDLE.findall(monitor.inputs["message"])
        assert handles, monitor.name
        for kind, name, _ in handles:
            assert not kind or name in {"slack": slack, "pagerduty": pagerduty}[kind], (monitor.name, name)


def test_every_rule_names_a_contact_point_that_is_declared(declared):
    contacts = {each.inputs["name"] for each in declared.of(CONTACT)}
    for rule in declared.rules():
        assert rule["notificationSettings"]["contactPoint"] in contacts


def test_every_contact_point_has_a_receiver(declared):
    for contact in declared.of(CONTACT):
        assert any(contact.inputs.get(kind) for kind in ("slacks", "emails", "pagerduties", "webhooks")), contact.name


def test_every_sentry_alert_does_something(declared):
    for alert in declared.of(SENTRY_ALERT):
        assert all(action_filter["actions"] for action_filter in alert.inputs["actionFilters"])


def test_the_runbook_says_what_ends_an_issue_that_woke_somebody():
    for product in products():
        (text,) = [text for path, text in documents_of(product).items() if path.parent.name == "runbooks"]
        for alert in product.alerts:
            section = text.split(f"\n## {alert.name}\n")[1].split("\n## ")[0]
            wakes = isinstance(alert.when, Issues) and any(receiver.wakes for receiver in alert.receivers)
            assert ("**Ends:** not by itself" in section) is wakes, alert.name


def test_nobody_is_woken_by_staging(both):
    everything = next(each for each in both if each.stack == "staging")
    for resource in everything.resources:
        assert not any(kind in resource.type.lower() for kind in WAKING), resource.name
        text = json.dumps({key: value for key, value in resource.inputs.items() if key not in ("tags", "name")})
        assert "@pagerduty" not in text, resource.name
        assert "@oncall" not in text, resource.name
        assert not resource.inputs.get("pagerduties"), resource.name
        assert '"pagerduty": {' not in text, resource.name


def test_production_wakes_somebody_for_the_worst_alerts_of_each_product(both):
    production = next(each for each in both if each.stack == "prod")
    text = json.dumps([each.inputs for each in production.resources])
    for product in products():
        if any(receiver.wakes for receiver in product.receivers):
            assert f"pagerduty-{product.name}" in text or '"pagerduty": {' in text


def test_who_wakes_up_does_so_for_the_alert_and_never_for_a_warning(declared):
    for monitor in declared.monitors():
        outside = re.sub(
            r"\{\{#is_(alert|recovery|no_data|no_data_recovery)\}\}.*?\{\{/is_\1\}\}", "", monitor.inputs["message"]
        )
        assert "@pagerduty" not in outside, monitor.name


def test_the_parts_of_a_composite_notify_nobody_and_have_no_priority(declared):
    for part in declared.parts():
        assert "@" not in part.inputs["message"]
        assert "priority" not in part.inputs
        assert part.inputs["forceDelete"] is True


def test_missing_data_is_decided_for_every_monitor_whose_type_can_decide_it(declared):
    for monitor in [*declared.monitors(), *declared.parts()]:
        inputs = monitor.inputs
        if inputs["type"] in ("query alert", "log alert"):
            assert inputs["onMissingData"] in ("resolve", "show_no_data", "default", "show_and_notify_no_data")
            assert "notifyNoData" not in inputs
        else:
            assert "onMissingData" not in inputs
        if inputs["type"] == "service check":
            assert inputs["notifyNoData"] is True


def test_every_rule_decides_what_no_data_and_errors_mean(declared):
    for rule in declared.rules():
        assert rule["noDataState"] in ("OK", "NoData", "Alerting", "KeepLast")
        assert rule["execErrState"] in ("Error", "KeepLast")


def test_the_number_in_a_query_is_the_threshold(declared):
    compared = 0
    for monitor in [*declared.monitors(), *declared.parts()]:
        if monitor.inputs["type"] in ("query alert", "log alert", "slo alert"):
            assert monitor.inputs["query"].rpartition(" ")[2] == monitor.inputs["monitorThresholds"]["critical"]
            compared += 1
    assert compared


def test_recovery_lies_on_the_healthy_side(declared):
    for monitor in [*declared.monitors(), *declared.parts()]:
        thresholds = monitor.inputs.get("monitorThresholds", {})
        if "criticalRecovery" in thresholds and monitor.inputs["type"] != "service check":
            critical, recovery = float(thresholds["critical"]), float(thresholds["criticalRecovery"])
            assert (
                recovery < critical
                if " > " in monitor.inputs["query"] or ">=" in monitor.inputs["query"]
                else (recovery > critical)
            ), monitor.name


def test_every_threshold_that_can_recover_gradually_says_where(declared):
    for product in products():
        for alert in declared.alerts_at(product, "telemetry"):
            # Below one event, the next one ends it; there is nothing between.
            if isinstance(alert.when, Threshold) and alert.when.critical not in (times(0), times(1)):
                if product.telemetry == "grafana":
                    text = json.loads(declared.rule(product, alert)["datas"][0]["model"])["expr"]
                    recovery = plain(alert.when.recovery(alert.when.critical).to(alert.when.signal.unit))
                    assert f" {'<' if alert.when.sense == 'above' else '>'} {recovery}" in text, alert.name
                    continue
                monitor = next(
                    each
                    for each in [*declared.parts(), *declared.monitors()]
                    if each.name
                    in {f"{product.name}-{alert.name}{part}" for part in ("", "-ratio", "-mean", "-percentile")}
                )
                assert "criticalRecovery" in monitor.inputs["monitorThresholds"], alert.name


def test_ratios_are_ratios_of_sums_and_have_a_traffic_gate(declared):
    for monitor in [*declared.monitors(), *declared.parts()]:
        query = monitor.inputs["query"]
        if ".as_count() /" in query or ".as_count()) /" in query:
            assert query.startswith("sum(last_"), monitor.name
            assert declared.is_part(monitor), f"{monitor.name} has no traffic gate"


def test_latency_is_compared_in_seconds_on_the_distribution(declared):
    for monitor in declared.monitors():
        query = monitor.inputs["query"]
        if query.startswith("percentile("):
            assert ".duration" not in query
            assert float(monitor.inputs["monitorThresholds"]["critical"]) <= 30, "seconds, not milliseconds"


def test_every_query_carries_the_scope_of_the_environment(declared):
    # What an index has stored is known by its name, which is another one in each environment.
    indexes = {f"datadog_index:{each.inputs['name']},datadog_is_excluded:false" for each in declared.of(INDEX)}
    for monitor in [*declared.monitors(), *declared.parts()]:
        if monitor.inputs["type"] in ("composite", "slo alert"):
            continue
        scopes = re.findall(r"\{([^}]*)\}", re.sub(r" by \{[^}]*\}", "", monitor.inputs["query"]))
        assert scopes or monitor.inputs["type"] in ("log alert", "service check"), monitor.name
        for scope in scopes:
            assert f"env:{declared.environment}" in scope or scope in indexes, monitor.name
        if not indexes & set(scopes):
            assert f"env:{declared.environment}" in monitor.inputs["query"], monitor.name
    for rule in declared.rules():
        for data in rule["datas"]:
            text = json.loads(data["model"]).get("expr")
            assert text is None or re.search(rf'(-|env="|environment="){declared.environment}', text), rule["name"]
    counted = {each.name: each.inputs["query"].split() for each in declared.of(SENTRY_MONITOR)}
    for alert in declared.of(SENTRY_ALERT):
        query = counted.get(f"{alert.name}-monitor")
        only = {"taggedEvent": {"key": "environment", "match": "eq", "value": declared.environment}}
        (action_filter,) = alert.inputs["actionFilters"]
        assert only in action_filter["conditions"] if query is None else f"environment:{declared.environment}" in query


def test_every_metric_in_a_query_is_declared_by_its_product(declared):
    names = {STORED}
    for product in products():
        names |= {metric.name for metric in product.metrics}
        for service in product.services:
            names |= {f"trace.{service.operation}{suffix}" for suffix in ("", ".hits", ".errors")}
    metric = re.compile(r"(?:sum|avg|min|max|count|p[\d.]+):([\w.]+)\{")
    queries = [each.inputs["query"] for each in [*declared.monitors(), *declared.parts()]]
    queries += [each.inputs["dashboard"] for each in declared.of("datadog:index/dashboardJson:DashboardJson")]
    used = {name for query in queries for name in metric.findall(query)}
    assert used
    assert used <= names


def test_the_variables_of_a_message_are_tags_that_the_query_groups_by(declared):
    for monitor in declared.monitors():
        groups = set(re.findall(r"\w+", " ".join(re.findall(r"by[ (]\{?([^)}]*)", monitor.inputs["query"]))))
        if monitor.inputs["type"] == "composite":
            watched = [f"{monitor.name}-{kind}" for kind in ("ratio", "mean", "percentile", "burn")]
            part = next(each for each in declared.parts() if each.name in watched)
            groups = set(re.findall(r"by \{([^}]*)\}", part.inputs["query"]))
        for variable in re.findall(r"\{\{(\w+)\.name\}\}", monitor.inputs["message"]):
            assert variable in groups, monitor.name


def test_no_rule_s_state_depends_on_what_grafana_remembers(declared):
    """With keep-last, `for` lets a pending alert fire, and a recovery threshold ends one, when evaluations fail."""
    for rule in declared.rules():
        assert rule["condition"] == "C"
        assert (rule["for"], rule["noDataState"]) == ("0s", "KeepLast"), rule["uid"]
        assert "keepFiringFor" not in rule, rule["uid"]
        last = json.loads(rule["datas"][-1]["model"])
        assert last["type"] == "threshold", rule["uid"]
        (condition,) = last["conditions"]
        assert "unloadEvaluator" not in condition, rule["uid"]


def test_each_alert_has_a_group_of_its_own_which_its_escalation_shares(declared):
    alerts = [(declared.scopes[each.name], alert) for each in products() for alert in declared.at_grafana(each)]
    escalated = {rule_uid(scope, alert): rule_uid(scope, alert, escalated=True) for scope, alert in alerts}
    for group in declared.of(RULES):
        first, *late = [rule["uid"] for rule in group.inputs["rules"]]
        assert group.inputs["name"] == first
        assert late in ([], [escalated.get(first)])


def test_a_data_source_that_fails_is_told_by_the_alerts_on_silence_and_wakes_nobody(declared):
    """Of any other alert, Grafana would put one on the data source in its place, and so end it."""
    contacts = {each.inputs["name"]: each.inputs for each in declared.of(CONTACT)}
    for product in products():
        asked, telling = set(), set()
        for alert in declared.at_grafana(product):
            rule = declared.rule(product, alert)
            source = rule["datas"][0]["datasourceUid"]
            asked.add(source)
            if rule["execErrState"] == "KeepLast":
                continue
            assert rule["execErrState"] == "Error", rule["uid"]
            assert isinstance(alert.when, Absence) or alert.when.sense == "below", rule["uid"]
            assert not contacts[rule["notificationSettings"]["contactPoint"]].get("pagerduties"), rule["uid"]
            telling.add(source)
        # Without users the alert on missing logs is left out, and so is who would tell of their data source.
        assert telling == asked or (telling and declared.scopes[product.name].left_out), product.name
