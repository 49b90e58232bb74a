"""Leaves out what Pulumi's SDK does for each resource and nobody here is shown."""

from __future__ import annotations

import pulumi
from pulumi.runtime import resource
from pulumi.runtime.proto.source_pb2 import StackTrace


def leave_out_what_nobody_is_shown() -> None:
    """Send no debug messages and no stack traces, in this process. With the plain CLI both are sent as ever."""
    # Each is a round trip to the engine that the program waits for: half of the time.
    pulumi.log.debug = lambda *_args, **_kwargs: None
    # Some 35 frames for each resource, every file name made an address: a tenth of the program's time.
    resource.__dict__["_get_stack_trace"] = StackTrace
