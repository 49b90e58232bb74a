"""G1 to G12 of the page on Grafana's semantics, each with where Grafana or Alertmanager says so."""

import json
import math

import pytest

from proof.grafana.messages import messages, muting
from proof.grafana.numbers import NONE, Failed, outcome
from proof.grafana.rules import Routing, rule_of
from proof.grafana.states import Machine
from proof.unplayable import UnplayableError, all_played

ERROR = Failed()
A, B = frozenset({("x", "a")}), frozenset({("x", "b")})
ONE, TWO = frozenset({("x", "1")}), frozenset({("x", "2")})


def rule(*, sense="gt", limit=5, unload=None, math_step="", queries=("A",), **more):
    """A rule in the shape in which it is declared."""
    condition = {"evaluator": {"type": sense, "params": [limit]}}
    if unload:
        condition["unloadEvaluator"] = {"type": unload[0], "params": [unload[1]]}
    steps = [{"refId": ref, "expr": "x", "instant": True} for ref in queries]
    steps += [{"refId": "M", "type": "math", "expression": math_step}] if math_step else []
    threshold = {"refId": "C", "type": "threshold", "expression": "M" if math_step else "A", "conditions": [condition]}
    settings = {"contactPoint": "team", "groupWait": "30s", "groupInterval": "5m", "repeatInterval": "4h"}
    inputs = {"uid": "r", "name": "r", "condition": "C", "for": "0s", "noDataState": "OK", "execErrState": "KeepLast"}
    steps = [{"refId": each["refId"], "model": json.dumps(each)} for each in (*steps, threshold)]
    return rule_of(inputs | {"datas": steps, "notificationSettings": settings} | more, 60)


def states(rule, values, labels=NONE):
    """The states of one series, after an evaluation a minute with each of these values; [] is no data."""
    machine, found = Machine(rule), []
    for minute, value in enumerate(values):
        at = value if isinstance(value, Failed) else {} if value == [] else {NONE: float(value)}
        machine.step(60 * minute, outcome(rule, {"A": at}, machine.loaded))
        found.append(f"{machine.states[labels]}{' + resolved' if machine.resolved else ''}")
    return found


def test_g1_strictly_above_at_once_and_over_at_the_next_evaluation():
    """pkg/expr/threshold.go compares strictly; state.go: with `for` 0 straight to Alerting."""
    assert states(rule(), [5, 5.1, 5]) == ["Normal", "Alerting", "Normal + resolved"]


def test_g2_for_counts_from_the_first_breach_and_starts_anew():
    """state/state.go, resultAlerting: Pending until t - t0 >= for."""
    slow = rule(**{"for": "2m"})
    assert states(slow, [6, 6, 6, 4]) == ["Pending", "Pending", "Alerting", "Normal + resolved"]
    assert states(slow, [6, 6, 4, 6]) == ["Pending", "Pending", "Normal", "Pending"]


def test_g3_between_recovery_and_limit_what_fires_goes_on():
    """pkg/expr/hysteresis.go: loaded series are held against NOT(unload)."""
    held = rule(unload=("lt", 4))
    assert states(held, [6, 4.5, 4, 3.9]) == ["Alerting"] * 3 + ["Normal + resolved"]
    assert states(held, [4.5]) == ["Normal"]


def test_g4_after_an_error_that_kept_the_state_a_recovery_threshold_has_forgotten_it():
    """schedule/loaded_metrics_reader.go: only states without a reason are loaded."""
    held = rule(unload=("lt", 4))
    assert states(held, [6, ERROR, 4.5]) == ["Alerting", "Alerting (Error, KeepLast)", "Normal + resolved"]
    assert states(held, [6, ERROR, 5.5])[-1] == "Alerting"


def test_g5_no_data_as_ok_resolves_and_for_starts_anew():
    """state/manager.go, setNextStateForAll."""
    slow = rule(**{"for": "1m"})
    assert states(slow, [6, 6, [], 6])[1:] == ["Alerting", "Normal (NoData) + resolved", "Pending"]


def test_g6_a_series_that_is_missing_while_others_are_there_ends_at_the_second_evaluation():
    """state/manager.go, stale states; docs "Stale alert instances": two evaluations by default."""
    made, seen = rule(), []
    machine = Machine(made)
    for minute, values in enumerate([{A: 6.0, B: 6.0}, {A: 6.0}, {A: 6.0}]):
        machine.step(60 * minute, outcome(made, {"A": values}))
        seen.append((B in machine.firing, machine.resolved))
    assert seen == [(True, set()), (True, set()), (False, {B})]
    assert machine.firing == {A}


@pytest.mark.parametrize(
    ("a", "b", "state"),
    [(6, 6, "Alerting"), (6, None, "Normal (NoData)"), (math.nan, 0, "Alerting"), (0, math.nan, "Normal")],
)
def test_g7_math_with_nan_and_without_data(a, b, state):
    """pkg/expr/mathexp/exp.go: 0 && NaN is 0, NaN && 0 is NaN; eval/eval.go: NaN alerts, no data of one is no data."""
    made = rule(math_step="$A > 5 && $B > 5", queries=("A", "B"))
    numbers = {"A": {NONE: float(a)}, "B": {} if b is None else {NONE: float(b)}}
    # NaN at the condition alerts; the threshold that every rule here ends in would make it 0.
    machine = Machine(made)
    machine.step(0, condition_of_math(made, numbers))
    assert str(machine.states[NONE]) == state


def condition_of_math(made, numbers):
    """The outcome where the math step itself is the condition."""
    from proof.grafana.numbers import Empty, calculate, unthresholded

    if not all(numbers.values()):
        return Empty()
    return unthresholded(calculate(made.math["M"], numbers))


def test_g8_numbers_are_paired_by_labels_and_two_single_ones_in_any_case():
    """pkg/expr/mathexp/exp.go, union."""
    made = rule(math_step="$A > 5 && $B > 5", limit=0, queries=("A", "B"))
    assert outcome(made, {"A": {ONE: 6.0, TWO: 6.0}, "B": {ONE: 6.0}}) == {ONE: "Alerting"}
    assert outcome(made, {"A": {ONE: 6.0}, "B": {TWO: 6.0}}) == {NONE: "Alerting"}


def test_g9_a_pending_alert_fires_when_for_ends_during_errors():
    """state/state.go, resultKeepLast; grafana PR 83940."""
    slow = rule(**{"for": "3m"})
    found = states(slow, [6, ERROR, ERROR, ERROR])
    assert [each.split(" ")[0] for each in found] == ["Pending"] * 3 + ["Alerting"]


def test_g10_nan_is_never_beyond_and_never_over():
    """pkg/expr/threshold.go and hysteresis.go: comparisons with NaN are false."""
    assert states(rule(sense="lt", limit=1), [math.nan]) == ["Normal"]
    assert states(rule(unload=("lt", 4)), [6, math.nan]) == ["Alerting", "Alerting"]


ROUTING = Routing("team", 30, 300, 14400)


def told(routing, fires, last, every=60, muted=lambda at: False):
    """When messages go out, while an alert fires from and to these seconds."""
    evaluations = [(now, {NONE} if fires[0] <= now < fires[1] else set()) for now in range(0, last, every)]
    return [(each.at, each.firing) for each in messages(routing, evaluations, muted)]


def test_g11_group_wait_then_group_interval_and_nothing_for_what_was_over_before():
    """alertmanager dispatch.go (aggrGroup.run), notify.go (DedupStage.needsUpdate)."""
    assert told(ROUTING, (0, 60), 1200) == [(30, True), (330, False)]
    assert told(ROUTING, (0, 20), 1200, every=10) == []


def test_g12_a_mute_timing_holds_messages_back_and_swallows_what_ends_within():
    """alertmanager notify.go, TimeMuteStage: the flush is stopped, the evaluation isn't."""
    three, four = 3 * 3600, 4 * 3600
    times = [{"start": "03:00", "end": "04:00"}]
    mute = muting(["night"], {"night": [{"weekdays": ["monday:sunday"], "times": times, "location": "UTC"}]})
    sent = told(ROUTING, (three + 600, four + 600), four + 3600, muted=mute)
    assert four <= sent[0][0] <= four + 300
    assert [firing for _, firing in sent] == [True, False]
    assert told(ROUTING, (three + 600, three + 2400), four + 3600, muted=mute) == []


def test_a_reminder_comes_when_the_last_message_is_older_than_repeat_interval():
    """Strictly older (page, section Notification): 60 minutes become 65."""
    sent = told(Routing("team", 30, 300, 3600), (0, 8000), 8000)
    assert sent == [(30, True), (30 + 3900, True), (30 + 7800, True)]


def test_a_failing_data_source_is_an_alert_of_its_own_where_the_rule_says_so():
    """ngalert/state/compat.go: alertname DatasourceError, so another group."""
    made = rule(execErrState="Error")
    assert states(made, [6, ERROR, 6]) == ["Alerting", "Error (Error) + resolved", "Alerting + resolved"]


def played(made):
    all_played(made.uid, made.unplayed)
    return states(made, [6])


@pytest.mark.parametrize(
    "change",
    [
        {"keepFiringFor": "5m"},
        {"isPaused": True},
        {"sense": "within_range"},
        {"noDataState": "Alerting"},
        {"math_step": "abs($A)"},
    ],
)
def test_what_isnt_played_is_refused_rather_than_played_wrongly(change):
    with pytest.raises(UnplayableError):
        played(rule(**change))
