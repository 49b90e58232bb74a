"""All products in production on the real engine; one is taken out of the stack by its `products` key, and put back."""

import re

import pytest

from components.catalogue import STACKS, load_products
from tests.engine.sandbox import CHANGED, Sandbox, project

NAMES = [product.name for product in load_products(STACKS)[0]]
OUT = "clipforge" if "clipforge" in NAMES else NAMES[0]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory, engine):
    made = Sandbox(project(tmp_path_factory), "prod")
    # What production protects is not deleted with its product before somebody has taken the protection off.
    made.copy.edit("Pulumi.prod.yaml", "    protect: true", "    protect: false")
    return made


def of(name):
    """Whether a resource is one of that product, a receiver that only it tells, or what keeps the stack's settings."""
    return name in (OUT, "once-per-account") or name.startswith((f"{OUT}-", f"sentry-{OUT}-", f"datadog-{OUT}-"))


def test_1_all_products_are_created(sandbox, recordings):
    assert sandbox.changes("up") >= {each.name for each in recordings["prod"].resources}


def test_2_a_second_preview_finds_nothing_to_do(sandbox):
    printed = sandbox("preview")
    assert re.search(r"\d+ unchanged", printed)
    assert not CHANGED.search(printed)


def test_3_a_product_that_the_stack_no_longer_names_is_deleted_once_agreed_and_nothing_else(
    sandbox, recordings, monkeypatch
):
    remaining = ", ".join(name for name in NAMES if name != OUT)
    sandbox.copy.edit("Pulumi.prod.yaml", "    protect: false", f"    protect: false\n    products: [{remaining}]")
    there = sandbox.at_vendors()
    sandbox("up", expect=1)
    assert f"{OUT}-sentry-project (deleted): its issues and events" in sandbox.printed[-1]
    assert sandbox.at_vendors() == there
    monkeypatch.setenv("DELETE", "yes")
    changed = sandbox.changes("up")
    assert changed == {each.name for each in recordings["prod"].resources if of(each.name)}


def test_4_put_back_it_is_created_again(sandbox, recordings):
    remaining = ", ".join(name for name in NAMES if name != OUT)
    sandbox.copy.edit("Pulumi.prod.yaml", f"\n    products: [{remaining}]", "")
    assert sandbox.changes("up") == {each.name for each in recordings["prod"].resources if of(each.name)}


def test_5_destroy_leaves_nothing(sandbox):
    sandbox("destroy")
    assert sandbox.at_vendors() == []
