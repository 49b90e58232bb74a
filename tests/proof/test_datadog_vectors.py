"""The 20 vectors of the page on Datadog's semantics, each with where DataDog/documentation says so. M is monitors/."""

import math

import pytest

from components.datadog.language.query import metric_queries, monitor_query
from components.vocabulary import BudgetBurns, Objective, Ratio, Service, hours, percent
from components.vocabulary.quantities import days
from proof.datadog.burns import burn, share
from proof.datadog.composites import Composed, composed
from proof.datadog.data import Data, Piece, Series, points
from proof.datadog.monitors import Objective as Slo
from proof.datadog.monitors import least_recovery
from proof.datadog.points import Classic
from proof.datadog.readings import Readings
from proof.datadog.states import Machine, State, Status
from tests.proof.datadog_monitors import counts, gauge, made, statuses, value

READ = Readings()
ERRORS = "sum:errors{*}.as_count()"
TOTAL = "sum:total{*}.as_count()"


def test_1_counts_are_summed_over_the_window_before_they_are_divided():
    """M/guide/as-count-in-monitor-evaluations: 15/50 as counts; the ratios of the points added up as rates."""
    data = counts("errors", [1, 2, 3, 4, 5]), counts("total", [10] * 5)
    assert value(f"sum(last_5m):{ERRORS} / {TOTAL} > 0.5", 300, *data) == pytest.approx(0.3)
    rates = "sum(last_5m):sum:errors{*}.as_rate() / sum:total{*}.as_rate() > 2"
    assert value(rates, 300, *data) == pytest.approx(1.5)


def test_2_an_average_of_ratios_weighs_a_quiet_minute_like_a_busy_one():
    """The same guide, as of 2019: 3/15 against 1.75/5."""
    data = counts("errors", [1, 1, 0, 1, 0]), counts("total", [1, 2, 3, 4, 5])
    assert value(f"sum(last_5m):{ERRORS} / {TOTAL} > 0.5", 300, *data) == pytest.approx(0.2)
    classic = "avg(last_5m):sum:errors{*}.as_rate() / sum:total{*}.as_rate() > 0.5"
    assert value(classic, 300, *data) == pytest.approx(0.35)


def test_3_points_divided_by_zero_or_nothing_are_dropped():
    """M/guide/division-in-monitor-evaluations, monitor-arithmetic-and-sparse-metrics: 10/0 + 10/1 + 10/NaN = 10."""
    data = counts("a", [10, 10, 10]), counts("b", [0, 1, None])
    assert value("sum(last_3m):sum:a{*}.as_count() / sum:b{*}.as_count() > 50", 180, *data) == 30
    assert value("sum(last_3m):sum:a{*}.as_rate() / sum:b{*}.as_rate() > 50", 180, *data) == pytest.approx(10)


@pytest.mark.parametrize(
    ("over", "end", "fires"),
    [
        ("avg", "> 30", False),
        ("max", "> 40", True),
        ("max", "> 50", False),
        ("min", "> 10", False),
        ("sum", "> 250", 0),
    ],
)
def test_4_how_points_are_put_together_over_time(over, end, fires):
    """M/guide/monitor_aggregators: eleven points of one minute in ten minutes, so both ends belong to the window."""
    data = gauge("m", [10, 15, 12, 8, 11, 14, 13, 25, 37, 45, 50])
    found = value(f"{over}(last_10m):avg:m{{*}} {end}", 600, data, other=["edges", "buckets"])
    assert (found > float(end.split()[1])) is bool(fires)
    assert {"avg": 21.818, "max": 50, "min": 8, "sum": 240}[over] == pytest.approx(found, abs=0.001)


def test_5_points_that_never_meet_are_skipped_and_filled_they_are_not():
    """M/guide/monitor-arithmetic-and-sparse-metrics: N/A, and with `.fill(last,900)` 5."""
    a = points("m", "gauge", {"timer": "norm"}, [None, None, 1, None, 0, None, 1, None, 1], 300)
    b = points("m", "gauge", {"timer": "offset"}, [None, 1, None, 1, None, 1, None, 1, None], 300)
    query = "sum(last_30m):sum:m{timer:norm} / sum:m{timer:offset} > 9"
    assert math.isnan(value(query, 2400, a, b))
    # Seven points of five minutes, as the guide's table has them, need buckets of that size.
    (filled,) = metric_queries("sum:m{timer:norm}.fill(last,900) / sum:m{timer:offset}.fill(last,900)")
    (at,) = Classic(Data(series=[a, b]), 599, 2400, 300).of(filled).values()
    assert [at[time] for time in sorted(at)] == [1, 1, 0, 0, 1, 1, 1]


def test_6_a_gap_of_a_rate_is_no_point_unless_it_is_filled():
    """M/guide/division-in-monitor-evaluations."""
    a = points("a", "gauge", {}, [None, 1, 1, 1, 1, 1], 60)
    b = points("b", "count", {}, [None, 60, None, 60, None, 60], 60)
    query = "sum(last_5m):sum:a{*} / sum:b{*}.as_rate()%s > 9"
    assert value(query % "", 300, a, b, other=["buckets"]) == 3
    assert value(query % ".fill(last)", 300, a, b, other=["buckets"]) == 5


def test_7_gauges_of_several_sources_are_interpolated_to_be_added_up():
    """metrics/guide/interpolation-the-fill-modifier-explained."""
    a = Series("m", "gauge", {"x": "a"}, (Piece(0, 30, 1, 15.0), Piece(30, 30, 1, 25.0)))
    b = Series("m", "gauge", {"x": "b"}, (Piece(10, 30, 1, 10.0), Piece(40, 30, 1, 40.0)))
    (query,) = metric_queries("sum:m{*}")
    (at,) = Classic(Data(series=[a, b]), -1, 40, 10).of(query).values()
    assert at[10] == pytest.approx(28.33, abs=0.01)
    assert at[30] == pytest.approx(55)


def test_8_default_zero_comes_after_five_minutes_of_the_last_gauge():
    """dashboards/functions/interpolation: 1 at 17:45 to 17:50, then 0."""
    data = Data(series=[Series("m", "gauge", {}, (Piece(1020, 60, 1, 1.0),))])
    (query,) = metric_queries("default_zero(avg:m{*})")
    (at,) = Classic(data, 900, 1800, 60).of(query).values()
    assert [time for time, found in sorted(at.items()) if found == 1] == [1020 + 60 * n for n in range(6)]
    assert at[960] == at[1380] == 0


@pytest.mark.parametrize(("delay", "begins"), [(900, 6 * 3600 + 40 * 60), (300, 6 * 3600 + 50 * 60)])
def test_9_a_delay_moves_the_window_back(delay, begins):
    """M/configuration, Evaluation delay: at 7:00, `last_5m` and 900 s are 6:40 to 6:45."""
    at_each_minute = counts("errors", [1.0] * 480)
    inside = Series("errors", "count", {}, (Piece(begins + 60, 60, 5, 1.0),))
    query = f"sum(last_5m):{ERRORS} > 9"
    assert value(query, 7 * 3600, inside, evaluationDelay=delay) == 5
    outside = Series("errors", "count", {}, (Piece(begins, 60, 1, 1.0), Piece(begins + 360, 60, 5, 1.0)))
    assert value(query, 7 * 3600, outside, evaluationDelay=delay) is None
    assert value(query, 7 * 3600, at_each_minute, evaluationDelay=delay) == 5


@pytest.mark.parametrize(("empty", "is_full"), [((), 1), ((0,), 0), ((2, 3, 4), 1), ((1, 2, 3, 8, 9), 0)])
def test_10_a_full_window_has_its_first_bucket_and_lacks_at_most_three(empty, is_full):
    """M/types/metric.md: two hours are twelve buckets of ten minutes; not full, the status isn't touched."""
    pieces = [Piece(600 * place + 300, 60, 1, 9.0) for place in range(12) if place not in empty]
    data = Data(series=[Series("m", "gauge", {}, tuple(pieces))])
    query = "avg(last_2h):avg:m{*} > 5"
    found = value(query, 7200, *data.series, requireFullWindow=True)
    assert (not math.isnan(found)) is bool(is_full)
    assert value(query, 7200, *data.series) == 9


def test_11_a_sum_of_what_comes_every_other_minute_flaps():
    """M/faq/what-is-the-do-not-require-a-full-window-…: 4 and 6 in turns."""
    data = counts("m", [2.0] * 20, every=120)
    found = [value("sum(last_5m):sum:m{*}.as_count() > 5", 600 + 60 * minute, data) for minute in range(6)]
    assert sorted(set(found)) == [4, 6]
    assert found.count(4) == found.count(6)


def test_12_an_anomalys_recovery_window_leaves_no_room_for_both_states():
    """M/types/anomaly.md: with a trigger window of 4 hours, 121 minutes at 50 %, 49 at 80 %."""
    assert least_recovery(240, 0.5) == pytest.approx(121)
    assert least_recovery(240, 0.8) == pytest.approx(49)


ALERT, WARN, OK, GONE = Status.ALERT, Status.WARN, Status.OK, Status.NO_DATA
BOTH = monitor_query("composite", "1 && 2").condition
EITHER = monitor_query("composite", "1 || 2").condition


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [(ALERT, WARN, WARN, ALERT), (ALERT, OK, OK, ALERT), (WARN, OK, OK, WARN)],
)
def test_13_a_composite_takes_the_least_severe_of_both_and_the_most_of_either(one, other, both, either):
    """M/types/composite.md, its table."""
    assert composed(BOTH, {"1": one, "2": other}) is both
    assert composed(EITHER, {"1": one, "2": other}) is either
    reversed_one = monitor_query("composite", "!1").condition
    assert composed(reversed_one, {"1": OK}) is ALERT
    assert composed(reversed_one, {"1": ALERT}) is OK
    assert composed(reversed_one, {"1": GONE}) is GONE


def composite(operator, one, other, **inputs):
    """A composite of two monitors with these statuses, after one in which it was a warning."""
    parts = [made("avg(last_5m):avg:m{*} > 5"), made("avg(last_5m):avg:n{*} > 5")]
    machines = {name: Machine(part, READ) for name, part in zip("12", parts, strict=True)}
    whole = Composed(made(f"1 {operator} 2", "composite", **inputs), machines)
    for statuses_ in ((WARN, WARN), (one, other)):
        for machine, status in zip(machines.values(), statuses_, strict=True):
            machine.groups = {frozenset(): State(status, 0, 0)}
        whole.step(60)
    return whole.last[frozenset()]


def test_14_and_15_missing_data_in_a_composite_counts_only_where_it_tells_of_it():
    """M/types/composite.md: No Data is true; without notifying, the last known status stays."""
    for told, unknown in (({"notifyNoData": True}, GONE), ({}, WARN)):
        assert composite("&&", GONE, WARN, **told) is unknown
        assert composite("||", GONE, WARN, **told) is WARN
        assert composite("&&", GONE, OK, **told) is OK
        assert composite("||", GONE, OK, **told) is unknown


def test_16_a_composites_groups_are_those_common_to_its_parts():
    """M/types/composite.md: web01 to web05 and web04 to web09."""
    parts = [made("avg(last_5m):avg:m{*} by {host} > 5"), made("avg(last_5m):avg:n{*} by {host} > 5")]
    machines = {name: Machine(part, READ) for name, part in zip("12", parts, strict=True)}
    for machine, hosts in zip(machines.values(), (range(1, 6), range(4, 10)), strict=True):
        machine.groups = {frozenset({("host", f"web0{host}")}): State(ALERT, 0, 0) for host in hosts}
    whole = Composed(made("1 && 2", "composite"), machines)
    whole.step(60)
    assert sorted(dict(group)["host"] for group in whole.last) == ["web04", "web05"]


def test_17_an_empty_count_is_zero_by_default_and_over():
    """M/configuration, No data: `default` of a count evaluates as zero."""
    monitor = made(f"sum(last_5m):{ERRORS} > 10", critical="10", onMissingData="default")
    data = Data(series=[counts("errors", [5.0] * 10)])
    assert statuses(monitor, data, 1800) == [(3, "OK", "Alert"), (13, "Alert", "OK")]


def errors_of(rate: float, hours_: int = 24):
    """Requests every ten seconds, of which that share fails."""
    many = 360 * hours_
    return [
        Series("bad", "count", {}, (Piece(10, 10, many, 100 * rate),)),
        Series("all", "count", {}, (Piece(10, 10, many, 100.0),)),
    ]


def slo(target: float) -> Slo:
    (good,) = metric_queries("sum:all{*}.as_count() - sum:bad{*}.as_count()")
    (total,) = metric_queries("sum:all{*}.as_count()")
    return Slo("s", target, good, total)


def test_18_a_burn_rate_is_the_error_rate_by_the_budget():
    """service_level_objectives/burn_rate.md: 1 % at 99.9 %: 10; 96 %: at most 25; 10 % of 7 days in 1 h: 16.8."""
    assert burn(slo(0.999), Data(series=errors_of(0.01)), 0, 3600, READ) == pytest.approx(10)
    assert burn(slo(0.96), Data(series=errors_of(1)), 0, 3600, READ) == pytest.approx(25)
    assert burn(slo(0.999), Data(), 0, 3600, READ) == 0
    api = Service("api", "web.request", about="Requests")
    week = Objective(
        "o", percent(99.9), bad=Ratio(api.errors, of=api.requests), summary="s", rows="X-01", period=days(7)
    )
    assert float(BudgetBurns(week, spending=percent(10), within=hours(1)).burn_rate) == pytest.approx(16.8)


@pytest.mark.parametrize(("groups", "good"), [(1, 715 / 720), (2, 710 / 720)])
def test_19_a_slice_is_good_when_all_groups_are(groups, good):
    """service_level_objectives/time_slice.md: 5 of 720 minutes; two groups, one bad slice each, not at once."""
    series = [
        Series(
            "m",
            "gauge",
            {"g": str(group)},
            tuple(Piece(300 * place + 10, 10, 20, 9.0 if place == 10 * (group + 1) else 1.0) for place in range(144)),
        )
        for group in range(groups)
    ]
    (query,) = metric_queries("avg:m{*} by {g}")
    sliced = Slo("s", 0.99, sliced=query, slice_seconds=300, comparator="<", limit=5.0)
    assert share(sliced, Data(series=series), 0, 12 * 3600, READ) == pytest.approx(good)


def test_20_a_ratio_below_its_least_traffic_is_zero():
    """M/guide/add-a-minimum-request-threshold-for-error-rate-alerts: only more than 15 counts."""
    query = "sum(last_5m):(sum:a{*}.as_count() / sum:b{*}.as_count()) * is_greater(sum:b{*}.as_count(), 15) > 0.1"
    fifteen, sixteen = counts("b", [3.0] * 5), counts("b", [3.2] * 5)
    assert value(query, 300, counts("a", [1.0] * 5), fifteen) == 0
    assert value(query, 300, counts("a", [1.0] * 5), sixteen) == pytest.approx(5 / 16)
