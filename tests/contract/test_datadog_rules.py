"""What Datadog refuses, or takes and then means something else by, of the monitors that are declared."""

import re

import pytest

from components.datadog.monitors import FORGOTTEN_HOURS
from tests.contract.conftest import products

COUNTED = "query alert"
MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080}


@pytest.fixture
def monitors(declared):
    found = [*declared.monitors(), *declared.parts()]
    assert found
    return found


def window(query):
    """The minutes a query looks back on."""
    number, unit = re.search(r"last(?:_|\(\")(\d+)([mhdw])", query).groups()
    return int(number) * MINUTES[unit]


def test_default_zero_leaves_no_other_choice_for_missing_data(monitors):
    """Invalid on_missing_data value: resolve; valid value is: default (terraform-provider-datadog#2815)."""
    zeroed = [each.inputs for each in monitors if "default_zero(" in each.inputs["query"]]
    assert zeroed
    assert {each["onMissingData"] for each in zeroed} == {"default"}


def test_what_is_zero_without_data_and_alerts_below_a_limit_is_part_of_a_composite_with_traffic(declared, monitors):
    for monitor in monitors:
        if "default_zero(" in monitor.inputs["query"] and " < " in monitor.inputs["query"]:
            assert declared.is_part(monitor), monitor.name


def test_only_monitors_with_groups_wait_for_new_ones(monitors):
    for monitor in monitors:
        assert ("newGroupDelay" in monitor.inputs) <= (" by {" in monitor.inputs["query"]), monitor.name


def test_a_monitor_that_ends_by_itself_does_so_within_a_day_and_has_no_healthy_silence(monitors):
    ending = [each.inputs for each in monitors if "timeoutH" in each.inputs]
    assert ending
    for inputs in ending:
        assert 0 < inputs["timeoutH"] <= 24
        assert inputs.get("onMissingData") != "resolve"


def test_whoever_is_told_of_silence_is_told_of_its_end(monitors):
    for monitor in monitors:
        told = monitor.inputs.get("notifyNoData") or monitor.inputs.get("onMissingData") == "show_and_notify_no_data"
        assert (monitor.inputs.get("timeoutH") == FORGOTTEN_HOURS) == bool(told), monitor.name


def test_a_part_is_never_without_data_which_its_composite_would_take_for_an_alert(declared):
    assert declared.parts()
    for part in declared.parts():
        if part.inputs["type"] == "service check":  # a cause, negated: what isn't known of it is told as such
            assert part.inputs["notifyNoData"], part.name
            continue
        if part.inputs["type"] != "slo alert":  # has no such state of its own: no events burn nothing
            assert part.inputs["onMissingData"] in ("resolve", "default"), part.name
        assert not part.inputs.get("notifyNoData"), part.name


def test_what_isnt_told_beside_its_cause_is_told_while_nothing_is_known_of_that(declared):
    caused = [each for each in declared.monitors() if "!" in each.inputs["query"]]
    assert caused
    for monitor in caused:
        assert monitor.inputs["notifyNoData"], monitor.name
        woken = re.search(r"\{\{#is_alert}}(.*?)\{\{", monitor.inputs["message"])
        if woken:
            assert f"{{{{#is_no_data}}}}{woken[1]}{{{{/is_no_data}}}}" in monitor.inputs["message"]


def test_a_copy_of_a_cause_has_one_group_and_ends_when_its_consequence_has_nothing_of_it_left(declared):
    parts = {f"{part.name}-id": part.inputs for part in declared.parts()}
    for monitor in declared.monitors():
        names = monitor.inputs["query"].split(" && ") if "!" in monitor.inputs["query"] else []
        watched = [parts[name] for name in names if not name.startswith("!")]
        for copy in (parts[name[1:]] for name in names if name.startswith("!")):
            assert '.by("env")' in copy["query"]
            held = 15 * int(copy["monitorThresholds"]["ok"])
            for each in watched:
                assert held >= 60 * window(each["query"]) + each["evaluationDelay"], monitor.name
                assert each["evaluationDelay"] >= 15 * (int(copy["monitorThresholds"]["critical"]) + 1) + 60


def test_parts_of_a_composite_are_grouped_alike_and_look_at_the_same_time(declared):
    parts = {f"{part.name}-id": part.inputs for part in declared.parts()}
    for monitor in declared.monitors():
        if monitor.inputs["type"] == "composite":
            names = [name for name in monitor.inputs["query"].split(" && ") if not name.startswith("!")]
            one, other = (parts[name] for name in names)
            if one["type"] != "slo alert":
                groups = [re.search(r" by \{([^}]*)\}", each["query"]) for each in (one, other)]
                assert len({found and found[1] for found in groups}) == 1, monitor.name
                assert window(one["query"]) == window(other["query"]), monitor.name
            assert one.get("evaluationDelay") == other.get("evaluationDelay"), monitor.name


def test_a_division_waits_until_both_of_its_sums_are_complete(monitors):
    divisions = [each for each in monitors if each.inputs["type"] == COUNTED and " / " in each.inputs["query"]]
    assert divisions
    assert {each.inputs.get("evaluationDelay") for each in divisions} == {60, 120}  # longer beside a cause


def test_silence_is_told_before_datadog_forgets_what_is_silent(both):
    # Only where there are users: without them, all of these wait in vain and are left out.
    monitors = [each for everything in both for each in everything.monitors()]
    silent = [each for each in monitors if each.inputs.get("onMissingData") == "show_and_notify_no_data"]
    assert silent
    for monitor in silent:
        assert window(monitor.inputs["query"]) < FORGOTTEN_HOURS * 60, monitor.name


def test_nobody_is_woken_or_reminded_of_a_service_check_that_is_silent(declared):
    checks = [each.inputs for each in declared.monitors() if each.inputs["type"] == "service check"]
    assert checks
    for inputs in checks:
        assert "is_no_data}}@" not in inputs["message"]
        assert inputs["renotifyStatuses"] == ["alert"]


def test_a_single_event_is_still_there_when_it_is_told_again(declared):
    """Else its reminder, which is its escalation too, never comes."""
    single = [each for each in declared.monitors() if re.search(r" > 0$", each.inputs["query"])]
    assert single
    for monitor in single:
        assert window(monitor.inputs["query"]) > monitor.inputs.get("renotifyInterval", 0), monitor.name


def test_service_names_are_keys_and_values_as_a_name_may_have_a_port(monitors):
    for monitor in monitors:
        assert " IN (" not in monitor.inputs["query"], monitor.name


def test_a_mean_is_of_values_and_not_of_means(monitors):
    for monitor in monitors:
        assert not re.search(r"avg:trace\.", monitor.inputs["query"]), monitor.name


def test_a_status_page_is_for_everybody_in_production_only(both):
    pages = {
        (everything.stack, page.inputs["type"])
        for everything in both
        for page in everything.of("datadog:index/statusPage:StatusPage")
    }
    assert any(product.status_page for product in products())
    assert pages == {("prod", "public"), ("staging", "internal")}
