"""Maintenance windows as Datadog downtimes."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pulumi

from components.datadog.sdk import datadog
from components.vendor import VendorMonitoring
from components.vocabulary.maintenance import Maintenance, Weekday

WEEK: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
START = "recurringSchedule.recurrences[0].start"


def declare_downtime(component: VendorMonitoring, window: Maintenance) -> datadog.DowntimeSchedule:
    """Create the weekly downtime of all monitors of the product in this environment.

    Datadog may refuse a first day that is past, so it is the next one when the downtime is created, and not compared
    afterwards. The time of day is part of the resource's name: another one is another downtime.
    """
    scope = component.scope
    days = ",".join(day[:2].upper() for day in window.days)
    made = datadog.DowntimeSchedule(
        scope.logical(f"maintenance-{window.name}-{window.start.replace(':', '')}"),
        scope="*",
        monitor_identifier=datadog.DowntimeScheduleMonitorIdentifierArgs(
            monitor_tags=[f"env:{scope.environment.name}", f"product:{scope.product.name}"]
        ),
        recurring_schedule=datadog.DowntimeScheduleRecurringScheduleArgs(
            recurrences=[
                datadog.DowntimeScheduleRecurringScheduleRecurrenceArgs(
                    start=next_start(window, dt.datetime.now(dt.UTC)),
                    duration=f"{window.minutes}m",
                    rrule=f"FREQ=WEEKLY;BYDAY={days}",
                )
            ],
            timezone=window.timezone,
        ),
        display_timezone=window.timezone,
        message=f"{scope.title(window.name)}. {scope.managed(window.rows)}",
        mute_first_recovery_notification=False,
        notify_end_states=["alert", "no data", "warn"],
        notify_end_types=["expired"],
        opts=pulumi.ResourceOptions.merge(component.child(), pulumi.ResourceOptions(ignore_changes=[START])),
    )
    return component.answer(window.rows, made)


def next_start(window: Maintenance, now: dt.datetime) -> str:
    """When the window next begins, `2026-01-05T03:00:00` in its own time zone, as Datadog takes no offset there."""
    here = now.astimezone(ZoneInfo(window.timezone)).replace(tzinfo=None)
    time = dt.time.fromisoformat(window.start)
    coming = (dt.datetime.combine(here.date() + dt.timedelta(days=day), time) for day in range(8))
    first = next(each for each in coming if each > here and WEEK[each.weekday()] in window.days)
    return first.isoformat()
