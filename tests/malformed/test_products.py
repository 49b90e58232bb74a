"""Malformed product files: each is refused with a clear text, none ends in a traceback, none is accepted and wrong."""

import itertools
import re
import sys
from pathlib import Path

import pytest

from components.catalogue import load_products
from components.problems import report
from components.program import refusals
from components.scope import Scope
from tests.refusals import LINE
from tests.tiny import STAGING

SHOP = (Path(__file__).parent / "shop.py").read_text(encoding="utf-8")
NUMBERS = itertools.count()
COUNT = 'Count(PAID.where(method="card")).over(hours(1)).below(times(1))'
WHERE = 'PAID.where(method="card")'
EVENT = 'fields={"event": "loss"}'
BURNS = "BudgetBurns(FEW, spending=percent(2), within=hours(1))"
LINES = 'Lines("Sales", (Count(PAID),), about="Sales")'
RUNBOOK = 'runbook="Buy something."'
GRAFANA = 'telemetry="grafana"'

# What stands in the file, what is written instead, and parts of what is said, in their order.
CASES = {
    # Python between words
    "and": (
        COUNT,
        f"{COUNT} and {COUNT}",
        "shop.py:",
        "number of shop.paid",
        "neither true nor false",
        "an alert for each",
    ),
    "or": (COUNT, f"{COUNT} or {COUNT}", "neither true nor false"),
    "not": (COUNT, f"not {COUNT}", "`when`: False is what Python makes of", "a condition, such as"),
    "==": (COUNT, "Count(PAID).over(hours(1)) == times(1)", "sales", "`when`: False is what Python makes of `==`"),
    "in": (COUNT, "PAID in (PAID,)", "`when`: True is what Python makes of"),
    ">": (COUNT, "Count(PAID).over(hours(1)) > times(1)", "can't be compared in Python", ".above(…)"),
    "< on the other side": (COUNT, "times(1) < Count(PAID).over(hours(1))", "can't be compared in Python"),
    "a chain": (COUNT, "times(1) < Count(PAID).over(hours(1)) < times(5)", "can't be compared in Python"),
    "&": (COUNT, f"{COUNT} & {COUNT}", "isn't computed by Python", "an alert for each condition"),
    "/": (COUNT, "(PAID / TRIED).above(percent(5))", "shop.paid", "isn't computed by Python", "Ratio(…, of=…)"),
    "*": (COUNT, "(Count(PAID).over(hours(1)) * 100).below(times(1))", "isn't computed by Python"),
    "sum()": (COUNT, "sum([Count(PAID), Count(TRIED)]).below(times(1))", "isn't computed by Python"),
    "a metric compared": (COUNT, "PAID > times(5)", "'shop.paid'", "can't be compared in Python", "a signal of it"),
    "another dimension compared": (
        COUNT,
        "seconds(5) < percent(1)",
        "can't be imported: TypeError",
        "'Duration' and 'Share'",
    ),
    "a list for a tuple": (
        "alerts=(SALES, *OTHERS)",
        "alerts=[SALES, *OTHERS]",
        "`alerts`",
        "a tuple in parentheses",
    ),
    "a set for a tuple": ('("method", "currency"))\nTRIED', '{"method"})\nTRIED', "`tags`", "a tuple in parentheses"),
    "a forgotten *": (
        "alerts=(SALES, *OTHERS)",
        "alerts=(SALES, OTHERS)",
        "`alerts`",
        "slow, disk",
        "a `*` before them",
    ),
    "a forgotten comma": ("objectives=(FEW,)", "objectives=(FEW)", "`objectives`", "needs a trailing comma"),
    "a forgotten call": (".over(hours(1)).below", ".over(hours).below", "`over`", "a duration, such as"),
    "a class for a word": (
        "severities=(HIGH, LOW)",
        "severities=(Severity, LOW)",
        "`severities`",
        "a severity that the product declares",
    ),
    "None for a word": ("objectives=(FEW,)", "objectives=(None,)", "`objectives`"),
    "not a number": ("times(1000)", 'times(float("nan"))', "`number`"),
    "infinity": ("times(1000)", 'times(float("inf"))', "`number`"),
    # .where()
    "where() of a number": (WHERE, "PAID.where(method=1)", "metric 'shop.paid', `only` (shop.py:", "a text in quotes"),
    "where() of an unknown tag": (
        WHERE,
        'PAID.where(country="es")',
        "shop.py:",
        "isn't a tag of 'shop.paid'",
        "method, currency",
    ),
    "where() twice of one tag": (
        WHERE,
        f'{WHERE}.where(method="cash")',
        "contradicts method='card'",
        "one value of each tag",
    ),
    "where() of nothing": (WHERE, 'PAID.where(method="")', "isn't a valid value for a tag or a field"),
    "where() with a comma": (WHERE, 'PAID.where(method="a,b")', "'a,b' isn't a tag value that Datadog accepts"),
    "where() with a space": (WHERE, 'PAID.where(method="a b")', "'a b' isn't a tag value that Datadog accepts"),
    "where() with a brace": (WHERE, 'PAID.where(method="a}")', "'a}' isn't a tag value that Datadog accepts"),
    "where() with a *": (WHERE, 'PAID.where(method="*")', "'*' isn't a tag value that Datadog accepts"),
    "where() with a !": (WHERE, 'PAID.where(method="!a")', "'!a' isn't a tag value that Datadog accepts"),
    "where() with a quote": (WHERE, "PAID.where(method='\"')", "isn't a tag value that Datadog accepts"),
    "where() with a line break": (
        WHERE,
        'PAID.where(method="a\\nb")',
        "`only` (shop.py:",
        "isn't a valid value",
        "one line",
    ),
    "where() with a handle": (WHERE, 'PAID.where(method="@all")', "has a handle (@all)"),
    # Names that no vendor takes, and names that fall together
    "a metric with a space": (
        '"shop.tried"',
        '"shop tried"',
        "metric 'shop tried'",
        "isn't a name that the vendors accept",
    ),
    "a metric without a name": ('"shop.tried"', '""', "`name`: '' isn't a name"),
    "a metric in Cyrillic": ('"shop.tried"', '"шоп"', "isn't a name that the vendors accept"),
    "a metric that begins with a digit": ('"shop.tried"', '"5xx"', "'5xx' isn't a name that the vendors accept"),
    "a metric with a hyphen at Datadog": ('"shop.tried"', '"shop-tried"', "stored under another name", "shop_tried"),
    "a tag with a space": ('("queue",))', '("the queue",))', "isn't a valid name for a tag"),
    "a tag with a colon": ('("queue",))', '("queue:name",))', "isn't a valid name for a tag"),
    "two tags that become one": ('("queue",))', '("queue", "a.b", "a-b"))', "'a-b' is the same tag as 'a.b'"),
    "two metrics that become one": (
        '"shop.tried"',
        '"shop_paid"',
        "metric 'shop_paid'",
        "can't be told apart from 'shop.paid'",
    ),
    "two severities but for their case": (
        'Severity("Low",',
        'Severity("HIGH",',
        "'HIGH' can't be told apart from 'High'",
    ),
    "two channels with one secret": (
        "tell=(ALERTS, TEAM)",
        'tell=(ALERTS, TEAM, Slack("#shop_alerts"))',
        "Slack #shop_alerts",
        "the same secret",
    ),
    "components but for their case": (
        'components=("API", "Web site")',
        'components=("API", "api")',
        "'api' can't be told from 'API'",
    ),
    "components but for a hyphen": (
        'components=("API", "Web site")',
        'components=("API", "Web site", "web-site")',
        "can't be told from 'Web site'",
    ),
    "an alert named like another environment's": (
        '"slow",\n',
        '"sales-staging",\n',
        "alert 'sales', `name`",
        "becomes the alert 'shop-sales-staging'",
        "alert 'sales-staging' of shop",
    ),
    "a service that no tag can be": (
        'Service("shop", ',
        'Service("the shop", ',
        "isn't a valid tag",
        "or services=(…)",
    ),
    "an operation with a space": ('"express.request"', '"express request"', "isn't a name that the vendors accept"),
    "a long name of a product": (
        'PRODUCT = Product(\n    "shop",',
        f'PRODUCT = Product(\n    "{"s" * 41}",',
        "at most 40 characters",
    ),
    # Texts
    "a handle in a summary": ('summary="Loss"', 'summary="Loss @all"', "alert 'loss'", "has a handle (@all)"),
    "a handle in a runbook": (RUNBOOK, 'runbook="Ask (@pagerduty-x)."', "has a handle (@pagerduty-x).)"),
    "a handle after a variable": ('"{queue} is slow"', '"{queue}@all is slow"', "has a handle (@all)"),
    "a group in Slack": (RUNBOOK, 'runbook="Tell <!channel>."', "has a handle (<!channel>.)"),
    "a template in a summary": (
        'summary="Loss"',
        'summary="{{#is_alert}}Loss{{/is_alert}}"',
        "braces that vendors take",
    ),
    "braces around a variable": ('"{queue} is slow"', '"{{{queue}}} is slow"', "braces that vendors take"),
    "a variable in another form": ('"{queue} is slow"', '"{queue!r} is slow"', "formats {queue}"),
    "a turn of the direction of writing in a runbook": (
        RUNBOOK,
        'runbook="Buy \\u202esomething."',
        "changes the writing direction",
    ),
    "a line break in a runbook": (RUNBOOK, 'runbook="Buy\\nsomething."', "has a line break"),
    "a step of nothing": ('procedure=("Acknowledge it.",)', 'procedure=("",)', "`procedure`", "says nothing"),
    "a handle in a title": ('"Shop",\n    "shop-team"', '"Shop @all",\n    "shop-team"', "`title`", "has a handle"),
    # Log events
    "a comparison without a number": (
        EVENT,
        'fields={"took": ">fast"}',
        "'>fast' of took is neither a value nor a comparison",
    ),
    "a comparison that is none": (EVENT, 'fields={"took": "!=5"}', "'!=5' of took is neither", "without={…}"),
    "a limit of what is left out": (
        EVENT,
        'status=("error",), without={"took": ">5"}',
        "would also count entries",
    ),
    "a field of nothing": (EVENT, 'fields={"event": ""}', "`fields`: '' isn't a valid value"),
    "a number for a field": (EVENT, 'fields={"code": 500}', "`fields`: 500", "a text in quotes"),
    "a field with a space": (EVENT, 'fields={"the event": "loss"}', "isn't a valid name for a tag or a field"),
    "a field with an @": (EVENT, 'fields={"@event": "loss"}', "isn't a valid name for a tag or a field"),
    "a quote in a message": (EVENT, "message='say \"no\"'", "ends or changes the text in Datadog's log searches"),
    "a backslash in a field": (EVENT, 'fields={"path": "C:\\\\x"}', "has a quote or a backslash"),
    "a * beside a space": (EVENT, 'fields={"event": "data l*"}', "in quotes a * isn't a wildcard"),
    "a message of spaces": (EVENT, 'message="  "', "every log line would count"),
    "any status and one": (EVENT, 'status=("*", "error")', "is any status plus some of them"),
    # Out of reach
    "a target of 0.999 %": ("percent(99.9)", "percent(0.999)", "objective 'few-errors'", "'0.999 %'", "percent(99.9)"),
    "a target of a ratio": ("percent(99.9)", "ratio(99.9)", "`target`"),
    "a period of years": (
        'summary="Few fail"',
        'summary="Few fail", period=days(4000)',
        "`period`: '4000 days' isn't a time that any vendor",
    ),
    "a window of months": (
        COUNT,
        COUNT.replace("hours(1)", "days(90)"),
        "`over`: '90 days' isn't a time that any vendor",
    ),
    "a window of milliseconds": (COUNT, COUNT.replace("hours(1)", "milliseconds(5)"), "`over`: '5 ms' isn't a time"),
    "a reminder of seconds": (
        "remind_every=minutes(30)",
        "remind_every=seconds(5)",
        "`remind_every`: '5 seconds' isn't a time",
    ),
    "a reminder of years": (
        "remind_every=minutes(30)",
        "remind_every=days(900)",
        "`remind_every`: '900 days' isn't a time",
    ),
    "a thousand rounds": ("rounds=2", "rounds=1000", "`rounds`: 1000 isn't a valid number of rounds"),
    "half a round": ("rounds=2", "rounds=1.5", "`rounds`: 1.5"),
    "a budget within years": (BURNS, BURNS.replace("hours(1)", "days(400)"), "`within`: '400 days'"),
    "a certificate of years": (
        "CheckFails(HEALTH, rounds=2)",
        "CertificateExpires((HEALTH,), within=days(4000))",
        "`within`: '4000 days'",
    ),
    "silence of years": ("CheckFails(HEALTH, rounds=2)", "Absence(HEALTH, over=days(400))", "`over`: '400 days'"),
    "a dial's target in another unit": (
        LINES,
        'Dial("Sales", Count(PAID), about="x", last=days(1), target=percent(5))',
        "`target`: '5 %' can't be compared with number of shop.paid",
    ),
    "a list of a million": (
        LINES,
        'Top("Sales", Count(PAID, by=("method",)), about="x", last=days(1), count=10**6)',
        "`count`: 1000000",
    ),
    "an objective on log events": (
        "bad=Ratio(API.errors, of=API.requests)",
        'good=LogCount(message="x").over(minutes(5)).below(times(5))',
        "`good`",
        "isn't made of metrics",
    ),
    "an objective on errors": (
        "bad=Ratio(API.errors, of=API.requests)",
        "good=ErrorCount().over(minutes(5)).below(times(5))",
        "`good`",
        "isn't made of metrics",
    ),
    # Addresses
    "an address with a password": (
        '"https://api.shop.example"',
        '"https://me:secret@api.shop.example"',
        "isn't the address of a site",
        "https://api.shop.example",
    ),
    "an address with a query": (
        '"https://api.shop.example"',
        '"https://api.shop.example?a=b"',
        "isn't the address of a site",
    ),
    "an address with a space": (
        '"https://api.shop.example"',
        '"https://api.shop .example"',
        "isn't the address of a site",
    ),
    "a path of another host": ('"/health"', '"@evil.example"', "isn't a path", "/@evil.example"),
    "a path with a space": ('"/health"', '"/he alth"', "isn't a path"),
    # Receivers
    "mail that calls": (
        '"team@shop.example"',
        '"x@shop.pagerduty.com"',
        "email 'x@shop.pagerduty.com'",
        "pages somebody",
        "PagerDuty(",
    ),
    "mail that is a text message": ('"team@shop.example"', '"5551234@vtext.com"', "pages somebody"),
    "mail with a template": ('"team@shop.example"', '"{{x}}@shop.example"', "isn't an e-mail address"),
    "a channel with a brace": ('"#shop-alerts"', '"#shop{{/is_alert}}"', "isn't a channel"),
    "a channel with a comma": ('"#shop-alerts"', '"#shop,alerts"', "isn't a channel", "#shop-alerts"),
    "a handle for a service": (
        'PagerDuty("shop")',
        'PagerDuty("shop @all")',
        "can't be part of tags, handles and queries",
    ),
    # The file itself
    "no encoding that Python reads": ('"Shop",', b'"Sh\xf6p",', "can't be imported: SyntaxError"),
    "an exit": (
        "PRODUCT = Product(",
        "raise SystemExit(3)\nPRODUCT = Product(",
        "shop.py:",
        "can't be imported: SystemExit",
    ),
    "a class for the product": ("PRODUCT = Product(", "PRODUCT = Product\nOTHER = Product(", "PRODUCT = Product(…)"),
}


def check(folder, text):
    """What is said about a file, in the words of the program."""
    (folder / "shop.py").write_bytes(text if isinstance(text, bytes) else text.encode())
    products, problems = load_products(folder)
    for product in products:
        problems += refusals(Scope(product, STAGING))
    return report(problems) if problems else ""


def says(told, parts):
    """Whether all parts stand there in their order; the line of the file may stand between a field and its value."""
    pattern = re.compile(".*?".join(map(re.escape, parts)), re.DOTALL)
    return bool(pattern.search(told) or pattern.search(LINE.sub("", told)))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder of product files, importable under a name of its own, in a project with two stack files."""
    made = tmp_path / f"malformed_{next(NUMBERS)}"
    made.mkdir()
    (made / "__init__.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    for stack in ("prod", "staging"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_bytes(
            (Path(__file__).parents[2] / f"Pulumi.{stack}.yaml").read_bytes()
        )
    return made


def test_the_file_that_the_cases_spoil_is_accepted(folder):
    assert check(folder, SHOP) == ""


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_what_is_wrong_and_what_to_write(folder, case):
    old, new, *parts = CASES[case]
    assert SHOP.count(old) >= 1, old
    text = SHOP.encode().replace(old.encode(), new, 1) if isinstance(new, bytes) else SHOP.replace(old, new, 1)
    told = check(folder, text)
    assert says(told, parts), told
    assert "Traceback" not in told
    assert "Write instead: " in told
