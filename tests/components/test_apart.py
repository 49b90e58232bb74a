"""Stack files are kept apart from each other, read as what they are, and hold no secret that can be read."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from components.apart import apart
from components.problems import InvalidDeclarationError
from components.secrets import malformed, needed
from components.stackfile import others, readable_secrets, stack_file, stacks
from components.vocabulary import Webhook
from tests.components.conftest import alone
from tests.conftest import ROOT
from tests.refusals import refused, said
from tests.tiny import PRODUCTION, QUIET, STAGING, TINY, environment, scope


def write(folder, stack, text):
    (folder / f"Pulumi.{stack}.yaml").write_text(text, encoding="utf-8")


def declares(folder, stack, name, suffix):
    write(folder, stack, f'config:\n  monitoring:environment: {{ name: {name}, suffix: "{suffix}" }}\n')


def test_the_projects_own_stacks_are_apart():
    assert list(apart(PRODUCTION, "prod", ROOT)) == []
    assert list(apart(STAGING, "staging", ROOT)) == []


@pytest.mark.parametrize("stack", ["prod", "production", "production-eu", "prod-tikit"])
def test_a_stack_is_called_like_its_environment(tmp_path, stack):
    assert list(apart(PRODUCTION, stack, tmp_path)) == []


@pytest.mark.parametrize("stack", ["staging", "demo", "dev"])
def test_production_is_not_declared_by_a_stack_of_another_name(tmp_path, stack):
    """Also without its stack file beside: moved, or given with --config-file."""
    assert said(apart(PRODUCTION, stack, tmp_path)) == [
        (
            f"Pulumi.{stack}.yaml, `name`: 'production' isn't the environment that the stack {stack} is named "
            f"after: a copied file would act on the wrong one. -> {stack}, or a name that begins with it"
        )
    ]


def test_two_stacks_share_neither_name_nor_suffix(tmp_path):
    declares(tmp_path, "staging", "staging", "-staging")
    declares(tmp_path, "staging-2", "staging", "-2")
    declares(tmp_path, "staging-3", "staging-3", "-staging")
    assert said(apart(STAGING, "staging", tmp_path)) == [
        (
            "Pulumi.staging.yaml, `name`: 'staging' is also Pulumi.staging-2.yaml's: each would replace what the "
            "other declares. -> a name of its own"
        ),
        (
            "Pulumi.staging.yaml, `suffix`: '-staging' is also Pulumi.staging-3.yaml's: each would replace what "
            "the other declares. -> a suffix of its own"
        ),
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "shared"),
    [
        (["tikit"], "[shop]", False),
        (["tikit"], "none", False),
        ("none", "[shop]", False),
        (["tikit"], "[shop, tikit]", True),
        (["tikit"], "[]", False),
        (None, "[shop]", True),
    ],
)
def test_stacks_of_one_environment_that_share_no_product_may_share_name_and_suffix(tmp_path, ours, theirs, shared):
    text = f"name: production, suffix: '', products: {theirs}"
    write(tmp_path, "prod-shop", f"config:\n  monitoring:environment: {{ {text} }}\n")
    made = environment() if ours is None else environment(products=ours)
    assert bool(list(apart(made, "prod-tikit", tmp_path))) is shared


def test_another_stack_file_that_can_not_be_read_is_named(tmp_path):
    write(tmp_path, "demo", "config: [")
    (text,) = said(apart(STAGING, "staging", tmp_path))
    assert text.startswith("Pulumi.demo.yaml: can't be read: ")


def test_a_stack_may_have_a_point_in_its_name(tmp_path):
    declares(tmp_path, "staging.eu", "staging-eu", "-eu")
    assert stacks(tmp_path) == ["staging.eu"]
    assert stack_file(tmp_path, "staging.eu").get("monitoring:environment")["suffix"] == "-eu"
    assert [name for name, _ in others(tmp_path, "staging")] == ["Pulumi.staging.eu.yaml"]


def test_a_stack_is_not_a_path(tmp_path):
    declares(tmp_path, "staging", "staging", "-staging")
    (tmp_path / "inner").mkdir()
    (text,) = refused(lambda: stack_file(tmp_path / "inner", "../x/../Pulumi.staging"))
    assert "isn't a stack" in text


PLAIN = "is in plain text, for everyone who can read the repository."


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("{ a: hunter2 }", ["a"]),
        ("{ a: hunter2, b: { secure: v1:abc } }", ["a"]),
        ("{ a: { secure: 5 } }", ["a"]),
        ("{ a: { secure: v1:abc, other: hunter2 } }", ["a"]),
        ("{ a: [hunter2] }", ["a"]),
        ("{ a: { b: hunter2 } }", ["a"]),
        ("{ a: 5, b: yes }", ["a", "b"]),
        ("{ a: { secure: v1:abc } }", []),
        ("{ secure: v1:abc }", []),
        ("{}", []),
    ],
)
def test_a_secret_in_plain_text_is_named_and_not_repeated(tmp_path, written, named):
    write(tmp_path, "prod", f"config:\n  monitoring:secrets: {written}\n")
    texts = said(readable_secrets(tmp_path, "prod"))
    assert [text.partition(" -> ")[0] for text in texts] == [
        f"Pulumi.prod.yaml, `monitoring:secrets.{name}`: {PLAIN}" for name in named
    ]
    assert "hunter2" not in str(texts)


def test_without_a_file_there_is_nothing_to_read(tmp_path):
    assert list(readable_secrets(tmp_path, "prod")) == []


WEBHOOK = "https://hooks.slack.com/services/T0/B0/x"
KEY = "R0" + "a1B2" * 7 + "c3"


def wrong(values, **other):
    """What is said of a stack's secrets, where the others are right."""
    owned = alone(scope(**other))
    right = {name: WEBHOOK if "slack" in name else KEY for name in needed(owned)}
    return said(malformed(owned, right | values))


def test_keys_and_webhooks_of_the_right_form_are_accepted():
    assert wrong({}) == []
    assert wrong({"tiny-grafana-slack-alerts": "https://hooks.slack-gov.com/services/T0/B0/x"}) == []
    assert wrong({"something-else": 5}) == []


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("tiny-grafana-slack-alerts", "http://hooks.slack.com/services/T0/B0/x", "the address of an incoming webhook"),
        ("tiny-grafana-slack-alerts", "https://hooks.slack.com.evil.example/services/T0/B0/x", "the address of an"),
        ("tiny-grafana-slack-alerts", "https://events.pagerduty.com/v2/enqueue", "the address of an incoming webhook"),
        ("tiny-grafana-slack-alerts", KEY, "the address of an incoming webhook"),
        ("tiny-grafana-slack-alerts", f"{WEBHOOK}\n", "the address of an incoming webhook"),
        ("tiny-grafana-slack-alerts", "", "the address of an incoming webhook"),
        ("tiny-grafana-slack-alerts", None, "the address of an incoming webhook"),
        ("tiny-grafana-slack-alerts", {"secure": "x"}, "the address of an incoming webhook"),
        ("tiny-datadog-pagerduty-tiny", WEBHOOK, "the integration key: 32 letters and digits"),
        ("tiny-datadog-pagerduty-tiny", KEY[:-1], "the integration key: 32 letters and digits"),
        ("tiny-datadog-pagerduty-tiny", f" {KEY[:-1]}", "the integration key: 32 letters and digits"),
        ("tiny-datadog-pagerduty-tiny", 5, "the integration key: 32 letters and digits"),
    ],
)
def test_a_secret_that_can_not_deliver_is_named_and_not_repeated(name, value, wanted):
    (text,) = wrong({name: value})
    assert text.startswith(f"tiny, `monitoring:secrets.{name}`: has a value that can't reach that receiver.")
    assert wanted in text
    if value:
        assert str(value) not in text


def test_a_webhook_is_not_that_of_an_on_call_service():
    pager = Webhook("pager")
    severity = replace(QUIET, tell=(pager,))
    alerts = tuple(replace(each, severity=severity, tell=()) for each in TINY.alerts_at("checks"))
    fields = {"alerts": alerts, "severities": (severity,)}
    name = "tiny-grafana-webhook-pager"
    assert wrong({name: "https://bot.tiny.example/hook"}, **fields) == []
    assert len(wrong({name: "https://events.eu.pagerduty.com/x"}, **fields)) == 1
    assert len(wrong({name: "http://bot.tiny.example"}, **fields)) == 1


def test_stack_files_are_read_as_utf_8_in_every_locale(tmp_path):
    write(tmp_path, "prod", 'config:\n  monitoring:environment: { name: "₦ » é" }\n')
    program = "import sys, pathlib; from components.stackfile import stack_file; "
    program += "sys.stdout.buffer.write(stack_file(pathlib.Path(sys.argv[1]), 'prod')"
    program += ".get('monitoring:environment')['name'].encode())"
    plain = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    plain |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ran = subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=plain, capture_output=True, check=True)
    assert ran.stdout.decode() == "₦ » é"


def test_what_make_runs_reads_and_prints_utf_8():
    assert "\nRUN := PYTHONPATH=. PYTHONUTF8=1 " in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_a_stack_file_of_another_encoding_says_so(tmp_path):
    (tmp_path / "Pulumi.prod.yaml").write_bytes("config: { a: é }".encode("latin-1"))
    with pytest.raises(InvalidDeclarationError, match=r"(?s)can't be read: 'utf-8' codec.*in UTF-8"):
        stack_file(tmp_path, "prod")
