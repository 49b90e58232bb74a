"""Endpoints whose metrics Grafana Cloud fetches."""

from __future__ import annotations

from pulumiverse_grafana import connections

from components.secrets import scrape_secret
from components.vendor import VendorMonitoring
from components.vocabulary.at_grafana import Scrape


def declare_scrape(component: VendorMonitoring, scrape: Scrape) -> connections.MetricsEndpointScrapeJob:
    """Create the scrape job; its labels are what queries on these metrics are narrowed by."""
    scope = component.scope
    made = connections.MetricsEndpointScrapeJob(
        scope.logical(f"scrape-{scrape.name}"),
        stack_id=scope.environment.grafana_stack,
        name=scope.slug(scrape.name),
        url=scope.sites[scrape.site] + scrape.path,
        authentication_method="bearer",
        authentication_bearer_token=component.secrets[scrape_secret(scope)],
        scrape_interval_seconds=scrape.every.seconds,
        static_labels=scope.labels(),
        enabled=True,
        opts=component.child(),
    )
    return component.answer(scrape.rows, made)
