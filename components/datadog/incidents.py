"""The status page with the templates of what is announced on it, and the template of the post-mortem."""

from __future__ import annotations

from pathlib import Path

import pulumi

from components.datadog.sdk import datadog
from components.vendor import VendorMonitoring
from components.vocabulary.at_datadog import PostMortem, StatusPage

ROOT = Path(__file__).resolve().parents[2]


def declare_status_page(component: VendorMonitoring, page: StatusPage) -> datadog.StatusPage:
    """Create page and components, and for each component the degradation that announces its outage.

    Positions have no gaps, so each component waits for the one above it. Where not everybody is told whom the product
    names, as in staging, the page is for the organisation only.
    """
    scope = component.scope
    public = scope.environment.notify is None
    made = component.answer(
        page.rows,
        datadog.StatusPage(
            scope.logical("status-page"),
            name=page.title if not scope.environment.suffix else scope.title(page.title),
            type="public" if public else "internal",
            domain_prefix=scope.slug(),
            visualization_type="bars_and_uptime_percentage",
            subscriptions_enabled=public,
            opts=component.child(),
        ),
    )
    above: list[pulumi.Resource] = []
    for position, title in enumerate(page.components):
        name = "-".join(title.lower().split())
        part = datadog.StatusPageComponent(
            scope.logical(f"status-page-{name}"),
            page_id=made.id,
            name=title,
            type="component",
            position=position,
            opts=component.child(depends_on=list(above)),
        )
        above.append(component.answer(page.rows, part))
        template = datadog.StatusPageDegradationTemplate(
            scope.logical(f"degradation-{name}"),
            page_id=made.id,
            name=scope.title(f"{title}: outage"),
            degradation_title=f"{title}: outage",
            components_affecteds=[
                datadog.StatusPageDegradationTemplateComponentsAffectedArgs(id=part.id, status="major_outage")
            ],
            updates=[
                datadog.StatusPageDegradationTemplateUpdateArgs(
                    status="investigating", message="It does not work at the moment. We are looking for the cause."
                )
            ],
            opts=component.child(),
        )
        component.answer(page.rows, template)
    return made


def declare_post_mortem(component: VendorMonitoring, post_mortem: PostMortem) -> None:
    """Create the type of incident, and the template that its post-mortems start from."""
    scope = component.scope
    kind = datadog.IncidentType(
        scope.logical("incident-type"),
        name=scope.title(post_mortem.name),
        description=scope.about("Incidents of the product", post_mortem),
        is_default=False,
        opts=component.child(),
    )
    template = datadog.IncidentPostmortemTemplate(
        scope.logical("post-mortem"),
        name=scope.title("Post-mortem"),
        incident_type=kind.id,
        content=(ROOT / post_mortem.template).read_text(encoding="utf-8"),
        location="datadog_notebooks",
        is_default=True,
        opts=component.child(),
    )
    for resource in (kind, template):
        component.answer(post_mortem.rows, resource)
