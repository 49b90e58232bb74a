"""Words that no alert of the five products uses are played as well: a new product may be the first to use one."""

import re
import shutil

import pytest

from tests.conftest import ROOT

PRODUCT = """
from components.vocabulary import *

TELEMETRY = {telemetry!r}
CHANNEL = Slack("#shop")
LOW = Severity("Low", "Low", urgency=3, answer_within=hours(4), tell=CHANNEL)
LOWER = Severity("Lower", "Lower", urgency=3, answer_within=hours(4), tell=CHANNEL)
ORDERS = counter("orders.placed", "Placed")
WAIT = distribution("orders.wait", Unit.SECONDS, "Waiting")
OPEN = gauge("orders.open", Unit.COUNT, "Open")
SOLD, SPEED, WAITS, WAITED = Count(ORDERS), Rate(ORDERS), Count(WAIT), Total(WAIT)
HIGH, LINES, SLOW = Level(OPEN), LogCount(status="*"), Percentile(99, WAIT)
MANY = (
    ("sold-much", SOLD.over(hours(1)).above(times(50))),
    ("sold-little", SOLD.over(minutes(5)).below(times(50))),
    ("fast", SPEED.over(minutes(15)).above(per_second(5))),
    ("slow", SPEED.over(days(1)).below(per_second(5))),
    ("many-waits", WAITS.over(minutes(15)).above(times(50))),
    ("waited-long", WAITED.over(minutes(15)).above(seconds(50))),
    ("waited-little", WAITED.over(hours(1)).below(seconds(50))),
    ("high", HIGH.over(days(1)).above(times(50))),
    ("slow-requests", SLOW.over(minutes(30)).above(seconds(3))),
    *([("few-lines", LINES.over(minutes(5)).below(times(50)))] if TELEMETRY == "datadog" else []),
)
ALERTS = (
    *(Alert(name, LOW, when=when, summary="{{threshold}} in {{window}}", runbook="Look.") for name, when in MANY),
    *(
        Alert(f"no-{{n}}", LOWER, when=Absence(each, over=hours(1)), summary="None in {{window}}", runbook="Look.")
        for n, each in enumerate((ORDERS, WAIT))
    ),
)
SIGNALS = (SOLD, SPEED, WAITS, WAITED, HIGH, SLOW, *([LINES] if TELEMETRY == "datadog" else []))
MAIN = Dashboard(
    "main",
    "Main",
    about="x",
    widgets=(
        Firing("Now", about="x"),
        *(Lines(f"Line {{n}}", each, about="x") for n, each in enumerate(SIGNALS)),
    ),
)
PRODUCT = Product(
    "shop",
    "Shop",
    "shop-team",
    service="shop",
    telemetry=TELEMETRY,
    workspace="shop",
    urls={{"production": {{}}, "staging": {{}}}},
    **named_in(globals()),
)
"""


def only(copy, text):
    """Make it the only product of a copy that can play it."""
    for part in ("proof", "tools"):
        shutil.copytree(ROOT / part, copy.root / part)
    for path in (copy.root / "stacks").glob("*.*"):
        path.unlink()
    copy.write("stacks/shop.py", text)


@pytest.mark.parametrize("telemetry", ["datadog", "grafana"])
def test_an_alert_on_any_word_does_what_the_product_file_says(copy, program, telemetry):
    only(copy, PRODUCT.format(telemetry=telemetry))
    played = copy.run("proof")
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
    alerts = {"datadog": 12, "grafana": 11}[telemetry]
    assert re.match(rf"{alerts} alerts in 2 environments, \d+ cases, 0 fail", played.stdout)


def test_a_product_that_breaks_a_rule_is_refused_in_words(copy, program):
    only(copy, PRODUCT.format(telemetry="datadog").replace("{threshold} in {window}", "It is wrong"))
    refused = copy.run("proof")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("10 problems found, nothing was declared:")
    assert "Rule: summary-without-number" in refused.stderr
