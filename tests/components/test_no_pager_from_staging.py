"""Whatever a person writes, staging reaches no pager: it is refused, or what is declared tells the one channel only."""

import dataclasses
import re

import pytest

from components.problems import InvalidDeclarationError
from components.program import refusals
from components.scope import Scope
from components.vocabulary import (
    Check,
    Email,
    LogCount,
    LogMetric,
    PagerDuty,
    Severity,
    Slack,
    StatusPage,
    Webhook,
    counter,
    hours,
    minutes,
    times,
)
from tests.components.conftest import declare
from tests.tiny import (
    DASHBOARD,
    ON_CALL,
    QUIET,
    QUIETER,
    ROW,
    STAGING,
    TELEMETRY,
    TINY,
    WAKES,
    alert,
    environment,
    product,
)

HANDLES = (
    "@all",
    "@here",
    "@pagerduty",
    "@pagerduty-tiny",
    "@opsgenie-x",
    "@victorops-x",
    "@oncall-x",
    "@on-call-x",
    "@slack-tiny-alerts",
    "@teams-x",
    "@webhook-x",
    "@workflow-x",
    "@xmatters-x",
    "@x@acme.pagerduty.com",
    "@Team",
    "<!channel>",
    "<!here>",
    "<@U012AB3CD>",
    "<!subteam^S012>",
)
# How a handle may stand in a text: alone, within it, behind marks, variables and templates.
PLACES = (
    "{}",
    "Ask {} now",
    "Ask ({})",
    "**{}**",
    "`{}`",
    "Done.{}",
    "Done,{}",
    "a/{}",
    "#{}",
    "\u00a0{}",
    "x\n{}",
    "x\t{}",
    "{{{{#is_alert}}}}{}{{{{/is_alert}}}}",
    "{{{{ {} }}}}",
)
SLOW = TELEMETRY[2]


def of_alert(**other):
    return product(alerts=(dataclasses.replace(SLOW, **other),))


# Every place in which a person's text stands, as a product that has it there.
TEXTS = {
    "summary": lambda text: of_alert(summary=text),
    "summary of groups": lambda text: product(alerts=(dataclasses.replace(TELEMETRY[3], summary=f"{{host}}{text}"),)),
    "runbook": lambda text: of_alert(runbook=text),
    "name of an alert": lambda text: of_alert(name=text),
    "rows": lambda text: of_alert(rows=text),
    "title": lambda text: product(title=text),
    "team": lambda text: product(team=text),
    "service": lambda text: product(service=text),
    "workspace": lambda text: product(workspace=text),
    "procedure": lambda text: product(procedure=(text,)),
    "name of a severity": lambda text: with_severity(name=text),
    "title of a severity": lambda text: with_severity(title=text),
    "a metric": lambda text: product(also_emits=(counter(text, "x"),)),
    "what a metric is": lambda text: product(also_emits=(counter("x", text),)),
    "a tag": lambda text: product(also_emits=(counter("x", "x", (text,)),)),
    "a value of a tag": lambda text: counter("x", "x", ("a",)).where(a=text),
    "a message": lambda text: of_alert(when=LogCount(message=text).over(minutes(5)).above(times(1))),
    "a field": lambda text: of_alert(when=LogCount(fields={text: "x"}).over(minutes(5)).above(times(1))),
    "a value of a field": lambda text: of_alert(when=LogCount(fields={"x": text}).over(minutes(5)).above(times(1))),
    "what is left out": lambda text: of_alert(
        when=LogCount(message="x", without={"x": text}).over(minutes(5)).above(times(1))
    ),
    "a group": lambda text: of_alert(when=LogCount(message="x", by=(text,)).over(minutes(5)).above(times(1))),
    "a dashboard": lambda text: product(dashboards=(dataclasses.replace(DASHBOARD, title=text),)),
    "about a dashboard": lambda text: product(dashboards=(dataclasses.replace(DASHBOARD, about=text),)),
    "a widget": lambda text: dataclasses.replace(DASHBOARD.widgets[0], about=text),
    "an objective": lambda text: dataclasses.replace(TINY.objectives[0], summary=text),
    "a status page": lambda text: product(status_page=StatusPage("tiny", text, components=("API",), rows=ROW)),
    "a component": lambda text: product(status_page=StatusPage("tiny", "x", components=(text,), rows=ROW)),
    "a log metric": lambda text: LogMetric("x", LogCount(message="x"), about=text, rows=ROW),
    "a check": lambda text: Check(text, "api", "/", every=minutes(5), rows=ROW),
    "a channel": lambda text: Slack(f"#{text}"),
    "an address": Email,
    "a service that is paged": PagerDuty,
    "the runbooks' address": lambda text: environment(**QUIETER, runbooks=f"https://example.com/{text}"),
    "the runbooks' host": lambda text: environment(**QUIETER, runbooks=f"https://{text}"),
    "the environment's name": lambda text: environment(**(QUIETER | {"name": text})),
    "the environment's suffix": lambda text: environment(**(QUIETER | {"suffix": f"-{text}"})),
    "the channel of notify": lambda text: environment(**(QUIETER | {"notify": {"slack": f"#{text}"}})),
}


def with_severity(**other):
    severity = dataclasses.replace(QUIET, **other)
    return product(severities=(WAKES, severity), alerts=(alert("slow", SLOW.when, severity),))


def assert_refused(build, text):
    with pytest.raises(InvalidDeclarationError):
        pytest.fail(f"{text!r} was accepted: {build(text)}")


def test_no_handle_passes_in_any_form():
    for handle in HANDLES:
        for form in PLACES:
            assert_refused(lambda text: dataclasses.replace(SLOW, runbook=text), form.format(handle))


@pytest.mark.parametrize("place", TEXTS)
def test_no_text_carries_a_handle(place):
    for text in (*HANDLES, *(form.format("@all") for form in PLACES)):
        assert_refused(TEXTS[place], text)


@pytest.mark.parametrize(
    "text", ["Mail team@tiny.example", "A build like tiny@1f2e", "At 5 % @ 3 a.m.", "1 < 2", "Ask <x>", "{queue}"]
)
def test_what_notifies_nobody_is_accepted(text):
    assert of_alert(runbook=text).alerts[0].runbook == text


# Every way in which a product can name whom it tells.
TOLD = (ON_CALL, PagerDuty("other"), Webhook("pager"), Slack("#pagerduty"), Email("oncall@tiny.example"))
LOUD = Severity(
    "Loud",
    "Loud",
    urgency=1,
    answer_within=minutes(5),
    tell=TOLD[:2],
    rows=ROW,
    remind_every=minutes(30),
    escalate_after=minutes(30),
    escalate_to=TOLD[:2],
)


def routes(made):
    """Everybody that what is declared can reach, as a text each."""
    for each in made.resources:
        kind = each.type.rpartition(":")[2]
        if kind in ("ServiceObject", "IntegrationPagerduty", "Webhook", "MonitorNotificationRule"):
            yield f"{kind} {each.name}"
        for field in ("message", "escalationMessage") if kind == "Monitor" else ():
            message = re.sub(r"\{\{.*?\}\}", " ", each.inputs.get(field) or "")
            yield from re.findall(r"(?<!\w)@\S+", message)
        for text in texts(each.inputs):
            if re.search(r"pagerduty|opsgenie|victorops", text, re.IGNORECASE):
                yield f"{kind} {each.name}: {text}"
        if kind == "ContactPoint":
            yield from (name for name in ("emails", "pagerduties", "webhooks") if each.inputs.get(name))


def texts(value):
    if isinstance(value, dict):
        for key, part in value.items():
            yield from (key for key in [key] if key == "pagerduty" and part)
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


@pytest.fixture(scope="module")
def loud():
    """A product that tells everybody it can, of everything, declared in staging."""
    alerts = tuple(dataclasses.replace(each, severity=LOUD, tell=TOLD) for each in TINY.alerts)
    made = product(alerts=alerts, severities=(LOUD,))
    return declare(Scope(made, STAGING))


def test_a_product_that_tells_everybody_reaches_the_one_channel_only(loud):
    assert len(loud.all("Monitor")) > 10
    assert len(loud.all("Alert")) > 3
    assert set(routes(loud)) == {"@slack-tiny-tiny-staging"}


def test_the_same_in_production_reaches_pagers():
    """The test above would find them."""
    made = product(alerts=tuple(dataclasses.replace(each, severity=WAKES) for each in TINY.alerts))
    found = set(routes(declare(Scope(made, environment()))))
    assert "@pagerduty-tiny" in found
    assert "pagerduties" in found
    assert any(route.startswith("ServiceObject") for route in found)
    assert any(route.startswith("IntegrationPagerduty") for route in found)


@pytest.mark.parametrize(
    "notify",
    [
        {"pagerduty": "tiny"},
        {"webhook": "pager"},
        {"email": "x@acme.pagerduty.com"},
        {"email": "x@acme.eu.pagerduty.com"},
        {"email": "x@acme.opsgenie.net"},
        {"email": "{product}@acme.opsgenie.net"},
        {"email": "x@alert.victorops.com"},
        {"email": "x@acme.xmatters.com"},
        {"email": "x@in.squadcast.com"},
        {"email": "x@eu.grafana.net"},
        {"email": "x@incident.io"},
        {"email": "x@acme.example,y@acme.pagerduty.com"},
        {"email": "x@acme.example @pagerduty-x"},
        {"email": "Pager <x@acme.pagerduty.com>"},
        {"email": "5551234@vtext.com"},
        {"slack": "@pagerduty-x"},
        {"slack": "#a @pagerduty-x"},
        {"slack": "#a,@pagerduty-x"},
        {"slack": "#a\n@pagerduty-x"},
        {"slack": "#a\u00a0@all"},
        ["as-declared"],
        "pagerduty",
        True,
    ],
)
def test_notify_names_nobody_who_is_called(notify):
    with pytest.raises(InvalidDeclarationError):
        environment(**(QUIETER | {"notify": notify}))


@pytest.mark.parametrize("mailbox", ["pagerduty-x", "opsgenie-x", "victorops-x", "oncall-x", "webhook-x", "slack-x-y"])
def test_mail_that_datadog_would_take_for_an_integration_is_refused(mailbox):
    quiet = environment(**(QUIETER | {"notify": {"email": f"{mailbox}@tiny.example"}}))
    told = [str(problem) for problem in refusals(Scope(TINY, quiet))]
    assert any("is an integration's handle" in text for text in told)


def test_escalations_are_told_like_alerts():
    assert Scope(product(severities=(LOUD,), alerts=()), STAGING).escalated(LOUD) == (Slack("#tiny-staging"),)
    assert LOUD.escalate_after < hours(1)
