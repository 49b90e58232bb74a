import pytest

from components.vocabulary import Count, Difference, Rate, Unit, counter, minutes, times
from tests.refusals import refused

PAID = counter("paid", "x", ("method",))
TRIED = counter("tried", "x", ("method",))


def test_a_difference_is_measured_and_split_as_what_it_is_made_of():
    by_method = Difference(Count(TRIED, by=("method",)), Count(PAID, by=("method",)))
    assert (by_method.unit, by_method.by, by_method.window) == (Unit.COUNT, ("method",), None)
    assert by_method.metrics() == (TRIED, PAID)
    assert Difference(Rate(TRIED), Rate(PAID)).unit is Unit.PER_SECOND
    assert Difference(Rate(TRIED), Rate(PAID)).describe() == "rate of tried without paid"
    assert by_method.measure() == by_method


@pytest.mark.parametrize(
    ("whole", "less", "text"),
    [
        (Rate(TRIED), Count(PAID), "`less`: 'number of paid' can't be subtracted from the rate of tried"),
        (Count(TRIED), Count(PAID, by=("method",)), "`less`: 'number of paid' can't be subtracted from the number"),
        (
            Count(TRIED).over(minutes(5)),
            Count(PAID),
            "`whole`: '5 minutes' is a window, but a difference can only be drawn",
        ),
    ],
)
def test_what_can_not_be_subtracted_is_refused(whole, less, text):
    (problem,) = refused(lambda: Difference(whole, less))
    assert problem.startswith(text)


def test_a_difference_is_of_counts_or_rates():
    (problem, *_) = refused(lambda: Difference(TRIED, Count(PAID)))
    assert "whole" in problem


def test_no_alert_is_on_a_difference():
    (problem,) = refused(lambda: Difference(Count(TRIED), Count(PAID)).above(times(5)))
    assert problem.startswith("`over`: is missing")
