"""What makes monitoring good beyond being possible: rules with names over what is declared (docs/rules.md).

A rule is a function in a module of this package, made one by a decorator of rule.py; being here is all that is needed.
"""

from importlib import import_module
from pkgutil import iter_modules

from components.rules.rule import Rule

_modules = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
_found = {value.id: value for module in _modules for value in vars(module).values() if isinstance(value, Rule)}
RULES: tuple[Rule, ...] = tuple(_found[name] for name in sorted(_found))
