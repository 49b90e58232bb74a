"""Datadog's alerts played through, and that a monitor broken on purpose is noticed."""

from dataclasses import replace

import pytest

from components.datadog.language.query import monitor_query
from components.vocabulary import hours, minutes
from proof.cases import cases
from proof.datadog import judge as judging
from proof.datadog.judge import ACCEPTED, judge
from proof.datadog.monitors import Declared

PLAYED = {
    "ratio": ("tikit", "high-error-rate"),
    "no success": ("tikit", "no-payment-succeeds"),
    "ratio by group": ("fair-trade-worker", "notifications-failing"),
    "gauges": ("fair-trade-worker", "database-connections-exhausted"),
    "rates": ("tikit", "low-cache-hit-rate"),
    "level": ("tikit", "database-connections-exhausted"),
    "highest level": ("tikit", "disk-filling-up"),
    "mean": ("fair-trade-worker", "high-latency"),
    "percentile": ("tikit", "slow-responses"),
    "burn rate": ("tikit", "budget-burns-fast"),
    "slices": ("fair-trade-worker", "latency-burns-slowly"),
    "silence": ("tikit", "telemetry-silent"),
    "single event": ("tikit", "data-loss"),
    "some log lines": ("fair-trade-worker", "slow-queries"),
    "no log lines": ("tikit", "logs-silent"),
    "check": ("tikit", "database-unavailable"),
    "anomaly": ("tikit", "unusual-latency"),
    "anomaly on both sides": ("tikit", "unusual-traffic"),
}


def of(proof, kind, stack="prod"):
    """One alert of a kind, as it ships."""
    product, alert = PLAYED[kind]
    (found,) = [each for each in proof.datadog if each.name == f"{product}, {alert}" and each.stack == stack]
    return found


def failures(watched):
    return [failure for case in watched.cases for failure in judge(watched, case)]


@pytest.mark.parametrize("kind", PLAYED)
def test_an_alert_of_each_kind_does_what_the_product_file_says(proof, kind):
    assert failures(of(proof, kind)) == []


def changed(watched, part="", **settings):
    """The alert with a monitor, or the part of it of that name, changed as somebody might by mistake."""
    names = [each.name for each in (watched.monitor, *watched.declared.parts(watched.monitor))]
    (name,) = [each for each in names if each == f"{watched.monitor.name}{part}"]
    monitors = dict(watched.declared.monitors)
    for key, each in watched.declared.monitors.items():
        if each.name == name:
            monitors[key] = replace(each, **settings)
    declared = replace(watched.declared, monitors=monitors)
    return replace(watched, declared=declared, monitor=monitors[watched.monitor.name])


def rewritten(watched, old, new, part=""):
    """The alert with another text in a query; its threshold as well, where that is the number at its end."""
    name = f"{watched.monitor.name}{part}"
    monitor = watched.declared.monitors[name]
    assert old in monitor.text
    text = monitor.text.replace(old, new)
    query = monitor_query(monitor.kind, text)
    limit = getattr(getattr(query, "comparison", None), "number", None)
    return changed(watched, part, text=text, query=query, critical=monitor.critical if limit is None else limit)


BREAKS = {
    "a higher threshold": ("ratio", lambda it: rewritten(it, "> 0.05", "> 0.075", "-ratio")),
    "a lower threshold": ("ratio", lambda it: rewritten(it, "> 0.05", "> 0.045", "-ratio")),
    "the opposite operator": ("ratio", lambda it: rewritten(it, "> 0.05", "< 0.05", "-ratio")),
    "a longer window": ("ratio", lambda it: rewritten(it, "last_5m", "last_15m", "-ratio")),
    "a shorter window": ("gauges", lambda it: rewritten(it, "last_5m", "last_1m")),
    "a higher gate": ("ratio", lambda it: rewritten(it, ">= 50", ">= 75", "-traffic")),
    "a lower gate": ("ratio", lambda it: rewritten(it, ">= 50", ">= 20", "-traffic")),
    "a gate over another window": ("ratio", lambda it: rewritten(it, "last_5m", "last_1m", "-traffic")),
    "either of both": ("ratio", lambda it: rewritten(it, "&&", "||")),
    "recovery at another level": ("ratio", lambda it: changed(it, "-ratio", critical_recovery=0.01)),
    "another environment": ("ratio", lambda it: rewritten(it, "env:production", "env:prod", "-ratio")),
    "another service": ("ratio", lambda it: rewritten(it, "service:tikit-backend", "service:tikit", "-ratio")),
    "a metric that doesn't exist": ("ratio", lambda it: rewritten(it, ".errors{", ".error{", "-ratio")),
    "missing data are zero, of a success": (
        "no success",
        lambda it: changed(it, "-traffic", missing="default", critical=0.0),
    ),
    "missing data keep an alert": ("gauges", lambda it: changed(it, missing="default")),
    "missing data end an alert": ("highest level", lambda it: changed(it, missing="resolve")),
    "missing data tell nobody": ("silence", lambda it: changed(it, missing="show_no_data")),
    "missing data are zero": ("silence", lambda it: changed(it, missing="resolve")),
    "groups are mixed": ("ratio by group", lambda it: rewritten(it, " by {channel}", "", "-ratio")),
    "hosts are averaged": ("highest level", lambda it: rewritten(it, " by {host,device}", "")),
    "an average of the highest": ("highest level", lambda it: rewritten(it, "max(last_5m)", "avg(last_5m)")),
    "another percentile": ("percentile", lambda it: rewritten(it, "p99", "p50")),
    "an average of averages": ("mean", lambda it: rewritten(it, "> 0.5", "> 500", "-mean")),
    "a warning less": ("level", lambda it: changed(it, warning=None)),
    "another burn rate": ("burn rate", lambda it: rewritten(it, "> 14.4", "> 20", "-burn")),
    "a shorter long window": ("burn rate", lambda it: rewritten(it, 'long_window("1h")', 'long_window("2h")', "-burn")),
    "another burn rate of slices": ("slices", lambda it: rewritten(it, "> 6", "> 12")),
    "other log lines": ("single event", lambda it: rewritten(it, "data_loss", "data_lost")),
    "another status": ("some log lines", lambda it: rewritten(it, "status:warn", "status:error")),
    "an index that isn't there": ("no log lines", lambda it: rewritten(it, '"tikit"', '"tikit-logs"')),
    "another window of log lines": ("no log lines", lambda it: rewritten(it, '"1h"', '"2h"')),
    "one failure less": ("check", lambda it: changed(it, critical=1.0)),
    "silence of a check isn't told": ("check", lambda it: changed(it, no_data_after=0)),
    "other tags of a check": ("check", lambda it: rewritten(it, "product:tikit", "product:kartis")),
    "half of an hour": ("anomaly", lambda it: rewritten(it, ">= 1", ">= 0.3")),
    "the other side": ("anomaly", lambda it: rewritten(it, "direction='above'", "direction='both'")),
    "one side only": ("anomaly on both sides", lambda it: rewritten(it, "direction='both'", "direction='above'")),
    "a delay of an hour": ("ratio", lambda it: changed(it, "-ratio", delay=3600)),
    "told before its cause": ("ratio", lambda it: changed(it, "-ratio", delay=0)),
    "a cause that ends at once": (
        "ratio",
        lambda it: changed(it, "-unless-database-unavailable", ok=2.0),
    ),
    "no reminder": ("ratio", lambda it: changed(it, renotify=0)),
    "a reminder to others": ("ratio", lambda it: changed(it, escalation="@slack-tikit-other")),
    "nobody is told of the end": (
        "ratio",
        lambda it: changed(it, message=it.monitor.message.replace("{{#is_recovery}}@", "{{#is_no_data}}@").replace(
            "{{/is_recovery}}", "{{/is_no_data}}")),
    ),
    "a warning wakes somebody": (
        "check",
        lambda it: changed(it, message=it.monitor.message.replace("is_alert}}", "is_warning}}")),
    ),
    "a part notifies": ("ratio", lambda it: changed(it, message="")),
}  # fmt: skip


@pytest.mark.parametrize("change", BREAKS)
def test_a_monitor_broken_on_purpose_is_noticed(proof, change):
    kind, spoil = BREAKS[change]
    assert failures(spoil(of(proof, kind)))


def test_an_objective_broken_on_purpose_is_noticed(proof):
    for kind, change in (("burn rate", {"target": 0.99}), ("slices", {"limit": 2.0}), ("slices", {"comparator": ">"})):
        watched = of(proof, kind)
        objectives = {name: replace(each, **change) for name, each in watched.declared.objectives.items()}
        assert failures(replace(watched, declared=replace(watched.declared, objectives=objectives)))


def test_a_receiver_that_nothing_is_declared_for_is_noticed(proof):
    watched = of(proof, "ratio")
    found = failures(replace(watched, channels=watched.channels - {"@pagerduty-tikit"}))
    assert "@pagerduty-tikit reaches nobody" in str(found[0])


def test_an_index_that_drops_the_lines_is_noticed(proof):
    watched = of(proof, "single event")
    indexes = {name: replace(each, leaves_out=("@event:data_loss",)) for name, each in watched.declared.indexes.items()}
    declared: Declared = replace(watched.declared, indexes=indexes)
    assert "silent" in str(failures(replace(watched, declared=declared))[0])


@pytest.mark.parametrize(("window", "length"), [("last_30m", minutes(30)), ("last_4h", hours(4))])
def test_an_alert_on_a_percentile_over_a_longer_window_is_bad_for_long_enough_by_either_reading(proof, window, length):
    longer = rewritten(of(proof, "percentile"), "last_10m", window)
    signal = replace(longer.truth.when.signal, window=length)
    alert = replace(longer.truth.alert, when=replace(longer.truth.when, signal=signal))
    truth = replace(longer.truth, alert=alert)
    assert failures(replace(longer, truth=truth, cases=tuple(cases(truth)))) == []


def test_a_failure_says_what_was_expected_and_by_which_reading(proof):
    found = failures(rewritten(of(proof, "ratio"), "> 0.05", "> 0.075", "-ratio"))
    assert str(found[0]).startswith("tikit, high-error-rate (prod), fires and ends: tikit-backend errors of")
    assert "expected: fires at minute" in str(found[0])


def test_what_depends_on_an_open_point_and_is_accepted_still_does(proof, monkeypatch):
    monkeypatch.setattr(judging, "ACCEPTED", {})
    found = [*failures(of(proof, "check")), *failures(of(proof, "level"))]
    assert {(each.case.name, point) for each in found for _, point in ACCEPTED if f"(if {point}: " in each.got} == set(
        ACCEPTED
    )


def test_what_is_accepted_keeps_nothing_open_at_a_pager(proof):
    checked = of(proof, "check")
    assert checked.woken
    assert failures(checked) == []
