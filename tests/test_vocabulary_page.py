"""docs/vocabulary.md has every word, with its fields, an example that runs, and what it becomes."""

from __future__ import annotations  # the page reads annotations as they are written

import ast
import dataclasses
import re
import sys

import pytest

import components.vocabulary as words
from components.environment import Environment
from components.stackfile import ENVIRONMENT, stack_file
from components.vocabulary.conditions import Condition
from components.vocabulary.dashboards import Widget
from components.vocabulary.quantities import Duration, minutes
from components.vocabulary.thresholds import Signal
from components.vocabulary.words import Slug, Word, in_order, word
from review import starter
from review.becomes import _declared as declared_alone
from review.recorder import mocked
from review.vocabulary import STARTER, _fields, _kind, written
from tests import tiny
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "vocabulary.md").read_text("utf-8")
SECTIONS = {text.partition("\n")[0]: text for text in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]}
NAMED = {name: getattr(words, name) for name in words.__all__}
# What examples in docstrings call the things they don't make themselves.
SLOTS = words.gauge("pool.slots", words.Unit.COUNT, "Free slots", "host")
GIVEN = {"P1": tiny.WAKES, "P3": tiny.QUIET, "HEALTH": tiny.HEALTH, "SLOTS": SLOTS}
RUN = "\n".join(path.read_text("utf-8") for path in (STARTER, *sorted((ROOT / "stacks").glob("*.py"))))


def examples(section):
    return re.findall(r"```python\n(.*?)\n```", section, re.DOTALL)


@pytest.mark.parametrize("name", [name for name, each in NAMED.items() if callable(each)])
def test_every_word_has_what_it_is_and_an_example_that_runs(name):
    section = SECTIONS[name]
    assert len(section.splitlines()[2]) > 10
    found = examples(section)
    assert found
    for example in found:
        ast.parse(example)
        if example == written(NAMED[name]):
            eval(example, NAMED | GIVEN)
        else:
            lines = [line.strip() for line in example.splitlines()]
            assert all(line in RUN for line in lines), example


@pytest.mark.parametrize("name", [name for name, each in NAMED.items() if dataclasses.is_dataclass(each)])
def test_every_field_of_a_word_stands_in_its_section(name):
    shown = re.findall(r"^\| `(\w+)` \|", SECTIONS[name], re.MULTILINE)
    assert shown == [field.name for field in in_order(NAMED[name]) if field.init]


def test_every_condition_signal_and_widget_that_a_product_uses_says_what_it_becomes():
    kinds = [name for name, each in NAMED.items() if isinstance(each, type) and issubclass(each, Condition | Widget)]
    assert len(kinds) > 12
    lacking = [name for name in kinds if "\nBecomes in " not in SECTIONS[name]]
    assert lacking == []
    ratio = SECTIONS["Ratio"]
    assert re.search(r"Becomes in Datadog: .*\bMonitor \(3\)", ratio)
    assert re.search(r"Becomes in Grafana: RuleGroup\.\n\n```text\nlast_over_time\(.*increase\(", ratio)


def test_what_is_made_of_a_signal_is_shown_with_all_it_takes():
    (section,) = [text for name, text in SECTIONS.items() if name == Signal.__name__]
    assert "`.over(…)`: The same over a window" in section
    assert "- `at_least`, by name; left out: none: a count" in section
    assert "`.over(…)`" not in SECTIONS["Difference"], "it refuses a window"
    assert "`.above(…)`" in section
    assert "`.below(…)`" in section
    assert any(").above(percent(5))" in example for example in examples(section))
    assert "It has the methods of [Signal](#signal)." in SECTIONS["Ratio"]
    assert "- `critical`: a number with its unit: percent(5)" in section
    assert "- `lasting`, by name; left out: none: a duration, such as seconds(3)" in section


@word
class Toy(Word):
    """A toy."""

    name: Slug
    every: Duration = minutes(5)
    sides: tuple[Duration, ...] = ()


def test_a_new_word_is_shown_with_units_and_defaults():
    lines = list(_fields(Toy, NAMED | {"Toy": Toy}))
    assert "| `name` | a text: lower case words joined by hyphens | required |" in lines
    assert "| `every` | a duration, such as seconds(3), minutes(10) or hours(1) | 5 minutes |" in lines
    assert "| `sides` | a tuple, each a duration, such as seconds(3), minutes(10) or hours(1) | none |" in lines


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("Unit | None", "a unit, such as Unit.SECONDS ([Unit](#unit))"),
        ("int | str", "a number, without quotes; or a text in quotes"),
        ("Literal['a', 'b']", "`'a'` or `'b'`"),
        ("Unknown[int]", "`Unknown[int]`"),
    ],
)
def test_a_type_is_said_as_a_person_writes_what_is_of_it(kind, shown):
    assert _kind(ast.parse(kind, mode="eval").body, NAMED | vars(sys.modules[__name__]), NAMED) == shown


def test_links_lead_to_a_word_of_the_page():
    anchors = {name.lower() for name in SECTIONS}
    assert set(re.findall(r"\]\(#(\w+)\)", PAGE)) <= anchors


def test_what_one_vendor_alone_has_says_so_by_the_module_it_lives_in():
    homes = {name: getattr(words, name).__module__ for name in words.__all__ if isinstance(getattr(words, name), type)}
    for name, module in homes.items():
        said = set(re.findall(r"Datadog|Grafana|Sentry", getattr(words, name).__doc__ or ""))
        assert said <= {module.rpartition(".at_")[2].title()}, name
    assert {"ServiceCheck", "LogsStored", "PostMortem", "StatusPage", "LogIndex", "LogMetric", "DatadogQuery"} <= {
        name for name, module in homes.items() if module.endswith(".at_datadog")
    }


def test_the_order_in_which_resources_are_registered_does_not_show(monkeypatch):
    environment = Environment.parse(stack_file(ROOT, "prod").get(ENVIRONMENT), "Pulumi.prod.yaml")
    once = declared_alone(starter.PRODUCT, environment)

    async def backwards(recording, stack, program):
        await mocked(recording, stack, program)
        recording.resources.reverse()

    monkeypatch.setattr("review.becomes.mocked", backwards)
    assert len(once) > 1
    assert declared_alone(starter.PRODUCT, environment) == once
