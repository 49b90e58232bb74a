from decimal import Decimal

import pytest

from components.vocabulary import (
    Unit,
    days,
    gibibytes,
    hours,
    mebibytes,
    milliseconds,
    minutes,
    money,
    per_second,
    percent,
    ratio,
    seconds,
    times,
)
from components.vocabulary.quantities import plain
from tests.refusals import refused

UNITS = [
    percent,
    ratio,
    milliseconds,
    seconds,
    minutes,
    hours,
    days,
    times,
    per_second,
    mebibytes,
    gibibytes,
    money,
]


@pytest.mark.parametrize(
    ("quantity", "unit", "expected"),
    [
        (percent(5), "ratio", "0.05"),
        (percent(99.9), "ratio", "0.999"),
        (percent(0.1), "ratio", "0.001"),
        (ratio(0.07), "percent", "7"),
        (ratio(0.29), "percent", "29"),
        (milliseconds(500), "seconds", "0.5"),
        (seconds(1.1), "milliseconds", "1100"),
        (minutes(10), "seconds", "600"),
        (hours(1), "minutes", "60"),
        (days(30), "hours", "720"),
        (times(5_000_000), "count", "5000000"),
        (per_second(0.5), "per second", "0.5"),
        (mebibytes(1.5), "bytes", "1572864"),
        (gibibytes(2), "MiB", "2048"),
        (money(1000), "money", "1000"),
    ],
)
def test_conversion_is_exact_in_decimal(quantity, unit, expected):
    assert quantity.to(unit) == Decimal(expected)
    assert plain(quantity.to(unit)) == expected


def test_a_unit_of_another_dimension_has_no_conversion():
    with pytest.raises(KeyError):
        percent(5).to("seconds")


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (percent(5), "5 %"),
        (percent(99.95), "99.95 %"),
        (ratio(0.05), "0.05"),
        (milliseconds(1), "1 ms"),
        (milliseconds(500), "500 ms"),
        (seconds(1), "1 second"),
        (seconds(0.25), "0.25 seconds"),
        (minutes(10), "10 minutes"),
        (hours(1), "1 hour"),
        (days(30), "30 days"),
        (times(20), "20"),
        (times(1_000_000), "1000000"),
        (per_second(50), "50 per second"),
        (mebibytes(512), "512 MiB"),
        (money(1000), "1000 in the metric's currency"),
    ],
)
def test_a_quantity_reads_as_a_person_says_it(quantity, text):
    assert str(quantity) == text


def test_a_plain_number_has_neither_exponent_nor_trailing_zeros():
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("0.0500")) == "0.05"
    assert plain(Decimal(300)) == "300"
    assert plain(Decimal("-0.5")) == "-0.5"


def test_quantities_compare_across_units_of_one_dimension():
    assert milliseconds(999) < seconds(1)
    assert not seconds(1) < milliseconds(1000)
    assert ratio(0.04) < percent(5)
    assert max(minutes(5), hours(1), seconds(30)) == hours(1)


def test_quantities_are_equal_by_what_they_mean():
    assert minutes(60) == hours(1)
    assert percent(5) == ratio(0.05)
    assert {minutes(60): "found"}[hours(1)] == "found"
    assert percent(100) != times(1)
    assert minutes(60) != minutes(61)
    assert minutes(1) != 60


def test_whole_seconds_and_minutes_are_rounded_down():
    assert milliseconds(1500).seconds == 1
    assert seconds(119).minutes == 1


def test_a_quantity_measures_only_metrics_of_its_dimension():
    assert percent(5).measures("ratio")
    assert not percent(5).measures("seconds")
    assert milliseconds(5).measures("seconds")
    assert times(5).measures("count")
    assert not times(5).measures("percent")
    assert not times(5).measures("per second")
    assert not money(5).measures("count")


@pytest.mark.parametrize(
    ("value", "shown"), [(True, "True isn't valid here (bool)."), ("5", "'5' isn't valid here (str).")]
)
@pytest.mark.parametrize("unit", UNITS)
def test_what_is_no_number_is_refused(unit, value, shown):
    assert refused(lambda: unit(value)) == [f"`number`: {shown} -> a number, without quotes"]


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_a_number_without_end_is_refused(number):
    (text,) = refused(lambda: percent(number))
    assert text.endswith("-> a finite number")


def test_nothing_and_less_are_no_lengths_of_time():
    assert refused(lambda: minutes(0)) == ["`number`: '0 minutes' isn't a length of time. -> a number above 0"]
    assert refused(lambda: seconds(-5)) == ["`number`: '-5 seconds' isn't a length of time. -> a number above 0"]


@pytest.mark.parametrize("unit", Unit)
def test_every_unit_of_a_metric_has_a_quantity_to_compare_it_with(unit):
    quantity = eval(unit.example, {make.__name__: make for make in UNITS})
    assert quantity.measures(unit)


def test_a_length_of_time_is_said_in_hours_where_it_is_whole_ones():
    assert [str(length.natural()) for length in (minutes(3600), minutes(90), days(30) / 12, hours(6) / 12)] == [
        "60 hours",
        "90 minutes",
        "60 hours",
        "30 minutes",
    ]
