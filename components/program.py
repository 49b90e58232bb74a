"""Reads what a stack is made of: its environment, the products in stacks/ and its secrets; refuses what can't work."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from itertools import chain
from typing import NamedTuple, cast

import pulumi
from pulumi.runtime.config import CONFIG

from components.accounts_check import mismatches
from components.apart import apart
from components.catalogue import STACKS, load_products, scopes_of, unknown_products
from components.environment import Environment
from components.judging import judged
from components.options import elsewhere
from components.ownership import Ownership, Stack, read_stacks
from components.problems import MISSING, InvalidDeclarationError, Problem, nearest, report
from components.scope import Scope
from components.secrets import Secrets, malformed
from components.stackfile import readable_secrets
from components.vendors import vendors_used

PROJECT = "monitoring"
KEYS = ("environment", "secrets")


class Program(NamedTuple):
    """What is declared: what this stack owns of the accounts, each of its products, with the secrets they need."""

    owned: Ownership
    scopes: tuple[Scope, ...]
    secrets: Secrets


def read() -> Program:
    """Read configuration and products. Raises pulumi.RunError with everything that is wrong, in one text."""
    gc.set_threshold(1_000_000)  # what is declared lives until the end: there is nothing to collect
    stack = pulumi.get_stack()
    file = f"Pulumi.{stack}.yaml"
    config = pulumi.Config(PROJECT)
    found = list(_unknown_keys(file))
    environment: Environment | None = None
    try:
        environment = Environment.parse(_object(config, "environment"), file)
        found += apart(environment, stack, STACKS.parent)
    except InvalidDeclarationError as error:
        found += error.problems
    try:
        found += readable_secrets(STACKS.parent, stack)
    except InvalidDeclarationError as error:
        found += error.problems
    products, broken = load_products(STACKS)
    found += broken
    given = _object(config, "secrets")
    if given is not None and not isinstance(given, Mapping):
        why = "has no names and values, so no receiver would be reached."
        found.append(Problem("monitoring:secrets", MISSING, why, "secrets by name, set with `--path`", file))
    known: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    names = frozenset(known)
    values: pulumi.Output[Mapping[str, str]] = pulumi.Output.secret(cast("Mapping[str, str]", known))
    secrets = Secrets(names, values)
    stacks, unreadable = read_stacks(STACKS.parent, products)
    others = tuple(each for each in stacks if each.name != stack)
    owned: Ownership | None = None
    if environment:
        found += unknown_products(environment, products, file)
        scopes = scopes_of(environment, products)
        for scope in scopes:
            found += refusals(scope)
        found += unreadable
        owned = Ownership(Stack(stack, environment, scopes), others)
    # Of every stack, so that a preview of one also says what would be refused of another.
    whole = owned is not None and not unreadable
    found += judged(owned.stacks if owned else others, datetime.now(UTC).date(), whole=whole)
    if owned:
        found += owned.problems()
        found += secrets.missing(owned)
        found += malformed(owned, known)
        found = found or list(mismatches(owned.stack.scopes, file))  # asks the vendors, so only when all else is right
    if found or owned is None:
        raise pulumi.RunError(report(found))
    return Program(owned, owned.stack.scopes, secrets)


def _object(config: pulumi.Config, key: str) -> object:
    """What a key of the configuration holds; a text where it holds one. Pulumi's own error would repeat a secret."""
    try:
        return cast("object", config.get_object(key))
    except pulumi.RunError:
        return ""


def refusals(scope: Scope) -> Iterator[Problem]:
    """What the product can't have in this environment: no address yet, or something that its vendor doesn't offer."""
    undecided = list(scope.product.undecided(scope.environment.name))
    yield from undecided
    used = vendors_used(scope)
    limits = (import_module(f"components.{vendor}.limits").problems(scope) for vendor in used)
    for problem in chain(elsewhere(scope, used), *limits):
        problem.product = scope.product.name
        yield problem


def _unknown_keys(file: str) -> Iterator[Problem]:
    for key in CONFIG.get():
        namespace, _, name = key.partition(":")
        if namespace == PROJECT and name not in KEYS:
            why = "isn't a setting of this program, so nothing would read it."
            yield Problem(key, MISSING, why, f"{PROJECT}:{nearest(name, KEYS)}", file)
