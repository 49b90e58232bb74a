import json

import promql_parser
import pytest

from components.grafana.queries import query
from components.grafana.receivers import TEXT
from components.vocabulary import BudgetBurns, CheckFails, days, minutes, percent, times
from tests.components.conftest import declare
from tests.tiny import FRONT, PRODUCTION, STAGING, UP, alert, scope
from tests.tiny_grafana import kept_at_grafana


def rules(made):
    return {rule["uid"]: rule for group in made.all("RuleGroup") for rule in group.inputs["rules"]}


def steps(rule):
    return {step["refId"]: json.loads(step["model"]) for step in rule["datas"]}


HEALTH = '{job="tiny-health-production"}'


def burn(window, job=HEALTH):
    good, total = (f"sum(increase(probe_all_success_{part}{job}[{window}]))" for part in ("sum", "count"))
    return f"(1 - {good} / ({total} > 0)) / 0.001"


def kept(verdict):
    return f"last_over_time(({verdict})[6h:1m])"


def down(job, once, looks):
    best = f'max by (job) (last_over_time(probe_success{{job="{job}"}}[{once}]))'
    lasting = f"count_over_time((({best}) < 1)[{(looks - 1) * 60 + 30}s:1m]) >= {looks}"
    return f"({best}) < 1 and {lasting} or ({best}) >= 1"


@pytest.mark.parametrize(
    ("uid", "query"),
    [
        # Two rounds of five minutes: the latest results have failed for five minutes, six looks.
        ("tiny-down", kept(down("tiny-health-production", "6m", 6))),
        ("tiny-front-down", kept(down("tiny-front-production", "2m", 3))),
        (
            "tiny-certificate",
            kept(
                "min by (job, instance) "
                '(probe_ssl_earliest_cert_expiry{job=~"tiny-health-production|tiny-front-production"}) - time()'
            ),
        ),
        ("tiny-unprobed", f"sum(absent_over_time(probe_success{HEALTH}[30m])) or vector(0)"),
        (
            "tiny-up-burns",
            kept(f"{burn('1h')} > 14.4 and {burn('10m')} > 14.4 or {burn('10m')} <= 14.4 or {burn('1h')} <= 14.4"),
        ),
    ],
)
def test_what_decides_is_one_query_whose_last_verdict_is_remembered(tiny, uid, query):
    model = steps(rules(tiny)[uid])["A"]
    assert model["expr"] == query
    assert model["instant"] is True
    promql_parser.parse(query)


@pytest.mark.parametrize(
    ("uid", "kind", "limit"),
    [
        ("tiny-down", "lt", 1),
        ("tiny-front-down", "lt", 1),
        ("tiny-certificate", "lt", 14 * 86400),
        ("tiny-unprobed", "gt", 0),
        ("tiny-up-burns", "gt", 14.4),
    ],
)
def test_the_comparison_with_the_limit_is_the_last_step(tiny, uid, kind, limit):
    rule = rules(tiny)[uid]
    assert rule["condition"] == "C"
    assert steps(rule)["C"] == {
        "refId": "C",
        "type": "threshold",
        "expression": "A",
        "conditions": [{"evaluator": {"type": kind, "params": [limit]}}],
    }


def test_one_round_that_fails_everywhere_is_enough_where_the_product_says_so():
    text = query(scope(), CheckFails(FRONT, rounds=1)).verdict
    assert text == kept('max by (job) (last_over_time(probe_success{job="tiny-front-production"}[2m]))')


def test_windows_grow_with_the_interval_of_the_environment(staged):
    of = {uid: steps(rule)["A"]["expr"] for uid, rule in rules(staged).items()}
    job = '{job="tiny-health-staging"}'
    assert f"probe_success{job}[31m]" in of["tiny-down-staging"]
    assert "[1830s:1m]) >= 31 or" in of["tiny-down-staging"]  # a second round, half an hour later
    assert "[3630s:1m]) >= 61 or" in of["tiny-front-down-staging"]
    assert "[1h]" in of["tiny-unprobed-staging"]
    assert f"{burn('1h', job)} > 14.4 and {burn('1h', job)} > 14.4" in of["tiny-up-burns-staging"]


def test_what_is_computed_over_weeks_is_looked_at_every_half_hour():
    low = BudgetBurns(UP, spending=percent(500), within=days(30), at_least=times(30))
    assert query(scope(), low).verdict.endswith(")[6h:30m])")


def test_a_query_looks_back_as_far_as_its_window(tiny, staged):
    def looks_back(made, uid):
        return rules(made)[uid]["datas"][0]["relativeTimeRange"]

    assert looks_back(tiny, "tiny-unprobed") == {"from": 1800, "to": 0}
    assert looks_back(staged, "tiny-unprobed-staging") == {"from": 3600, "to": 0}
    assert looks_back(tiny, "tiny-up-burns") == {"from": 3600, "to": 0}


def test_queries_go_to_the_environments_data_source_and_comparisons_to_none(tiny):
    sources = {(step["refId"], step["datasourceUid"]) for rule in rules(tiny).values() for step in rule["datas"]}
    assert sources == {("A", "prom"), ("C", "__expr__")}


def test_a_rule_carries_labels_and_what_a_person_needs(tiny):
    rule = rules(tiny)["tiny-certificate"]
    assert rule["name"] == "[production] Tiny: Certificate"
    assert rule["labels"] == {
        "env": "production",
        "product": "tiny",
        "team": "tiny-team",
        "severity": "p2",
        "managed_by": "pulumi",
    }
    assert rule["annotations"] == {
        "summary": "Less than 14 days left.",
        "description": (
            "First: Look. Condition: a certificate behind health or front expires within 14 days. "
            "Without data, its state doesn't change. "
            "P2 Medium, answer within 4 hours. "
            "Managed by code in stacks/tiny.py (TNY-01); changes made here are lost."
        ),
        "runbook_url": "https://example.com/runbooks/tiny.md#certificate",
    }


@pytest.mark.parametrize(
    ("uid", "contact", "repeat"),
    [
        ("tiny-down", "tiny-p0", "30m"),
        ("tiny-front-down", "tiny-front-down", "30m"),
        ("tiny-unprobed", "tiny-p2", "1d"),
    ],
)
def test_each_rule_names_its_own_receiver_and_how_often_it_is_told_again(tiny, uid, contact, repeat):
    assert rules(tiny)[uid]["notificationSettings"] == {
        "contactPoint": contact,
        "groupBies": ["alertname", "grafana_folder"],
        "groupWait": "30s",
        "groupInterval": "5m",
        "repeatInterval": repeat,
    }


def test_a_data_source_that_does_not_answer_is_told_by_the_alert_on_silence_only(tiny):
    """Of any other, Grafana would put an alert on the data source in its place, and so end it."""
    states = {uid: rule["execErrState"] for uid, rule in rules(tiny).items()}
    assert states.pop("tiny-unprobed") == "Error"
    assert set(states.values()) == {"KeepLast"}


def test_missing_data_ends_nothing(tiny):
    assert {rule["noDataState"] for rule in rules(tiny).values()} == {"KeepLast"}


def test_each_alert_has_a_group_of_its_own_named_after_it_whatever_its_title(tiny):
    groups = {each.name: each.inputs for each in tiny.all("RuleGroup")}
    assert set(groups) == {
        f"tiny-rule-{name}" for name in ("down", "front-down", "certificate", "unprobed", "up-burns")
    }
    for group in groups.values():
        assert [rule["uid"] for rule in group["rules"]] == [group["name"]]
        assert (group["intervalSeconds"], group["folderUid"]) == (60, "tiny")
        assert {rule["for"] for rule in group["rules"]} == {"0s"}


def test_what_rules_name_is_replaced_before_it_is_deleted():
    """The bridge would delete a contact point first, which a rule still names: 409."""
    made = declare(kept_at_grafana())
    replaced = [
        made.delete_before_replace[each.name] for kind in ("ContactPoint", "MuteTiming") for each in made.all(kind)
    ]
    assert replaced
    assert set(replaced) == {False}


def test_a_message_tells_what_fires_from_what_is_over_and_links_both_documents():
    assert TEXT.index("range .Alerts.Firing") < TEXT.index("range .Alerts.Resolved")
    assert "Resolved: {{ .Annotations.summary }}" in TEXT
    assert "Runbook: {{ .Annotations.runbook_url }}" in TEXT
    assert "Dashboard: {{ $.ExternalURL }}{{ . }}" in TEXT


def test_a_message_says_the_last_value_which_is_another_query_where_the_verdict_keeps_an_older_one():
    made = rules(declare(kept_at_grafana()))
    texts = {uid: rule["annotations"]["description"] for uid, rule in made.items()}
    assert texts["tiny-errors"].startswith("Now: {{ humanizePercentage $values.B.Value }}. First: ")
    assert texts["tiny-slow"].startswith("Now: {{ humanizeDuration $values.B.Value }}. First: ")
    assert texts["tiny-pool-full"].startswith('Now: {{ printf "%.4g" $values.B.Value }}. First: ')
    assert texts["tiny-silent"].startswith("First: ")
    assert texts["tiny-logged"].startswith("First: ")
    # Without a gate, so that it has an answer whenever the verdict has: else the whole rule would be without data.
    assert ">= 20" not in steps(made["tiny-errors"])["B"]["expr"]
    assert steps(made["tiny-errors"])["B"]["expr"].startswith("last_over_time((")


def test_a_message_says_what_becomes_of_the_alert_without_data():
    texts = {uid: rule["annotations"]["description"] for uid, rule in rules(declare(kept_at_grafana())).items()}
    assert " clears below 4 %. Without data, its state doesn't change. " in texts["tiny-errors"]
    assert (
        "Without data, its state doesn't change; for 6 hours if others (by http.route) still report."
        in texts["tiny-routes"]
    )
    assert "Without data" not in texts["tiny-silent"]


def test_one_location_alone_is_not_believed_after_one_round():
    once = alert("down-once", CheckFails(FRONT, rounds=1))
    several, single = (scope(alerts=(once,), dashboards=(), environment=each) for each in (PRODUCTION, STAGING))
    assert "count_over_time" not in query(several, once.when).verdict
    # Every 10 minutes or so there: two rounds, whatever the alert says.
    assert "count_over_time" in query(single, once.when).verdict
    said = declare(single).one("RuleGroup", "rule-down-once")["rules"][0]["annotations"]["description"]
    assert "fails from every location, in one round. Only one location probes here, so 2 rounds." in said


def test_an_escalation_counts_as_many_looks_at_every_second_of_the_minute():
    """Looks lie on whole minutes: of a range that isn't a whole number of them, half of the seconds hold one less."""
    text, limit = query(scope(), CheckFails(FRONT, rounds=1)).escalated(minutes(15))
    assert text.endswith("[16m:1m])")
    assert limit == 15
