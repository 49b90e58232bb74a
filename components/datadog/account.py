"""What exists once per organisation at Datadog: receivers, and what it keeps of metrics."""

from __future__ import annotations

import pulumi

from components.datadog.sdk import datadog
from components.ownership import Setting, Shared
from components.secrets import Secrets
from components.vocabulary.people import PagerDuty, Slack


def declare_receiver(
    shared: Shared, secrets: Secrets, opts: pulumi.ResourceOptions
) -> datadog.slack.Channel | datadog.pagerduty.ServiceObject:
    """Create the channel or the service that Datadog may deliver to; monitors refer to it by its handle."""
    match shared.receiver:
        case Slack(name):
            return datadog.slack.Channel(
                shared.key,
                account_name=shared.workspace,
                channel_name=name,
                display=datadog.slack.ChannelDisplayArgs(message=True, notified=True, snapshot=True, tags=True),
                opts=opts,
            )
        case PagerDuty(name):
            return datadog.pagerduty.ServiceObject(
                shared.key, service_name=name, service_key=secrets[shared.secret], opts=opts
            )
        case _:
            raise TypeError(f"Datadog needs no resource to deliver to {type(shared.receiver).__name__}")


def declare_setting(setting: Setting, opts: pulumi.ResourceOptions) -> datadog.MetricTagConfiguration:
    """Switch percentiles on. That can't be had without a list of the tags that stay queryable; those not in it go.

    Source: resource_datadog_metric_tag_configuration.go of terraform-provider-datadog, and its issue 4168.
    """
    return datadog.MetricTagConfiguration(
        f"datadog-metric-{setting.metric}",
        metric_name=setting.metric,
        metric_type="distribution",
        include_percentiles=True,
        tags=[tag.lower() for tag in setting.tags],  # as Datadog keeps them
        opts=opts,
    )
