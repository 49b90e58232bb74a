"""What a product decided about each alert stays so until its table in decided/ is changed as well.

Who is told, from how much traffic on, and which silence is noticed: a slip in a product file changes generated
documents too, but who renews those sees a diff of everything. A product without a table is free to change.
"""

import re
from pathlib import Path

import pytest

from components.vocabulary.conditions import Absence, BudgetBurns
from components.vocabulary.thresholds import Threshold
from tests.contract.conftest import products

TABLES = Path(__file__).parent / "decided"


def decided(alert):
    """Severity and gate of an alert, and what of an alert on silence has to be silent."""
    when = alert.when
    gated = when if isinstance(when, BudgetBurns) else getattr(when, "signal", None)
    gate = getattr(gated, "at_least", None)
    few = isinstance(when, Threshold) and when.sense == "below" and when.signal.ACCUMULATES
    silence = when.describe() if few or isinstance(when, Absence) else ""
    return alert.severity.name, f"at least {gate}" if gate else silence


def table(text):
    """Each line of a table: `name  P0  at least 50`, with two spaces or more between."""
    lines = (re.split(r" {2,}", line) for line in text.splitlines())
    return {name: (severity, "".join(rest)) for name, severity, *rest in lines}


def lost(was, now):
    """What is no longer as it was decided. A new alert needs no line: it takes nothing from anybody."""
    for name, (severity, part) in was.items():
        if name not in now:
            yield f"{name}: was {'  '.join(filter(None, was[name]))}, is gone: nobody is told of it"
            continue
        severity_now, part_now = now[name]
        if severity_now != severity:
            yield f"{name}: was {severity}, is {severity_now}"
        if part_now != part:
            yield f"{name}: was {part or 'without gate'}, is {part_now or 'without gate'}"


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.txt")), ids=lambda path: path.stem)
def test_severity_gate_and_silence_of_every_alert_are_as_they_were_decided(path):
    """After a change that is meant: change the table too, in the same commit, where a reviewer sees it."""
    (product,) = [each for each in products() if each.name == path.stem]
    now = {alert.name: decided(alert) for alert in product.alerts}
    assert sorted(lost(table(path.read_text(encoding="utf-8")), now)) == []


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("errors  P0  at least 50\nsilent  P1  no data from paid for 1 hour", []),
        (
            "errors  P1  at least 50\nsilent  P1  no data from paid for 1 hour",
            ["errors: was P0, is P1"],
        ),
        ("errors  P0\nsilent  P1  no data from paid for 1 hour", ["errors: was at least 50, is without gate"]),
        (
            "errors  P0  at least 5\nsilent  P1  no data from paid for 2 hours",
            [
                "errors: was at least 50, is at least 5",
                "silent: was no data from paid for 1 hour, is no data from paid for 2 hours",
            ],
        ),
        ("errors  P0  at least 50", ["silent: was P1  no data from paid for 1 hour, is gone: nobody is told of it"]),
        (
            "errors  P0  at least 50\nsilent  P1  no data from paid for 1 hour\nslow  P2",
            [],
        ),
    ],
)
def test_what_is_no_longer_so_is_said_in_words(now, said):
    was = table("errors  P0  at least 50\nsilent  P1  no data from paid for 1 hour")
    assert list(lost(was, table(now))) == said
