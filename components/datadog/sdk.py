"""Imports Datadog's SDK without the nine tenths of it that are not used here.

It defines 16,000 argument and output classes, typing every field of each: 3 seconds and 240 MB. Those of the resources
below are built; the others become one placeholder, which refuses to be used. It has to be the first to import it.

It can be deleted once `import pulumi_datadog` takes less than half a second, as it will when the SDK makes its types
only where they are used. `import pulumi_datadog as datadog` then stands where this module is imported.
"""

import builtins
import gc
import sys
from collections.abc import Callable
from typing import Any

import pulumi

# Nested types are named after their resource. What is missing here fails loudly where it is first used.
USED = (
    "DowntimeSchedule",
    "Incident",
    "LogsIndex",
    "LogsMetric",
    "MetricTagConfiguration",
    "Monitor",
    "Provider",
    "ServiceLevelObjective",
    "StatusPage",
    "Webhook",
)
MODULES = ("pulumi_datadog._inputs", "pulumi_datadog.outputs")

_build, _input_type, _output_type = builtins.__build_class__, pulumi.input_type, pulumi.output_type


class NotImportedError:
    """Stands for a type of the SDK that no resource here uses."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        raise TypeError("this type of Datadog's SDK is not imported: name its resource in components/datadog/sdk.py")


def _only_used(body: Callable[..., object], name: str, *bases: Any, **options: Any) -> Any:
    if body.__globals__["__name__"] in MODULES and not name.startswith(USED):
        return NotImportedError
    return _build(body, name, *bases, **options)


def _unless_unused(decorate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda cls: cls if cls is NotImportedError else decorate(cls)


if any(module in sys.modules for module in MODULES):
    raise ImportError("pulumi_datadog was imported before components/datadog/sdk.py: import `datadog` from there")

# Garbage collection during the import would look at classes that live for ever; frozen, no later run looks at them.
gc.disable()
try:
    builtins.__build_class__ = _only_used  # type: ignore[assignment]
    pulumi.input_type = _unless_unused(_input_type)  # type: ignore[assignment]
    pulumi.output_type = _unless_unused(_output_type)  # type: ignore[assignment]
    import pulumi_datadog as datadog
finally:
    builtins.__build_class__ = _build
    pulumi.input_type, pulumi.output_type = _input_type, _output_type
    gc.freeze()
    gc.enable()

__all__ = ["datadog"]
