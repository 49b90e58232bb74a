"""Runs `python -m …` as a process of its own, forked off an interpreter that has imported the libraries already.

Half of the time of a test that runs a command went into importing Pulumi's SDK and the vendors', once for the command
and once for the stand-ins. The project's own modules are not imported beforehand, as each process imports those of the
directory it is run in; but for the stand-ins' own, where these are run in the project itself and not in a copy.
What depends on how the interpreter starts (a locale, PYTHON…) gets a new interpreter.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import random
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import IO, Any

HERE = Path(__file__).resolve()
ROOT = HERE.parents[1]
SDK = "components.datadog.sdk"
GRAFANA = ("alerting", "connections", "oss", "slo", "syntheticmonitoring")
LIBRARIES = (
    *("google.protobuf.json_format", "grpc._server", "lark", "zoneinfo"),
    *("grpc", "pydantic", "yaml", "pulumi.automation", "pulumi.runtime.proto.provider_pb2_grpc", "pulumi_sentry", SDK),
    *(f"pulumiverse_grafana.{module}" for module in GRAFANA),
)
STAND_INS = tuple(f"sandbox.vendors.{name}" for name in ("access", "datadog", "grafana", "sentry", "servicer", "store"))
OWN: dict[str, ModuleType] = {}  # what is imported with these
DESCRIPTORS = 4  # standard input, output and error, and the socket that says how the process ended
LONGEST = 200_000


# --- the side of the tests


class Command:
    """What subprocess.Popen is for a process that this one's child has forked.

    Attributes:
        returncode: How it ended; negative when a signal ended it.

    """

    def __init__(self, arguments: list[str], cwd: Path, env: dict[str, str]) -> None:
        out, theirs_out = os.pipe()
        err, theirs_err = os.pipe()
        status, theirs_status = socket.socketpair()
        with Path(os.devnull).open("rb") as nothing, theirs_status:
            descriptors = [nothing.fileno(), theirs_out, theirs_err, theirs_status.fileno()]
            request = json.dumps({"arguments": arguments, "cwd": str(cwd), "env": env}).encode()
            socket.send_fds(_parent(), [request], descriptors)
        os.close(theirs_out)
        os.close(theirs_err)
        self._status = status.makefile("r", encoding="utf-8")
        self._socket = status
        self.stdout, self.stderr = os.fdopen(out, encoding="utf-8"), os.fdopen(err, encoding="utf-8")
        self.pid = int(self._status.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("python", timeout or 0)
        return code

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        said = ["", ""]

        def read(number: int, stream: IO[str]) -> None:
            with stream:
                said[number] = stream.read()

        readers = [
            threading.Thread(target=read, args=each, daemon=True) for each in enumerate((self.stdout, self.stderr))
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(timeout)
            if reader.is_alive():
                raise subprocess.TimeoutExpired("python", timeout or 0)
        self.wait(timeout)
        return said[0], said[1]

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._socket, selectors.EVENT_READ)
                if selector.select(timeout):
                    self.returncode = int(self._status.readline())
                    # Until now it is listed as a zombie, as every process is whose parent hasn't asked.
                    self._status.close()
                    self._socket.close()
        return self.returncode


Process = Command | subprocess.Popen[str]


def start(arguments: list[str], cwd: Path, env: dict[str, str]) -> Process:
    """Start `python -m`, with pipes for standard output and error."""
    names = [name for name in env.keys() | os.environ.keys() if _of_interpreter(name)]
    if sys.platform != "linux" or any(env.get(name) != os.environ.get(name) for name in names):
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    return Command(arguments, cwd, env)


def run(arguments: list[str], cwd: Path, env: dict[str, str], timeout: float) -> subprocess.CompletedProcess[str]:
    """Run `python -m` to its end."""
    process = start(arguments, cwd, env)
    try:
        out, err = process.communicate(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return subprocess.CompletedProcess(arguments, process.wait(), out, err)


def _of_interpreter(name: str) -> bool:
    return name.startswith(("PYTHON", "LC_", "LANG")) and name != "PYTHONPATH"


@cache
def _parent() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with theirs:
        process = subprocess.Popen([sys.executable, HERE, str(theirs.fileno())], pass_fds=[theirs.fileno()], env=env)

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


# --- the side of the process that forks


def serve(requests: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Fork a process for each request, and say how each has ended, until nobody can ask any more.

    Returns in each process that was forked, with what it is to be, and in this one at the end, with nothing.
    """
    assert threading.active_count() == 1, "a process with threads can't be forked"
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    running: dict[int, int] = {}  # the process, by the descriptor that says how it ended
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is requests:
                    message, descriptors, _, _ = socket.recv_fds(requests, LONGEST, DESCRIPTORS)
                    if not message:
                        return None
                    pid = os.fork()
                    if not pid:
                        signal.set_wakeup_fd(-1)
                        return json.loads(message), descriptors
                    for descriptor in descriptors[:3]:
                        os.close(descriptor)
                    os.write(descriptors[3], b"%d\n" % pid)
                    running[descriptors[3]] = pid
                elif key.fd == woken:
                    os.read(woken, 4096)
                    for descriptor, pid in running.items():
                        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                        if ended and descriptor not in selector.get_map():
                            code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
                            with contextlib.suppress(BrokenPipeError):
                                os.write(descriptor, b"%d\n" % code)
                            selector.register(descriptor, selectors.EVENT_READ)
                else:
                    # Whoever asked has been told, and has closed their end. Until now it was a zombie, as it would be.
                    selector.unregister(key.fd)
                    os.waitpid(running.pop(key.fd), 0)
                    os.close(key.fd)


def become(module: str, arguments: list[str], descriptors: list[int], env: dict[str, str]) -> None:
    """Be what `python -m` would be, in this process and the directory it is in."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    os.closerange(3, 1024)
    os.environ.clear()
    os.environ.update(env)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1, errors="backslashreplace")
    random.seed()
    inherited = [path for path in env.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:] = [str(Path.cwd()), *inherited, *LIBRARIES_PATH]
    sys.path_importer_cache.clear()
    if module == "sandbox":
        # The project's own module, which is imported here for the first time.
        importlib.import_module("sandbox.standins").subprocess = SimpleNamespace(  # type: ignore[attr-defined]
            Popen=StandIns, PIPE=subprocess.PIPE, TimeoutExpired=subprocess.TimeoutExpired
        )
    sys.argv[:] = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


class StandIns:
    """What sandbox/standins.py needs of subprocess.Popen: the stand-ins are forked off the command that starts them."""

    def __init__(self, arguments: list[str], *, env: dict[str, str], **_options: object) -> None:
        assert arguments[1:3] == ["-m", "sandbox.vendors"]
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        assert threading.active_count() == 1, "a process with threads can't be forked"
        sys.stdout.flush()
        self.pid = os.fork()
        if not self.pid:
            code = 1
            try:
                os.setsid()
                _forget("sandbox")
                if Path(env["PYTHONPATH"].split(os.pathsep)[0]) == ROOT:
                    sys.modules.update(OWN)
                become("sandbox.vendors", arguments[3:], [theirs_in, theirs_out, 2], env)
            except SystemExit as end:
                code = int(end.code or 0)
            finally:
                with contextlib.suppress(OSError):
                    sys.stdout.flush()
                os._exit(code)
        os.close(theirs_in)
        os.close(theirs_out)
        self.stdin, self.stdout = os.fdopen(ours_in, "w", encoding="utf-8"), os.fdopen(ours_out, encoding="utf-8")
        self._code: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        deadline = time.monotonic() + timeout if timeout is not None else None
        while self._code is None:
            pid, status = os.waitpid(self.pid, 0 if deadline is None else os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
            elif deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("sandbox.vendors", timeout or 0)
            else:
                time.sleep(0.005)
        return self._code

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def _forget(package: str) -> dict[str, ModuleType]:
    """Take a package out of what has been imported; return its modules."""
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == package}


def main() -> None:
    """Import the libraries, and fork."""
    own = LIBRARIES_PATH[:]
    sys.path[:] = [str(ROOT), *own]
    for library in LIBRARIES:
        importlib.import_module(library)
    sdk = sys.modules[SDK]
    _forget("components")
    for module in STAND_INS:
        importlib.import_module(module)
    OWN.update(_forget("components") | _forget("sandbox"))
    # It only imports a library, and has to have been the first to do so.
    sys.modules[SDK] = sdk
    asked = serve(socket.socket(fileno=int(sys.argv[1])))
    if asked:
        request, descriptors = asked
        os.chdir(request["cwd"])
        module, *arguments = request["arguments"]
        become(module, arguments, descriptors[:3], request["env"])


LIBRARIES_PATH = sys.path[1:]  # without this file's directory

if __name__ == "__main__":
    main()
