"""The program that evaluates queries by Prometheus' and Loki's own engines: found or built once, then asked."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.engine import cache_directory
from sandbox.engine_build import BuildError, exclusively, watched
from sandbox.output import OUTPUT

SOURCE = Path(__file__).resolve().parents[2] / "tools" / "query"
WHAT = "query engine"
UNUSED = 14 * 86400  # seconds after which a build that no checkout has asked for goes


def find_query_engine(say: Callable[[str], None] = OUTPUT.err, source: Path = SOURCE) -> Path:
    """The program that `tools/query` holds the source of, built unless the cache has it; kept outside the repository.

    Raises BuildError: there is no Go, or the build failed.
    """
    files = sorted(path for path in source.iterdir() if path.suffix == ".go" or path.name in {"go.mod", "go.sum"})
    key = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    cache = cache_directory() / "query"
    kept = cache / key / "query"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with exclusively(cache, say, WHAT):
            if not kept.exists():
                _build(source, cache, kept, say)
    with contextlib.suppress(OSError):  # a cache that somebody else owns
        os.utime(kept.parent)
    return kept


def _build(source: Path, cache: Path, kept: Path, say: Callable[[str], None]) -> None:
    go = shutil.which("go")
    if not go:
        raise BuildError(f"there is no `go` on PATH, and the {WHAT} is built from tools/query (Go 1.26 or newer)")
    say(f"{WHAT}: building it with {go}; the first time takes some minutes.")
    work = cache / f".new-{os.getpid()}"
    command = [go, "build", "-v", "-mod=readonly", "-o", str(work / "query"), "."]
    code, last = watched(command, "building", say, cwd=source, what=WHAT)
    if code:
        raise BuildError(f"the {WHAT} can't be built, `go build` in tools/query failed: {last or f'exit code {code}'}")
    # 100 megabytes each. Those of other checkouts are in use, maybe at this moment.
    for old in cache.iterdir():
        if old.is_dir() and not old.name.startswith(".") and old.stat().st_mtime < time.time() - UNUSED:
            shutil.rmtree(old, ignore_errors=True)
    work.rename(kept.parent)


@dataclass(frozen=True)
class Answer:
    """The values of each query: per series its labels and one number per time, None where it has no value.

    `errors`: why a query has no results, by its name. `error`: of the request, or of all these queries.
    """

    id: str
    results: Mapping[str, list[tuple[frozenset[tuple[str, str]], list[float | None]]]]
    errors: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    def failed(self, name: str) -> str:
        """Why a query has no results."""
        return self.errors.get(name, "") if self.errors else self.error


def ask(command: Path, requests: Iterable[Mapping[str, Any]]) -> Iterator[Answer]:
    """Have requests answered, in any order; what they may hold is written in tools/query/main.go."""
    with subprocess.Popen([command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        into, out = process.stdin, process.stdout
        assert into is not None
        assert out is not None

        def write() -> None:
            with into:
                for request in requests:
                    into.write(json.dumps(request, separators=(",", ":")) + "\n")

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        for line in out:
            yield _read(json.loads(line))
        writer.join()
    if process.returncode:
        raise BuildError(f"the {WHAT} ended with exit code {process.returncode}")


def _read(answer: Mapping[str, Any]) -> Answer:
    results = {
        name: [
            (frozenset(row["labels"].items()), [None if text is None else float(text) for text in row["values"]])
            for row in rows
        ]
        for name, rows in answer.get("results", {}).items()
    }
    errors = answer.get("errors", {})
    failed = (f"query {name}: {why}" for name, why in sorted(errors.items()))
    return Answer(answer["id"], results, errors, answer.get("error") or "; ".join(failed))
