"""The organisation at Datadog: whose it is, and what it keeps of metrics."""

from __future__ import annotations

import pulumi

from components.datadog.sdk import datadog
from components.environment import Environment
from components.ownership import Setting


def whose(_environment: Environment) -> str:
    """The name of the organisation that the credentials open."""
    return str(datadog.get_current_user().org_name)


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
