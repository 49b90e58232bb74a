import pytest

from components.vocabulary import (
    Count,
    Level,
    LogCount,
    Mean,
    Percentile,
    Rate,
    Ratio,
    Total,
    Unit,
    Used,
    counter,
    distribution,
    gauge,
    hours,
    infrastructure,
    minutes,
    per_second,
    percent,
    percentiles,
    times,
)
from tests.refusals import refused

PAID = counter("paid", "x", ("method",))
TRIED = counter("tried", "x", ("method",))
FREE = gauge("free", Unit.RATIO, "x", ("host",))
BUSY = gauge("busy", Unit.RATIO, "x", ("host",))
QUEUE = gauge("queue", Unit.COUNT, "x")
AMOUNT = distribution("amount", Unit.MONEY, "x", ("currency",))


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: Percentile(99, PAID), "'paid' is a counter: it has no percentiles. -> a distribution"),
        (lambda: Percentile(99, FREE), "'free' is a gauge: it has no percentiles. -> a distribution"),
        (lambda: Level(PAID), "'paid' is a counter: its level means nothing. -> a gauge"),
        (lambda: Level(AMOUNT), "'amount' is a distribution: its level means nothing. -> a gauge"),
        (lambda: Count(FREE), "'free' is a gauge: there is no number of it. -> a counter or distribution"),
        (lambda: Rate(FREE), "'free' is a gauge: there is no rate of it. -> a counter"),
        (lambda: Rate(AMOUNT), "'amount' is a distribution: there is no rate of it. -> a counter"),
        (lambda: Total(PAID), "'paid' is a counter: there is no sum of it. -> a distribution"),
        (lambda: Total(FREE), "'free' is a gauge: there is no sum of it. -> a distribution"),
        (lambda: Mean(PAID), "'paid' is a counter: there is no mean of it. -> a distribution"),
        (lambda: Mean(FREE), "'free' is a gauge: there is no mean of it. -> a distribution"),
    ],
)
def test_a_signal_refuses_kinds_of_metrics_it_means_nothing_for(build, text):
    assert refused(build) == [f"`metric`: {text}"]


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda: Ratio(PAID, of=FREE), "paid (counter), free (gauge)"),
        (lambda: Ratio(PAID, of=(TRIED, AMOUNT)), "paid (counter), tried (counter), amount (distribution)"),
        (lambda: Ratio(AMOUNT, of=AMOUNT), "amount (distribution)"),
    ],
)
def test_a_ratio_is_made_of_metrics_of_one_kind(build, named):
    why = "are of different kinds, so their quotient isn't a share. -> two counters, or two gauges"
    assert refused(build) == [f"`of`: '{named}' {why}"]


def test_a_ratio_needs_a_whole():
    assert refused(lambda: Ratio(PAID, of=())) == ["`of`: is empty: there is nothing to divide by. -> of=REQUESTS"]


def test_a_traffic_gate_of_gauges_that_are_rates_is_a_rate():
    hits, all_of = (infrastructure(name, Unit.PER_SECOND, name) for name in ("hits", "look_ups"))
    gated = Ratio(hits, of=all_of).over(minutes(15), at_least=per_second(1)).below(percent(60))
    assert "with at least 1 per second in the window" in gated.describe()
    assert refused(lambda: Ratio(hits, of=all_of, at_least=times(5))) == [
        "`at_least`: '5' counts events, and gauges have none. -> per_second(1)"
    ]
    assert refused(lambda: Ratio(hits, of=all_of, at_least=per_second(0))) == [
        "`at_least`: '0 per second' is always met, so it isn't a gate. -> per_second(1)"
    ]
    assert refused(lambda: Ratio(PAID, of=TRIED, at_least=per_second(1))) == [
        "`at_least`: '1 per second' is a rate, but these metrics aren't. -> times(20), of counters"
    ]


def test_a_traffic_gate_counts_events_which_gauges_have_not():
    assert refused(lambda: Ratio(FREE, of=BUSY, at_least=times(5))) == [
        "`at_least`: '5' counts events, and gauges have none. -> no at_least"
    ]


def test_a_part_that_is_in_the_whole_is_one_metric():
    assert Ratio(PAID, of=(PAID, TRIED)).metrics() == (PAID, TRIED)
    assert Ratio(PAID, of=TRIED).whole == (TRIED,)


def test_gauges_are_added_up_only_in_one_unit():
    assert Level((FREE, BUSY)).unit is Unit.RATIO
    assert refused(lambda: Level((FREE, QUEUE))) == [
        "`metric`: 'count, ratio' are units that can't be added up. -> gauges of one unit"
    ]
    assert refused(lambda: Level(())) == [
        "`metric`: is empty: there is nothing to add up. -> a gauge, or several in brackets"
    ]


@pytest.mark.parametrize("rank", [0, 100, 150, -1])
def test_a_percentile_lies_between_0_and_100(rank):
    assert refused(lambda: Percentile(rank, AMOUNT)) == [
        f"`rank`: {rank} isn't a percentile. -> a number between 0 and 100, such as 95"
    ]


@pytest.mark.parametrize(
    "build",
    [
        lambda: Percentile(99, AMOUNT, by=("host",)),
        lambda: Total(AMOUNT, by=("host",)),
        lambda: Mean(AMOUNT, by=("host",)),
    ],
)
def test_a_signal_is_split_only_by_tags_its_metric_carries(build):
    assert refused(build) == [
        (
            "`by`: 'host' isn't a tag of 'amount', so every group would be empty. "
            "-> one of currency, or declare the tag on the metric"
        )
    ]


def test_each_metric_of_a_ratio_has_to_carry_the_tag():
    assert refused(lambda: Ratio(PAID, of=counter("all", "x"), by=("method",))) == [
        (
            "`by`: 'method' isn't a tag of 'all', so every group would be empty. "
            "-> no by=, or declare the tag on the metric"
        )
    ]


@pytest.mark.parametrize(
    ("signal", "text", "unit"),
    [
        (Ratio(PAID, of=(TRIED, PAID)), "paid of tried + paid", Unit.RATIO),
        (Percentile(99, AMOUNT), "p99 of amount", Unit.MONEY),
        (Percentile(99.9, AMOUNT), "p99.9 of amount", Unit.MONEY),
        (Level((FREE, BUSY)), "free + busy", Unit.RATIO),
        (Count(AMOUNT), "number of amount", Unit.COUNT),
        (Rate(PAID), "rate of paid", Unit.PER_SECOND),
        (Total(AMOUNT), "sum of amount", Unit.MONEY),
        (Mean(AMOUNT), "mean of amount", Unit.MONEY),
        (LogCount(status=("error", "critical")), "log events with status error or critical", Unit.COUNT),
        (
            LogCount(fields={"event": "loss"}, without={"kind": "test"}, message="Lost"),
            "log events with message 'Lost', event = loss, not kind = test",
            Unit.COUNT,
        ),
    ],
)
def test_a_signal_says_what_it_is_and_in_which_unit(signal, text, unit):
    assert signal.describe() == text
    assert signal.unit == unit


def test_a_measure_is_the_signal_without_window_and_gate():
    signal = Ratio(PAID, of=TRIED, by=("method",)).over(minutes(5), at_least=times(20))
    assert signal.measure() == Ratio(PAID, of=TRIED, by=("method",))
    assert signal.above(percent(5)).signals() == (Ratio(PAID, of=TRIED, by=("method",)),)


def test_a_log_count_without_any_filter_is_refused():
    assert refused(LogCount) == ["`fields`: is missing: every log line would count. -> status=, fields= or message="]
    assert refused(lambda: LogCount(without={"a": "b"})) == refused(LogCount)


def test_a_window_without_unit_is_refused():
    assert refused(lambda: Count(PAID).over(300)) == [
        (
            "`over`: 300 has no unit, so nobody can tell what it means. "
            "-> a duration, such as seconds(3), minutes(10) or hours(1)"
        )
    ]


def test_the_used_part_is_of_all_there_is_and_of_one_kind():
    assert Used(FREE, of=BUSY, by=("host",)).describe() == "used part of busy"
    (problem,) = refused(lambda: Used(FREE, of=FREE))
    assert "is itself the free part: nothing would ever be used." in problem
    (problem,) = refused(lambda: Used(FREE, of=PAID))
    assert "are of different kinds" in problem


def test_a_signal_is_named_once_and_given_its_window_where_it_is_used():
    failing = Ratio(PAID, of=TRIED)
    watched = failing.over(minutes(5), at_least=times(50))
    assert (watched.window, watched.at_least) == (minutes(5), times(50))
    assert failing.window is None
    assert watched.measure() == failing
    assert failing.over(minutes(5)).over(hours(1)) == failing.over(hours(1))


def test_a_window_is_not_an_argument_of_the_signal():
    assert refused(lambda: Ratio(PAID, of=TRIED, over=minutes(5))) == [
        "`over`: '5 minutes' is set on the ratio where it is used. -> Ratio(…).over(…)"
    ]


def test_a_gate_on_what_has_no_events_is_refused():
    assert refused(lambda: Count(PAID).over(minutes(5), at_least=times(5))) == [
        "`at_least`: '5' isn't an argument of Count. -> one of by, metric, over"
    ]


def test_percentiles_are_the_usual_three_or_others():
    assert percentiles(AMOUNT) == (Percentile(50, AMOUNT), Percentile(95, AMOUNT), Percentile(99, AMOUNT))
    assert percentiles(AMOUNT, 90, by=("currency",)) == (Percentile(90, AMOUNT, by=("currency",)),)
