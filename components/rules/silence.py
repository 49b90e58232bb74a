"""Rules on silence that nobody would notice."""

from __future__ import annotations

from collections.abc import Iterator

from components.grafana.memory import MEMORY
from components.rules.model import at_grafana, failing, log_silence, missed, thresholds, wakes
from components.rules.rule import Finding, of_product
from components.vocabulary.at_datadog import LogsStored
from components.vocabulary.checks import Check
from components.vocabulary.conditions import Absence, CertificateExpires
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Measured, Source
from components.vocabulary.product import Product

# Exporters' metrics begin with their name, and come and go together.
EXPORTERS = ("node", "pg", "redis", "process", "container")
LOGS = "log events"


@of_product("An alert on `Absence((…,), over=…)` with a metric of the family; for logs, on a `LogCount(…)` below 1.")
def silence_unnoticed(product: Product) -> Iterator[Finding]:
    """No data looks healthy, so an alert on what is no longer sent stays green forever."""
    told = {_family(product, each) for each in missed(product) if isinstance(each, Measured)}
    told |= {LOGS} if log_silence(product) else set()
    for alert in product.alerts_at("telemetry"):
        read = {_family(product, metric): metric.name for metric in alert.when.metrics()}
        if any(isinstance(signal, LogCount) for signal in alert.when.signals()):
            read[LOGS] = LOGS
        for family, name in read.items():
            if family and family not in told:
                told.add(family)  # once for each family, at the first alert that would be blind
                why = f"goes blind if {family} stop arriving, and nobody is notified of that."
                instead = "an alert on Absence(…)" if family != LOGS else "an alert on LogCount(…).below(times(1))"
                yield Finding(alert, "when", name, why, instead)


def _family(product: Product, metric: Measured) -> str:
    """What comes and goes with it; nothing for what Datadog's agent reports, whose monitors show that it is gone."""
    match metric.source:
        case Source.TRACES:
            return "traces"
        case Source.APPLICATION:
            return "the application's metrics"
        case Source.INFRASTRUCTURE if product.telemetry == "datadog":
            return ""
        case _:
            exporter = next((name for name in EXPORTERS if metric.name.startswith(f"{name}_")), "")
            return f"metrics of {exporter}" if exporter else "the endpoint's metrics"


@of_product("An alert on `Absence(CHECK, over=…)`.")
def check_silence_unnoticed(product: Product) -> Iterator[Finding]:
    """A check that is disabled or has run out of executions no longer reports failures."""
    unnoticed = failing(product) - {each for each in missed(product) if isinstance(each, Check)}
    for check in product.checks:
        if check in unnoticed:
            why = "may stop running without anyone being notified, and then never fails."
            yield Finding(check, "name", check.name, why, "an alert on its Absence(…)")


@of_product("An alert on `CheckFails(CHECK, rounds=2)`.")
def check_without_alert(product: Product) -> Iterator[Finding]:
    """A probe costs money, so that somebody is notified when it fails."""
    watched = failing(product)
    for check in product.checks:
        if check not in watched:
            yield Finding(
                check, "name", check.name, "fails without anyone being notified.", "an alert on CheckFails(…)"
            )


@of_product(f"A window of at most {MEMORY}.")
def silence_noticed_too_late(product: Product) -> Iterator[Finding]:
    """Grafana rules remember their last state for some hours, and silence has to alert before they forget it."""
    for alert in at_grafana(product):
        when = alert.when
        if isinstance(when, Absence) and when.over > MEMORY:
            why = f"is longer than the {MEMORY} for which alerts remember their last value: they would end first."
            yield Finding(alert, "over", str(when.over), why, f"at most {MEMORY}")


@of_product("One alert on silence, of any metric, whose severity wakes nobody.")
def silence_of_the_source_unnoticed(product: Product) -> Iterator[Finding]:
    """If Grafana's data source fails as a whole, only alerts on silence that wake nobody report it."""
    alerts = [alert for alert in product.alerts_at("telemetry") if product.telemetry == "grafana"]
    silent = [alert for alert in alerts if isinstance(alert.when, Absence)]
    if silent and all(wakes(alert) for alert in silent):
        why = "wakes somebody, so it can't report when the data source itself fails, and nothing else would."
        yield Finding(silent[0], "severity", silent[0].severity.name, why, "one that wakes nobody, for one such alert")


@of_product("An alert on `LogsStored(over=days(1))` above a part of `at_most_daily`.")
def log_limit_unwatched(product: Product) -> Iterator[Finding]:
    """Beyond its daily limit an index stores nothing, and every alert on log events is blind until the next day."""
    counts = any(isinstance(when.signal, LogCount) for _, when in thresholds(product))
    if not counts or product.log_index is None:
        return
    most = product.log_index.at_most_daily
    stored = [when for _, when in thresholds(product) if isinstance(when.signal, LogsStored) and when.sense == "above"]
    if not any(when.critical < most for when in stored):
        why = "is reached without anyone being notified, and alerts on log events are blind from then on."
        yield Finding(product, "log_index", str(most), why, "an alert on LogsStored(…) above a part of it")


@of_product("An alert on `CertificateExpires((CHECK,), within=days(14))`, with a check of each site.")
def certificate_unwatched(product: Product) -> Iterator[Finding]:
    """An expired certificate takes the whole site down, and can be seen coming for weeks."""
    watched = {
        check.site
        for each in product.alerts
        if isinstance(each.when, CertificateExpires)
        for check in each.when.checks()
    }
    for check in product.checks:
        if check.site not in watched:
            watched.add(check.site)
            why = "has a certificate that can expire without anyone being notified."
            yield Finding(check, "site", check.site, why, "an alert on CertificateExpires(…) with this check")
