"""Who may talk to the stand-ins: processes that were given this run's token, which is the engine alone.

Any process of the machine can reach a port on loopback, and the engine has no way to send a token along with a call.
So the kernel is asked which process is at the other end, and that process's environment is looked at. Where there is
no /proc (macOS), nothing can be asked, and every local process is answered.
"""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "SANDBOX_RUN"  # noqa: S105 - the variable's name
PROC = Path("/proc")
REFUSED = "the stand-ins answer only the engine of the run that started them"


class OnlyThisRun(grpc.ServerInterceptor):
    """Refuses calls of processes that don't have the token in their environment."""

    def __init__(self, token: str) -> None:
        self._entry = f"{TOKEN}={token}".encode()
        self._known: set[str] = set()
        self.can_tell = self._knows_itself()

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        """Look at the caller before the call."""
        handler = continuation(details)
        if handler is None or not handler.unary_unary or not self.can_tell:
            return handler

        def checked(request: Any, context: Any) -> Any:
            if not self.knows(context.peer()):
                context.abort(grpc.StatusCode.UNAUTHENTICATED, REFUSED)
            return handler.unary_unary(request, context)

        return grpc.unary_unary_rpc_method_handler(
            checked,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def knows(self, peer: str) -> bool:
        """Say whether the process behind a connection, as in ipv4:127.0.0.1:40000, has the token."""
        if peer not in self._known and self._has_token(int(peer.rsplit(":", 1)[-1])):
            self._known.add(peer)
        return peer in self._known

    def _has_token(self, port: int) -> bool:
        sockets = {f"socket:[{inode}]" for inode in _sockets_on(port)}
        return any(not sockets.isdisjoint(_open_files(process)) for process in self._holders())

    def _holders(self) -> Iterator[Path]:
        for process in PROC.iterdir():
            if process.name.isdigit():
                with contextlib.suppress(OSError):
                    if self._entry in (process / "environ").read_bytes().split(b"\0"):
                        yield process

    def _knows_itself(self) -> bool:
        """Try it on this process, which has the token: without /proc, or with little of it, it can't be told."""
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
            try:
                return self._has_token(client.getsockname()[1])
            except OSError:
                return False


def _sockets_on(port: int) -> Iterator[str]:
    """Return the inodes of the sockets whose own port this is; one made for IPv6 may well talk IPv4."""
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(FileNotFoundError):
            for line in (PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if int(fields[1].rsplit(":", 1)[-1], 16) == port:
                    yield fields[9]


def _open_files(process: Path) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for file in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                yield str(file.readlink())
