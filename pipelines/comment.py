"""Comments on a pull request, and says whether a person has to agree: `python -m pipelines.comment`.

For a workflow with write access that is run by what a pull request did, and so runs nothing of it: what the other
workflow left is data, which is read with limits and drawn here, by the program of the default branch. Anything in it
may be forged; what decides where it goes is asked of GitHub.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from apis.web import WebError
from pipelines.agreement import CONTEXT, LABEL, Marker, labels, status
from pipelines.github import SHA, GitHub
from review.ending import ended
from review.handed import SHAPES, HandedError, read_handed
from review.markdown import markdown

MOST = 24 * 2**20  # bytes of an artefact: all five products in both stacks are 1.5 MB
LIVE = "monitoring-live"  # the artefact of a preview at the vendors
NUMBER = r"[1-9][0-9]{0,8}"
LEADS = {
    CONTEXT: "All changes, with dashboards drawn: `review.html`, at the bottom of [the run]({link}).",
    LIVE: "What [the run]({link}) previewed live: staging only.",
}


class Found(NamedTuple):
    """What one artefact holds: a report as it is drawn, without its first line, or the `problem` that there is none.

    `yes`: the hash of what needs a yes, and how many things that is. `quiet`: nothing changes. `number`: of the pull
    request, as the artefact claims.
    """

    text: str = ""
    yes: str = ""
    losses: int = 0
    quiet: bool = False
    number: str = ""
    problem: str = ""


def main() -> None:
    """Do what the event asks for. Exit code 1 only where GitHub refuses: a report that is missing is told there."""
    try:
        event = json.loads(Path(os.environ.get("GITHUB_EVENT_PATH", "")).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        sys.exit(f"error: GITHUB_EVENT_PATH must name the event's JSON, as GitHub Actions does ({problem})")
    try:
        github = GitHub.from_environment()
        if "workflow_run" in event:
            print(reviewed(github, event["workflow_run"], str(event["repository"]["default_branch"])))
        else:
            print(labelled(github, event))
    except WebError as problem:
        sys.exit(f"error: {problem}")
    except SHAPES as problem:
        sys.exit(f"error: the event or what GitHub said can't be read ({problem!r})")


def reviewed(github: GitHub, run: Mapping[str, Any], base: str) -> str:
    """Comment on the pull request that a run was for; return what was done, in a line.

    Only into the branch `base`: a status is of a commit, and a harmless comparison with another branch would settle
    the one that matters.
    """
    sha, number = str(run["head_sha"]), int(run["id"])
    if run["event"] != "pull_request" or not re.fullmatch(SHA, sha):
        return "not the run of a pull request: nothing to do"
    owner = str((run.get("head_repository") or {}).get("owner", {}).get("login", ""))
    # GitHub allows one open pull request from a branch into another.
    wanted = next(iter(github.pull_requests(owner, str(run["head_branch"]), sha, base)), None)
    if wanted is None:
        return f"no open pull request into {base} has {sha[:7]} as its newest commit: nothing to do"
    found = {kind: _read(github, number, kind) for kind in LEADS}
    claimed = found[CONTEXT].number
    if claimed and claimed != str(wanted["number"]):
        # The run was for another base, so what it compared with isn't what this one would be merged into.
        return f"the run is of #{claimed}, not of #{wanted['number']}: nothing was posted"
    link = str(run.get("html_url", ""))
    posted = [_post(github, wanted, kind, one, link) for kind, one in found.items() if kind == CONTEXT or one.text]
    return "; ".join(posted)


def labelled(github: GitHub, event: Mapping[str, Any]) -> str:
    """Take note of a yes, or that it was taken back; return what was done, in a line."""
    if event.get("label", {}).get("name") != LABEL or event.get("action") not in ("labeled", "unlabeled"):
        return "another label: nothing to do"
    number = int(event["pull_request"]["number"])
    # As it is now: the event may be older than the newest commit.
    pull_request = github.get(f"/pulls/{number}")
    sha = str(pull_request["head"]["sha"])
    existing, marker = _existing(github, number, CONTEXT)
    if marker is None or marker.head != sha or existing is None:
        github.remove_label(number, LABEL)
        return f"there is no report on {sha[:7]} yet, so nothing can be agreed to: the label was removed"
    who, given = event["sender"], event["action"] == "labeled"
    if given and marker.yes and not (who.get("type") == "User" and github.may_write(str(who["login"]))):
        github.remove_label(number, LABEL)
        return f"{who['login']} has no write access, so the label was removed"
    agreed = bool(given and marker.yes)
    new = Marker(CONTEXT, sha, marker.yes, marker.yes if agreed else "", str(who["login"]) if agreed else "")
    rest = existing["body"].partition("\n")[2]
    github.write_comment(number, f"{new}\n{rest}", existing)
    state, said = status(new, 0)
    github.set_status(sha, state, CONTEXT, said, str(existing["html_url"]))
    return said


def _read(github: GitHub, run: int, kind: str) -> Found:
    """The report of a run, drawn."""
    number = ""
    try:
        artefact = github.artefact(run, f"{kind}-data", MOST)
        claimed = (artefact or {}).get("pull-request", b"")[:20].decode("ascii", "replace").strip()
        number = claimed if re.fullmatch(NUMBER, claimed) else ""
        if not artefact or "review.json" not in artefact:
            return Found(number=number, problem="the run has left none")
        report = read_handed(artefact["review.json"])
        text = markdown(report).partition("\n")[2]
        text.encode()  # GitHub takes no half of a character
        quiet = report.empty and not report.findings
        return Found(text, report.agreement() if kind == CONTEXT else "", len(report.losses()), quiet, number)
    except (WebError, HandedError) as problem:
        return Found(number=number, problem=" ".join(str(problem).split()))
    except SHAPES as problem:
        return Found(number=number, problem=f"it can't be drawn ({type(problem).__name__})")


def _post(github: GitHub, pull_request: Mapping[str, Any], kind: str, found: Found, link: str) -> str:
    """Write the comment and, for what decides, the status; return what was done."""
    number, sha = int(pull_request["number"]), str(pull_request["head"]["sha"])
    existing, before = _existing(github, number, kind)
    if found.problem:
        # Replaced, as the report on an earlier commit would go on looking true.
        why = f"There is no report on {sha[:7]}: see [the run]({link})."
        body = f"{Marker(kind, sha)}\n### Monitoring: the review failed\n\n{why}\n"
        made = github.write_comment(number, body, existing)
        github.set_status(sha, "failure", CONTEXT, f"there is no report: {found.problem}", str(made["html_url"]))
        return f"#{number}: no report: {found.problem}"
    holds = bool(before and found.yes and before.agreed == found.yes and LABEL in labels(pull_request))
    marker = Marker(kind, sha, found.yes, *((before.agreed, before.by) if before and holds else ()))
    if kind == CONTEXT and LABEL in labels(pull_request) and not holds:
        # It was given for something else. So that it can be given anew, and nobody takes it for a yes to this.
        github.remove_label(number, LABEL)
    if existing or not found.quiet:
        existing = github.write_comment(number, _drawn(found, marker, kind, link), existing)
    if kind == CONTEXT:
        state, said = status(marker, found.losses)
        github.set_status(sha, state, CONTEXT, said, str(existing["html_url"]) if existing else link)
    return f"#{number}: {kind} is posted"


def _drawn(found: Found, marker: Marker, kind: str, link: str) -> str:
    """The comment: our marker, the report's verdict, how to agree, and the rest of the report."""
    verdict, _, rest = found.text.partition("\n")
    lead = [LEADS[kind].format(link=link)]
    if marker.yes:
        how = f"Somebody with write access agrees to what needs a person's yes by adding the label `{LABEL}`."
        lead += [f"{how} The yes is to exactly that (`{marker.yes}`): another push keeps it, another loss voids it."]
    return "\n".join([str(marker), verdict, "", *(f"{line}\n" for line in lead), rest.lstrip("\n")])


def _existing(github: GitHub, number: int, kind: str) -> tuple[Any | None, Marker | None]:
    """Our comment of this kind and its marker."""
    for one in github.comments(number):
        marker = Marker.read(kind, str(one["body"]))
        if marker:
            return one, marker
    return None, None


if __name__ == "__main__":
    ended(main)
