"""GitHub's API, as much of it as the workflows need."""

from __future__ import annotations

import io
import lzma
import os
import re
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

from apis.web import Web, WebError

BOT = "github-actions[bot]"  # who comments and opens issues with a workflow's own token
PAGE = 100
PAGES = 50
REPOSITORY = r"[\w.-]+/[\w.-]+"
SHA = r"[0-9a-f]{40}"
# What comes of a zip file that somebody has made up: names, packed data and lengths that aren't what they claim.
UNPACKING = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ValueError,
    LookupError,
    RuntimeError,  # NotImplementedError, too
    EOFError,
    OSError,
)


class GitHub:
    """One repository. Every method raises WebError, in one line."""

    def __init__(
        self,
        repository: str,
        token: str,
        address: str = "https://api.github.com",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not re.fullmatch(REPOSITORY, repository):
            raise WebError(f"{repository!r} is not the name of a repository: owner/name")
        self.repository = repository
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        # An artefact is where an answer redirects.
        self._web = Web(f"{address.rstrip('/')}/repos/{repository}", headers, [token], redirects=True, sleep=sleep)

    @classmethod
    def from_environment(cls) -> GitHub:
        """By what GitHub Actions sets, and GITHUB_TOKEN. Raises WebError where one is missing."""
        names = ("GITHUB_REPOSITORY", "GITHUB_TOKEN")
        missing = [name for name in names if not os.environ.get(name)]
        if missing:
            raise WebError(f"{' and '.join(missing)} must be set, as GitHub Actions does")
        repository, token = (os.environ[name] for name in names)
        return cls(repository, token, os.environ.get("GITHUB_API_URL") or "https://api.github.com")

    def get(self, path: str, **query: object) -> Any:
        """What stands at a path of the repository."""
        return self._web.get(_with(path, query)).json()

    def all(self, path: str, key: str = "", **query: object) -> Iterator[Any]:
        """Everything on every page; `key` where the list is part of an answer."""
        for page in range(1, PAGES + 1):
            found = self.get(path, **query, per_page=PAGE, page=page)
            items = (found.get(key) if isinstance(found, dict) else found) or []
            yield from items
            if len(items) < PAGE:
                return
        raise WebError(f"{path}: more than {PAGES * PAGE:,} entries, so not all were read")

    def pull_requests(self, owner: str, branch: str, sha: str, base: str) -> list[Any]:
        """The open ones from somebody's branch into `base` whose newest commit is this one."""
        found = self.all("/pulls", state="open", head=f"{owner}:{branch}", base=base)
        return [
            one
            for one in found
            if one["head"]["sha"] == sha
            and one["base"]["ref"] == base
            and (one["head"]["user"] or {}).get("login") == owner
        ]

    def comments(self, number: int) -> Iterator[Any]:
        """Those of a pull request or an issue that a workflow has written."""
        return (one for one in self.all(f"/issues/{number}/comments") if (one["user"] or {}).get("login") == BOT)

    def write_comment(self, number: int, body: str, existing: Any | None) -> Any:
        """Edit a comment in place, or add one; leave alone one that says the same already."""
        if existing and existing["body"] == body:
            return existing
        if existing:
            return self._web.send("PATCH", f"/issues/comments/{existing['id']}", {"body": body}).json()
        return self._web.send("POST", f"/issues/{number}/comments", {"body": body}).json()

    def set_status(self, sha: str, state: str, context: str, description: str, url: str = "") -> None:
        """`success`, `pending` or `failure` of a commit; at most 140 characters are shown."""
        body = {"state": state, "context": context, "description": description[:140]}
        self._web.send("POST", f"/statuses/{sha}", {**body, **({"target_url": url} if url else {})})

    def remove_label(self, number: int, label: str) -> None:
        """Take a label off; nothing where it isn't there any more."""
        try:
            self._web.send("DELETE", f"/issues/{number}/labels/{quote(label, safe='')}")
        except WebError as problem:
            if problem.status != 404:  # noqa: PLR2004
                raise

    def may_write(self, login: str) -> bool:
        """Whether somebody has write access. Whoever may only triage can set labels, too."""
        found = self.get(f"/collaborators/{quote(login, safe='')}/permission")
        return found.get("permission") in ("admin", "write")

    def artefact(self, run: int, name: str, most: int) -> dict[str, bytes] | None:
        """The files of a run's artefact, by name and in memory; None where there is none.

        Raises WebError where it is larger than `most` bytes, packed or unpacked, or isn't a zip file.
        """
        found = [one for one in self.all(f"/actions/runs/{run}/artifacts", "artifacts") if one["name"] == name]
        if not found or found[-1].get("expired"):
            return None
        newest = max(found, key=lambda one: int(one["id"]))
        packed = self._web.get(f"/actions/artifacts/{int(newest['id'])}/zip", most).body
        try:
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                # What the directory says is a claim: no more is read than it says, and no more than is allowed.
                if sum(each.file_size for each in archive.infolist()) > most:
                    raise WebError(f"the artefact {name} has more than {most:,} bytes")
                return {each.filename: archive.read(each) for each in archive.infolist()}
        except UNPACKING as problem:
            if isinstance(problem, WebError):
                raise
            raise WebError(f"the artefact {name} can't be unpacked: {problem}") from None

    def issues(self, label: str) -> Iterator[Any]:
        """Open issues that a workflow has opened, with a label."""
        found = self.all("/issues", state="open", labels=label, creator=BOT)
        return (one for one in found if "pull_request" not in one)

    def open_issue(self, title: str, body: str, label: str) -> Any:
        """Open one; GitHub makes the label where there is none."""
        return self._web.send("POST", "/issues", {"title": title, "body": body, "labels": [label]}).json()

    def edit_issue(self, number: int, **fields: object) -> None:
        """Change what it says, or close it: `state="closed"`."""
        self._web.send("PATCH", f"/issues/{number}", fields)

    def add_comment(self, number: int, body: str) -> None:
        """Say something below."""
        self._web.send("POST", f"/issues/{number}/comments", {"body": body})

    def last_deployed(self, environment: str) -> str:
        """The commit of the newest deployment to an environment that succeeded; empty where none has."""
        for one in self.get("/deployments", environment=environment, per_page=30):
            states = self.get(f"/deployments/{int(one['id'])}/statuses", per_page=10)
            # It becomes `inactive` with the next, which is one more status.
            if any(state["state"] == "success" for state in states):
                return str(one["sha"])
        return ""


def _with(path: str, query: dict[str, object]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
