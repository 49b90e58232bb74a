"""Grafana Cloud, as far as this project declares it: types, ids, computed outputs, look-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.vendors import grafana_account_rules as existing
from sandbox.vendors import grafana_alerting_rules as alerting
from sandbox.vendors import grafana_notify_rules as notify
from sandbox.vendors import grafana_rules as rules
from sandbox.vendors import grafana_synthetic_rules as synthetic
from sandbox.vendors import ids
from sandbox.vendors.diff import duration, json_text, parsed, unordered
from sandbox.vendors.grafana_facts import (
    API,
    CHECK,
    CHECK_ALERTS,
    CONTACT_POINT,
    DASHBOARD,
    DATA_SOURCE,
    FOLDER,
    MESSAGE_TEMPLATE,
    MUTE_TIMING,
    NOTIFIERS,
    PROBES,
    PROVIDER,
    RULE_GROUP,
    SCRAPE_JOB,
    SLO,
    URL,
    dashboard_uid,
)
from sandbox.vendors.model import Made, Refused, ResourceType, Vendor, evidenced

if TYPE_CHECKING:
    from sandbox.vendors.account import Account
    from sandbox.vendors.values import Inputs


def org_scoped(name: str) -> str:
    """Ids of Grafana's own resources start with the organisation, 0 when the token decides it."""
    return f"0:{name}"


def uid_or_new(token: str, inputs: Inputs) -> str:
    """Return the uid that was asked for, or one that Grafana makes up."""
    return str(inputs.get("uid") or token[:14])


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
        unique={("uid",): "grafana/grafana: pkg/services/folder, ErrFolderWithSameUIDExists"},
        rules=rules.FOLDER_RULES,
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
        replaced_by={"configJson": dashboard_uid},
        rules=rules.DASHBOARD_RULES,
        account_rules=rules.DASHBOARD_ACCOUNT_RULES,
    ),
    DATA_SOURCE: ResourceType(
        required=("type",),
        optional=(
            "name", "accessMode", "basicAuthEnabled", "basicAuthUsername", "databaseName", "httpHeaders", "isDefault",
            "jsonDataEncoded", "orgId", "privateDataSourceConnectNetworkId", "secureJsonDataEncoded", "uid", "url",
            "username",
        ),
        identify=lambda token, inputs: f"1:{uid_or_new(token, inputs)}",
        outputs={"uid": lambda made: made.id.split(":")[1]},
        secret=frozenset({"httpHeaders", "secureJsonDataEncoded"}),
        replace_on=frozenset({"uid", "orgId"}),
        unique=dict.fromkeys((("uid",), ("name",)), "grafana/grafana: pkg/services/datasources/errors.go"),
        autonamed="name",
    ),
    CONTACT_POINT: ResourceType(
        required=("name",),
        optional=("disableProvenance", "orgId", *NOTIFIERS),
        identify=lambda _token, inputs: org_scoped(inputs["name"]),
        replace_on=frozenset({"disableProvenance", "name", "orgId"}),
        unique={("name",): f"{API}/provisioning/contactpoints.go, CreateContactPoint"},
        autonamed="name",
        rules=notify.CONTACT_POINT_RULES,
        delete_rules=existing.CONTACT_POINT_DELETE_RULES,
    ),
    MUTE_TIMING: ResourceType(
        required=("name",),
        optional=("disableProvenance", "intervals", "orgId"),
        identify=lambda _token, inputs: org_scoped(inputs["name"]),
        replace_on=frozenset({"disableProvenance", "name", "orgId"}),
        unique={("name",): f"{API}/provisioning/mute_timings.go, ErrTimeIntervalExists"},
        autonamed="name",
        rules=notify.MUTE_TIMING_RULES,
        on_delete=notify.unlink_from_rules,
    ),
    MESSAGE_TEMPLATE: ResourceType(
        required=("name", "template"),
        optional=("disableProvenance", "orgId"),
        identify=lambda _token, inputs: org_scoped(inputs["name"]),
        replace_on=frozenset({"name", "orgId"}),
    ),
    RULE_GROUP: ResourceType(
        required=("folderUid", "intervalSeconds", "name", "rules"),
        optional=("disableProvenance", "orgId"),
        identify=lambda _token, inputs: org_scoped(f"{inputs['folderUid']}:{inputs['name']}"),
        replace_on=frozenset({"name", "folderUid", "orgId"}),
        unique={("name", "folderUid"): f"{alerting.RESOURCE}, putAlertRuleGroup"},
        autonamed="name",
        rules=alerting.RULES,
        account_rules=existing.ACCOUNT_RULES,
    ),
    SLO: ResourceType(
        required=("description", "name", "objectives", "queries"),
        optional=("alerting", "destinationDatasource", "folderUid", "labels", "searchExpression", "uuid"),
        identify=lambda token, inputs: str(inputs.get("uuid") or ids.uuid4(token, inputs)),
        outputs={"uuid": lambda made: made.id},
        replace_on=frozenset({"uuid"}),
        rules=rules.SLO_RULES,
    ),
    CHECK: ResourceType(
        required=("job", "probes", "settings", "target"),
        optional=(
            "alertSensitivity", "basicMetricsOnly", "channels", "enabled", "folderUid", "frequency", "labels",
            "timeout",
        ),
        identify=ids.short_number,
        outputs={"tenantId": lambda made: int(made.account.derived("tenant"), 16) % 900_000 + 100_000},
        unique={("job", "target"): f"{PROVIDER} #1184: target/job combination already exists"},
        rules=synthetic.CHECK_RULES,
    ),
    SCRAPE_JOB: ResourceType(
        required=("authenticationMethod", "stackId", "url"),
        optional=(
            "authenticationBasicPassword", "authenticationBasicUsername", "authenticationBearerToken", "enabled",
            "name", "scrapeIntervalSeconds", "staticLabels",
        ),
        identify=lambda _token, inputs: f"{inputs['stackId']}:{inputs['name']}",
        secret=frozenset({"authenticationBasicPassword", "authenticationBearerToken"}),
        replace_on=frozenset({"name", "stackId"}),
        unique={("stackId", "name"): f"{rules.SCRAPE_RESOURCE}, they are the id"},
        rules=rules.SCRAPE_RULES,
    ),
    CHECK_ALERTS: ResourceType(
        required=("alerts", "checkId"),
        optional=(),
        identify=lambda _token, inputs: str(inputs["checkId"]),
        replace_on=frozenset({"checkId"}),
        rules=synthetic.CHECK_ALERT_RULES,
        account_rules=synthetic.CHECK_ALERT_ACCOUNT_RULES,
        seen_as={"alerts": unordered},
    ),
}  # fmt: skip


PROBE_LOOKUP = f"{PROVIDER}: internal/resources/syntheticmonitoring/data_source_probe.go"
DATA_SOURCE_LOOKUP = f"{PROVIDER}: internal/resources/grafana/data_source_data_source.go"


def get_probes(inputs: Inputs, _account: Account) -> Inputs:
    """Probe names and their ids, of the public ones."""
    return {"filterDeprecated": inputs.get("filterDeprecated", True), "id": "global:probes", "probes": dict(PROBES)}


def get_probe(inputs: Inputs, _account: Account) -> Inputs:
    """One probe by its name."""
    name = str(inputs.get("name"))
    if name not in PROBES:
        raise Refused(evidenced(f"no probe with name {name!r}; public probes are {', '.join(PROBES)}", PROBE_LOOKUP))
    return {"id": str(PROBES[name]), "name": name, "public": True, "region": "", "tenantId": 1, "labels": {}}


def get_data_source(inputs: Inputs, account: Account) -> Inputs:
    """Return a data source by uid or name; every stack has the hosted ones from the start."""
    wanted = inputs.get("uid") or inputs.get("name")
    hosted = {"grafanacloud-prom": "prometheus", "grafanacloud-logs": "loki", "grafanacloud-traces": "tempo"}
    if wanted in hosted:
        found = {"id": f"0:{wanted}", "uid": wanted, "name": wanted, "type": hosted[str(wanted)], "url": ""}
        return found | ({"basicAuthUsername": account.name} if wanted == "grafanacloud-prom" else {})
    for row in account.all(DATA_SOURCE):
        if wanted in (row.id.split(":")[1], row.inputs.get("name")):
            return {**row.inputs, **row.outputs, "id": row.id}
    raise Refused(evidenced(f"404 Not Found: there is no data source {wanted!r}", DATA_SOURCE_LOOKUP))


VENDOR = Vendor(
    name="grafana",
    types=TYPES,
    schema="the schema of pulumiverse-grafana 2.44.0",
    lookups={
        "grafana:syntheticMonitoring/getProbes:getProbes": get_probes,
        "grafana:syntheticMonitoring/getProbe:getProbe": get_probe,
        "grafana:oss/getDataSource:getDataSource": get_data_source,
    },
    normalise={
        **dict.fromkeys(("for", "keepFiringFor", "groupWait", "groupInterval", "repeatInterval", "window"), duration),
        **dict.fromkeys(("configJson", "model", "jsonDataEncoded"), json_text),
        "probes": unordered,
    },
)
