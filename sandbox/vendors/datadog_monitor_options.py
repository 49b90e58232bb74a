"""What Datadog refuses about a monitor's name, message and options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from components.datadog.language.expression import Any as AnyOf
from components.datadog.language.expression import Every, Metric, Not, OneOf, Tag, metrics
from components.datadog.language.query import METRIC_TYPES, MONITOR_TYPES
from components.datadog.language.tree import MINUTES, Search, ServiceCheck
from sandbox.vendors.datadog_facts import CLIENT, DOCS, PROVIDER
from sandbox.vendors.datadog_monitor_query import calculated, fills_with_zero, is_multi_alert, parsed_query, uses
from sandbox.vendors.model import at, between, not_together, one_of, only, read_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from components.datadog.language.expression import ScopeTerm
    from sandbox.vendors.model import Rule
    from sandbox.vendors.values import Inputs

# Monitors of these types keep the older notify_no_data: the newer on_missing_data isn't offered to them.
WITHOUT_MISSING_DATA = ("service check", "composite", "slo alert")
RETENTION = (1, 72)
"""Hours."""


def name_starts_with_a_letter(inputs: Inputs) -> Iterator[str]:
    """Check that the name doesn't start with a space."""
    if str(at(inputs, "name") or "").startswith(" "):
        yield "name cannot start with a space"


def missing_data_is_offered(inputs: Inputs) -> Iterator[str]:
    """Check that on_missing_data is set only on types that have it."""
    if at(inputs, "onMissingData") and at(inputs, "type") in WITHOUT_MISSING_DATA:
        yield (
            f"on_missing_data option is not available for monitors of type {at(inputs, 'type')}; "
            "use notifyNoData and noDataTimeframe"
        )


def zero_is_no_gap(inputs: Inputs) -> Iterator[str]:
    """Check that a query with default_zero, which never misses data, leaves on_missing_data at its default."""
    chosen = at(inputs, "onMissingData")
    if chosen not in (None, "", "default") and fills_with_zero(inputs):
        yield f"Invalid on_missing_data value: {chosen}; valid value is: default (the query uses default_zero)"


def groups_are_delayed(inputs: Inputs) -> Iterator[str]:
    """Check that new groups are delayed only where there are groups."""
    query = parsed_query(inputs)
    if at(inputs, "newGroupDelay") and query is not None and not is_multi_alert(query):
        yield "The new_group_delay option can only be used for multi-alert monitors"


def timeout_or_resolve(inputs: Inputs) -> Iterator[str]:
    """Check that missing data doesn't resolve both at once and after some hours."""
    if at(inputs, "timeoutH") and at(inputs, "onMissingData") == "resolve":
        yield "timeout_h cannot be set and non-zero when on_missing_data is resolve"


def windows_are_of_anomalies(inputs: Inputs) -> Iterator[str]:
    """Check that threshold windows are set only beside anomalies()."""
    query = parsed_query(inputs)
    windows = at(inputs, "monitorThresholdWindows")
    if windows and calculated(query) is not None and not uses(query, "anomalies"):
        yield "threshold_windows is only used with anomalies monitors"


def groups_are_kept_for_hours(inputs: Inputs) -> Iterator[str]:
    """Check that groups without data are kept for 1 to 72 hours."""
    written = at(inputs, "groupRetentionDuration")
    if not isinstance(written, str):
        return
    span = re.fullmatch(r"(\d+)([mhd])", written)
    hours = int(span[1]) * MINUTES[span[2]] / MINUTES["h"] if span else 0
    if not RETENTION[0] <= hours <= RETENTION[1]:
        yield f"groupRetentionDuration must be between 1h and 72h, such as 60m, 1h or 2d, got {written!r}"


def message_closes_what_it_opens(inputs: Inputs) -> Iterator[str]:
    """Template variables and conditionals in the message are closed, in order."""
    for name in ("message", "escalationMessage"):
        text = at(inputs, name)
        if not isinstance(text, str):
            continue
        if text.count("{{") != text.count("}}"):
            yield f"{name}: unmatched '{{{{' in the template: {text.count('{{')} opened, {text.count('}}')} closed"
            continue
        opened: list[str] = []
        for sign, block in re.findall(r"\{\{\s*([#^/])\s*(\w+)[^}]*\}\}", text):
            if sign != "/":
                opened.append(block)
            elif not opened or opened.pop() != block:
                yield f"{name}: {{{{/{block}}}}} closes a block that isn't open"
                break
        else:
            yield from (f"{name}: the block {{{{#{block}}}}} is not closed" for block in opened)


def message_names_its_tags(inputs: Inputs) -> Iterator[str]:
    """Check that `{{x.name}}` is of a tag that the query groups by or filters by: any other renders as nothing."""
    known = _tags_of(inputs)
    if known is None:
        return
    text = str(at(inputs, "message") or "")
    used = re.findall(r"\{\{\s*\[?([^}\]\s]+?)\]?\.name\s*\}\}", text)
    used += re.findall(r"\{\{\s*[#^]is(?:_exact)?_match\s+[\"']\[?([^\s}\]\"']+?)\]?\.name[\"']", text)
    for name in sorted(set(used) - known):
        yield f"message: {{{{{name}.name}}}} is empty: the query groups and filters by {', '.join(sorted(known))} only"


def _tags_of(inputs: Inputs) -> set[str] | None:
    """Return what a message may name; None when that isn't known."""
    query = parsed_query(inputs)
    if isinstance(query, ServiceCheck):
        by = query.step("by")
        over = query.step("over")
        found = {text.split(":", 1)[0] for step in (by, over) if step for text in step.texts}
        return None if by is None or "*" in found else found
    calculation = calculated(query) if at(inputs, "type") in METRIC_TYPES else None
    # The queries of a formula are elsewhere, in variables.
    if calculation is None or isinstance(query, Search):
        return None
    found = {name for metric in metrics(calculation) for name in _keys(metric)}
    grouped = any(metric.by for metric in metrics(calculation))
    return found if grouped and "*" not in {name for metric in metrics(calculation) for name in metric.by} else None


def _keys(metric: Metric) -> Iterator[str]:
    yield from metric.by
    yield from _scope_keys(metric.scope)


def _scope_keys(term: ScopeTerm) -> Iterator[str]:
    if isinstance(term, Tag):
        if ":" in term.text:
            yield term.text.split(":", 1)[0].lstrip("-")
    elif isinstance(term, OneOf):
        yield term.key
    elif isinstance(term, Not):
        yield from _scope_keys(term.term)
    elif isinstance(term, Every | AnyOf):
        for part in term.terms:
            yield from _scope_keys(part)


def renotifying_has_an_interval(inputs: Inputs) -> Iterator[str]:
    """How often and in which states to notify again says nothing without the interval."""
    for name, said in (("renotifyOccurrences", "renotify_occurrences"), ("renotifyStatuses", "renotify_statuses")):
        if at(inputs, name) and not at(inputs, "renotifyInterval"):
            yield f"The {said} option can only be used if renotify_interval is set ({name} needs renotifyInterval)"


def priority_is_text(inputs: Inputs) -> Iterator[str]:
    """Check that the priority is "1" to "5", as text."""
    priority = at(inputs, "priority")
    if priority is not None and str(priority) not in {"1", "2", "3", "4", "5"}:
        yield f'expected priority to be one of ["1" "2" "3" "4" "5"], got {priority}'


RESOURCE = f"{PROVIDER}: datadog/resource_datadog_monitor.go"
KENNEL = "grosser/kennel: lib/kennel/models/monitor.rb"
RULES: tuple[Rule, ...] = (
    *read_in(
        RESOURCE,
        only("monitorThresholdWindows", "recoveryWindow", "triggerWindow"),
        one_of("type", *MONITOR_TYPES),
        one_of("renotifyStatuses[]", "alert", "warn", "no data"),
        one_of("draftStatus", "draft", "published"),
        not_together("onMissingData", "notifyNoData"),
        not_together("onMissingData", "noDataTimeframe"),
        missing_data_is_offered,
    ),
    *read_in(
        f"{CLIENT}: api/datadogV1/model_on_missing_data_option.go",
        one_of("onMissingData", "show_no_data", "show_and_notify_no_data", "resolve", "default"),
    ),
    *read_in(f"{CLIENT}: api/datadogV1/model_monitor.go, 1 (high) to 5 (low)", priority_is_text),
    *read_in(f"{KENNEL}, name_must_not_start_with_space", name_starts_with_a_letter),
    *read_in(f"{PROVIDER} #2815; {DOCS} #39238; {KENNEL}, configure_no_data", zero_is_no_gap),
    *read_in("cloudposse/terraform-datadog-platform #52, datadog-operator #842", groups_are_delayed),
    *read_in(f"{KENNEL}, invalid_no_data_config", timeout_or_resolve),
    *read_in(f"{KENNEL}, invalid_timeout_h; {RESOURCE}", between("timeoutH", 0, 24, " hours")),
    *read_in(f"an API's answer quoted in a public guide; {RESOURCE}", windows_are_of_anomalies),
    *read_in(f"{RESOURCE}, group_retention_duration", groups_are_kept_for_hours),
    *read_in(f"{PROVIDER} #1882", message_closes_what_it_opens),
    *read_in(f"{KENNEL}, invalid_variable_used_in_message", message_names_its_tags),
    *read_in(f"{PROVIDER} #2820, {DOCS} #22321", renotifying_has_an_interval),
)
