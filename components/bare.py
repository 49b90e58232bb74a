"""Packages of which only what is asked for is imported: what they import themselves takes longer than what is used."""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType


def bare(name: str) -> ModuleType:
    """The package without what its `__init__.py` does, unless that is done; its modules are imported as ever.

    Raises ModuleNotFoundError where it isn't installed.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"{name} is not installed", name=name)
    package = module_from_spec(spec)
    sys.modules[name] = package
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, package)
    return package
