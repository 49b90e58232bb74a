"""What Sentry refuses of uptime and cron monitors. Paths are getsentry/sentry's, below src/sentry/."""

from __future__ import annotations

import re
import zoneinfo
from typing import TYPE_CHECKING

from sandbox.vendors.model import Rule, at, at_most, between, exactly_one, matches, one_of, read_in, walk
from sandbox.vendors.sentry_facts import PROVIDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.values import Inputs

LARGEST_REQUEST = 1000
LONGEST_RUN = 40_320  # minutes; a newer version of monitors/validators.py says 10,080
NICKNAMES = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@hourly")
FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))  # minute, hour, day, month, day of the week
NAMES = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    "sun", "mon", "tue", "wed", "thu", "fri", "sat",
)  # fmt: skip


def body_fits_method(inputs: Inputs) -> Iterator[str]:
    """Check that a request without a body has none."""
    if at(inputs, "method") in ("GET", "HEAD", "OPTIONS") and inputs.get("body") is not None:
        yield f"body must not be set if method is {at(inputs, 'method')}"


def request_is_small(inputs: Inputs) -> Iterator[str]:
    """Check the size of the whole request: its first line, headers and body."""
    line = f"{at(inputs, 'method')} {at(inputs, 'url')} HTTP/1.1\r\n"
    headers = at(inputs, "headers") or {}
    size = len(line) + sum(len(name) + len(str(value).encode()) + 2 for name, value in headers.items())
    body = at(inputs, "body")
    size += len(body.encode()) + 2 if isinstance(body, str) else 0
    if size > LARGEST_REQUEST:
        yield f"Request is too large, max size is {LARGEST_REQUEST} bytes, got {size}"


def schedule_is_whole(inputs: Inputs) -> Iterator[str]:
    """Check that an interval is a number with its unit."""
    for place, schedule in walk(inputs, "schedule"):
        if (schedule.get("intervalValue") is None) != (schedule.get("intervalUnit") is None):
            yield f"{place}: intervalValue and intervalUnit must be specified together"


def crontab_can_be_read(inputs: Inputs) -> Iterator[str]:
    """Check a crontab: a nickname, or five fields within their ranges."""
    text = at(inputs, "schedule.crontab")
    if not isinstance(text, str) or text.strip() in NICKNAMES:
        return
    fields = text.lower().split()
    if len(fields) > len(FIELDS):
        yield "schedule: Only 5 field crontab syntax is supported"
    elif text.strip().startswith("@"):
        yield "schedule: Schedule was not parseable"
    elif len(fields) < len(FIELDS) or not all(map(_field_is_valid, fields, FIELDS)):
        yield f"schedule: Schedule is invalid: {text!r}"


def time_zone_exists(inputs: Inputs) -> Iterator[str]:
    """Check for a name of the tz database."""
    zone = at(inputs, "timezone")
    if zone is not None and zone not in zoneinfo.available_timezones():
        yield f"expected timezone to be a name of the tz database, got {zone}"


def _field_is_valid(field: str, limits: tuple[int, int]) -> bool:
    low, high = limits
    for part in field.split(","):
        if not re.fullmatch(r"(\*|\w+(-\w+)?)(/[1-9]\d*)?|l|\w+#[1-5]|\w+l", part):
            return False
        for word in re.findall(r"\w+", re.split(r"[/#]", part)[0]):
            number = word.removesuffix("l") if word[0].isdigit() else word
            if not (number in (*NAMES, "l") or (number.isdigit() and low <= int(number) <= high)):
                return False
    return True


UPTIME_RULES: tuple[Rule, ...] = (
    *read_in(
        PROVIDER,
        one_of("intervalSeconds", 60, 300, 600, 1200, 1800, 3600),
        one_of("method", "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"),
        exactly_one("teamId", "userId", within="owner"),
        body_fits_method,
    ),
    *read_in(
        "uptime/endpoints/validators.py",
        at_most("name", 128),
        at_most("url", 255),
        matches("url", r"https?://\S+", "an http:// or https:// URL"),
        between("timeoutMs", 1000, 60_000, " ms"),
        request_is_small,
    ),
)
CRON_RULES: tuple[Rule, ...] = (
    *read_in(
        PROVIDER,
        exactly_one("crontab", "intervalValue", within="schedule"),
        one_of("schedule.intervalUnit", "year", "month", "week", "day", "hour", "minute"),
        schedule_is_whole,
        time_zone_exists,
    ),
    *read_in(
        "monitors/validators.py, monitors/constants.py",
        crontab_can_be_read,
        between("schedule.intervalValue", 1, 2**31),
        between("checkinMarginMinutes", 0, LONGEST_RUN, " minutes"),
        between("maxRuntimeMinutes", 1, LONGEST_RUN, " minutes"),
        between("failureIssueThreshold", 1, 720),
        between("recoveryThreshold", 1, 720),
    ),
)
