"""Datadog's queries have the shape that the type of their monitor demands."""

import re

import pytest

from components.vocabulary.at_datadog import ServiceCheck
from tests.contract.conftest import products

NUMBER = r"-?\d+(\.\d+)?"
LENGTH = r"\d+[mhdw]"
SHAPES = {
    "query alert": rf"(sum|avg|min|max|percentile)\(last_{LENGTH}\):.+ (>|<|>=|<=) {NUMBER}",
    "log alert": (
        r'logs\(".+"\)\.index\("[\w*-]+"\)\.rollup\("count"\)(\.by\("@[\w.]+(,@[\w.]+)*"\))?'
        rf'\.last\("{LENGTH}"\) [<>] {NUMBER}'
    ),
    "service check": r'"[\w.]+"\.over\(("[\w.:-]+",?)+\)\.by\(("\w+",?)+\)\.last\(\d+\)\.count_by_status\(\)',
    "composite": r"[\w-]+ && [\w-]+( && ![\w-]+)*",
    "slo alert": (
        rf'burn_rate\("[\w-]+"\)\.over\("(7|30|90)d"\)\.long_window\("\d+h"\)\.short_window\("\d+[mh]"\) > {NUMBER}'
    ),
}
SERIES = re.compile(r"(avg|sum|min|max|count|p\d+(\.\d+)?):[\w.]+\{[^}]+\}( by \{[\w.,]+\})?(\.as_(count|rate)\(\))?")


@pytest.fixture
def monitors(declared):
    return [*declared.monitors(), *declared.parts()]


def test_the_query_fits_the_type(monitors):
    assert monitors
    for monitor in monitors:
        assert re.fullmatch(SHAPES[monitor.inputs["type"]], monitor.inputs["query"]), monitor.name


def test_a_metric_query_is_made_of_series_with_scope_and_known_functions(monitors):
    for monitor in monitors:
        if monitor.inputs["type"] == "query alert":
            inner = monitor.inputs["query"].partition(":")[2].rpartition(" ")[0].rpartition(" ")[0]
            left = SERIES.sub("x", inner)
            assert "x" in left, monitor.name
            words = set(re.findall(r"[a-z_]{2,}(?=\()", left))
            assert words <= {"default_zero", "anomalies"}, (monitor.name, left)
            assert "{" not in left, (monitor.name, left)


def test_counts_are_summed_and_percentiles_taken_of_the_whole_window(monitors):
    for monitor in monitors:
        query = monitor.inputs["query"]
        if monitor.inputs["type"] == "query alert" and "anomalies(" not in query:
            assert (".as_count()" in query) == query.startswith("sum("), monitor.name
            assert bool(re.search(r":p\d", query)) == query.startswith("percentile("), monitor.name


def test_an_anomaly_triggers_over_the_window_that_it_looks_at(monitors):
    for monitor in monitors:
        window = re.search(r"alert_window='(\w+)'", monitor.inputs["query"])
        if window:
            windows = monitor.inputs["monitorThresholdWindows"]
            assert windows == {"triggerWindow": window[1], "recoveryWindow": window[1]}, monitor.name


def test_a_service_check_looks_back_on_its_largest_threshold_so_that_failures_are_consecutive(monitors):
    for monitor in monitors:
        last = re.search(r"\.last\((\d+)\)\.count_by_status", monitor.inputs["query"])
        if last:
            assert int(last[1]) == max(int(limit) for limit in monitor.inputs["monitorThresholds"].values())


def test_a_burn_rate_is_reached_by_a_total_outage_and_not_by_a_healthy_month(declared, monitors):
    targets = {
        each.name: each.inputs["thresholds"][0]["target"]
        for each in declared.of("datadog:index/serviceLevelObjective:ServiceLevelObjective")
    }
    for monitor in monitors:
        objective = re.search(r'burn_rate\("([\w-]+)-id"\)', monitor.inputs["query"])
        if objective:
            rate = float(monitor.inputs["monitorThresholds"]["critical"])
            assert 1 < rate < 100 / (100 - targets[objective[1]]), monitor.name


def test_only_composites_of_declared_parts_exist(declared):
    parts = {f"{part.name}-id" for part in declared.parts()}
    used = {
        name.removeprefix("!")
        for monitor in declared.monitors()
        if monitor.inputs["type"] == "composite"
        for name in monitor.inputs["query"].split(" && ")
    }
    assert used == parts


def test_every_service_check_of_a_product_is_a_monitor_of_that_type(declared):
    found = {each.name for each in declared.monitors() if each.inputs["type"] == "service check"}
    wanted = {
        f"{product.name}-{alert.name}"
        for product in products()
        for alert in declared.alerts_at(product, "telemetry")
        if isinstance(alert.when, ServiceCheck)
    }
    assert found == wanted
