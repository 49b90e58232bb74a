"""What is known of Grafana Cloud: type tokens, contact point integrations, public probes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.vendors.diff import parsed

if TYPE_CHECKING:
    from sandbox.vendors.values import Inputs

URL = "https://sandbox.grafana.invalid"

# Where rules were read, shortened: the provider that Pulumi's is built from, and Grafana's alerting.
PROVIDER = "terraform-provider-grafana"
API = "grafana/grafana: pkg/services/ngalert"

UID = r"[A-Za-z0-9_-]{1,40}"
UID_FORM = "at most 40 letters, digits, - and _"
FOLDER_UID = r"[A-Za-z0-9_-]+"
FOLDER_UID_FORM = "letters, digits, - and _"
# Every organisation has it from the start.
DEFAULT_CONTACT_POINT = "grafana-default-email"

FOLDER = "grafana:oss/folder:Folder"
DASHBOARD = "grafana:oss/dashboard:Dashboard"
DATA_SOURCE = "grafana:oss/dataSource:DataSource"
CONTACT_POINT = "grafana:alerting/contactPoint:ContactPoint"
MUTE_TIMING = "grafana:alerting/muteTiming:MuteTiming"
MESSAGE_TEMPLATE = "grafana:alerting/messageTemplate:MessageTemplate"
RULE_GROUP = "grafana:alerting/ruleGroup:RuleGroup"
SCRAPE_JOB = "grafana:connections/metricsEndpointScrapeJob:MetricsEndpointScrapeJob"
SLO = "grafana:slo/sLO:SLO"
CHECK = "grafana:syntheticMonitoring/check:Check"
CHECK_ALERTS = "grafana:syntheticMonitoring/checkAlerts:CheckAlerts"

NOTIFIERS = (
    "alertmanagers", "dingdings", "discords", "emails", "googlechats", "jiras", "kafkas", "lines", "oncalls",
    "opsgenies",
    "pagerduties", "pushovers", "sensugos", "slacks", "sns", "teams", "telegrams", "threemas", "victorops", "webexes",
    "webhooks", "wecoms",
)  # fmt: skip

# Public probes of Grafana Cloud synthetic monitoring; the ids are this stand-in's own.
PROBES = {
    name: number
    for number, name in enumerate(
        (
            "Amsterdam", "Bangalore", "CapeTown", "Dallas", "Frankfurt", "London", "Mumbai", "NewYork",
            "NorthCalifornia",
            "NorthVirginia", "Ohio", "Oregon", "Paris", "SaoPaulo", "Seoul", "Singapore", "Stockholm", "Sydney",
            "Tokyo",
            "Toronto",
        ),
        start=1,
    )
}  # fmt: skip


def dashboard_uid(inputs: Inputs) -> str | None:
    """Return the uid inside a dashboard's JSON."""
    model = parsed(inputs.get("configJson"))
    return model.get("uid") if isinstance(model, dict) else None
