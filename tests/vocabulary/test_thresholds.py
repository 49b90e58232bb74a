from decimal import Decimal

import pytest

from components.vocabulary import (
    Count,
    Level,
    Percentile,
    Ratio,
    Unit,
    counter,
    distribution,
    gauge,
    milliseconds,
    minutes,
    percent,
    ratio,
    seconds,
    times,
)
from tests.refusals import refused

PAID = counter("paid", "x", ("method",))
TRIED = counter("tried", "x", ("method",))
SLOW = Percentile(99, distribution("latency", Unit.SECONDS, "x")).over(minutes(5))
FULL = Level(gauge("disk", Unit.RATIO, "x", ("host",)), by=("host",)).over(minutes(5))
SALES = Count(PAID).over(minutes(5))


def test_a_limit_in_another_unit_than_the_signal_is_refused():
    assert refused(lambda: SLOW.above(percent(5))) == [
        ("`critical`: '5 %' can't be compared with p99 of latency, which is measured in seconds. -> seconds(3)")
    ]


def test_every_limit_in_another_unit_is_named():
    texts = refused(lambda: SLOW.above(seconds(3), warn=percent(5), clear=times(1)))
    assert [text.split(":")[0] for text in texts] == ["`warn`", "`clear`"]


def test_a_limit_without_unit_is_refused():
    assert refused(lambda: SLOW.above(3)) == [
        (
            "`critical`: 3 has no unit, so nobody can tell what it means. "
            "-> a number with its unit: percent(5), seconds(3), times(20), per_second(50), mebibytes(512), money(1000)"
        )
    ]


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: SLOW.above(seconds(3), warn=seconds(4)), "'4 seconds' is not below the critical 3 seconds"),
        (lambda: SLOW.above(seconds(3), warn=seconds(3)), "'3 seconds' is not below the critical 3 seconds"),
        (lambda: FULL.below(percent(10), warn=percent(5)), "'5 %' is not above the critical 10 %"),
        (lambda: FULL.below(percent(10), warn=ratio(0.1)), "'0.1' is not above the critical 10 %"),
    ],
)
def test_a_warning_beyond_the_critical_limit_is_refused(build, text):
    (told,) = refused(build)
    assert told.startswith(f"`warn`: {text}: the warning would come after the alert. -> a quantity ")


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: SLOW.above(seconds(3), clear=milliseconds(3500)), "'3500 ms' is not below the critical 3 seconds"),
        (lambda: FULL.below(percent(10), clear=percent(9)), "'9 %' is not above the critical 10 %"),
    ],
)
def test_an_end_on_the_wrong_side_of_the_limit_is_refused(build, text):
    (told,) = refused(build)
    assert told.startswith(f"`clear`: {text}: the alert would never recover, or flap. -> a quantity ")


def test_limits_in_different_units_of_one_dimension_are_compared_by_what_they_mean():
    assert SLOW.above(seconds(3), warn=milliseconds(500)).warn == milliseconds(500)


def test_a_threshold_needs_a_window():
    assert refused(lambda: SLOW.measure().above(seconds(3))) == [
        "`over`: is missing: a limit holds over some time. -> ….over(minutes(5)).above(…)"
    ]


def test_a_threshold_is_above_or_below_and_nothing_else():
    with pytest.raises(AttributeError):
        SLOW.abov(seconds(3))


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        (SLOW.above(seconds(3)), "2.4 seconds"),
        (SLOW.above(milliseconds(500)), "400 ms"),
        (SALES.below(times(10)), "12"),
        (FULL.above(percent(5)), "4 %"),
        (FULL.above(percent(80)), "76 %"),
        (FULL.above(percent(95)), "94 %"),
        (FULL.above(ratio(0.95)), "0.94"),
        (FULL.below(percent(90)), "92 %"),
        (FULL.below(percent(10)), "12 %"),
        (FULL.above(percent(100)), "80 %"),
        (FULL.above(percent(150)), "120 %"),
    ],
)
def test_recovery_is_a_fifth_closer_to_healthy_and_can_be_reached(threshold, expected):
    assert str(threshold.recovery(threshold.critical)) == expected


def test_a_recovery_that_is_given_is_taken_for_the_critical_limit_only():
    threshold = SLOW.above(seconds(3), warn=seconds(2), clear=seconds(1))
    assert threshold.recovery(threshold.critical) == seconds(1)
    assert threshold.recovery(threshold.warn).to("seconds") == Decimal("1.6")


def test_there_is_no_room_for_recovery_at_zero_nor_below_everything():
    assert SALES.above(times(0)).recovery(times(0)) is None
    assert FULL.below(percent(100)).recovery(percent(100)) is None


def test_a_threshold_reads_with_every_number():
    signal = Ratio(PAID, of=TRIED, by=("method",)).over(minutes(5), at_least=times(20))
    assert signal.above(percent(5), warn=percent(1)).describe() == (
        "paid of tried by method over 5 minutes above 5 %, with at least 20 in the window, warns above 1 %, "
        "clears below 4 %"
    )
    assert SALES.above(times(0)).describe() == "number of paid over 5 minutes above 0"


def test_a_summary_may_name_the_limits_and_the_window():
    assert SLOW.above(seconds(3)).words() == {"threshold": "3 seconds", "window": "5 minutes"}
    assert SLOW.above(seconds(3), warn=seconds(1)).words()["warning"] == "1 second"
