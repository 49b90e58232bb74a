"""Asks each vendor whose account the credentials open, before anything is declared in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from components.problems import Problem
from components.scope import Scope
from components.vendors import VENDORS, account, vendors_used


def mismatches(scopes: Iterable[Scope], file: str) -> Iterator[Problem]:
    """A problem for each vendor in use that isn't whom the stack's file names, or doesn't say who it is."""
    used = {(vendor, scope.environment) for scope in scopes for vendor in vendors_used(scope)}
    for vendor, environment in sorted(used, key=lambda pair: pair[0]):
        key, credentials = VENDORS[vendor].identity, " and ".join(VENDORS[vendor].opened_by)
        expected = account(environment, vendor)
        try:
            found: str = import_module(f"components.{vendor}.account").whose(environment)
        except Exception as error:  # noqa: BLE001 - Pulumi raises a plain Exception for whatever a vendor answers
            said = " ".join(str(error).split())
            why = f"can't be checked, and nothing is declared in what may be the wrong account: {said}."
            instead = f"nothing here: give {credentials} that may look up their account (docs/environments.md)"
            yield Problem(key, expected, why, instead, file)
            continue
        if found != expected:
            why = f"isn't whose account {credentials} open: that is {found!r}, where everything would be declared."
            instead = f"nothing here: use {expected}'s credentials; {found} only if this stack belongs there"
            yield Problem(key, expected, why, instead, file)
