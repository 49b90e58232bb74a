"""What Grafana refuses about folders, dashboards, SLOs and scrape jobs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sandbox.vendors.grafana_account_rules import folder_exists
from sandbox.vendors.grafana_facts import DASHBOARD, FOLDER_UID, FOLDER_UID_FORM, PROVIDER, UID, UID_FORM, dashboard_uid
from sandbox.vendors.model import (
    AccountRule,
    Rule,
    at,
    at_least_one,
    at_most,
    between,
    matches,
    not_together,
    one_of,
    only,
    read_in,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.account import Account
    from sandbox.vendors.values import Inputs

# Each type of query, and the block that it is in.
QUERY_BLOCKS = {"freeform": "freeform", "ratio": "ratio", "grafana_queries": "grafanaQueries"}
NEEDED = {
    "basic": ("authenticationBasicUsername", "authenticationBasicPassword"),
    "bearer": ("authenticationBearerToken",),
}


def dashboard_is_json(inputs: Inputs) -> Iterator[str]:
    """Check that a dashboard is a JSON object."""
    text = at(inputs, "configJson")
    if not isinstance(text, str):
        return
    try:
        if not isinstance(json.loads(text), dict):
            yield "configJson: invalid dashboard JSON: it is not an object"
    except ValueError as problem:
        yield f"configJson: invalid dashboard JSON: {problem}"


def dashboard_is_titled(inputs: Inputs) -> Iterator[str]:
    """Check that a dashboard has a title; its uid, if it has one, is a uid."""
    text = at(inputs, "configJson")
    try:
        model = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        model = None
    if not isinstance(model, dict):
        return
    if not model.get("title"):
        yield "configJson: [400] Dashboard title cannot be empty"
    if model.get("uid") is not None and not re.fullmatch(UID, str(model["uid"])):
        yield f"configJson: uid must be {UID_FORM}, got {model['uid']!r}"


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


def destination_is_named(inputs: Inputs) -> Iterator[str]:
    """Check that an SLO says where its recording rules write to."""
    destination = inputs.get("destinationDatasource")
    if destination is None or (isinstance(destination, dict) and not destination.get("uid")):
        yield "destinationDatasource: a destination data source is required: set its uid"


def query_has_its_block(inputs: Inputs) -> Iterator[str]:
    """Check that an SLO's query has the block of its type."""
    for place, query in walk(inputs, "queries[]"):
        block = QUERY_BLOCKS.get(str(query.get("type")))
        if block and not query.get(block):
            yield f"{place}: a {block} block is required for type {query.get('type')}"


def objective_can_be_missed(inputs: Inputs) -> Iterator[str]:
    """Check that an objective is above 0 and below 1."""
    for place, value in walk(inputs, "objectives[].value"):
        if value in (0, 1):
            yield f"{place}: [400] the objective must be greater than 0 and less than 1, got {value}"


def credentials_fit_method(inputs: Inputs) -> Iterator[str]:
    """Check that a scrape job has the credentials of its method."""
    method = at(inputs, "authenticationMethod")
    for name in NEEDED.get(str(method), ()):
        if inputs.get(name) is None:
            yield f"Missing Required Field: {name} is required when authenticationMethod is {method}"


def scrape_is_named(inputs: Inputs) -> Iterator[str]:
    """Check that a scrape job has a name."""
    if not inputs.get("name"):
        yield 'Missing required argument: The argument "name" is required, but no definition was found.'


FOLDER_RULES: tuple[Rule, ...] = (
    *read_in(
        f"{PROVIDER}: internal/resources/grafana/resource_folder.go, folderUIDValidation",
        matches("uid", FOLDER_UID, FOLDER_UID_FORM),
    ),
    *read_in("grafana/grafana: pkg/util/shortid_generator.go, ValidateUID", matches("uid", UID, UID_FORM)),
    *read_in("grafana/grafana: pkg/services/folder, ErrTitleTooLong", at_most("title", 255)),
)
DASHBOARD_RULES: tuple[Rule, ...] = (
    *read_in(f"{PROVIDER}: internal/resources/grafana/resource_dashboard.go, ValidateFunc", dashboard_is_json),
    *read_in("grafana/grafana: pkg/services/dashboards/errors.go", dashboard_is_titled),
)
DASHBOARD_ACCOUNT_RULES: tuple[AccountRule, ...] = read_in(
    "grafana/grafana: pkg/services/dashboards/errors.go", folder_exists, title_is_free
)
SCRAPE_RESOURCE = f"{PROVIDER}: internal/resources/connections/resource_metrics_endpoint_scrape_job.go"
SCRAPE_RULES: tuple[Rule, ...] = read_in(
    SCRAPE_RESOURCE,
    scrape_is_named,
    one_of("authenticationMethod", "basic", "bearer"),
    one_of("scrapeIntervalSeconds", 30, 60, 120),
    matches("url", r"https://.+", "an https address"),
    credentials_fit_method,
    not_together("authenticationBearerToken", "authenticationBasicUsername"),
    not_together("authenticationBearerToken", "authenticationBasicPassword"),
)
SLO_RESOURCE = f"{PROVIDER}: internal/resources/slo/resource_slo.go"
SLO_RULES: tuple[Rule, ...] = (
    *read_in(
        SLO_RESOURCE,
        only("objectives[]", "value", "window"),
        only("queries[]", "freeform", "grafanaQueries", "ratio", "type"),
        at_most("name", 128),
        at_most("description", 1024),
        between("objectives[].value", 0, 1),
        matches("objectives[].window", r"\d+(ms|[smhdwy])", "a number and a unit, such as 28d"),
        one_of("queries[].type", "freeform", "query", "ratio", "threshold", "grafana_queries"),
        at_least_one("objectives"),
        at_least_one("queries"),
        destination_is_named,
    ),
    *read_in(f"{SLO_RESOURCE}, packing of queries", query_has_its_block),
    *read_in("Grafana's SLO API: 0 < value < 1", objective_can_be_missed),
)
