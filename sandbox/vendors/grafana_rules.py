"""What Grafana refuses: its provisioning API, synthetic monitoring, SLOs, and the provider's own validation."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sandbox.vendors.grafana_facts import (
    CHECK,
    CONTACT_POINT,
    DASHBOARD,
    FOLDER,
    MUTE_TIMING,
    NOTIFIERS,
    PROBES,
    RULE_GROUP,
    dashboard_uid,
)
from sandbox.vendors.model import (
    Rule,
    at,
    at_least_one,
    at_most,
    between,
    exactly_one,
    matches,
    one_of,
    only,
    walk,
)
from sandbox.vendors.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.store import Account, Row
    from sandbox.vendors.values import Inputs

UID = r"[A-Za-z0-9_-]{1,40}"
UID_FORM = "at most 40 letters, digits, - and _"
# Every organisation has it from the start.
DEFAULT_CONTACT_POINT = "grafana-default-email"
PROTOCOLS = ("browser", "dns", "grpc", "http", "multihttp", "ping", "scripted", "tcp", "traceroute")
HTTP_SETTINGS = (
    *("basicAuth", "bearerToken", "body", "cacheBustingQueryParamName", "compression", "failIfBodyMatchesRegexps"),
    *("failIfBodyNotMatchesRegexps", "failIfHeaderMatchesRegexps", "failIfHeaderNotMatchesRegexps", "failIfNotSsl"),
    *("failIfSsl", "headers", "ipVersion", "method", "noFollowRedirects", "proxyConnectHeaders", "proxyUrl"),
    *("secretManagerEnabled", "tlsConfig", "validHttpVersions", "validStatusCodes"),
)
LABEL_BYTES = 32
MOST_LABELS = 5
CHECK_ALERT_NAMES = (
    "ProbeFailedExecutionsTooHigh",
    "TLSTargetCertificateCloseToExpiring",
    "HTTPRequestDurationTooHighAvg",
    "PingRequestDurationTooHighAvg",
    "DNSRequestDurationTooHighAvg",
)


def dashboard_can_be_read(inputs: Inputs) -> Iterator[str]:
    """Check that a dashboard is JSON with a title; its uid, if it has one, is a uid."""
    text = at(inputs, "configJson")
    if not isinstance(text, str):
        return
    try:
        model = json.loads(text)
    except ValueError as problem:
        yield f"configJson: invalid dashboard JSON: {problem}"
        return
    if not isinstance(model, dict) or not model.get("title"):
        yield "configJson: [400] Dashboard title cannot be empty"
    elif model.get("uid") is not None and not re.fullmatch(UID, str(model["uid"])):
        yield f"configJson: uid must be {UID_FORM}, got {model['uid']!r}"


def folder_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a rule group or dashboard is in a folder that exists."""
    uid = inputs.get("folderUid") or inputs.get("folder")
    uid = str(uid).rpartition(":")[2] if uid else None
    if uid and all(row.id.rpartition(":")[2] != uid for row in account.all(FOLDER)):
        yield f"[404] folder not found: there is no folder with uid {uid!r}"


def title_is_free(inputs: Inputs, account: Account) -> Iterator[str]:
    """No two dashboards of one folder share a title."""
    if inputs.get("overwrite"):
        return
    title = json.loads(inputs["configJson"]).get("title")
    for row in account.all(DASHBOARD):
        same = row.inputs.get("folder") == inputs.get("folder") and row.id != inputs.get("id")
        if same and json.loads(row.inputs["configJson"]).get("title") == title:
            uid = dashboard_uid(row.inputs)
            yield f"[412] name-exists: a dashboard titled {title!r} is already in the folder ({row.name}, uid {uid})"


def contact_point_reaches_somebody(inputs: Inputs) -> Iterator[str]:
    """Check that a contact point has an integration; one to Slack has a webhook, or a token and a channel."""
    if not any(inputs.get(name) for name in NOTIFIERS):
        yield f"one of `{','.join(NOTIFIERS)}` must be specified"
    for place, slack in walk(inputs, "slacks[]"):
        if not slack.get("url") and not (slack.get("token") and slack.get("recipient")):
            said = "token must be specified when using the Slack chat API; or set url"
            yield f"{place}: [400] invalid contact point: {said}"


def interval_is_tens(inputs: Inputs) -> Iterator[str]:
    """Grafana's scheduler ticks every ten seconds."""
    interval = at(inputs, "intervalSeconds")
    if interval is not None and (not isinstance(interval, int) or interval < 10 or interval % 10):  # noqa: PLR2004
        said = "should be non-zero and divided exactly by scheduler interval: 10"
        yield f"intervalSeconds: [400] interval ({interval}s) {said}"


def names_differ(inputs: Inputs) -> Iterator[str]:
    """No two rules of a group share a name or a uid."""
    for key in ("name", "uid"):
        values = [value for _, value in walk(inputs, f"rules[].{key}")]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"rules: [400] {key} {value!r} is given to more than one rule of the group"


def condition_is_a_query(inputs: Inputs) -> Iterator[str]:
    """Check that a rule's condition is one of its own queries or expressions; each of those has its own name."""
    for place, rule in walk(inputs, "rules[]"):
        data = rule.get("datas") if isinstance(rule, dict) else None
        if not isinstance(data, list) or not data:
            yield f"{place}: [400] invalid alert rule: no queries or expressions are found"
            continue
        names = [item.get("refId") for item in data if isinstance(item, dict)]
        condition = rule.get("condition")
        if UNKNOWN in names or condition is UNKNOWN:
            continue
        if len(set(names)) < len(names):
            yield f"{place}.datas: [400] two queries share a refId: {', '.join(map(str, names))}"
        if rule.get("record") is None and condition not in names:
            yield (
                f"{place}.condition: [400] invalid alert rule: condition {condition} does not exist, must be one of "
                f"{', '.join(map(str, names))}"
            )


def models_can_be_read(inputs: Inputs) -> Iterator[str]:
    """Check that a query's model is JSON."""
    for place, model in walk(inputs, "rules[].datas[].model"):
        try:
            json.loads(model)
        except (ValueError, TypeError) as problem:
            yield f"{place} contains an invalid JSON: {problem}"


def panel_comes_with_dashboard(inputs: Inputs) -> Iterator[str]:
    """Check that a rule is linked to a panel of a dashboard, not to half of it."""
    for place, notes in walk(inputs, "rules[].annotations"):
        if ("__dashboardUid__" in notes) != ("__panelId__" in notes):
            yield f"{place}: [400] both annotations __dashboardUid__ and __panelId__ must be specified"


def rule_uids_are_free(inputs: Inputs, account: Account) -> Iterator[str]:
    """No rule of another group has the same uid."""
    wanted = {uid for _, uid in walk(inputs, "rules[].uid")}
    for row in account.all(RULE_GROUP):
        if row.id == inputs.get("id"):
            continue
        for uid in sorted(wanted & {uid for _, uid in walk(row.inputs, "rules[].uid")}):
            yield f"[409] conflict: alert rule uid {uid!r} is already used in the group {row.name}"


def receivers_exist(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a rule notifies a contact point that exists, and is muted by timings that exist."""
    points = {str(row.inputs["name"]) for row in account.all(CONTACT_POINT)} | {DEFAULT_CONTACT_POINT}
    timings = {str(row.inputs["name"]) for row in account.all(MUTE_TIMING)}
    for place, settings in walk(inputs, "rules[].notificationSettings"):
        point = settings.get("contactPoint")
        if point is not None and point not in points:
            yield f"{place}.contactPoint: [400] invalid notification settings: contact point {point!r} does not exist"
        for timing in sorted(set(settings.get("muteTimings") or []) - timings):
            yield f"{place}.muteTimings: [400] invalid notification settings: mute timing {timing!r} does not exist"


def no_rule_notifies_it(row: Row, account: Account) -> Iterator[str]:
    """Check that a contact point that a rule notifies stays."""
    yield from _used(row, account, "contactPoint", "contact point")


def no_rule_is_muted_by_it(row: Row, account: Account) -> Iterator[str]:
    """Check that a mute timing that a rule names stays."""
    yield from _used(row, account, "muteTimings[]", "mute timing")


def _used(row: Row, account: Account, path: str, what: str) -> Iterator[str]:
    name = row.inputs["name"]
    for group in account.all(RULE_GROUP):
        if any(value == name for _, value in walk(group.inputs, f"rules[].notificationSettings.{path}")):
            yield f"[409] {what} {name!r} is currently used by the rule group {group.name}; change or delete that first"


def probes_exist(inputs: Inputs) -> Iterator[str]:
    """Check that a check runs from probes that exist."""
    for place, probe in walk(inputs, "probes[]"):
        if probe not in PROBES.values():
            yield f"{place}: [400] invalid probe: there is no probe with id {probe}"


def labels_are_short(inputs: Inputs) -> Iterator[str]:
    """Check that a check has at most five labels; names and values have 1 to 32 bytes."""
    labels: dict[str, Any] = at(inputs, "labels") or {}
    if len(labels) > MOST_LABELS:
        yield f"labels: [400] too many labels: at most {MOST_LABELS}, got {len(labels)}"
    for name, value in labels.items():
        if value is not UNKNOWN and not all(1 <= len(str(text).encode()) <= LABEL_BYTES for text in (name, value)):
            yield f"labels: [400] name and value of a label must have 1 to {LABEL_BYTES} bytes, got {name!r}: {value!r}"


def target_fits_protocol(inputs: Inputs) -> Iterator[str]:
    """Check that a check over HTTP has a URL as its target."""
    target = at(inputs, "target")
    if isinstance(target, str) and at(inputs, "settings.http") is not None and not re.match(r"https?://\S+$", target):
        yield f"target: [400] invalid target for an HTTP check: {target!r} is no http:// or https:// URL"


def check_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Alerts are of a check that exists."""
    if account.get(CHECK, str(inputs["checkId"])) is None:
        yield f"[404] check {inputs['checkId']} doesn't exist"


def destination_is_named(inputs: Inputs) -> Iterator[str]:
    """Check that an SLO says where its recording rules write to."""
    destination = inputs.get("destinationDatasource")
    if destination is None or (isinstance(destination, dict) and not destination.get("uid")):
        yield "destinationDatasource: [400] a destination data source is required: set its uid"


def _alert_periods(inputs: Inputs) -> Iterator[str]:
    """Every alert of a check but that on the certificate looks at a period."""
    for place, alert in walk(inputs, "alerts[]"):
        if alert.get("name") != "TLSTargetCertificateCloseToExpiring" and not alert.get("period"):
            yield f"{place}: [400] period is required for {alert.get('name')}"


FOLDER_RULES: tuple[Rule, ...] = (matches("uid", UID, UID_FORM), at_most("title", 255))
RULE_GROUP_RULES: tuple[Rule, ...] = (
    only(
        "rules[]",
        *("annotations", "condition", "datas", "execErrState", "for", "isPaused", "keepFiringFor", "labels"),
        *("missingSeriesEvalsToResolve", "name", "noDataState", "notificationSettings", "record", "uid"),
    ),
    only("rules[].datas[]", "datasourceUid", "model", "queryType", "refId", "relativeTimeRange"),
    only(
        "rules[].notificationSettings",
        *("activeTimings", "contactPoint", "groupBies", "groupInterval", "groupWait", "muteTimings", "policy"),
        "repeatInterval",
    ),
    interval_is_tens,
    at_least_one("rules"),
    matches("rules[].uid", UID, UID_FORM),
    at_most("rules[].name", 190),
    one_of("rules[].noDataState", "OK", "NoData", "KeepLast", "Alerting"),
    one_of("rules[].execErrState", "OK", "Error", "KeepLast", "Alerting"),
    matches("rules[].for", r"0|(\d+(ms|[smhdwy]))+", "a duration such as 5m"),
    exactly_one("contactPoint", "policy", within="rules[].notificationSettings"),
    names_differ,
    condition_is_a_query,
    models_can_be_read,
    panel_comes_with_dashboard,
)
CHECK_RULES: tuple[Rule, ...] = (
    only("settings", *PROTOCOLS),
    only("settings.http", *HTTP_SETTINGS),
    between("frequency", 1000, 3_600_000, " ms"),
    between("timeout", 1000, 180_000, " ms"),
    at_least_one("probes"),
    one_of("alertSensitivity", "none", "low", "medium", "high"),
    exactly_one(*PROTOCOLS, within="settings"),
    probes_exist,
    labels_are_short,
    target_fits_protocol,
)
SCRAPE_RULES: tuple[Rule, ...] = (
    one_of("authenticationMethod", "basic", "bearer"),
    one_of("scrapeIntervalSeconds", 30, 60, 120),
    matches("url", r"https://.+", "an https address"),
)
CHECK_ALERT_RULES: tuple[Rule, ...] = (
    one_of("alerts[].name", *CHECK_ALERT_NAMES),
    one_of("alerts[].period", "5m", "10m", "15m", "20m", "30m", "1h"),
    _alert_periods,
)
SLO_RULES: tuple[Rule, ...] = (
    only("objectives[]", "value", "window"),
    only("queries[]", "freeform", "grafanaQueries", "ratio", "type"),
    at_most("name", 128),
    at_most("description", 1024),
    between("objectives[].value", 0, 1),
    matches("objectives[].window", r"\d+(ms|[smhdwy])", "a number and a unit, such as 28d"),
    at_least_one("objectives"),
    at_least_one("queries"),
    destination_is_named,
)
