"""What Grafana refuses about contact points and mute timings, and what the provider does when it deletes one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from sandbox.vendors.grafana_facts import API, NOTIFIERS, PROVIDER, RULE_GROUP
from sandbox.vendors.model import at, read_in, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.account import Account, Row
    from sandbox.vendors.model import Rule
    from sandbox.vendors.values import Inputs

WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
# By integration: the input it can't do without, and what Grafana says.
NEEDED = {
    "emails": ("addresses", "could not find addresses in settings"),
    "pagerduties": ("integrationKey", "could not find integration key property in settings"),
    "webhooks": ("url", "required field 'url' is not specified"),
}
DAY = 24 * 60


def contact_point_reaches_somebody(inputs: Inputs) -> Iterator[str]:
    """Check that a contact point has an integration."""
    if not any(inputs.get(name) for name in NOTIFIERS):
        yield f"one of `{','.join(NOTIFIERS)}` must be specified"


def slack_has_an_address(inputs: Inputs) -> Iterator[str]:
    """Check that one to Slack has a webhook, or a token and a channel."""
    for place, slack in walk(inputs, "slacks[]"):
        if not slack.get("url") and not (slack.get("token") and slack.get("recipient")):
            said = "token must be specified when using the Slack chat API; or set url"
            yield f"{place}: [400] invalid contact point: {said}"


def integrations_are_complete(inputs: Inputs) -> Iterator[str]:
    """Check that integrations have what they can't do without."""
    for kind, (name, said) in NEEDED.items():
        for place, integration in walk(inputs, f"{kind}[]"):
            value = integration.get(name)
            if not value or value == [""]:
                yield f"{place}.{name}: [400] invalid contact point: {said}"


def it_is_named(inputs: Inputs) -> Iterator[str]:
    """Check that the name isn't empty."""
    if at(inputs, "name") == "":
        yield "name: [400] invalid object specification: name must not be empty"


def times_are_of_a_day(inputs: Inputs) -> Iterator[str]:
    """Check that a range of times starts before it ends, between 00:00 and 24:00."""
    for place, times in walk(inputs, "intervals[].times[]"):
        minutes = [_minutes(times.get(name)) for name in ("start", "end")]
        for name, value in zip(("start", "end"), minutes, strict=True):
            if value is None:
                yield f"{place}.{name}: [400] couldn't parse timestamp {times.get(name)}, invalid format"
        if None not in minutes and minutes[0] >= minutes[1]:  # type: ignore[operator]
            yield f"{place}: [400] start time cannot be equal or greater than end time"


def weekdays_exist(inputs: Inputs) -> Iterator[str]:
    """Check that weekdays, or ranges of them, are written as in a calendar."""
    for place, written in walk(inputs, "intervals[].weekdays[]"):
        for day in str(written).split(":"):
            if day.strip().lower() not in WEEKDAYS:
                yield f"{place}: [400] {day} is not a valid weekday"


def location_exists(inputs: Inputs) -> Iterator[str]:
    """Check that the location is a time zone."""
    for place, location in walk(inputs, "intervals[].location"):
        if location not in ("", "Local") and location not in available_timezones():
            yield f"{place}: [400] invalid location: unknown time zone {location}"


def unlink_from_rules(row: Row, account: Account) -> None:
    """Take a mute timing out of every rule that names it, as the provider does before it deletes one."""
    name = row.inputs["name"]
    for group in account.all(RULE_GROUP):
        changed = False
        for _, settings in walk(group.inputs, "rules[].notificationSettings"):
            if name in (settings.get("muteTimings") or []):
                settings["muteTimings"] = [timing for timing in settings["muteTimings"] if timing != name]
                changed = True
        if changed:
            account.put(replace(group, inputs=group.inputs))


def _minutes(written: object) -> int | None:
    match = re.fullmatch(r"(\d\d):(\d\d)", str(written))
    found = int(match[1]) * 60 + int(match[2]) if match else None
    return found if found is not None and match and int(match[2]) < 60 and found <= DAY else None  # noqa: PLR2004


CONTACT_POINT_RULES: tuple[Rule, ...] = (
    *read_in(
        f"{PROVIDER}: internal/resources/grafana/resource_alerting_contact_point.go, AtLeastOneOf",
        contact_point_reaches_somebody,
    ),
    *read_in(
        "grafana/alerting: receivers/slack, email, pagerduty and webhook, config.go",
        slack_has_an_address,
        integrations_are_complete,
    ),
    *read_in(f"{API}/provisioning/contactpoints.go, ValidateContactPoint", it_is_named),
)
MUTE_TIMING_RULES: tuple[Rule, ...] = (
    *read_in(f"{API}/api/tooling/definitions/provisioning_mute_timings.go, Validate", it_is_named),
    *read_in(
        "prometheus/alertmanager: timeinterval/timeinterval.go", times_are_of_a_day, weekdays_exist, location_exists
    ),
)
