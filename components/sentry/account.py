"""What exists once per organisation at Sentry: PagerDuty services."""

from __future__ import annotations

import pulumi
import pulumi_sentry as sentry

from components.ownership import Shared
from components.secrets import Secrets
from components.sentry.receivers import integration


def declare_receiver(shared: Shared, secrets: Secrets, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    """Create the service that alerts refer to by its id."""
    return sentry.IntegrationPagerduty(
        shared.key,
        organization=shared.account,
        integration_id=integration(shared.account, "pagerduty", shared.workspace),
        service=shared.receiver.name,
        integration_key=secrets[shared.secret],
        opts=opts,
    )
