"""What a person who is told by Datadog reads."""

from __future__ import annotations

from components.datadog.queries import facet
from components.datadog.receivers import handle
from components.scope import Scope
from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.conditions import Absence, BudgetBurns
from components.vocabulary.log_signals import LogCount
from components.vocabulary.quantities import Amount
from components.vocabulary.signals import Mean, Percentile, Ratio
from components.vocabulary.thresholds import Condition, Threshold

ALERT = "role:alert"  # the tag of monitors that notify; those that are only part of one have it not


def message(scope: Scope, alert: Alert) -> str:
    """The text of a notification. Who wakes up does so for alerts and their end, never for a warning."""
    late = [handle(scope, receiver) for receiver in scope.escalated(alert.severity) if receiver.wakes]
    waking = [handle(scope, receiver) for receiver in scope.told(alert) if receiver.wakes]
    quiet = [handle(scope, receiver) for receiver in scope.told(alert) if not receiver.wakes]
    states = {"is_alert": waking}
    if not is_an_event(alert.when):
        states["is_recovery"] = [*dict.fromkeys([*waking, *late])]
        if isinstance(alert.when, ServiceCheck | Absence) or scope.causes(alert):
            # Past NO DATA, is_recovery may not hold (documentation#7961): without this, an incident would stay open.
            states["is_no_data_recovery"] = states["is_recovery"]
    # Where silence is the failure, missing data is an alert; so is trouble whose cause isn't known to fire.
    if isinstance(alert.when, Absence) or scope.causes(alert):
        states["is_no_data"] = waking
    # With a space where two may match at once: a handle ends at one.
    beside = {"is_no_data_recovery": " "}
    woken = "".join(_if(state, beside.get(state, "") + " ".join(them)) for state, them in states.items() if them)
    severity = alert.severity
    summary = scope.summary(alert, lambda tag: _variable(alert, tag), _limits(alert))
    return "\n\n".join(
        [
            f"{_silence(alert)}{_uncertain(scope, alert)}{summary}{_end(alert)}",
            f"**First:** {alert.runbook}\n**Runbook:** {scope.runbook(alert)}",
            f"**Condition:** {alert.when.describe()}.{scope.unless_caused(alert)}",
            f"**Severity:** {severity}, answer within {severity.answer_within}. **Owner:** {scope.product.team}.",
            scope.managed(alert.rows),
            " ".join([*quiet, woken]).strip(),
        ]
    )


def is_an_event(when: Condition) -> bool:
    """Whether one event is the failure: that no further one follows ends nothing, and mustn't close an incident."""
    return (
        isinstance(when, Threshold) and when.signal.ACCUMULATES and when.sense == "above" and not when.critical.number
    )


def _limits(alert: Alert) -> dict[str, str]:
    """The threshold that the summary names: of a warning, its own."""
    when = alert.when
    if not isinstance(when, Threshold) or when.warn is None:
        return {}
    return {"threshold": _if("is_warning", str(when.warn)) + _if("is_warning", str(when.critical), sign="^")}


def _silence(alert: Alert) -> str:
    """What a service check's silence means, which its summary doesn't say."""
    if not isinstance(alert.when, ServiceCheck):
        return ""
    return _if("is_no_data", f"{alert.when.check} isn't reported: the agent or its host may be down. If both are up: ")


def _uncertain(scope: Scope, alert: Alert) -> str:
    """What missing data means of an alert that isn't told beside its cause: the cause's are missing, not its own."""
    names = " or ".join(cause.name for cause in scope.causes(alert))
    return names and _if("is_no_data", f"{names} has no data, so whether it fires is unknown. ")


def _end(alert: Alert) -> str:
    """What the end of an alert doesn't mean, where that is not plain."""
    match alert.when:
        case Absence():
            ends = "There is data again, or there was none for another day and Datadog stopped checking."
        case ServiceCheck():
            ends = "It works again, or it reported nothing for a day and Datadog stopped checking."
        case Threshold(signal=signal) if is_an_event(alert.when):
            ends = f"No further one in {signal.window}. That doesn't mean it is fixed."
        case Threshold(signal=Ratio() | Mean() | Percentile() as signal) if signal.at_least:
            few = f"fewer than {signal.at_least} in {signal.window}"
            ends = f"Within the limit, or {few}, as in an outage: check which."
        case BudgetBurns(at_least=Amount() as least, within=within):
            ends = f"It burns more slowly, or fewer than {least} came in {within}, as in an outage: check which."
        case _:
            return ""
    return _if("is_recovery", f" **Recovered:** {ends}")


def _if(state: str, text: str, sign: str = "#") -> str:
    """A text for one state of the monitor, or with `^` for every other."""
    return f"{{{{{sign}{state}}}}}{text}{{{{/{state}}}}}"


def _variable(alert: Alert, tag: str) -> str:
    """A tag (of log events: a field) of the group that alerts; one with a point in its name stands in brackets."""
    counted = alert.when.signals()
    name = facet(tag) if any(isinstance(signal, LogCount) for signal in counted) else tag
    return f"{{{{[{name}].name}}}}" if "." in name else f"{{{{{name}.name}}}}"


def reminder(scope: Scope, alert: Alert) -> str:
    """What is sent again while nobody has ended it."""
    severity = alert.severity
    told = dict.fromkeys((*scope.told(alert), *scope.escalated(severity)))
    handles = " ".join(handle(scope, receiver) for receiver in told)
    return f"Still unresolved. Answer {severity.name} within {severity.answer_within}. {handles}"


def part_message(scope: Scope, alert: Alert) -> str:
    """The text of a monitor that is only part of a composite one."""
    return f"Part of the alert {alert.name}; it notifies nobody on its own. {scope.managed(alert.rows)}"
