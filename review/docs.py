"""Writes what is generated below docs/: `python -m review.docs`.

application-contract/<product>.md: what the application has to emit. runbooks/<product>.md: what alerts link to.
rules.md: the rules that declarations keep to.
vocabulary.md: the words of a product file. stack-file.schema.json: the keys of a stack file, for editors.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from components.catalogue import STACKS, load_products
from components.idle import waits_for_users
from components.needs import TOPICS, read_needs
from components.options import options
from components.scope import sentence
from components.vendors import VENDORS
from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.checks import Check
from components.vocabulary.conditions import evaluator_of
from components.vocabulary.dashboards import Widget
from components.vocabulary.error_tracking import Issues
from components.vocabulary.kinds import Logged
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Kind, Metric, Source
from components.vocabulary.people import Email, Receiver
from components.vocabulary.product import Product
from components.vocabulary.quantities import plain
from components.vocabulary.signals import Percentile, Within
from components.vocabulary.thresholds import Threshold
from review.recorder import ROOT
from review.rules import rules_page
from review.schema import schema
from review.vocabulary import vocabulary

BOUNDS = (
    "An objective on values within a limit counts the bucket that ends there, and gets no data if none does. A "
    "percentile is interpolated between the bounds around it, and never more than the last one."
)
MADE = "<!-- Written by `make docs` from {file}; changes made here are lost. -->"

ATTRIBUTES = "`service.name` (without a `service.namespace`) and `deployment.environment`, by way of OpenTelemetry"
FROM_ZERO = (
    "Every counter that the application counts is there from the start of the process, with 0 (`add(0)`, `inc(0)`), "
    "once for each known tag value. The first event of a new series isn't an increase: an alert on a single one "
    "would miss it, and a counter never reported can't be distinguished from one that was lost."
)


# What Markdown reads in a text: HTML, emphasis, links, formulas, strikethrough, columns; and what begins a line.
MARKS = re.compile(r"[\\<*\[~$|`]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
BEGINS = re.compile(r"^(\d*)(?=[#>+=-]|(?<=\d)[.)])")
SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def shown(text: str, *, cell: bool = False) -> str:
    """A person's text so that Markdown shows it as it was written, but for `code`, which stays code.

    In a cell of a table a bar is escaped in code too, where nothing else is.
    """
    made, end = "", 0
    for span in SPAN.finditer(text):
        made += MARKS.sub(r"\\\g<0>", text[end : span.start()]) + (span[0].replace("|", "\\|") if cell else span[0])
        end = span.end()
    return BEGINS.sub(r"\1\\", made + MARKS.sub(r"\\\g<0>", text[end:]))


def code(text: str) -> str:
    """A text as code in a cell of a table, also one with backticks or bars in it."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    space = " " if "`" in (text[:1], text[-1:]) else ""
    return f"{fence}{space}{text}{space}{fence}".replace("|", "\\|")


def documents() -> dict[Path, str]:
    """Every generated document: where it belongs, and what it has to say."""
    products, _ = load_products(STACKS)
    made = {
        ROOT / "docs" / "rules.md": rules_page(products).rstrip() + "\n",
        ROOT / "docs" / "vocabulary.md": vocabulary(),
        ROOT / "docs" / "stack-file.schema.json": schema(),
    }
    for product in products:
        made |= documents_of(product)
    return made


def documents_of(product: Product) -> dict[Path, str]:
    """The documents of one product."""
    parts = (("application-contract", contract(product)), ("runbooks", _runbook(product)))
    head = MADE.format(file=product.file)
    return {
        ROOT / "docs" / folder / f"{product.name}.md": "\n".join([head, "", *lines]).rstrip() + "\n"
        for folder, lines in parts
    }


def contract(product: Product) -> Iterator[str]:
    """What the application has to send, as Markdown, line by line."""
    yield f"# What {shown(product.title)}'s application owes its monitoring"
    yield ""
    yield "An alert on a metric that is never sent is silent, and looks healthy. This is what has to be sent, exactly."
    yield from _variables(product)
    yield from _metrics(product)
    yield from _traces(product)
    yield from _logs(product)
    yield from _errors(product)
    yield from _endpoints(product)
    yield from ["", "## The rest", ""]
    needs, _ = read_needs(ROOT / product.page)
    for need in sorted(needs, key=lambda each: TOPICS.index(each.topic)):
        rows = f" ({need.rows})" if need.rows else ""
        yield f"- **{need.topic}**{rows}: {need.what} *{need.why}*"


def _table(title: str, columns: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from ["", f"## {title}", "", columns, "|".join(["", *["---"] * (columns.count("|") - 1), ""]), *lines]


def _variables(product: Product) -> Iterator[str]:
    environments = " or ".join(f"`{name}`" for name in product.urls)
    variables = [
        f"| `DD_SERVICE` | `{product.service}` | all queries filter by it |",
        f"| `DD_ENV` | {environments} | all queries filter by it |",
        f"| `DD_TAGS` | `product:{product.name}` | on the agent: host metrics carry nothing else |",
    ]
    errors = [
        f"| `SENTRY_DSN` | stack output `{product.name}`, key `sentry-dsn`, `public` | where errors are sent |",
        f"| `SENTRY_ENVIRONMENT` | {environments} | alerts look at one environment |",
    ]
    keeps = variables if product.telemetry == "datadog" else []
    columns = "| Variable | Value | Why |"
    yield from _table("Environment variables", columns, [*keeps, *(errors if product.errors else [])])


def _metrics(product: Product) -> Iterator[str]:
    columns = "| Metric | Kind | Unit | Tags | What it counts or measures |"
    own = [metric for metric in product.metrics if metric.source is Source.APPLICATION]
    scraped = [metric for metric in product.metrics if metric.source is Source.ENDPOINT]
    others = [metric for metric in product.metrics if metric.source is Source.INFRASTRUCTURE]
    yield from _table("Metrics that the application emits", columns, [_metric(metric) for metric in own])
    yield from _table("Metrics that endpoints expose, by these names", columns, [_metric(each) for each in scraped])
    if product.telemetry == "grafana" and any(metric.kind is Kind.COUNTER for metric in (*own, *scraped)):
        yield from ["", FROM_ZERO]
    if product.telemetry == "grafana":
        yield from _bounds(product)
        yield from _labels(product)
    yield from _table("Metrics that hosts and integrations report", columns, [_metric(metric) for metric in others])
    checked = [alert.when for alert in product.alerts if isinstance(alert.when, ServiceCheck)]
    lines = [f"| `{each.check}` | {', '.join(f'`{tag}`' for tag in each.by)} |" for each in checked]
    yield from _table("Service checks that the agent runs", "| Check | Tags |", lines)


def _metric(metric: Metric) -> str:
    tags = ", ".join(f"`{tag}`" for tag in metric.tags) or "-"
    return f"| `{metric.name}` | {metric.kind} | {metric.unit} | {tags} | {shown(metric.about, cell=True)} |"


def _bounds(product: Product) -> Iterator[str]:
    """Where buckets of distributions have to end: at each limit that something of the product compares them with."""
    found: dict[str, set[Decimal]] = defaultdict(set)
    conditions = [*(alert.when for alert in product.alerts), *(each.good for each in product.objectives)]
    drawn = [signal for _, widget in product.widgets() for signal in widget.signals()]
    for each in (*conditions, *(when.signal for when in conditions if isinstance(when, Threshold)), *drawn):
        match each:
            case Within(metric=metric, limit=limit):
                found[metric.name].add(limit.to(metric.unit))
            case Threshold(signal=Percentile(metric=metric), critical=limit, warn=warn):
                found[metric.name] |= {one.to(metric.unit) for one in (limit, warn) if one is not None}
    units = {metric.name: metric.unit for metric in product.metrics}
    lines = [
        f"| `{name}` | {', '.join(plain(bound) for bound in sorted(bounds))} | {units[name]} |"
        for name, bounds in sorted(found.items())
    ]
    yield from _table("Where buckets of distributions have to end", "| Metric | Bounds among others | Unit |", lines)
    if lines:
        yield from ["", BOUNDS]


def _labels(product: Product) -> Iterator[str]:
    """What queries at Grafana are narrowed by: nothing finds a series or a line without these labels."""
    environments = " or ".join(f"`{name}`" for name in product.urls)
    sources = {metric.source for metric in product.metrics}
    drawn = [signal for _, widget in product.widgets() for signal in widget.signals()]
    signals = [*(signal for alert in product.alerts for signal in alert.when.signals()), *drawn]
    own = f"`{product.service}` | `deployment_environment`: {environments}"
    scraped = f"| `product`: `{product.name}` | `env`: {environments} | whoever scrapes them; a `Scrape` does |"
    lines = {
        f"| Metrics that the application emits | `job`: {own} | {ATTRIBUTES} |": Source.APPLICATION in sources,
        f"| Metrics of endpoints, hosts and integrations {scraped}": bool(sources - {Source.APPLICATION}),
        f"| Log lines | `service_name`: {own} | whoever ships them |": any(
            isinstance(each, Logged) for each in signals
        ),
    }
    columns = "| On | Whose it is | Environment | Set by |"
    yield from _table("Labels without which nothing is found", columns, [line for line, sent in lines.items() if sent])


def _traces(product: Product) -> Iterator[str]:
    lines = [
        f"| {', '.join(map(code, service.names))} | `{service.operation}` | {shown(service.about, cell=True)} |"
        for service in product.services
    ]
    yield from _table("Traced services", "| Service | Spans that count as requests | What they are |", lines)


def _logs(product: Product) -> Iterator[str]:
    read = [
        (f"alert `{alert.name}`", alert.when.signal)
        for alert in product.alerts
        if isinstance(alert.when, Threshold) and isinstance(alert.when.signal, LogCount)
    ]
    read += [(f"metric `{metric.name}`", metric.which) for metric in product.log_metrics]
    if product.log_index:
        read += [(f"exclusion `{each.name}`", each.which) for each in product.log_index.exclude]
    yield from _table(
        "Log events",
        "| Read by | Which |",
        [f"| {who} | {shown(which.describe(), cell=True)} |" for who, which in read],
    )


def _errors(product: Product) -> Iterator[str]:
    lines = [
        f"| `{alert.name}` | {shown(event_filter.describe(), cell=True)} |"
        for alert in product.alerts
        if isinstance(alert.when, Issues)
        for event_filter in alert.when.filters
    ]
    yield from _table("What errors have to carry", "| Alert | Matches events with |", lines)
    if product.errors and product.errors.highlight:
        tags = ", ".join(f"`{tag}`" for tag in product.errors.highlight)
        yield from ["", f"Messages show these tags too; highlight them once, by hand (docs/environments.md): {tags}."]


def _endpoints(product: Product) -> Iterator[str]:
    def body(check: Check) -> str:
        return f", body {code(check.body)}" if check.body else ""

    lines = [
        f"| {sites[check.site]}{check.path} | {name} | {check.status}{body(check)} |"
        for name, sites in product.urls.items()
        for check in product.checks
    ]
    yield from _table("Endpoints that are probed", "| Address | Environment | Healthy answer |", lines)


def _runbook(product: Product) -> Iterator[str]:
    yield f"# Runbook of {shown(product.title)}"
    yield ""
    yield f"One section per alert; each alert links to its own. Owner: {product.team}."
    if product.procedure:
        yield from ["", "For every alert, in this order:", ""]
        yield from (f"{number}. {shown(step)}" for number, step in enumerate(product.procedure, 1))
    for alert in sorted(product.alerts, key=lambda each: each.name):
        words = {tag: f"<{tag}>" for tag in alert.when.groups()} | dict(alert.when.words())
        at_sentry = evaluator_of(alert.when) == "errors"
        told = ", ".join(_told(product, each, at_sentry=at_sentry) for each in alert.receivers)
        yield from ["", f"## {alert.name}", "", shown(sentence(alert.said(words))), ""]
        yield f"- **First:** {shown(alert.runbook)}"
        yield f"- **Fires when:** {shown(alert.when.describe())}."
        if alert.causes:
            names = " or ".join(f"[{name}](#{name})" for name in alert.causes)
            yield f"- **Not sent while** {names} **fires:** look there first. If it still holds after that, it is sent."
        yield from (f"- **In {vendor}'s own words:** {said}." for vendor, said in _own_words(alert))
        severity = f"{shown(str(alert.severity))}, answer within {alert.severity.answer_within}"
        yield f"- **Severity:** {severity}; notifies {told}."
        if alert.severity.escalate_after and not at_sentry:
            later = ", ".join(shown(str(each)) for each in alert.severity.escalated)
            yield f"- **Not over after {alert.severity.escalate_after}:** also notifies {later}."
        if waits_for_users(product, alert):
            yield "- **Declared:** only in environments with users (`has-users`); without them it would never recover."
        if isinstance(alert.when, Issues) and any(each.wakes for each in alert.receivers):
            yield "- **Ends:** not by itself. Resolve the issue in Sentry and the incident in PagerDuty by hand."
        if alert.rows:
            yield f"- **Rows:** {alert.rows}"
    own = [
        f"- {shown(page.title)}, {shown(widget.title)}, at {vendor}: {said}."
        for page in product.dashboards
        for widget in page.widgets
        for vendor, said in _own_words(widget)
    ]
    if own:
        yield from ["", "## Widgets with vendor options", "", *own]


def _own_words(word: Alert | Widget) -> Iterator[tuple[str, str]]:
    """By vendor, the options that are said in its own words."""
    for vendor, entry in VENDORS.items():
        if options(word, vendor):
            yield entry.title, ", ".join(code(f"{name}={value!r}") for name, value in options(word, vendor).items())


def _told(product: Product, receiver: Receiver, *, at_sentry: bool) -> str:
    """Who is told. Sentry mails the members of one of its teams, whatever the address."""
    if at_sentry and isinstance(receiver, Email):
        return f"{shown(str(receiver))} (the members of Sentry's team {receiver.team or product.team})"
    return shown(str(receiver))


def main() -> None:
    """Write every document that says something else now, and name it."""
    for path in write(documents()):
        print(path.relative_to(ROOT))


def write(made: Mapping[Path, str]) -> list[Path]:
    """Write those that say something else now."""
    stale = {path: text for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(stale)


if __name__ == "__main__":
    main()
