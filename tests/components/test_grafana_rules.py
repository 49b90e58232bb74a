import json

import pytest

from components.grafana.contact_points import TEXT
from tests.components.conftest import declare
from tests.tiny_grafana import kept_at_grafana


def rules(made):
    (group,) = made.all("RuleGroup")
    return {rule["uid"]: rule for rule in group.inputs["rules"]}


def steps(rule):
    return {step["refId"]: json.loads(step["model"]) for step in rule["datas"]}


HEALTH = '{job="tiny-health-production"}'


def burn(window, job=HEALTH):
    good, total = (f"sum(increase(probe_all_success_{part}{job}[{window}]))" for part in ("sum", "count"))
    return f"(1 - {good} / ({total} > 0)) / 0.001"


@pytest.mark.parametrize(
    ("uid", "query"),
    [
        ("tiny-down", f"max by (job, instance) (max_over_time(probe_success{HEALTH}[10m]))"),
        (
            "tiny-front-down",
            'max by (job, instance) (max_over_time(probe_success{job="tiny-front-production"}[3m]))',
        ),
        (
            "tiny-certificate",
            (
                "min by (job, instance) "
                '(probe_ssl_earliest_cert_expiry{job=~"tiny-health-production|tiny-front-production"}) - time()'
            ),
        ),
        ("tiny-unprobed", f"absent_over_time(probe_success{HEALTH}[30m])"),
        ("tiny-up-burns", burn("1h")),
    ],
)
def test_a_condition_becomes_a_query_for_the_bare_value(tiny, uid, query):
    model = steps(rules(tiny)[uid])["A"]
    assert model["expr"] == query
    assert model["instant"] is True


@pytest.mark.parametrize(
    ("uid", "kind", "limit"),
    [
        ("tiny-down", "lt", 1),
        ("tiny-front-down", "lt", 1),
        ("tiny-certificate", "lt", 14 * 86400),
        ("tiny-unprobed", "gt", 0),
    ],
)
def test_the_comparison_stands_in_the_last_step(tiny, uid, kind, limit):
    rule = rules(tiny)[uid]
    assert rule["condition"] == "C"
    assert steps(rule)["C"] == {
        "refId": "C",
        "type": "threshold",
        "expression": "A",
        "conditions": [{"evaluator": {"type": kind, "params": [limit]}}],
    }


def test_a_burn_rate_has_to_hold_over_both_windows(tiny):
    rule = rules(tiny)["tiny-up-burns"]
    assert steps(rule)["C"] == {"refId": "C", "type": "math", "expression": "$A > 14.4 && $B > 14.4"}
    # A twelfth of an hour is one round of the check; two are needed.
    assert steps(rule)["B"]["expr"] == burn("10m")


def test_no_query_compares_by_itself(tiny):
    for rule in rules(tiny).values():
        for ref, model in steps(rule).items():
            if ref != "C":
                outside = model["expr"].replace("=~", "").replace(" > 0)", ")")  # without traffic there is no share
                assert not set("<>") & set(outside), model["expr"]


def test_windows_grow_with_the_interval_of_the_environment(staged):
    of = {uid: steps(rule) for uid, rule in rules(staged).items()}
    job = '{job="tiny-health-staging"}'
    assert "[1h]" in of["tiny-down-staging"]["A"]["expr"]
    assert "[90m]" in of["tiny-front-down-staging"]["A"]["expr"]
    assert "[1h]" in of["tiny-unprobed-staging"]["A"]["expr"]
    assert of["tiny-up-burns-staging"]["A"]["expr"] == burn("1h", job)
    assert of["tiny-up-burns-staging"]["B"]["expr"] == burn("1h", job)


def test_a_query_looks_back_as_far_as_its_window(tiny, staged):
    def looks_back(made, uid):
        return rules(made)[uid]["datas"][0]["relativeTimeRange"]

    assert looks_back(tiny, "tiny-down") == {"from": 600, "to": 0}
    assert looks_back(staged, "tiny-down-staging") == {"from": 3600, "to": 0}
    assert looks_back(tiny, "tiny-up-burns") == {"from": 3600, "to": 0}


def test_queries_go_to_the_environments_data_source_and_comparisons_to_none(tiny):
    sources = {(step["refId"], step["datasourceUid"]) for rule in rules(tiny).values() for step in rule["datas"]}
    assert sources == {("A", "prom"), ("B", "prom"), ("C", "__expr__")}


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


def test_a_data_source_that_does_not_answer_wakes_nobody(tiny):
    states = {uid: rule["execErrState"] for uid, rule in rules(tiny).items()}
    assert states == {
        "tiny-down": "KeepLast",
        "tiny-front-down": "KeepLast",
        "tiny-up-burns": "KeepLast",
        "tiny-certificate": "Error",
        "tiny-unprobed": "Error",
    }
    assert {rule["noDataState"] for rule in rules(tiny).values()} == {"OK"}


def test_rules_are_one_group_in_the_order_of_their_names(tiny):
    group = tiny.one("RuleGroup", "rules-checks")
    uids = [rule["uid"] for rule in group["rules"]]
    assert uids == sorted(uids)
    assert (group["intervalSeconds"], group["folderUid"]) == (60, "tiny")
    assert {rule["for"] for rule in group["rules"]} == {"0s"}


def test_a_message_tells_what_fires_from_what_is_over_and_links_both_documents():
    assert TEXT.index("range .Alerts.Firing") < TEXT.index("range .Alerts.Resolved")
    assert "Over: {{ .Annotations.summary }}" in TEXT
    assert "Runbook: {{ .Annotations.runbook_url }}" in TEXT
    assert "Dashboard: {{ $.ExternalURL }}{{ . }}" in TEXT


def test_a_message_says_how_far_beyond_its_limit_it_is():
    (group,) = declare(kept_at_grafana()).all("RuleGroup")[-1:]
    texts = {rule["uid"]: rule["annotations"]["description"] for rule in group.inputs["rules"]}
    assert texts["tiny-errors"].startswith("Now: {{ humanizePercentage $values.A.Value }}. First: ")
    assert texts["tiny-slow"].startswith("Now: {{ humanizeDuration $values.A.Value }}. First: ")
    assert texts["tiny-pool-full"].startswith('Now: {{ printf "%.4g" $values.A.Value }}. First: ')
    assert texts["tiny-silent"].startswith("First: ")
