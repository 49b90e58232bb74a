from components.vocabulary import (
    Count,
    Dial,
    Firing,
    Level,
    Lines,
    Listing,
    Number,
    Top,
    Unit,
    counter,
    days,
    gauge,
    hours,
    percent,
    times,
)
from tests.refusals import refused

PAID = counter("paid", "x", ("method",))
FREE = gauge("free", Unit.RATIO, "x")


def test_lines_show_something():
    assert refused(lambda: Lines("Payments", (), about="x")) == [
        "`lines`: is empty: there would be nothing to see. -> a signal"
    ]


def test_lines_of_different_units_do_not_share_an_axis():
    assert refused(lambda: Lines("Payments", (Count(PAID), Level(FREE)), about="x")) == [
        "`lines`: 'count, ratio' are units that can't share an axis. -> one widget per unit"
    ]


def test_a_list_of_the_highest_needs_groups():
    assert refused(lambda: Top("Methods", Count(PAID), about="x", last=days(7))) == [
        "`signal`: 'number of paid' isn't grouped by a tag, so there is nothing to rank. -> by=(…)"
    ]
    assert Top("Methods", Count(PAID, by=("method",)), about="x", last=days(7)).count == 10


def test_a_number_is_shown_for_hour_day_and_week_or_for_what_is_said():
    assert Number("Payments", Count(PAID), about="x").periods == (hours(1), days(1), days(7))
    assert Number("Payments", Count(PAID), about="x", last=days(7)).periods == (days(7),)


def test_one_signal_needs_no_brackets():
    assert Lines("Payments", Count(PAID), about="x").signals() == (Count(PAID),)
    assert Listing("Payments", Count(PAID), about="x", last=days(7)).signals() == (Count(PAID),)


def test_what_is_not_a_signal_is_refused_with_and_without_brackets():
    wanted = "-> a signal, such as Count(…) or Percentile(99, …)"
    assert refused(lambda: Lines("Payments", PAID, about="x")) == [
        f"`lines`: 'metric paid' isn't valid here (Metric). {wanted}"
    ]
    assert refused(lambda: Lines("Payments", (Count(PAID), PAID), about="x")) == [
        f"`lines`: 'metric paid' isn't valid here (Metric). {wanted}"
    ]


def test_a_widget_says_what_it_is_about():
    assert refused(lambda: Firing("Now")) == [
        "`about`: is missing: every firing needs it. -> about=…, a text in quotes"
    ]


def test_a_widget_knows_the_signals_it_draws():
    count = Count(PAID, by=("method",))
    assert Lines("x", (count,), about="x").signals() == (count,)
    assert Number("x", count, about="x", last=(days(1),)).signals() == (count,)
    assert Top("x", count, about="x", last=days(1)).signals() == (count,)
    assert Firing("x", about="x").signals() == ()


def test_each_line_has_a_name_or_none_has():
    assert refused(lambda: Lines("x", (Count(PAID),), about="x", names=("Paid", "Lost"))) == [
        "`names`: 'Paid, Lost' are 2, and there are 1 lines. -> a name for each line, or none"
    ]


def test_a_dial_has_one_target_in_the_unit_of_its_number():
    assert refused(lambda: Dial("x", Level(FREE), about="x", last=days(1), target=percent(9), at_most=percent(5))) == [
        "`at_most`: '5 %' is given as well as the target of 9 %. -> one of the two"
    ]
    (problem,) = refused(lambda: Dial("x", Level(FREE), about="x", last=days(1), at_most=times(5)))
    assert problem.startswith("`at_most`: '5' can't be compared with free, which is a share from 0 to 1.")
