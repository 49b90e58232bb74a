"""Each change that a reviewer has to see stands on one line of the comment, by name, with before and after."""

import dataclasses
import json
import re

import pytest

from components.vocabulary import Excuse, Lines, PagerDuty, Rate, minutes, percent
from review.changes import Change, FieldChange
from review.handed import handed, read_handed
from review.markdown import markdown
from review.marking import LIMIT
from review.report import Report
from tests.review.compared import (
    ENVIRONMENTS,
    MONITOR,
    lines,
    of_vendor,
    plain,
    replaced,
    report,
    stack_of,
    step,
    tiny,
    urn,
    without,
)
from tests.tiny import API, CHANNEL, DASHBOARD, FAILING, HEALTH, QUIET, TEAM, TINY, WAKES


def only(found):
    assert len(found) == 1, found
    return plain(found[0])


def alerts(name, **fields):
    return tiny(alerts=replaced(TINY.alerts, name, **fields))


def test_a_threshold():
    new = alerts("errors", when=FAILING.above(percent(7), warn=percent(1)))
    line = only(lines((new,), "`errors`"))
    assert line.startswith(
        "- quieter: tiny alert errors threshold 5 % → 7 % (fires at 7 % instead of 5 %, later than before)"
    )
    assert line.endswith(" · prod, staging")


def test_a_threshold_that_fires_earlier_is_louder():
    new = alerts("errors", when=FAILING.above(percent(2), warn=percent(1)))
    assert "louder: tiny alert errors threshold 5 % → 2 %" in only(lines((new,), "`errors`"))


def test_a_receiver():
    severity = dataclasses.replace(QUIET, tell=(TEAM,))
    swapped = tuple(
        dataclasses.replace(each, severity=severity) if each.severity == QUIET else each for each in TINY.alerts
    )
    found = lines((tiny(alerts=swapped, severities=(WAKES, severity)),), "severity **`P2`**")
    line = only(found)
    assert "tells Slack #alerts → Email team@tiny.example" in line
    assert line.endswith("prod (not staging: everything goes to #{product}-staging there)")


def test_a_receiver_who_hears_less_needs_a_yes_and_is_said_by_severity_and_stack():
    severity = dataclasses.replace(WAKES, tell=(CHANNEL, TEAM))
    swapped = tuple(
        dataclasses.replace(each, severity=severity) if each.severity == WAKES else each for each in TINY.alerts
    )
    after = report((tiny(alerts=swapped, severities=(severity, QUIET)),))
    loss = next(loss for loss in after.losses() if "PagerDuty tiny" in loss.name)
    assert (loss.name, loss.before, loss.after, loss.stacks) == ("P0: PagerDuty tiny", "9 alerts", "0", ("prod",))
    first = next(row for row in after.stacks[0].told)
    assert (first.receiver, first.severity, first.before, first.after) == ("PagerDuty tiny", "P0", 9, 0)


def test_a_severity():
    line = only([line for line in lines((alerts("silent", severity=QUIET),), "**`silent`**") if "severity" in line])
    assert "tiny alert silent severity P0 → P2 (no longer notifies PagerDuty tiny, Email team@tiny.example)" in line


def test_a_removed_alert():
    found = lines((tiny(alerts=without(TINY.alerts, "loss")),), "**`loss`**")
    line = only(found)
    assert line.startswith(
        "- loss (alert of tiny) P0, log events with event = loss over 1 hour above 0, notifies PagerDuty tiny"
    )
    assert "→ none: the record of when it fired · prod, staging" in line


def test_a_removed_alert_says_whether_something_else_watches_the_same():
    nothing = lines((tiny(alerts=without(TINY.alerts, "loss")),), "alert `loss`:")
    assert "nothing else watches it" in only(nothing)
    another = lines((tiny(alerts=without(TINY.alerts, "down")),), "alert `down`:")
    assert "still watched by objective up" in only(another) or "still watched by alert" in only(another)


def test_a_dashboard_panel():
    widgets = (*DASHBOARD.widgets[:1], Lines("Refunds", (Rate(API.errors),), about="Back"), *DASHBOARD.widgets[1:])
    new = tiny(dashboards=(dataclasses.replace(DASHBOARD, widgets=widgets),))
    assert "tiny dashboard main panel Refunds none → lines after Now · prod, staging" in only(lines((new,), "Refunds"))


def test_a_moved_panel_says_where_it_was_and_is_and_nothing_of_the_others():
    first, second, *rest = DASHBOARD.widgets
    new = tiny(dashboards=(dataclasses.replace(DASHBOARD, widgets=(second, *rest, first)),))
    line = only(lines((new,), first.title))
    assert line.endswith(
        f"dashboard main panel {first.title}: place as the first → after {rest[-1].title} · prod, staging"
    )


def test_panels_that_are_pushed_by_others_have_not_moved():
    new = tiny(dashboards=(dataclasses.replace(DASHBOARD, widgets=DASHBOARD.widgets[1:]),))
    assert ": place" not in "".join(lines((new,), "dashboard `main`"))


def test_a_check_interval():
    check = dataclasses.replace(HEALTH, every=minutes(1))
    new = tiny(
        alerts=tuple(each for each in TINY.alerts if each.name not in ("down", "certificate", "unprobed", "up-burns")),
        objectives=replaced(TINY.objectives, "up", good=check),
    )
    line = only(lines((new,), "check **`health`** every"))
    assert "every 5 minutes → 1 minute (17,856 -> 89,280 executions a month)" in line
    assert "not staging: probes every 30 minutes at most there" in line


def test_a_rename_that_nothing_says_is_one():
    new = tiny(alerts=replaced(TINY.alerts, "loss", name="data-loss"))
    found = lines((new,), "renamed:")
    assert only(found).startswith(
        "- renamed: tiny alert data-loss loss → data-loss: history lost (the record of when it fired): "
        'write was="loss" · prod, staging'
    )
    assert not [row for stack in report((new,)).stacks for row in stack.told], "nobody hears more or less"


def test_a_removed_product():
    line = only(lines((), "(product)"))
    assert line == (
        "- tiny (product) 23 alerts, 2 checks, 3 objectives, 1 dashboard → none: everything below · prod, staging"
    )


def test_a_removed_product_is_the_first_thing_that_is_said():
    text = markdown(report(()))
    assert text.splitlines()[1] == "### Monitoring: 1 product removed (`tiny`)"


def test_without_a_change_that_is_all_that_is_said():
    assert markdown(report((TINY,))) == "<!-- monitoring-review -->\n### Monitoring: No changes\n"


def test_what_changes_at_a_vendor_without_a_declared_reason_is_named():
    changed = of_vendor("update", MONITOR, "tiny-errors", {"query": "a > 5"}, {"query": "b > 5"})
    found = [line for line in markdown(report((TINY,), resources=(changed,))).splitlines() if line.startswith("- `~`")]
    assert only(found) == "- ~ Datadog monitor tiny-errors: query a > 5 → b > 5 · prod"


def test_what_follows_from_a_declared_change_is_not_said_to_be_unexplained():
    changed = of_vendor("update", MONITOR, "tiny-errors-ratio", {"query": "a > 5"}, {"query": "a > 7"})
    found = report((alerts("errors", when=FAILING.above(percent(7))),), resources=(changed,))
    assert [each.explained for stack in found.stacks for each in stack.resources] == [True]
    assert found.unexplained == ()


def test_what_is_protected_or_holds_data_is_named_when_it_is_replaced():
    index = of_vendor(
        "replace", "datadog:index/logsIndex:LogsIndex", "tiny-log-index", {"name": "a"}, {"name": "b"}, protected=True
    )
    line = next(
        line for line in markdown(report((TINY,), resources=(index,))).splitlines() if "(Datadog logs index" in line
    )
    assert plain(line) == (
        "- tiny-log-index (Datadog logs index of tiny) there → replaced, although protected: "
        "its logs, and its name can't be used again · prod"
    )


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("suffix", "-x", "suffix (environment) none → -x: names in the vendors change"),
        ("products", "none", "products (environment) all → none: what is left out is deleted"),
        ("protect", False, "protect (environment) yes → no"),
    ],
)
def test_settings_of_an_environment_that_take_things_along_need_a_yes(key, value, said):
    from tests.tiny import environment

    stack = stack_of("prod", (TINY,), (TINY,), new=environment(**{key: value}))
    first = markdown(Report((stack,))).splitlines()[5]
    assert said in plain(first)


def test_new_receivers_are_said():
    on_call = PagerDuty("tiny-two")
    line = only(lines((alerts("silent", tell=(on_call,)),), "new receiver: `PagerDuty tiny-two`"))
    assert line == "- new receiver: PagerDuty tiny-two of tiny: none → notified · prod"


STRANGE = [
    "it's <script>",
    "<script>alert(1)</script>",
    "| x |",
    "`a` ``b``",
    "@everyone",
    "a\nb",
    "</details>",
    "](http://x.invalid)",
    "\\`x",
]


@pytest.mark.parametrize("name", STRANGE)
def test_whatever_is_in_a_name_or_a_value_stays_text(name):
    changed = of_vendor("update", MONITOR, name, {name: name}, {name: f"{name}2"})
    stack = stack_of("prod", (TINY,), (TINY,), resources=(changed,))
    outside = _outside_of_code(markdown(Report((stack,), (f"{name}: alert {name}, was={name!r} points nowhere",))))
    for mark in ("<script", "| x |", "@everyone", "</details>\n2", "](http"):
        assert mark not in outside


def _outside_of_code(text):
    """What GitHub would render: everything but fenced blocks and code spans."""
    import re

    text = re.sub(r"^(`{3,})diff\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", text)


def test_a_thousand_changes_stay_within_githubs_limit_with_the_worst_first():
    many = [
        of_vendor(
            "delete" if number % 2 else "update",
            MONITOR,
            f"tiny-number-{number}",
            {"query": "x" * 200},
            {"query": "y" * 200},
        )
        for number in range(1000)
    ]
    gone = stack_of("prod", (TINY, tiny(name="other", title="Other")), (TINY,), resources=many)
    text = markdown(Report((gone,)))
    assert len(text) < LIMIT
    assert text.index("`other`") < text.index("tiny-number-0")
    assert "left out for length" in text


def test_a_thousand_removed_alerts_stay_within_it_too():
    alert = TINY.alerts[0]
    many = tiny(alerts=tuple(dataclasses.replace(alert, name=f"alert-{number}") for number in range(1000)))
    text = markdown(report((tiny(alerts=(alert,)),), before=(many,)))
    assert len(text) < LIMIT
    assert "### Monitoring: 999 alerts removed" in text or "### Monitoring: 1000 alerts removed" in text
    assert "left out for length" in text


def test_a_yes_is_bound_to_what_is_lost_and_to_nothing_else():
    less = tiny(alerts=without(TINY.alerts, "loss"))
    more = dataclasses.replace(less, alerts=replaced(less.alerts, "errors", when=FAILING.above(percent(7))))
    assert report((less,)).agreement() == report((more,)).agreement() != ""
    assert report((tiny(alerts=without(less.alerts, "slow")),)).agreement() != report((less,)).agreement()
    assert report((TINY,)).agreement() == ""
    assert set(ENVIRONMENTS) == {"prod", "staging"}


def test_an_exception_from_a_rule_is_said_with_reason_and_day_and_so_is_one_that_ends():
    excuse = Excuse("page-for-one-event", "one is enough", until="2027-06-30")
    with_one = tiny(alerts=replaced(TINY.alerts, "loss", excused=(excuse,)))
    found = "rule page-for-one-event, reason one is enough, until 2027-06-30"
    line = only(lines((with_one,), "new exception"))
    assert line == f"- new exception: tiny alert loss none → {found} · prod, staging"
    line = only(lines((TINY,), "exception is gone", before=(with_one,)))
    assert line == f"- exception is gone: tiny alert loss {found} → none · prod, staging"


def test_an_exception_of_a_whole_product_is_said():
    whole = tiny(excused=(Excuse("same-alert-twice", "both are needed", until="2027-06-30"),))
    assert "tiny product tiny none → rule same-alert-twice" in only(lines((whole,), "new exception"))


def test_a_kind_of_resource_that_a_stack_did_not_have_says_that_it_may_need_a_permission():
    page = "datadog:index/statusPage:StatusPage"
    resources = [of_vendor("same", MONITOR, "tiny-x"), of_vendor("create", page, "tiny-status-page")]
    found = report((TINY,), resources=resources)
    line = only([line for line in markdown(found).splitlines() if "permission" in line and "→" in line])
    assert line == ("- permission: Datadog status page none → some; the credentials must allow changing these · prod")
    assert markdown(read_handed(handed(found))) == markdown(found)


def test_the_first_of_a_kind_in_a_stack_that_is_new_or_has_one_already_says_nothing():
    new = [of_vendor("create", MONITOR, "tiny-x")]
    assert report((TINY,), resources=new).stacks[0].new_types == ()
    more = [of_vendor("update", MONITOR, "tiny-x", {"a": 1}, {"a": 2}), of_vendor("create", MONITOR, "tiny-y")]
    assert report((TINY,), resources=more).stacks[0].new_types == ()


def test_a_severity_that_tells_the_same_people_is_not_said_to_tell_others():
    urgent = dataclasses.replace(QUIET, name="P1")
    new = tiny(alerts=replaced(TINY.alerts, "slow", severity=urgent), severities=(*TINY.severities, urgent))
    line = only([line for line in lines((new,), "alert **`slow`**") if "severity" in line])
    assert line.startswith("- tiny alert slow severity P2 → P1 (the same people are notified)")


def test_a_reminder_is_not_taken_for_an_alert():
    seldom = dataclasses.replace(WAKES, remind_every=minutes(240))
    swapped = tuple(
        dataclasses.replace(each, severity=seldom) if each.severity == WAKES else each for each in TINY.alerts
    )
    line = only(lines((tiny(alerts=swapped, severities=(seldom, QUIET)),), "severity **`P0`**"))
    assert "(reminds less often)" in line
    assert line.startswith("- quieter: ")
    assert "fires" not in line


def test_a_change_of_one_environment_is_not_explained_by_how_seldom_another_probes():
    from tests.tiny import QUIETER, environment

    slower = stack_of("staging", (TINY,), (TINY,), new=environment(**QUIETER | {"probe_at_most_every": "1h"}))
    other = stack_of("prod", (TINY,), (TINY,))
    found = [line for line in markdown(Report((other, slower))).splitlines() if "check **`front`**" in line]
    assert only(found).endswith("staging (not prod)")


@pytest.mark.parametrize("key", ["datadog_organization", "sentry_organization", "grafana_stack"])
def test_a_stack_that_moves_to_another_account_needs_a_yes(key):
    from tests.tiny import environment

    stack = stack_of("prod", (TINY,), (TINY,), new=environment(**{key: "77"}))
    text = markdown(Report((stack,)))
    assert "No changes" not in text
    name = key.replace("_", "-")
    assert f"{name} (environment) " in plain(text)
    assert "→ 77: another account: what the old one holds stays there" in plain(text)


def test_a_key_that_the_base_did_not_tell_of_needs_no_yes():
    stack = stack_of("prod", (TINY,), (TINY,))
    before = dataclasses.replace(stack.before, environment={"name": "production"})
    assert Report((dataclasses.replace(stack, before=before),)).losses() == []


def test_a_name_that_turns_the_direction_of_writing_is_written_out():
    def forge(data):
        data["stacks"][0]["after"]["environment"]["suffix"] = "-\u202etxt"
        data["gone"] = ["\u2066x"]

    data = json.loads(handed(report((TINY,))))
    forge(data)
    text = markdown(read_handed(json.dumps(data)))
    assert "-\\u202etxt" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize(
    ("field", "said"),
    [("if_silent", "when it is no longer probed"), ("if_certificate_ends", "before its certificate expires")],
)
def test_a_check_of_which_nobody_is_told_any_more_is_said_to_be_blind_and_first(field, said):
    faster = Change("prod", "tiny", "check", "front", "changed", (FieldChange("every", "1 minute", "30 seconds"),))
    blind = Change("prod", "tiny", "check", "health", "changed", (FieldChange(field, "P2", None),))
    stack = dataclasses.replace(stack_of("prod", (TINY,), (TINY,)), changes=(faster, blind))
    first, second = [plain(each) for each in markdown(Report((stack,))).splitlines() if "tiny check" in plain(each)]
    name = field.replace("_", " ")
    assert first == f"- blind: tiny check health {name} P2 → none (nobody is notified {said}) · prod"
    assert "front" in second


def test_a_former_name_that_is_taken_out_is_said_and_its_line_is_not_empty():
    named = alerts("errors", was="failures")
    line = only(lines((TINY,), "alert **`errors`**", before=(named,)))
    assert line == "- tiny alert errors was failures → none (its former name) · prod, staging"


def test_a_rename_that_nobody_has_said_is_one_loss_and_not_two():
    objectives = replaced(TINY.objectives, "fast", name="swift")
    kind = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
    resources = [of_vendor("delete", kind, "tiny-objective-fast"), of_vendor("create", kind, "tiny-objective-swift")]
    found = report((tiny(objectives=objectives),), resources=resources)
    assert [(each.name, each.before) for each in found.losses()] == [("swift", "fast")]


def test_a_receiver_of_the_account_goes_with_its_product_and_its_sign_begins_no_list():
    kind = "sentry:index/pagerdutyService:PagerdutyService"
    name = "sentry-tiny-pagerduty-tiny"
    service = step("delete", kind, name, parent=urn("monitoring:components:Accounts", "once-per-account"))
    gone = report((), resources=[service])
    assert gone.unexplained == ()
    alone = report((TINY,), resources=[service])
    assert [line for line in markdown(alone).splitlines() if line.startswith("- `-` Sentry pagerduty service")]


def test_an_objective_is_named_with_its_target_where_something_uses_it():
    looser = tuple(
        dataclasses.replace(each, target=percent(99), summary="Other words") if each.name == "up" else each
        for each in TINY.objectives
    )
    new = tiny(
        objectives=looser,
        alerts=tuple(
            dataclasses.replace(each, when=dataclasses.replace(each.when, objective=looser[0]))
            if each.name == "up-burns"
            else each
            for each in TINY.alerts
        ),
    )
    line = only(lines((new,), "alert **`up-burns`**"))
    assert line == "- tiny alert up-burns objective up (99.9 %) → up (99 %) · prod, staging"
