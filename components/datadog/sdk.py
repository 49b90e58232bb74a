"""Imports of Datadog's SDK what is used here, a twentieth of it: all of it takes 3 seconds and 240 MB.

Resources are imported when they are first named. Of the 8,000 types of nested arguments those of the resources below
are built; the others become one placeholder, which refuses to be used. What a resource answers with stays plain
dictionaries, whose types nobody reads. It has to be the first to import the SDK.

It can be deleted once `import pulumi_datadog` takes less than half a second, as it will when the SDK makes its types
only where they are used. `import pulumi_datadog as datadog` then stands where this module is imported.
"""

import builtins
import gc
import re
import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pulumi

from components.bare import bare

# Nested types are named after their resource. What is missing here fails loudly where it is first used.
USED = (
    "DowntimeSchedule",
    "Incident",
    "LogsIndex",
    "LogsMetric",
    "MetricTagConfiguration",
    "Monitor",
    "ServiceLevelObjective",
    "StatusPage",
    "Webhook",
)
SDK = "pulumi_datadog"
INPUTS, OUTPUTS = f"{SDK}._inputs", f"{SDK}.outputs"

_build, _input_type = builtins.__build_class__, pulumi.input_type


class NotImportedError:
    """Stands for a type of the SDK that no resource here uses."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        raise TypeError("this type of Datadog's SDK is not imported: name its resource in components/datadog/sdk.py")


def _only_used(body: Callable[..., object], name: str, *bases: Any, **options: Any) -> Any:
    if body.__globals__["__name__"] == INPUTS and not (name.startswith(USED) and name.endswith("Args")):
        return NotImportedError
    return _build(body, name, *bases, **options)


def _unless_unused(decorate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda cls: cls if cls is NotImportedError else decorate(cls)


def _named(name: str) -> Any:
    """What the SDK calls so: `Monitor` of its module monitor, `MonitorAssetArgs` of _inputs, the package `slack`."""
    own = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    try:
        module = import_module(INPUTS if name.endswith("Args") else f"{SDK}.{own}")
    except ModuleNotFoundError as error:
        raise AttributeError(f"{SDK} has no {name}", name=name) from error
    found = module if own == name and not hasattr(module, name) else getattr(module, name)
    setattr(sys.modules[SDK], name, found)  # importing a module has put it there: get_current_user is its function
    return found


def _outputs() -> ModuleType:
    module = ModuleType(OUTPUTS)
    module.__dict__["__getattr__"] = lambda _name: Any
    return module


if TYPE_CHECKING:
    import pulumi_datadog as datadog
elif SDK in sys.modules:
    raise ImportError(f"{SDK} was imported before components/datadog/sdk.py: import `datadog` from there")
else:
    datadog = bare(SDK)
    datadog.outputs = sys.modules[OUTPUTS] = _outputs()
    datadog.__getattr__ = _named

# Garbage collection during the import would look at classes that live for ever; frozen, no later run looks at them.
gc.disable()
try:
    builtins.__build_class__ = _only_used  # type: ignore[assignment]
    pulumi.input_type = _unless_unused(_input_type)  # type: ignore[assignment]
    import_module(INPUTS)
finally:
    builtins.__build_class__ = _build
    pulumi.input_type = _input_type
    gc.freeze()
    gc.enable()

__all__ = ["datadog"]
