"""`python -m sandbox.vendors --data DIR`: serve the three stand-ins until the parent goes away.

Prints one line of JSON: the ports by package name, or `{"error": ..., "kind": ...}` when the data can't be used; at the
end a second one, with the rules of SANDBOX_FAULTS that struck nothing: `{"idle": [...]}`. The environment has
SANDBOX_RUN, the token that callers need, and what SANDBOX_FAULTS and SANDBOX_SEED order.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
from concurrent import futures
from pathlib import Path

import grpc

from components.bare import bare

for package in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
    bare(package)  # only the messages are needed here: all of the SDK takes longer to import than everything else

# ruff: noqa: E402
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from sandbox.vendors import datadog, grafana, sentry
from sandbox.vendors.access import TOKEN, OnlyThisRun
from sandbox.vendors.faults import Faults, parse
from sandbox.vendors.servicer import StandIn
from sandbox.vendors.store import DATABASE, Store, StoreError

# The Sentry provider reaches the engine through its Terraform bridge, so that is the plugin it asks for.
SERVED = {"datadog": datadog.VENDOR, "grafana": grafana.VENDOR, "terraform-provider": sentry.VENDOR}
OPTIONS = [("grpc.max_receive_message_length", 400 * 1024 * 1024), ("grpc.max_send_message_length", 400 * 1024 * 1024)]


def main() -> int:
    """Serve until standard input ends, which it does when the parent ends, however it ends."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.vendors", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory to keep vendors.db in")
    parser.add_argument("--latency", type=float, default=0, help="seconds every change takes, as at a real API")
    parser.add_argument("--names", type=json.loads, default={}, help="what each vendor's account is called, as JSON")
    parser.add_argument("--go-on", action="store_true", help="refuse bad inputs when they are applied")
    arguments = parser.parse_args()
    # Ctrl-C reaches the whole terminal group: these serve on, so that what the engine has begun is answered.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        store = Store(arguments.data / DATABASE, arguments.names)
        rules = parse(os.environ.get("SANDBOX_FAULTS", ""))
        faults = Faults(rules, os.environ.get("SANDBOX_SEED", ""), store.next_run() if rules else 0)
    except StoreError as problem:
        print(json.dumps({"error": str(problem), "kind": problem.kind}), flush=True)
        return 1
    access = OnlyThisRun(os.environ[TOKEN])
    servers, ports = [], {}
    for package, vendor in SERVED.items():
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=OPTIONS, interceptors=[access])
        stand_in = StandIn(vendor, store, arguments.latency, faults, go_on=arguments.go_on)
        add_ResourceProviderServicer_to_server(stand_in, server)
        ports[package] = server.add_insecure_port("127.0.0.1:0")
        server.start()
        servers.append(server)
    print(json.dumps({"ports": ports, "pid": os.getpid()}), flush=True)
    sys.stdin.read()
    for server in servers:
        server.stop(grace=1).wait()
    store.close()
    with contextlib.suppress(BrokenPipeError):  # a parent that was killed reads nothing more
        os.write(sys.stdout.fileno(), f"{json.dumps({'idle': faults.idle})}\n".encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
