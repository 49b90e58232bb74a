"""Everything of one product at Sentry."""

from __future__ import annotations

import pulumi_sentry as sentry

from components.sentry.alerts import declare_alert
from components.sentry.dashboards import declare_dashboard
from components.sentry.receivers import LookedUp
from components.vendor import VendorMonitoring
from components.vendors import alerts_here
from components.vocabulary.error_tracking import ErrorTracking, Noise

DROPPED: dict[Noise, str] = {"local": "localhost", "extensions": "browser-extensions", "crawlers": "web-crawlers"}


class SentryMonitoring(VendorMonitoring):
    """One project per product and environment, its key, what it drops, and the alerts on its issues."""

    TOKEN = "monitoring:components:SentryMonitoring"  # noqa: S105
    VENDOR = "sentry"

    def declare(self) -> None:
        """The project before what watches it."""
        errors = self.scope.product.errors
        if errors is None:
            return
        project = self._project(errors)
        key = self._key(errors, project)
        self.outputs["sentry-dsn"] = key.dsn
        for kind in errors.drop:
            self.answer(errors.rows, self._dropped(DROPPED[kind], project))
        self._spike_protection(errors, project)
        if errors.dashboard:
            made = declare_dashboard(self, errors.dashboard)
            address = self.scope.environment.at_sentry
            self.outputs["sentry-dashboard"] = made.internal_id.apply(lambda number: address(f"/dashboard/{number}/"))
        ids = LookedUp(self)
        for alert in alerts_here(self.scope, self.VENDOR):
            declare_alert(self, alert, ids, project)

    def _project(self, errors: ErrorTracking) -> sentry.Project:
        scope = self.scope
        slug = f"{errors.project or scope.product.name}{scope.environment.suffix}"
        digest = errors.summarise_every.seconds if errors.summarise_every else None
        made = sentry.Project(
            scope.logical("sentry-project"),
            organization=scope.environment.sentry_organization,
            name=f"{errors.title}{scope.environment.suffix}" if errors.title else slug,
            slug=slug,
            teams=[scope.product.team],
            platform=errors.platform,
            default_rules=False,
            default_key=False,
            digests_min_delay=digest,
            digests_max_delay=digest,
            filters=sentry.ProjectFiltersArgs(error_messages=sorted(errors.ignore)) if errors.ignore else None,
            # A project takes its events along when it is deleted.
            opts=self.child(keep=True),
        )
        return self.answer(errors.rows, made)

    def _dropped(self, kind: str, project: sentry.Project) -> sentry.ProjectInboundDataFilter:
        return sentry.ProjectInboundDataFilter(
            self.scope.logical(f"sentry-filter-{kind}"),
            organization=self.scope.environment.sentry_organization,
            project=project.internal_id,
            filter_id=kind,
            active=True,
            opts=self.child(),
        )

    def _spike_protection(self, errors: ErrorTracking, project: sentry.Project) -> None:
        """What keeps a loop from using up the quota. A cap on the key would drop the errors that wake somebody, too."""
        made = sentry.ProjectSpikeProtection(
            self.scope.logical("sentry-spike-protection"),
            organization=self.scope.environment.sentry_organization,
            # By its slug, as the provider reads it back; everything else goes by the id.
            project=project.slug,
            enabled=True,
            opts=self.child(),
        )
        self.answer(errors.rows, made)

    def _key(self, errors: ErrorTracking, project: sentry.Project) -> sentry.Key:
        made = sentry.Key(
            self.scope.logical("sentry-key"),
            organization=self.scope.environment.sentry_organization,
            project=project.internal_id,
            name=self.scope.slug(),
            opts=self.child(),
        )
        return self.answer(errors.rows, made)
