"""Stand-ins: a local HTTP server that answers as an API was recorded to, and a `pulumi` that prints what it is told."""

import contextlib
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Asked(NamedTuple):
    method: str
    path: str
    query: dict
    headers: dict
    body: object


class StandIn:
    """`answers`: by method and path, a value, or a function of what was asked that gives (status, headers, value)."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []

    def of(self, method, path):
        return [each for each in self.asked if (each.method, each.path) == (method, path)]

    @contextlib.contextmanager
    def running(self):
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def _answer(self):
                parts = urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body)
                stand_in.asked.append(asked)
                found = stand_in.answers.get((asked.method, asked.path))
                if callable(found):
                    status, headers, value = found(asked)
                elif found is None:
                    status, headers, value = 404, {}, {"message": "Not Found"}
                else:
                    status, headers, value = 200, {}, found
                data = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                for name, text in headers.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815  # as http.server calls them

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def pulumi(tmp_path, monkeypatch, **printed):
    """A stand-in on PATH: by command what it prints and its exit code."""
    for command, (text, code) in printed.items():
        (tmp_path / f"{command}.txt").write_text(text)
        (tmp_path / f"{command}.code").write_text(str(code))
    script = tmp_path / "pulumi"
    script.write_text(
        f"#!{sys.executable}\nimport pathlib, sys\nhere = pathlib.Path(__file__).parent\n"
        "with (here / 'asked').open('a') as file: print(*sys.argv[1:], file=file)\n"
        "print((here / f'{sys.argv[1]}.txt').read_text())\n"
        "sys.exit(int((here / f'{sys.argv[1]}.code').read_text()))\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "asked"
