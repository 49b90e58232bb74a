"""Imports Datadog's SDK, whose ten thousand generated classes cost seconds: once, and only where it is used."""

import gc

# A third of the import is garbage collection over classes that live for ever; frozen, no later run looks at them.
gc.disable()
import pulumi_datadog as datadog  # noqa: E402

gc.freeze()
gc.enable()

__all__ = ["datadog"]
