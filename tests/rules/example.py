"""The words that the cases of rules are made of, and a product around them."""

from components.ownership import Stack
from components.scope import Scope
from components.vocabulary import (
    Absence,
    Alert,
    Check,
    Count,
    Dashboard,
    Email,
    Firing,
    Lines,
    PagerDuty,
    Product,
    Ratio,
    Service,
    Severity,
    Slack,
    Unit,
    counter,
    days,
    distribution,
    gauge,
    hours,
    minutes,
)
from tests.tiny import PRODUCTION

ROW = "SHO-01"
ON_CALL, CHANNEL, TEAM = PagerDuty("shop"), Slack("#shop-alerts"), Email("team@shop.example")
PAGE = Severity("P1", "Critical", urgency=1, answer_within=minutes(15), tell=(ON_CALL, CHANNEL), rows=ROW)
ONLY_PAGE = Severity("P0", "Down", urgency=1, answer_within=minutes(15), tell=(ON_CALL,), rows=ROW)
LATE = Severity(
    "P2",
    "High",
    urgency=2,
    answer_within=hours(1),
    tell=(CHANNEL,),
    escalate_after=minutes(30),
    escalate_to=(ON_CALL,),
    rows=ROW,
)
TICKET = Severity("P3", "Medium", urgency=3, answer_within=days(1), tell=(CHANNEL, TEAM), rows=ROW)

ORDERS = counter("orders.placed", "Placed", ("method",))
FAILED = counter("orders.failed", "Failed", ("method",))
WAIT = distribution("orders.wait", Unit.SECONDS, "Waiting")
OPEN = gauge("orders.open", Unit.COUNT, "Open")
FULL = gauge("disk.full", Unit.RATIO, "Used part")
API = Service("shop", "express.request", about="Requests")
HEALTH = Check("health", "api", "/health", every=minutes(5), rows=ROW)
READY = Check("ready", "web", "/ready", every=minutes(5), rows=ROW)

SHARE = Ratio(FAILED, of=ORDERS).over(minutes(5))
SILENCE = Absence(ORDERS, over=minutes(30))


def alert(when, severity=TICKET, name="it", summary="It is wrong", **other):
    """An alert on a condition."""
    return Alert(name, severity, when=when, summary=summary, runbook="Look.", rows=ROW, **other)


def drawn(*signals, widgets=()):
    """A page with a line for each of the signals, and other widgets."""
    lines = [Lines(f"Line {number}", (signal,), about="It") for number, signal in enumerate(signals)]
    return Dashboard("main", "Main", (*lines, *widgets), about="Everything", rows=ROW)


def product(*alerts, **other):
    """A product with these alerts. All but what the cases are about keeps to the rules."""
    given = {
        "service": "shop",
        "telemetry": "grafana",
        "workspace": "shop",
        "urls": {
            "production": {"api": "https://api.shop.example", "web": "https://shop.example"},
            "staging": {"api": "https://api.staging.shop.example", "web": "https://staging.shop.example"},
        },
        "severities": tuple(dict.fromkeys((PAGE, TICKET, *(each.severity for each in alerts)))),
        "dashboards": (drawn(Count(ORDERS), widgets=(Firing("Now", about="What fires"),)),),
    }
    return Product("shop", "Shop", "shop-team", alerts=alerts, **(given | other))


def stack(*scopes):
    """A stack of the scopes' environment."""
    return Stack({"production": "prod"}.get(scopes[0].environment.name, "staging"), scopes[0].environment, scopes)


def shop(*alerts, environment=PRODUCTION, **other):
    """The product in an environment, as what a rule is asked about."""
    return [Scope(product(*alerts, **other), environment)]
