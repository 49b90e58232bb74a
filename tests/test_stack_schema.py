"""The schema that editors hold stack files against accepts what the program accepts, and refuses what it refuses."""

import json
import re

import pytest
import yaml

from components.environment import Environment
from components.problems import InvalidDeclarationError
from review.schema import ENVIRONMENTS, KEY, schema
from tests.conftest import ROOT
from tests.test_readme import block

SCHEMA = json.loads(schema())
MODEL = SCHEMA["properties"]["config"]["properties"]["monitoring:environment"]
FILES = {path.name: path.read_text("utf-8") for path in sorted(ROOT.glob("Pulumi.?*.yaml"))}
FILES["docs/environments.md"] = block("recipe: Pulumi.demo.yaml")
TYPES = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict, "null": type(None)}


def fits(value, model):
    """Whether a value is what a schema asks for, as far as this schema goes; what it doesn't know is an error."""
    known = {"type", "pattern", "anyOf", "const", "enum", "items", "minItems", "uniqueItems", "properties", "required"}
    known |= {"additionalProperties", "minimum", "format", "minLength", "maxLength", "default", "description", "title"}
    assert set(model) <= known | {"$schema", "$comment"}, model
    if "anyOf" in model and not any(fits(value, each) for each in model["anyOf"]):
        return False
    if "const" in model and value != model["const"]:
        return False
    if "enum" in model and value not in model["enum"]:
        return False
    kind = TYPES[model["type"]] if "type" in model else object
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return False
    if isinstance(value, str) and not re.search(model.get("pattern", ""), value):
        return False
    if isinstance(value, list) and not (
        len(value) >= model.get("minItems", 0)
        and (not model.get("uniqueItems") or len(set(value)) == len(value))
        and all(fits(each, model.get("items", {})) for each in value)
    ):
        return False
    if isinstance(value, dict):
        properties = model.get("properties", {})
        if not set(model.get("required", ())) <= set(value):
            return False
        if model.get("additionalProperties") is False and not set(value) <= set(properties):
            return False
        return all(fits(each, properties.get(key, {})) for key, each in value.items())
    return not (isinstance(value, int) and value < model.get("minimum", value))


def accepted(environment):
    try:
        Environment.parse(environment, "Pulumi.x.yaml")
    except InvalidDeclarationError:
        return False
    return True


@pytest.mark.parametrize("name", FILES)
def test_every_stack_file_names_the_schema_and_holds_to_it(name):
    first, _, _ = FILES[name].partition("\n")
    assert (ROOT / first.removeprefix("# yaml-language-server: $schema=")).is_file()
    assert fits(yaml.safe_load(FILES[name]), SCHEMA)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "Production"),
        ("suffix", "staging"),
        ("suffix", "-late"),
        ("suffix", "-a-traffic"),
        ("notify", "pagerduty"),
        ("notify", {"pagerduty": "tikit"}),
        ("notify", {"slack": "#a", "email": "a@b.example"}),
        ("grafana-stack", 1),
        ("grafana-stack", "one"),
        ("has-users", "yes"),
        ("runbooks", "http://docs.example"),
        ("probe-from", []),
        ("probe-from", ["Ohio", "Ohio"]),
        ("probe-from", "Ohio"),
        ("probe-at-most-every", "0m"),
        ("probe-at-most-every", "30"),
        ("uptime-executions-per-month", -1),
        ("uptime-executions-per-month", "1000"),
        ("owns", ["everything"]),
        ("owns", ["receivers", "receivers"]),
        ("products", []),
        ("products", "all"),
        ("protected", True),
        ("protect", None),
    ],
)
def test_what_the_program_refuses_is_marked_by_an_editor_too(key, value):
    environment = yaml.safe_load(FILES["Pulumi.prod.yaml"])["config"]["monitoring:environment"] | {key: value}
    assert not accepted(environment)
    assert not fits(environment, MODEL)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("suffix", "-eu-1"),
        ("notify", {"email": "team@shop.example"}),
        ("grafana-logs-datasource", ""),
        ("sentry-address", "https://sentry.example/organizations/shop"),
        ("probe-at-most-every", "45s"),
        ("uptime-executions-per-month", 0),
        ("owns", []),
        ("products", "none"),
        ("products", ["tikit"]),
    ],
)
def test_what_the_program_accepts_is_not_marked(key, value):
    environment = yaml.safe_load(FILES["Pulumi.prod.yaml"])["config"]["monitoring:environment"] | {key: value}
    assert accepted(environment)
    assert fits(environment, MODEL)


@pytest.mark.parametrize("key", MODEL["required"])
def test_a_key_that_is_missing_is_marked(key):
    environment = dict(yaml.safe_load(FILES["Pulumi.prod.yaml"])["config"]["monitoring:environment"])
    del environment[key]
    assert not fits(environment, MODEL)


def test_every_key_is_explained_by_the_page_on_environments_and_none_is_that_does_not_exist():
    said = KEY.findall(ENVIRONMENTS.read_text("utf-8"))
    assert [key for key, _ in said] == list(MODEL["properties"])
