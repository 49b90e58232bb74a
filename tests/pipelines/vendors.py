"""Answers of the vendors' list APIs, in the shapes that were recorded or are documented, on several pages."""

from urllib.parse import quote


def monitor(number, name, tags=()):
    return {
        "id": number,
        "name": name,
        "tags": list(tags),
        "type": "query alert",
        "query": "avg(last_5m):a > 1",
        "options": {},
    }


MANAGED = ("env:production", "managed-by:pulumi", "product:tiny", "service:tiny", "team:t")
# 120 of others, so that there are two pages.
MONITORS = [
    *(monitor(n, f"Somebody else's {n}", ["env:production"]) for n in range(120)),
    monitor(1001, "[production] Tiny: Known", MANAGED),
    monitor(1002, "[production] Tiny: Made by hand", ["product:tiny"]),
    monitor(1003, "Left behind", ("env:production", "managed-by:pulumi", "product:gone")),
    monitor(1004, "[staging] Tiny: Of staging", ("env:staging", "managed-by:pulumi", "product:tiny")),
]
SLOS = [
    {"id": "slo-1", "name": "[production] Tiny: Fast", "tags": list(MANAGED)},
    {"id": "slo-2", "name": "Other", "tags": []},
]
DASHBOARDS = [{"id": "abc-def-ghi", "title": "[production] Tiny: Copy of main"}, {"id": "x", "title": "Tinyhouse"}]


def numbered(items, size):
    def answer(asked):
        at, many = int(asked.query["page"]), int(asked.query[size])
        first = 0 if size == "page_size" else 1
        return 200, {}, items[(at - first) * many : (at - first + 1) * many]

    return answer


def offset(items, key, start, count):
    def answer(asked):
        at, many = int(asked.query[start]), int(asked.query[count])
        return 200, {}, {key: items[at : at + many]}

    return answer


def linked(path, items):
    """As Sentry pages: both directions, and whether there are results."""

    def answer(asked):
        at = int(asked.query.get("cursor", "0:0:0").split(":")[1])
        more = "true" if (at + 1) * 100 < len(items) else "false"
        link = (
            f'<https://sentry.io{path}?&cursor=0:{max(0, at - 1)}:1>; rel="previous"; results="false"; cursor="0:0:1", '
            f'<https://sentry.io{path}?&cursor=0:{at + 1}:0>; rel="next"; results="{more}"; cursor="0:{at + 1}:0"'
        )
        return 200, {"Link": link}, items[at * 100 : (at + 1) * 100]

    return answer


def datadog():
    return {
        ("GET", "/api/v1/monitor"): numbered(MONITORS, "page_size"),
        ("GET", "/api/v1/dashboard"): offset(DASHBOARDS, "dashboards", "start", "count"),
        ("GET", "/api/v1/slo"): offset(SLOS, "data", "offset", "limit"),
        ("GET", "/api/v1/logs/config/indexes"): {
            "indexes": [{"name": "main"}, {"name": "tiny"}, {"name": "tiny-staging"}]
        },
        ("GET", "/api/v2/logs/config/metrics"): {
            "data": [{"id": "tiny.production.errors", "type": "logs_metrics"}, {"id": "tiny.staging.errors"}]
        },
    }


def grafana():
    rule = {
        "uid": "rule-known",
        "title": "Known",
        "labels": {"env": "production", "product": "tiny"},
        "folderUID": "tiny",
    }
    return {
        ("GET", "/api/folders"): numbered(
            [{"uid": "tiny", "title": "[production] Tiny: monitoring", "id": 1}], "limit"
        ),
        ("GET", "/api/search"): numbered(
            [{"uid": "tiny-main", "title": "[production] Tiny: Main", "type": "dash-db", "tags": ["product:tiny"]}],
            "limit",
        ),
        ("GET", "/api/v1/provisioning/alert-rules"): [
            rule,
            {**rule, "uid": "rule-by-hand", "title": "By hand"},
            {"uid": "theirs", "title": "Theirs", "labels": None},
        ],
        ("GET", "/api/v1/provisioning/contact-points"): [
            {"uid": "a", "name": "tiny-p0", "type": "slack", "settings": {"url": "[REDACTED]"}},
            {"uid": "b", "name": "tiny-old", "type": "email", "settings": {}},
            {"uid": "c", "name": "tiny-old-staging", "type": "email", "settings": {}},
        ],
        ("GET", "/api/v1/provisioning/mute-timings"): [],
        ("GET", "/api/plugins/grafana-slo-app/resources/v1/slo"): {
            "slos": [{"uuid": "u1", "name": "x", "labels": [{"key": "product", "value": "tiny"}]}]
        },
    }


def synthetics():
    labels = [{"name": "env", "value": "production"}, {"name": "product", "value": "tiny"}]
    return {("GET", "/api/v1/check/list"): [{"id": 9, "job": "tiny-health", "target": "https://x", "labels": labels}]}


def sentry(organization):
    base = f"/api/0/organizations/{quote(organization)}"
    alerts = [
        *({"id": str(n), "name": f"Alert {n}"} for n in range(130)),
        {"id": "7001", "name": "[production] Tiny: P0 x"},
    ]
    return {
        ("GET", f"{base}/projects/"): linked(
            f"{base}/projects/", [{"id": "1", "slug": "tiny"}, {"id": "2", "slug": "web"}]
        ),
        ("GET", f"{base}/workflows/"): linked(f"{base}/workflows/", alerts),
        ("GET", f"{base}/detectors/"): linked(
            f"{base}/detectors/",
            [
                {"id": "1", "name": "Error Monitor", "type": "error"},
                {"id": "7001", "name": "[production] Tiny: P1 slow", "type": "metric_issue"},
            ],
        ),
        ("GET", f"{base}/dashboards/"): linked(f"{base}/dashboards/", [{"id": "5", "title": "General"}]),
    }


def resource(kind, identity, **outputs):
    return {"urn": f"urn:pulumi:prod::monitoring::{kind}::x", "type": kind, "id": identity, "outputs": outputs}


STATE = [
    resource("datadog:index/monitor:Monitor", "1001"),
    resource("datadog:index/serviceLevelObjective:ServiceLevelObjective", "slo-1"),
    resource("datadog:index/logsIndex:LogsIndex", "tiny"),
    resource("grafana:oss/folder:Folder", "0:tiny"),
    resource("grafana:oss/dashboard:Dashboard", "0:tiny-main"),
    resource("grafana:alerting/ruleGroup:RuleGroup", "0:tiny:down", rules=[{"uid": "rule-known"}]),
    resource("grafana:alerting/contactPoint:ContactPoint", "0:tiny-p0"),
    resource("grafana:syntheticMonitoring/check:Check", "9"),
    resource("sentry:index/project:Project", "tiny"),
    # The same number as a monitor of Sentry's has, which isn't in code.
    resource("sentry:index/alert:Alert", "7001"),
    {"urn": "urn:pulumi:prod::monitoring::pulumi:pulumi:Stack::x", "type": "pulumi:pulumi:Stack"},
]
EXPECTED = {
    ("Datadog monitor", "[production] Tiny: Made by hand (1002)"),
    ("Datadog monitor", "Left behind (1003)"),
    ("Datadog dashboard", "[production] Tiny: Copy of main (abc-def-ghi)"),
    ("Datadog log metric", "tiny.production.errors"),
    ("Grafana alert rule", "By hand (rule-by-hand)"),
    ("Grafana contact point", "tiny-old"),
    ("Grafana objective", "x (u1)"),
    ("Sentry monitor", "[production] Tiny: P1 slow (7001)"),
}
