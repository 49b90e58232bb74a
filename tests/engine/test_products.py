"""All products in production on the real engine; all but one are taken out of the stack by its `products` key, and one
is put back."""

import re

import pytest

from components.catalogue import STACKS, load_products
from tests.engine.sandbox import CHANGED, Sandbox, project

NAMES = [product.name for product in load_products(STACKS)[0]]
# One that stays, and one that comes back: with few left, the rest of the story costs little.
STAYS = "fair-trade-worker" if "fair-trade-worker" in NAMES else NAMES[0]
BACK = next(name for name in ("clipforge", *NAMES) if name in NAMES and name != STAYS)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory, engine):
    made = Sandbox(project(tmp_path_factory), "prod")
    # What production protects is not deleted with its product before somebody has taken the protection off.
    made.copy.edit("Pulumi.prod.yaml", "    protect: true", "    protect: false")
    return made


def of(products, names):
    """Which resources are those of products, receivers that only they tell, or what keeps the stack's settings."""
    begins = tuple(f"{before}{product}-" for product in products for before in ("", "sentry-", "datadog-"))
    return {name for name in names if name in (*products, "once-per-account") or name.startswith(begins)}


def test_1_all_products_are_created(sandbox, recordings):
    assert sandbox.changes("up") >= {each.name for each in recordings["prod"].resources}


def test_2_a_second_preview_finds_nothing_to_do(sandbox):
    printed = sandbox("preview")
    assert re.search(r"\d+ unchanged", printed)
    assert not CHANGED.search(printed)


def test_3_products_that_the_stack_no_longer_names_are_deleted_once_agreed_and_nothing_else(
    sandbox, recordings, monkeypatch
):
    sandbox.copy.edit("Pulumi.prod.yaml", "    protect: false", f"    protect: false\n    products: [{STAYS}]")
    there = sandbox.at_vendors()
    sandbox("up", expect=1)
    assert f"{BACK}-sentry-project (deleted): its issues and events" in sandbox.printed[-1]
    assert sandbox.at_vendors() == there
    monkeypatch.setenv("DELETE", "yes")
    changed = sandbox.changes("up")
    out = [name for name in NAMES if name != STAYS]
    assert changed == of(out, [each.name for each in recordings["prod"].resources])


def test_4_one_put_back_is_created_again(sandbox, recordings):
    sandbox.copy.edit("Pulumi.prod.yaml", f"products: [{STAYS}]", f"products: [{STAYS}, {BACK}]")
    assert sandbox.changes("up") == of([BACK], [each.name for each in recordings["prod"].resources])


def test_5_destroy_leaves_nothing(sandbox):
    sandbox("destroy")
    assert sandbox.at_vendors() == []
