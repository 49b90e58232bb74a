"""`products` in a stack file restricts the stack to some products."""

import dataclasses

import pytest

from components.catalogue import scopes_of, unknown_products
from components.environment import Environment
from components.problems import InvalidDeclarationError
from tests.refusals import refused, said
from tests.tiny import KEYS, TINY, environment

OTHER = dataclasses.replace(TINY, name="other")


@pytest.mark.parametrize(
    ("chosen", "declared"),
    [(None, ["tiny", "other"]), (["other"], ["other"]), (["other", "tiny"], ["tiny", "other"]), ("none", [])],
)
def test_a_stack_declares_all_products_or_those_that_are_named(chosen, declared):
    made = environment(products=chosen) if chosen is not None else environment()
    assert [scope.product.name for scope in scopes_of(made, [TINY, OTHER])] == declared


def test_a_name_that_no_file_declares_is_refused_with_the_nearest_that_one_does():
    made = environment(products=["tiny", "othr"])
    assert said(unknown_products(made, [TINY, OTHER], "Pulumi.test.yaml")) == [
        "Pulumi.test.yaml, `products`: 'othr' isn't a product in stacks/. -> other"
    ]
    assert said(unknown_products(environment(), [TINY, OTHER], "Pulumi.test.yaml")) == []


def test_products_are_a_list():
    with pytest.raises(InvalidDeclarationError) as caught:
        Environment.parse(KEYS | {"products": "tiny"}, "Pulumi.test.yaml")
    assert [problem.field for problem in caught.value.problems] == ["products"]


@pytest.mark.parametrize("value", [[], None, ""])
def test_no_product_at_all_is_only_ever_said_in_letters(value):
    given = KEYS | {"products": value}
    (text,) = refused(lambda: Environment.parse(given, "Pulumi.test.yaml"))
    assert text == (
        f"Pulumi.test.yaml, `products`: {value!r} isn't valid here. "
        "-> a list of names, no `products` key for all of them, or the word none"
    )
