"""Malformed stack files: each is refused with one clear text, none ends in a traceback, none is accepted and wrong."""

import shutil

import pulumi
import pytest

from components import program
from components.problems import InvalidDeclarationError, report
from review.recorder import record
from tests.conftest import ROOT, budget
from tests.malformed.test_products import says

STAGING = (ROOT / "Pulumi.staging.yaml").read_text(encoding="utf-8")
PRODUCTION = (ROOT / "Pulumi.prod.yaml").read_text(encoding="utf-8")
NOTIFY = 'notify: { slack: "#{product}-staging" }'
BUDGET = budget("staging")
END = "    owns: [receivers]\n"
SECRET = "tikit-grafana-slack-tikit-staging"

# What stands in the file of staging, what is written instead, and parts of what is said, in their order.
CASES = {
    # YAML
    "config that is a list": (STAGING, "config: [5]\n", "Pulumi.staging.yaml", "can't be read", "`config` has no keys"),
    "config that is a number": (STAGING, "config: 5\n", "`config` has no keys and values"),
    "config that is a text": (STAGING, "config: nothing\n", "`config` has no keys and values"),
    "a file that is a text": (STAGING, "nothing\n", "`config` has no keys and values"),
    "a file that is a list": (STAGING, "- config\n", "`config` has no keys and values"),
    "an empty file": (STAGING, "", "monitoring:environment", "is missing"),
    "a key that is a number": (STAGING, "config:\n  5: 6\n", "`config` has no keys and values"),
    "a key that is a list": (STAGING, "config:\n  [a]: 6\n", "can't be read"),
    "a key twice": (END, f"{END}    owns: []\n", "'owns' is there twice"),
    "an environment twice": (STAGING, STAGING + STAGING.partition("config:\n")[2], "is there twice"),
    "a tab": ("    suffix: -staging", "\tsuffix: -staging", "can't be read"),
    "a tag that runs code": ("    suffix: -staging", "    suffix: !!python/name:os.system", "can't be read"),
    "another encoding": (STAGING, STAGING.replace("Staging:", "Stägîng:").encode("latin-1"), "can't be read", "UTF-8"),
    "no text at all": (STAGING, bytes(range(256)), "can't be read"),
    "an environment that is a text": (
        STAGING,
        "config:\n  monitoring:environment: staging\n",
        "is missing",
        "name: staging",
    ),
    "an environment that is a list": (STAGING, "config:\n  monitoring:environment: [staging]\n", "is missing"),
    "a number for a key of an environment": (END, f"{END}    5: 6\n", "Pulumi.staging.yaml, `5`"),
    # Values
    "a name that is a number": ("name: staging", "name: 5", "`name`: 5 isn't valid here"),
    "a name that is yes": ("name: staging", "name: yes", "`name`: True isn't valid here"),
    "no suffix": ("suffix: -staging", "suffix:", "`suffix`: None isn't valid here"),
    "a text for yes or no": ("    protect: false\n", '    protect: "no"\n', "`protect`: 'no'"),
    "a number for yes or no": ("otlp-suffixes: true", "otlp-suffixes: 1", "`otlp-suffixes`: 1"),
    "a text for a number": (BUDGET, 'uptime-executions-per-month: "5"', "`uptime-executions-per-month`: '5'"),
    "less than nothing": (BUDGET, "uptime-executions-per-month: -1", "`uptime-executions-per-month`: -1"),
    "no products": (END, f"{END}    products: []\n", "`products`: [] isn't valid here", "or the word none"),
    "a product twice": (END, f"{END}    products: [tikit, tikit]\n", "`products`", "each name once"),
    "a text for products": (END, f"{END}    products: tikit\n", "`products`: 'tikit'"),
    "a retention that nobody sells": (
        "keep-logs-at-most: 7d",
        "keep-logs-at-most: 8d",
        "keep-logs-at-most",
        "'8 days'",
        "one of",
    ),
    "a retention of hours": ("keep-logs-at-most: 7d", "keep-logs-at-most: 12h", "keep-logs-at-most", "'12 hours'"),
    "a data source with a quote": ("grafanacloud-logs", "'a\"b'", "`grafana-logs-datasource`"),
    "a location of nothing": ("[Frankfurt]", "['']", "probe-from", "isn't one of Grafana Cloud's probe locations"),
    # Whom staging reaches
    "a copy of production": (
        STAGING,
        PRODUCTION,
        "`name`: 'production' isn't the environment that the stack staging is named after",
    ),
    "a copy of production shares its name": (
        STAGING,
        PRODUCTION,
        "`name`: 'production' is also Pulumi.prod.yaml's",
    ),
    "a copy of production shares its suffix": (STAGING, PRODUCTION, "`suffix`: '' is also Pulumi.prod.yaml's"),
    "a name of production's": (
        "name: staging",
        "name: production",
        "`name`: 'production' is also Pulumi.prod.yaml's",
    ),
    "a suffix of production's": ("suffix: -staging", 'suffix: ""', "`suffix`: '' is also Pulumi.prod.yaml's"),
    "told as declared": (NOTIFY, "notify: as-declared", "would page people for what happens in staging", "slack:"),
    "mail to PagerDuty": (
        NOTIFY,
        "notify: { email: x@acme.pagerduty.com }",
        "`notify`",
        "an address of the team's own",
    ),
    "mail to PagerDuty in capitals": (NOTIFY, "notify: { email: x@ACME.PagerDuty.COM }", "`notify`"),
    "mail to Opsgenie": (NOTIFY, "notify: { email: x@acme.opsgenie.net }", "`notify`"),
    "mail to Splunk On-Call": (NOTIFY, "notify: { email: x@alert.victorops.com }", "`notify`"),
    "a text message": (NOTIFY, "notify: { email: 5551234@txt.att.net }", "`notify`"),
    "mail to an integration": (
        NOTIFY,
        "notify: { email: opsgenie-x@acme.example }",
        "'Email opsgenie-x@acme.example'",
        "Datadog",
    ),
    "a webhook": (NOTIFY, "notify: { webhook: pager }", "`notify`"),
    "a service": (NOTIFY, "notify: { pagerduty: tikit }", "`notify`"),
    "a handle in a channel": (NOTIFY, 'notify: { slack: "#a @pagerduty-tikit" }', "`notify`"),
    "a template in a channel": (NOTIFY, 'notify: { slack: "#a{{/is_alert}}" }', "`notify`"),
    "two receivers": (NOTIFY, 'notify: { slack: "#a", email: a@b.example }', "`notify`"),
    "a channel that is a number": (NOTIFY, "notify: { slack: 5 }", "`notify`"),
    "a handle in the runbooks": ("docs/runbooks", "docs/@all", "`runbooks`", "without @"),
    "a handle beside the runbooks": ("docs/runbooks", "docs/runbooks @pagerduty-x", "`runbooks`", "without @"),
    "a host that is a handle": ("https://github.com", "https://@all", "`runbooks`", "without @"),
    "a template in the runbooks": ("docs/runbooks", "docs/{{x}}", "`runbooks`"),
    "runbooks in the clear": ("https://github.com", "http://github.com", "`runbooks`"),
    # Secrets
    "secrets that are a number": (
        END,
        f"{END}  monitoring:secrets: 5\n",
        "monitoring:secrets",
        "has no names and values",
    ),
    "secrets that are a text": (
        END,
        f"{END}  monitoring:secrets: hunter2\n",
        "monitoring:secrets",
        "has no names and values",
    ),
    "secrets that are a list": (END, f"{END}  monitoring:secrets: [hunter2]\n", "has no names and values"),
    "a secret in plain text": (
        END,
        f"{END}  monitoring:secrets: {{ {SECRET}: hunter2 }}\n",
        f"monitoring:secrets.{SECRET}",
        "in plain text",
        "a new secret",
    ),
    "a webhook of PagerDuty's": (
        END,
        f"{END}  monitoring:secrets: {{ {SECRET}: https://events.pagerduty.com/x }}\n",
        "can't reach that receiver",
        "hooks.slack.com",
    ),
    "another key": (END, f"{END}  monitoring:secret: {{}}\n", "monitoring:secret", "nothing would read it"),
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The real products, and stack files that may be spoiled."""
    (tmp_path / "stacks").symlink_to(ROOT / "stacks")
    for file in ("__main__.py", "Pulumi.prod.yaml", "Pulumi.staging.yaml"):
        shutil.copy(ROOT / file, tmp_path / file)
    monkeypatch.setattr(program, "STACKS", tmp_path / "stacks")
    return tmp_path


def told(project, stack="staging"):
    """What the program says to a stack of the project."""
    with pytest.raises((InvalidDeclarationError, pulumi.RunError)) as caught:
        record(stack, project)
    error = caught.value
    return report(error.problems) if isinstance(error, InvalidDeclarationError) else str(error)


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_what_is_wrong_and_what_to_write(project, case):
    old, new, *parts = CASES[case]
    assert STAGING.count(old) == 1, old
    text = new if isinstance(new, bytes) else STAGING.replace(old, new).encode()
    (project / "Pulumi.staging.yaml").write_bytes(text)
    said = told(project)
    assert says(said, parts), said
    assert "Write instead: " in said
    assert "Traceback" not in said
    assert "hunter2" not in said
