"""Grafana Cloud, as far as this project declares it: types, ids, computed outputs, look-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.vendors import ids
from sandbox.vendors.diff import duration, parsed, unordered
from sandbox.vendors.model import Made, Refused, ResourceType, Vendor

if TYPE_CHECKING:
    from sandbox.vendors.store import Account
    from sandbox.vendors.values import Inputs

URL = "https://sandbox.grafana.invalid"

FOLDER = "grafana:oss/folder:Folder"
DASHBOARD = "grafana:oss/dashboard:Dashboard"
DATA_SOURCE = "grafana:oss/dataSource:DataSource"
CONTACT_POINT = "grafana:alerting/contactPoint:ContactPoint"
MUTE_TIMING = "grafana:alerting/muteTiming:MuteTiming"
MESSAGE_TEMPLATE = "grafana:alerting/messageTemplate:MessageTemplate"
RULE_GROUP = "grafana:alerting/ruleGroup:RuleGroup"
SLO = "grafana:slo/sLO:SLO"
CHECK = "grafana:syntheticMonitoring/check:Check"
CHECK_ALERTS = "grafana:syntheticMonitoring/checkAlerts:CheckAlerts"

NOTIFIERS = (
    "alertmanagers", "dingdings", "discords", "emails", "googlechats", "jiras", "kafkas", "lines", "oncalls", "opsgenies",
    "pagerduties", "pushovers", "sensugos", "slacks", "sns", "teams", "telegrams", "threemas", "victorops", "webexes",
    "webhooks", "wecoms",
)  # fmt: skip

# Public probes of Grafana Cloud synthetic monitoring; the ids are this stand-in's own.
PROBES = {
    name: number
    for number, name in enumerate(
        (
            "Amsterdam", "Bangalore", "CapeTown", "Dallas", "Frankfurt", "London", "Mumbai", "NewYork", "NorthCalifornia",
            "NorthVirginia", "Ohio", "Oregon", "Paris", "SaoPaulo", "Seoul", "Singapore", "Stockholm", "Sydney", "Tokyo",
            "Toronto",
        ),
        start=1,
    )
}  # fmt: skip


def org_scoped(name: str) -> str:
    """Ids of Grafana's own resources start with the organisation, 0 when the token decides it."""
    return f"0:{name}"


def uid_or_new(token: str, inputs: Inputs) -> str:
    """The uid that was asked for, or one that Grafana makes up."""
    return str(inputs.get("uid") or token[:14])


def dashboard_uid(inputs: Inputs) -> str | None:
    """The uid inside a dashboard's JSON."""
    model = parsed(inputs.get("configJson"))
    return model.get("uid") if isinstance(model, dict) else None


def _dashboard_id(token: str, inputs: Inputs) -> str:
    return org_scoped(dashboard_uid(inputs) or token[:14])


def _slug(made: Made) -> str:
    title = str(parsed(made.inputs["configJson"]).get("title", ""))
    return "-".join(title.lower().split())


TYPES = {
    FOLDER: ResourceType(
        required=("title",),
        optional=("orgId", "parentFolderUid", "preventDestroyIfNotEmpty", "uid"),
        identify=lambda token, inputs: org_scoped(uid_or_new(token, inputs)),
        outputs={
            "uid": lambda made: made.id.split(":")[1],
            "url": lambda made: f"{URL}/dashboards/f/{made.id.split(':')[1]}",
            "orgId": lambda _made: "0",
        },
        replace_on=frozenset({"uid", "orgId"}),
        unique=(("uid",), ("title", "parentFolderUid")),
    ),
    DASHBOARD: ResourceType(
        required=("configJson",),
        optional=("folder", "message", "orgId", "overwrite"),
        identify=_dashboard_id,
        outputs={
            "uid": lambda made: made.id.split(":")[1],
            "url": lambda made: f"{URL}/d/{made.id.split(':')[1]}/{_slug(made)}",
            "dashboardId": lambda made: made.digits("dashboard", 6),
            "version": lambda _made: 1,
            "orgId": lambda _made: "0",
        },
    ),
    DATA_SOURCE: ResourceType(
        required=("type",),
        optional=(
            "name", "accessMode", "basicAuthEnabled", "basicAuthUsername", "databaseName", "httpHeaders", "isDefault",
            "jsonDataEncoded", "orgId", "privateDataSourceConnectNetworkId", "secureJsonDataEncoded", "uid", "url", "username",
        ),
        identify=lambda token, inputs: f"1:{uid_or_new(token, inputs)}",
        outputs={"uid": lambda made: made.id.split(":")[1]},
        secret=frozenset({"httpHeaders", "secureJsonDataEncoded"}),
        replace_on=frozenset({"uid", "orgId"}),
        unique=(("uid",), ("name",)),
    ),
    CONTACT_POINT: ResourceType(
        required=("name",),
        optional=("disableProvenance", "orgId", *NOTIFIERS),
        identify=lambda _token, inputs: org_scoped(inputs["name"]),
        replace_on=frozenset({"name", "orgId"}),
        unique=(("name",),),
    ),
    MUTE_TIMING: ResourceType(
        required=("name",),
        optional=("disableProvenance", "intervals", "orgId"),
        identify=lambda _token, inputs: org_scoped(inputs["name"]),
        replace_on=frozenset({"name", "orgId"}),
        unique=(("name",),),
    ),
    MESSAGE_TEMPLATE: ResourceType(
        required=("name", "template"),
        optional=("disableProvenance", "orgId"),
        identify=lambda _token, inputs: org_scoped(inputs["name"]),
        replace_on=frozenset({"name", "orgId"}),
        unique=(("name",),),
    ),
    RULE_GROUP: ResourceType(
        required=("folderUid", "intervalSeconds", "name", "rules"),
        optional=("disableProvenance", "orgId"),
        identify=lambda _token, inputs: org_scoped(f"{inputs['folderUid']}:{inputs['name']}"),
        replace_on=frozenset({"name", "folderUid", "orgId"}),
        unique=(("name", "folderUid"),),
    ),
    SLO: ResourceType(
        required=("description", "name", "objectives", "queries"),
        optional=("alerting", "destinationDatasource", "folderUid", "labels", "searchExpression", "uuid"),
        identify=lambda token, inputs: str(inputs.get("uuid") or ids.uuid4(token, inputs)),
        outputs={"uuid": lambda made: made.id},
        replace_on=frozenset({"uuid"}),
    ),
    CHECK: ResourceType(
        required=("job", "probes", "settings", "target"),
        optional=(
            "alertSensitivity", "basicMetricsOnly", "channels", "enabled", "folderUid", "frequency", "labels", "timeout",
        ),
        identify=ids.short_number,
        outputs={"tenantId": lambda made: int(made.account.derived("tenant"), 16) % 900_000 + 100_000},
        unique=(("job", "target"),),
    ),
    CHECK_ALERTS: ResourceType(
        required=("alerts", "checkId"),
        optional=(),
        identify=lambda _token, inputs: str(inputs["checkId"]),
        replace_on=frozenset({"checkId"}),
        unique=(("checkId",),),
    ),
}  # fmt: skip


def get_probes(inputs: Inputs, _account: Account) -> Inputs:
    """Probe names and their ids, of the public ones."""
    return {"filterDeprecated": inputs.get("filterDeprecated", True), "id": "global:probes", "probes": dict(PROBES)}


def get_probe(inputs: Inputs, _account: Account) -> Inputs:
    """One probe by its name."""
    name = str(inputs.get("name"))
    if name not in PROBES:
        raise Refused(f"no probe with name {name!r}; public probes are {', '.join(PROBES)}")
    return {"id": str(PROBES[name]), "name": name, "public": True, "region": "", "tenantId": 1, "labels": {}}


def get_data_source(inputs: Inputs, account: Account) -> Inputs:
    """A data source by uid or name; every stack has the hosted ones from the start."""
    wanted = inputs.get("uid") or inputs.get("name")
    hosted = {"grafanacloud-prom": "prometheus", "grafanacloud-logs": "loki", "grafanacloud-traces": "tempo"}
    if wanted in hosted:
        return {"id": f"0:{wanted}", "uid": wanted, "name": wanted, "type": hosted[str(wanted)], "url": ""}
    for row in account.all(DATA_SOURCE):
        if wanted in (row.id.split(":")[1], row.inputs.get("name")):
            return {**row.inputs, **row.outputs, "id": row.id}
    raise Refused(f"404 Not Found: there is no data source {wanted!r}")


VENDOR = Vendor(
    name="grafana",
    types=TYPES,
    lookups={
        "grafana:syntheticMonitoring/getProbes:getProbes": get_probes,
        "grafana:syntheticMonitoring/getProbe:getProbe": get_probe,
        "grafana:oss/getDataSource:getDataSource": get_data_source,
    },
    normalise={
        **dict.fromkeys(("for", "keepFiringFor", "groupWait", "groupInterval", "repeatInterval", "window"), duration),
        **dict.fromkeys(("configJson", "model", "jsonDataEncoded"), parsed),
        "probes": unordered,
    },
)
