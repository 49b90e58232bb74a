"""Named rules that make monitoring good, not just valid, checked against what is declared (docs/rules.md).

A rule is a function in a module of this package, with a decorator of rule.py; nothing else registers it.
"""

from importlib import import_module
from pkgutil import iter_modules

from components.rules.rule import Rule

_modules = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
_found = {value.id: value for module in _modules for value in vars(module).values() if isinstance(value, Rule)}
RULES: tuple[Rule, ...] = tuple(_found[name] for name in sorted(_found))
