"""What exists once per account is declared by one stack of the project, whatever products share it."""

import asyncio
import json
from dataclasses import replace

import pulumi
import pytest

from components.accounts import Accounts
from components.datadog.queries import expression
from components.environment import Environment
from components.monitoring import ProductMonitoring
from components.ownership import Ownership, Setting, Stack, read_stacks
from components.secrets import Secrets, needed
from components.vocabulary import Lines, PagerDuty, Percentile, Slack, Unit, distribution, minutes, seconds
from review.recorder import Recording, _mocked, _Monitor
from tests.components.conftest import alone
from tests.refusals import said
from tests.tiny import (
    KEYS,
    ON_CALL,
    ON_ERRORS,
    PRODUCTION,
    STAGING,
    TELEMETRY,
    TINY,
    WAKES,
    alert,
    environment,
    scope,
)

TOLD = (*TELEMETRY, *ON_ERRORS)
WAIT = distribution("wait.time", Unit.SECONDS, "How long", tags=("eventType", "host"))
SLOW = alert("slow-wait", Percentile(95, WAIT).over(minutes(5)).above(seconds(1)))
WAITING = {"objectives": (), "alerts": (SLOW,), "dashboards": ()}
OURS = environment(owns=["receivers", "metric-settings"])
THEIRS = environment(owns=[])


def shop(env=PRODUCTION, **other):
    """Another product, which tells whom Tiny tells."""
    return scope(env, name="shop", title="Shop", **{"alerts": TOLD, **other})


def stack(name, *scopes, env=None):
    return Stack(name, env or scopes[0].environment, scopes)


def between(*stacks):
    """The first one's view of a project with these stacks."""
    return Ownership(stacks[0], stacks[1:])


def declared(owned):
    return [shared.key for shared in owned.declared()]


def recorded(owned):
    """What a stack declares, with the answers of the other stacks."""
    recording = Recording()
    monitor = _Monitor(recording, owned)

    def program():
        values = dict.fromkeys(needed(owned), "mock")
        secrets = Secrets(frozenset(values), pulumi.Output.secret(values))
        accounts = Accounts(owned, secrets)
        for each in owned.stack.scopes:
            ProductMonitoring(each, secrets, accounts)
        recording.answered += [(rows, made._name, "") for rows, made in accounts.answered]

    asyncio.run(_mocked(monitor, owned.stack.name, {}, program))
    return recording


def test_a_receiver_is_declared_once_for_all_products_that_tell_it():
    assert declared(alone(scope(alerts=TOLD), shop())) == [
        "datadog-tiny-pagerduty-tiny",
        "datadog-tiny-slack-alerts",
        "sentry-tiny-pagerduty-tiny",
    ]


def test_its_names_are_the_same_when_a_product_that_shares_it_is_gone():
    both = recorded(alone(scope(alerts=TOLD), shop()))
    one = recorded(alone(shop()))
    of = [{(each.type, each.name, each.parent) for each in made.resources} for made in (both, one)]
    shared = {each for each in of[0] if each[2] == "once-per-account"}
    assert len(shared) == 3
    assert shared <= of[1]


def test_it_is_what_the_vendor_needs(tiny):
    (channel,) = tiny.all("Channel")
    assert (channel.name, channel.parent) == ("datadog-tiny-slack-alerts", "once-per-account")
    assert (channel.inputs["channelName"], channel.inputs["accountName"]) == ("#alerts", "tiny")
    assert channel.inputs["display"] == {"message": True, "notified": True, "snapshot": True, "tags": True}
    (service,) = tiny.all("ServiceObject")
    assert service.inputs == {"serviceName": "tiny", "serviceKey": "[secret]"}


def test_it_answers_the_rows_of_every_product_that_tells_it():
    rows = {name: rows for rows, name, _ in recorded(alone(scope(alerts=TOLD), _shop_with_rows("SHO-01"))).answered}
    assert rows["sentry-tiny-pagerduty-tiny"] == "TNY-01 SHO-01"
    assert rows["datadog-tiny-slack-alerts"] == "TNY-01"


def _shop_with_rows(rows):
    severity = replace(WAKES, rows=rows)
    return shop(
        severities=(severity,), alerts=tuple(replace(each, severity=severity, tell=()) for each in ON_ERRORS[:1])
    )


def test_a_channel_of_the_same_name_in_another_workspace_is_another_one():
    quiet = tuple(each for each in TELEMETRY if ON_CALL not in each.receivers)
    owned = alone(scope(alerts=TELEMETRY), shop(workspace="market", alerts=quiet))
    assert "datadog-market-slack-alerts" in declared(owned)
    assert "datadog-tiny-slack-alerts" in declared(owned)
    assert said(owned.problems()) == []


def test_a_pagerduty_service_of_two_accounts_would_be_one_at_datadog_and_is_refused():
    owned = alone(scope(alerts=TELEMETRY), shop(workspace="market", alerts=TELEMETRY))
    (text,) = said(owned.problems())
    assert text == (
        "`receivers`: 'PagerDuty tiny and PagerDuty tiny' can't be told apart: PagerDuty tiny (market) at Datadog "
        "by shop, PagerDuty tiny (tiny) at Datadog by tiny. "
        "-> another name for one of them, or the same workspace= if they are the same"
    )


def test_receivers_whose_names_differ_in_signs_only_are_refused():
    """Within a product where they are written (names.py); of two products here."""
    ours, theirs = (
        made(alerts=(replace(TELEMETRY[0], tell=(channel,)),))
        for made, channel in ((scope, Slack("#a_b")), (shop, Slack("#a-b")))
    )
    (text, *_) = said(between(stack("prod", ours, theirs, env=OURS)).problems())
    assert text.startswith("`receivers`: 'Slack #a_b and Slack #a-b' can't be told apart")


def test_with_one_stack_per_product_the_owner_declares_for_all_and_the_others_nothing():
    owner, other = stack("tiny", scope(alerts=TOLD)), stack("shop", shop(THEIRS))
    assert len(declared(between(owner, other))) == 3
    assert declared(between(other, owner)) == []
    assert said(between(owner, other).problems()) == said(between(other, owner).problems()) == []


def test_an_owner_may_have_no_product_of_its_own():
    owner = stack("shared", env=environment(products="none"))
    owned = between(owner, stack("shop", shop(THEIRS)))
    assert len(declared(owned)) == 3
    assert said(owned.problems()) == []
    assert list(needed(owned)) == ["tiny-datadog-pagerduty-tiny", "tiny-sentry-pagerduty-tiny"]


def test_an_owner_declares_nothing_that_is_told_in_another_environment():
    production, staging = stack("prod", scope(alerts=TOLD)), stack("staging", scope(STAGING, alerts=TOLD))
    assert declared(between(staging, production)) == ["datadog-tiny-slack-tiny-staging"]
    assert "datadog-tiny-slack-tiny-staging" not in declared(between(production, staging))


def test_sentrys_alert_refers_to_the_service_that_another_stack_declares():
    owned = between(stack("shop", shop(THEIRS)), stack("tiny", scope(alerts=TOLD)))
    made = recorded(owned)
    assert not [each for each in made.resources if each.type.endswith(("Channel", "ServiceObject", "Pagerduty"))]
    alert = next(each for each in made.resources if each.type.endswith(":Alert") and each.name == "shop-fatal")
    assert "sentry-tiny-pagerduty-tiny-id" in json.dumps(alert.inputs)


def test_sentrys_services_are_written_one_after_the_other(monkeypatch):
    """They are rows of one table that its provider reads, changes and writes as a whole."""
    waits = {}
    register = _Monitor.RegisterResource

    def watched(self, request):
        waits[request.name] = [urn.rpartition("::")[2] for urn in request.dependencies]
        return register(self, request)

    monkeypatch.setattr(_Monitor, "RegisterResource", watched)
    late = PagerDuty("late")
    severity = replace(WAKES, tell=(ON_CALL, late))
    alerts = tuple(replace(each, severity=severity, tell=()) for each in ON_ERRORS)
    recorded(alone(scope(alerts=alerts, severities=(severity,), dashboards=())))
    assert waits["sentry-tiny-pagerduty-tiny"] == ["sentry-tiny-pagerduty-late"]


def test_what_no_stack_declares_is_refused():
    lonely = between(stack("shop", shop(THEIRS)), stack("prod", scope(STAGING, alerts=TOLD)))
    (text,) = [text for text in said(lonely.problems()) if "undeclared" in text]
    assert text.startswith("Pulumi.shop.yaml, `owns`: [] leaves PagerDuty tiny (tiny) at Datadog, Slack #alerts (tiny)")
    assert text.endswith("so nothing would be delivered. -> [receivers] in one of Pulumi.shop.yaml")


def test_what_two_stacks_would_declare_is_refused_in_both():
    tiny, other = stack("tiny", scope(alerts=TOLD)), stack("shop", shop())
    for owned in (between(tiny, other), between(other, tiny)):
        (text,) = [text for text in said(owned.problems()) if "exists only once" in text]
        assert "Pulumi.tiny.yaml" in text
        assert "Pulumi.shop.yaml" in text


def test_two_environments_that_tell_the_same_channel_are_refused_in_one_account_only():
    canary = KEYS | {"name": "canary", "suffix": "-canary"}
    same, other = (
        Environment.parse(canary | account, "Pulumi.canary.yaml")
        for account in ({}, {"datadog-organization": "sandbox", "sentry-organization": "sandbox"})
    )
    production = stack("prod", scope(alerts=TOLD))
    assert any("exists only once" in text for text in said(between(production, stack("canary", shop(same))).problems()))
    assert said(between(production, stack("canary", shop(other))).problems()) == []


def test_an_environment_without_an_owner_may_tell_what_another_one_declares():
    canary = environment(name="canary", suffix="-canary", owns=[])
    owned = between(stack("canary", scope(canary, alerts=TOLD)), stack("prod", scope(alerts=TOLD)))
    assert said(owned.problems()) == []


@pytest.mark.parametrize(
    ("owns", "said_of"),
    [
        ((["receivers"], ["receivers"]), "nobody declares"),
        ((["receivers", "metric-settings"],) * 2, "Pulumi.a.yaml and Pulumi.b.yaml declare"),
    ],
)
def test_exactly_one_stack_of_an_organisation_owns_what_is_set_for_metrics(owns, said_of):
    first, second = (
        environment(name=name, owns=owned, notify={"slack": f"#{name}"}) for name, owned in zip("ab", owns, strict=True)
    )
    owned = between(stack("a", scope(first)), stack("b", scope(second)))
    (text,) = said(owned.problems())
    assert said_of in text
    assert text.endswith("-> metric-settings in exactly one of Pulumi.a.yaml, Pulumi.b.yaml")


def test_percentiles_of_what_the_application_sends_are_switched_on_by_the_owner():
    owned = alone(scope(OURS, alerts=(*TELEMETRY, SLOW)))
    (setting,) = [each for each in owned.settings() if each.metric == "wait.time"]
    assert setting == Setting("wait.time", ("env", "eventType", "host", "service"), SLOW.rows)
    made = recorded(owned)
    (inputs,) = [each.inputs for each in made.resources if each.name == "datadog-metric-wait.time"]
    assert inputs == {
        "metricName": "wait.time",
        "metricType": "distribution",
        "includePercentiles": True,
        "tags": ["env", "eventtype", "host", "service"],
    }


@pytest.mark.parametrize("used", ["alert", "dashboard"])
def test_they_are_wherever_one_is_queried_and_nowhere_else(used):
    page = replace(TINY.dashboards[0], widgets=(Lines("Wait", (Percentile(99, WAIT),), about="How long"),))
    other = {} if used == "alert" else {"alerts": (), "dashboards": (page,)}
    assert [each.metric for each in alone(scope(OURS, **WAITING | other)).settings()] == ["wait.time"]
    assert alone(scope(OURS, **WAITING | {"alerts": ()})).settings() == []


def test_they_are_set_for_every_stack_of_the_organisation_and_by_one_only():
    owner = stack("prod", env=environment(owns=["receivers", "metric-settings"], products="none"))
    staging = stack("staging", scope(environment(name="staging", owns=[]), **WAITING))
    assert [each.metric for each in between(owner, staging).settings()] == ["wait.time"]
    assert between(staging, owner).settings() == []


def test_every_tag_that_a_query_on_the_metric_uses_stays_queryable():
    made = scope(OURS, **WAITING)
    (setting,) = alone(made).settings()
    (query,) = expression(made, Percentile(95, WAIT, by=("eventType",))).queries.values()
    used = {part.partition(":")[0] for part in query.partition("{")[2].partition("}")[0].split(",")} | {"eventType"}
    assert used <= set(setting.tags)


def test_a_stack_whose_file_cannot_be_read_is_named_as_it_may_own_something(copy):
    copy.edit("Pulumi.staging.yaml", "owns: [receivers]", "owns: [recievers]")
    stacks, problems = read_stacks(copy.root, [TINY])
    assert [each.name for each in stacks] == ["prod"]
    (text,) = said(problems)
    assert text.startswith("Pulumi.staging.yaml, `owns`: 'recievers' isn't valid here.")
    assert "'receivers' or 'metric-settings'" in text
    assert copy.run("review.plan", "--stack", "prod").returncode == 1


def test_names_of_what_is_owned_stand_once():
    with pytest.raises(ValueError, match="each name once"):
        environment(owns=["receivers", "receivers"])
