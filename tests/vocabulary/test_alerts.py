import pytest

from components.vocabulary import Alert, Count, Email, ServiceCheck, Severity, Slack, counter, minutes, times
from tests.refusals import refused

TEAM, CHANNEL = Email("team@tiny.example"), Slack("#alerts")
P1 = Severity("P1", "High", urgency=2, answer_within=minutes(5), tell=(TEAM,), rows="TNY-01")
SALES = Count(counter("paid", "x", ("method",)), by=("method",)).over(minutes(5)).below(times(5))
FIELDS = {"when": SALES, "summary": "Few sales", "runbook": "Look", "rows": "TNY-01"}


def alert(name="few-sales", severity=P1, **other):
    return Alert(name, severity, **(FIELDS | other))


def test_an_alert_without_a_text_is_refused():
    why = "is empty: the people notified wouldn't know what to do."
    assert refused(lambda: alert(summary=" ", runbook="")) == [
        f"alert 'few-sales', `summary`: {why} -> summary=\"what is wrong, and for whom\"",
        f"alert 'few-sales', `runbook`: {why} -> runbook=\"what to do first\"",
    ]


def test_a_text_that_nobody_reads_at_night_is_refused():
    (long,) = refused(lambda: alert(runbook="Look again. " * 200))
    assert long == (
        "alert 'few-sales', `runbook`: 'Look again. Look again. Look again. Look…' has 2400 characters: "
        "notifications would truncate it, and nobody reads that at night. "
        "-> at most 2000 characters; the rest belongs on a page that the text links to"
    )
    assert "has 301 characters" in refused(lambda: alert(summary="x" * 301))[0]
    assert alert(summary="x" * 300, runbook="x" * 2000).summary


def test_receivers_in_square_brackets_are_answered_with_round_ones():
    assert refused(lambda: alert(tell=[TEAM, CHANNEL])) == [
        (
            "alert 'few-sales', `tell`: 'team@tiny.example, #alerts' is a list. "
            "-> a tuple in parentheses; a single part needs a trailing comma: (…,)"
        )
    ]


@pytest.mark.parametrize(
    ("missing", "instead"),
    [
        ("runbook", "runbook=…, a text in quotes"),
        ("summary", "summary=…, a text in quotes"),
        ("when", "when=…, a condition, such as Count(…).over(minutes(5)).above(times(20))"),
    ],
)
def test_what_every_alert_needs_is_asked_for(missing, instead):
    given = {name: value for name, value in FIELDS.items() if name != missing}
    assert refused(lambda: Alert("few-sales", P1, **given)) == [
        f"alert 'few-sales', `{missing}`: is missing: every alert needs it. -> {instead}"
    ]


def test_an_alert_without_severity_is_refused():
    assert refused(lambda: Alert("few-sales", **FIELDS)) == [
        (
            "alert 'few-sales', `severity`: is missing: every alert needs it. "
            "-> severity=…, a severity that the product declares"
        )
    ]


def test_a_severity_is_no_free_text():
    assert refused(lambda: alert(severity="P1")) == [
        "alert 'few-sales', `severity`: 'P1' isn't valid here (str). -> a severity that the product declares"
    ]


def test_a_signal_without_a_limit_is_no_condition():
    assert refused(lambda: alert(when=SALES.signal)) == [
        (
            "alert 'few-sales', `when`: 'number of paid' isn't valid here (Count). "
            "-> a condition, such as Count(…).over(minutes(5)).above(times(20))"
        )
    ]


@pytest.mark.parametrize("variable", ["host", "treshold", ""])
def test_a_variable_that_the_query_does_not_group_by_is_refused(variable):
    summary = f"Few sales at {{{variable}}}"
    assert refused(lambda: alert(summary=summary)) == [
        (
            f"alert 'few-sales', `summary`: {summary!r} names {{{variable}}}, which is neither a group of the query "
            "nor one of its numbers. -> one of {method}, {threshold}, {window}"
        )
    ]


def test_a_variable_of_a_condition_without_any_is_refused():
    check = ServiceCheck("a", failures=1, successes=1, by=("host",))
    assert alert(when=check, summary="{host} failed {threshold} times").summary
    (text,) = refused(lambda: alert(when=check, summary="{port}"))
    assert text.endswith("-> one of {host}, {threshold}")


def test_half_a_brace_is_refused():
    assert refused(lambda: alert(summary="Few sales {method")) == [
        ("alert 'few-sales', `summary`: 'Few sales {method' has an unmatched brace. -> braces around a name only")
    ]
    (text,) = refused(lambda: alert(summary="Few sales {{here}} of {method}"))
    assert "has braces that vendors take for a template" in text


def test_a_variable_is_not_formatted():
    (text,) = refused(lambda: alert(summary="Fewer than {threshold:>9} sales"))
    assert text.endswith("formats {threshold}, which already includes its unit. -> {threshold}")


def test_everybody_is_told_once_those_of_the_severity_first():
    assert alert(tell=(CHANNEL, TEAM)).receivers == (TEAM, CHANNEL)


def test_the_title_is_the_name_as_a_person_reads_it():
    assert alert("high-error-rate").title == "High error rate"


def test_an_alert_that_nobody_hears_of_is_refused():
    silent = Severity("P4", "Low", urgency=5, answer_within=minutes(5), tell=(), rows="TNY-01")
    assert refused(lambda: alert(severity=silent)) == [
        (
            "alert 'few-sales', `severity`: 'P4' notifies nobody, so the alert would fire unseen: P4 Low is for "
            "dashboards only. -> a severity that notifies somebody, or tell=(…)"
        )
    ]
    assert alert(severity=silent, tell=(TEAM,)).receivers == (TEAM,)
