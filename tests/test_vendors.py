"""The table of vendors is what workflows, documents, stack files and the sandbox agree with."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml

from components.environment import Environment
from components.grafana import panels
from components.scope import Scope
from components.vendors import VENDORS, alerts_here, alerts_of, vendors_used
from components.vocabulary.dashboards import AnyWidget
from components.vocabulary.product import Product
from review.recorder import ROOT
from sandbox.losses import VENDORS as SAID
from tests.tiny import PRODUCTION, STAGING, TINY
from tests.tiny_grafana import GRAFANA

VARIABLES = {name for vendor in VENDORS.values() for name in vendor.variables}
PULUMIS = {"PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"}
OTHERS = {"AGREED", "APPROVED", "GITHUB_TOKEN"}  # what a person agreed to, and the issue or pull request that says so


def workflows():
    return {path.name: yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / ".github" / "workflows").glob("*")}


def part(page, heading):
    return (ROOT / page).read_text(encoding="utf-8").split(f"# {heading}\n")[1].split("\n## ")[0]


def test_every_job_that_has_a_vendors_credentials_has_those_of_the_table():
    given = [
        set(step["env"])
        for workflow in workflows().values()
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if set(step.get("env", {})) & VARIABLES
    ]
    assert len(given) == 8
    assert all(names - OTHERS == VARIABLES | PULUMIS for names in given)


@pytest.mark.parametrize(("page", "heading"), [("docs/going-live.md", "Going live"), ("docs/pipelines.md", "Secrets")])
def test_documents_name_the_variables_of_the_table(page, heading):
    rows = [line for line in part(page, heading).splitlines() if line.startswith("|")]
    named = {name for line in rows for name in re.findall(r"`([A-Z]+_[A-Z_]+)`", line)}
    assert named - PULUMIS == VARIABLES


def test_the_page_on_going_live_lists_the_variables_beside_their_vendor():
    rows = dict(re.findall(r"^\| (\w+) \| (`.*) \|$", part("docs/going-live.md", "Going live"), re.MULTILINE))
    listed = {title: set(re.findall(r"`(\w+)`", names)) for title, names in rows.items()}
    assert listed == {vendor.title: set(vendor.variables) for vendor in VENDORS.values()}


def test_the_page_on_environments_names_what_is_compared():
    rows = re.findall(
        r"^\| (\w+) \| .* \| `([\w-]+)` \|", part("docs/environments.md", "Whose account it is"), re.MULTILINE
    )
    assert dict(rows) == {vendor.title: vendor.identity for vendor in VENDORS.values()}


def test_every_key_of_the_stack_file_is_a_vendors_or_is_said_to_be_everybodys():
    keys = {name.replace("_", "-") for name in Environment.model_fields}
    everybodys = {"name", "suffix", "notify", "has-users", "runbooks", "protect", "owns", "products", "pages-per-week"}
    vendors = [key for vendor in VENDORS.values() for key in (vendor.identity, *vendor.keys)]
    assert len(set(vendors)) == len(vendors)
    assert keys == everybodys | set(vendors)


def test_a_package_and_nothing_else_stands_behind_each_entry():
    for name in VENDORS:
        package = ROOT / "components" / name
        assert {f"{each}.py" for each in ("account", "component", "limits", "receivers")} <= {
            path.name for path in package.glob("*.py")
        }
    # Directories with an account.py are vendors' packages; none stands beside the table.
    assert {path.parent.name for path in Path(ROOT / "components").glob("*/account.py")} == set(VENDORS)


def test_the_sandbox_calls_them_the_same():
    assert {name: vendor.title for name, vendor in VENDORS.items()} == SAID


def test_a_product_can_keep_its_metrics_at_every_vendor_that_evaluates_them_and_at_no_other():
    keeps = Product.__annotations__["telemetry"]
    assert set(re.findall(r"'(\w+)'", str(keys_of(keeps)))) == {
        name for name, vendor in VENDORS.items() if "telemetry" in vendor.evaluates
    }


def keys_of(annotation):
    return annotation.replace('"', "'") if isinstance(annotation, str) else annotation


@pytest.mark.parametrize("product", [TINY, GRAFANA], ids=["at Datadog", "at Grafana"])
@pytest.mark.parametrize("environment", [PRODUCTION, STAGING], ids=["production", "staging"])
def test_every_alert_is_evaluated_by_exactly_one_vendor(product, environment):
    scope = Scope(product, environment)
    evaluated = [alert.name for vendor in vendors_used(scope) for alert in alerts_of(scope, vendor)]
    assert sorted(evaluated) == sorted(alert.name for alert in product.alerts)
    here = [alert.name for vendor in vendors_used(scope) for alert in alerts_here(scope, vendor)]
    assert sorted(here) == sorted(set(evaluated) - set(scope.left_out))


def test_every_widget_that_grafana_draws_has_a_size():
    assert set(panels.SIZES) == set(get_args(AnyWidget))
