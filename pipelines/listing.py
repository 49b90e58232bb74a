"""What the vendors' list APIs say exists: read only, page by page, one request after the other.

Paths, pages and fields: docs.datadoghq.com/api/latest, grafana.com/docs (HTTP API), docs.sentry.io/api. Rate limits are
kept by waiting when told to (`apis.web`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from apis.access import ACCESS, cursor, opened
from apis.web import Web, WebError

PAGE = 100
PAGES = 100


@dataclass(frozen=True)
class Thing:
    """One thing at a vendor. `id` as in the state, without an organisation before it; `labels` are its tags."""

    id: str
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """One kind of thing: how a person calls it, the engine's type, and how all of them are listed."""

    vendor: str
    name: str
    type: str
    api: str
    all: Callable[[Web], Iterator[Thing]]


def apis(sentry_organization: str) -> dict[str, Web | WebError]:
    """By name, each API that the environment has credentials for; for the others what is missing."""
    found: dict[str, Web | WebError] = {}
    for name in ACCESS:
        path = f"/0/organizations/{quote(sentry_organization, safe='')}" if name == "sentry" else ""
        try:
            found[name] = opened(name, os.environ, path)
        except WebError as problem:
            found[name] = problem
    return found


def _numbered(
    web: Web, path: str, key: str = "", *, page: str = "page", size: str = "", first: int = 0
) -> Iterator[Any]:
    """Pages by number; `key` where the list stands. The last one is shorter, or empty."""
    joint = "&" if "?" in path else "?"
    for number in range(first, first + PAGES):
        sized = f"&{size}={PAGE}" if size else ""
        found = _list(web.get(f"{path}{joint}{page}={number}{sized}").json(), key, path)
        yield from found
        if len(found) < PAGE:
            return
    raise WebError(f"{path}: more than {PAGES} pages, so not all were read")


def _offset(web: Web, path: str, key: str, offset: str, limit: str) -> Iterator[Any]:
    """Pages by how many come before."""
    for number in range(PAGES):
        found = _list(web.get(f"{path}?{offset}={number * PAGE}&{limit}={PAGE}").json(), key, path)
        yield from found
        if len(found) < PAGE:
            return
    raise WebError(f"{path}: more than {PAGES} pages, so not all were read")


def _linked(web: Web, path: str) -> Iterator[Any]:
    """Sentry's pages: the address of the next one is in the header Link, also where nothing follows."""
    url = f"{path}?per_page={PAGE}"
    for _ in range(PAGES):
        answer = web.get(url)
        yield from _list(answer.json(), "", path)
        if not (following := cursor(answer.headers.get("Link", ""))):
            return
        url = f"{path}?per_page={PAGE}&cursor={quote(following, safe='')}"
    raise WebError(f"{path}: more than {PAGES} pages, so not all were read")


def _list(found: Any, key: str, path: str) -> list[Any]:
    items = found.get(key) if key and isinstance(found, dict) else found
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise WebError(f"{path}: the answer isn't a list")
    return items


def _tags(tags: Any) -> dict[str, str]:
    """`env:prod` as a pair."""
    return {key: value for key, _, value in (str(tag).partition(":") for tag in tags or ())}


def _pairs(labels: Any, key: str) -> dict[str, str]:
    return {str(each.get(key)): str(each.get("value")) for each in labels or ()}


def _monitors(web: Web) -> Iterator[Thing]:
    for one in _numbered(web, "/api/v1/monitor", size="page_size"):
        yield Thing(str(one["id"]), str(one.get("name")), _tags(one.get("tags")))


def _datadog_dashboards(web: Web) -> Iterator[Thing]:
    for one in _offset(web, "/api/v1/dashboard", "dashboards", "start", "count"):
        yield Thing(str(one["id"]), str(one.get("title")))


def _datadog_objectives(web: Web) -> Iterator[Thing]:
    for one in _offset(web, "/api/v1/slo", "data", "offset", "limit"):
        yield Thing(str(one["id"]), str(one.get("name")), _tags(one.get("tags")))


def _indexes(web: Web) -> Iterator[Thing]:
    for one in _list(web.get("/api/v1/logs/config/indexes").json(), "indexes", "/api/v1/logs/config/indexes"):
        yield Thing(str(one["name"]), str(one["name"]), _tags(one.get("tags")))


def _log_metrics(web: Web) -> Iterator[Thing]:
    for one in _list(web.get("/api/v2/logs/config/metrics").json(), "data", "/api/v2/logs/config/metrics"):
        yield Thing(str(one["id"]), str(one["id"]))


def _grafana(path: str, identity: str, name: str, labels: str = "") -> Callable[[Web], Iterator[Thing]]:
    """A list without pages: `uid` and `title`, or `name` for both."""

    def listed(web: Web) -> Iterator[Thing]:
        for one in _list(web.get(path).json(), "", path):
            yield Thing(str(one[identity]), str(one.get(name)), dict(one.get(labels) or {}) if labels else {})

    return listed


def _folders(web: Web) -> Iterator[Thing]:
    for one in _numbered(web, "/api/folders", size="limit", first=1):
        yield Thing(str(one["uid"]), str(one.get("title")))


def _grafana_dashboards(web: Web) -> Iterator[Thing]:
    for one in _numbered(web, "/api/search?type=dash-db", size="limit", first=1):
        yield Thing(str(one["uid"]), str(one.get("title")), _tags(one.get("tags")))


def _grafana_objectives(web: Web) -> Iterator[Thing]:
    path = "/api/plugins/grafana-slo-app/resources/v1/slo"
    for one in _list(web.get(path).json(), "slos", path):
        yield Thing(str(one["uuid"]), str(one.get("name")), _pairs(one.get("labels"), "key"))


def _checks(web: Web) -> Iterator[Thing]:
    for one in _list(web.get("/api/v1/check/list").json(), "", "/api/v1/check/list"):
        yield Thing(str(one["id"]), str(one.get("job")), _pairs(one.get("labels"), "name"))


def _sentry(
    path: str, identity: str = "id", name: str = "name", but: tuple[str, ...] = ()
) -> Callable[[Web], Iterator[Thing]]:
    """`but`: types that Sentry makes by itself for each project."""

    def listed(web: Web) -> Iterator[Thing]:
        for one in _linked(web, path):
            if one.get("type") not in but:
                yield Thing(str(one[identity]), str(one.get(name)))

    return listed


KINDS = (
    Kind("Datadog", "monitor", "datadog:index/monitor:Monitor", "datadog", _monitors),
    Kind("Datadog", "dashboard", "datadog:index/dashboardJson:DashboardJson", "datadog", _datadog_dashboards),
    Kind(
        "Datadog",
        "objective",
        "datadog:index/serviceLevelObjective:ServiceLevelObjective",
        "datadog",
        _datadog_objectives,
    ),
    Kind("Datadog", "log index", "datadog:index/logsIndex:LogsIndex", "datadog", _indexes),
    Kind("Datadog", "log metric", "datadog:index/logsMetric:LogsMetric", "datadog", _log_metrics),
    Kind("Grafana", "folder", "grafana:oss/folder:Folder", "grafana", _folders),
    Kind("Grafana", "dashboard", "grafana:oss/dashboard:Dashboard", "grafana", _grafana_dashboards),
    Kind(
        "Grafana",
        "alert rule",
        "grafana:alerting/ruleGroup:RuleGroup",
        "grafana",
        _grafana("/api/v1/provisioning/alert-rules", "uid", "title", "labels"),
    ),
    Kind(
        "Grafana",
        "contact point",
        "grafana:alerting/contactPoint:ContactPoint",
        "grafana",
        _grafana("/api/v1/provisioning/contact-points", "name", "name"),
    ),
    Kind(
        "Grafana",
        "mute timing",
        "grafana:alerting/muteTiming:MuteTiming",
        "grafana",
        _grafana("/api/v1/provisioning/mute-timings", "name", "name"),
    ),
    Kind("Grafana", "objective", "grafana:slo/sLO:SLO", "grafana", _grafana_objectives),
    Kind("Grafana", "check", "grafana:syntheticMonitoring/check:Check", "synthetics", _checks),
    Kind("Sentry", "project", "sentry:index/project:Project", "sentry", _sentry("/projects/", "slug", "slug")),
    Kind("Sentry", "alert", "sentry:index/alert:Alert", "sentry", _sentry("/workflows/")),
    Kind(
        "Sentry",
        "monitor",
        "sentry:index/metricMonitor:MetricMonitor",
        "sentry",
        _sentry("/detectors/", but=("error", "issue_stream")),
    ),
    Kind("Sentry", "dashboard", "sentry:index/dashboard:Dashboard", "sentry", _sentry("/dashboards/", name="title")),
)
