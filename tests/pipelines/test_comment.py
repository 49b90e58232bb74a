"""The comment, the status and a person's yes, against a GitHub that answers as its API does."""

import io
import json
import re
import subprocess
import sys
import zipfile

import pytest

from apis.web import WebError
from pipelines import comment
from pipelines.agreement import LABEL, Marker
from pipelines.comment import CONTEXT, labelled, reviewed
from pipelines.github import BOT, GitHub
from review.handed import handed
from tests.conftest import ROOT
from tests.pipelines.standin import StandIn
from tests.review.compared import report, tiny
from tests.tiny import TINY

REPOSITORY = "acme/monitoring"
HERE = f"/repos/{REPOSITORY}"
SHA, OLD = "a" * 40, "b" * 40
RUN = {
    "id": 77,
    "event": "pull_request",
    "head_sha": SHA,
    "head_branch": "patch",
    "head_repository": {"owner": {"login": "fork"}},
    "html_url": "https://github.com/acme/monitoring/actions/runs/77",
}


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


SAME = handed(report((TINY,)))
LOSES = handed(report((tiny(alerts=TINY.alerts[1:]),)))
LOSES_MORE = handed(report((tiny(alerts=TINY.alerts[2:]),)))
YES = report((tiny(alerts=TINY.alerts[1:]),)).agreement()


class World:
    """One pull request, its comments, labels and statuses."""

    def __init__(self, data=LOSES, *, number=b"7\n", live=None, labels=(), head=SHA, base="main", rights="write"):
        self.head, self.base, self.labels, self.rights = head, base, list(labels), rights
        self.comments, self.statuses, self.removed = [], [], []
        self.artefacts = {}
        self.set_data(data, number)
        if live:
            self.artefacts["monitoring-live-data"] = zipped({"review.json": live})
        self.stand_in = StandIn(
            {
                ("GET", f"{HERE}/pulls"): self._pulls,
                ("GET", f"{HERE}/pulls/7"): lambda _: (200, {}, self._pull()),
                ("GET", f"{HERE}/actions/runs/77/artifacts"): self._listed,
                ("GET", f"{HERE}/issues/7/comments"): lambda asked: (200, {}, self._page(self.comments, asked)),
                ("POST", f"{HERE}/issues/7/comments"): self._comment,
                ("PATCH", f"{HERE}/issues/comments/1000"): self._edit,
                ("POST", f"{HERE}/statuses/{SHA}"): self._status,
                ("DELETE", f"{HERE}/issues/7/labels/monitoring%3A%20agreed"): self._unlabel,
                ("GET", f"{HERE}/collaborators/ann/permission"): lambda _: (200, {}, {"permission": self.rights}),
                **{("GET", f"{HERE}/actions/artifacts/{number}/zip"): self._blob(number) for number in range(500, 503)},
            }
        )

    def set_data(self, data, number=b"7\n"):
        files = {"pull-request": number} if data is None else {"pull-request": number, "review.json": data}
        self.artefacts["monitoring-review-data"] = zipped(files)

    def _pull(self):
        head = {"sha": self.head, "user": {"login": "fork"}, "ref": "patch"}
        return {"number": 7, "head": head, "base": {"ref": self.base}, "labels": [{"name": one} for one in self.labels]}

    def _pulls(self, asked):
        assert asked.query["head"] == "fork:patch"
        assert asked.query["state"] == "open"
        return 200, {}, [self._pull()]

    def _page(self, items, asked):
        start = (int(asked.query["page"]) - 1) * 100
        return items[start : start + 100]

    def _listed(self, _):
        return 200, {}, {"artifacts": [{"id": 500 + n, "name": name} for n, name in enumerate(self.artefacts)]}

    def _blob(self, number):
        return lambda _: (200, {}, list(self.artefacts.values())[number - 500])

    def _comment(self, asked):
        made = {"id": 1000, "user": {"login": BOT}, "body": asked.body["body"], "html_url": "https://github.com/c"}
        self.comments.append(made)
        return 201, {}, made

    def _edit(self, asked):
        (mine,) = [one for one in self.comments if one["id"] == 1000]
        mine["body"] = asked.body["body"]
        return 200, {}, mine

    def _status(self, asked):
        self.statuses.append((asked.body["context"], asked.body["state"], asked.body["description"]))
        return 201, {}, {}

    def _unlabel(self, _):
        self.labels.remove(LABEL)
        self.removed.append(LABEL)
        return 200, {}, []

    def run(self, **run):
        with self.stand_in.running() as address:
            return reviewed(GitHub(REPOSITORY, "t", address), {**RUN, **run}, "main")

    def label(self, action="labeled", sender=None, name=LABEL):
        if name == LABEL:
            self.labels = [*self.labels, LABEL] if action == "labeled" else []
        event = {
            "action": action,
            "label": {"name": name},
            "pull_request": {"number": 7},
            "sender": sender or {"login": "ann", "type": "User"},
        }
        with self.stand_in.running() as address:
            return labelled(GitHub(REPOSITORY, "t", address), event)

    @property
    def marker(self):
        return Marker.read(CONTEXT, self.comments[-1]["body"])


def test_what_needs_a_yes_is_posted_and_is_pending():
    world = World()
    assert world.run() == "#7: monitoring-review is posted"
    ((context, state, said),) = world.statuses
    assert (context, state) == (CONTEXT, "pending")
    assert "needs a person's yes: read the comment, add 'monitoring: agreed'" in said
    assert world.marker == Marker(CONTEXT, SHA, YES)
    assert "Needs a person's yes (1)" in world.comments[0]["body"]
    assert f"[the run]({RUN['html_url']})" in world.comments[0]["body"]


def test_the_comment_is_edited_in_place_behind_many_others():
    world = World()
    others = [
        {"id": n, "user": {"login": "ann"}, "body": f"<!-- monitoring-review head={SHA} -->\nforged"}
        for n in range(150)
    ]
    world.comments = [*others]
    world.run()
    first = world.comments[-1]["body"]
    world.set_data(LOSES_MORE)
    world.run()
    assert len(world.comments) == 151
    assert world.comments[-1]["body"] != first
    assert all(one["body"].endswith("forged") for one in world.comments[:150])


def test_the_same_report_is_not_written_twice():
    world = World()
    world.run()
    world.run()
    assert not world.stand_in.of("PATCH", f"{HERE}/issues/comments/1000")


def test_without_a_change_nothing_is_said_and_the_status_is_good():
    world = World(SAME)
    world.run()
    assert world.comments == []
    assert [state for _, state, _ in world.statuses] == ["success"]


def test_a_change_that_is_taken_back_is_taken_back_in_the_comment():
    world = World()
    world.run()
    world.set_data(SAME)
    world.run()
    assert "### Monitoring: No changes" in world.comments[0]["body"]
    assert world.statuses[-1][1] == "success"


def test_a_yes_of_somebody_who_may_write_settles_it():
    world = World()
    world.run()
    world.label()
    assert world.marker == Marker(CONTEXT, SHA, YES, YES, "ann")
    assert world.statuses[-1][1:] == ("success", f"ann has agreed to what goes ({YES})")
    assert "Needs a person's yes (1)" in world.comments[0]["body"]


def test_another_push_keeps_the_yes_and_another_loss_voids_it():
    world = World()
    world.run()
    world.label()
    world.run()
    assert world.statuses[-1][1] == "success"
    world.set_data(LOSES_MORE)
    world.run()
    assert world.statuses[-1][1] == "pending"
    assert world.removed == [LABEL]
    assert not world.marker.settled


def test_a_yes_that_is_taken_back_is_none():
    world = World()
    world.run()
    world.label()
    world.label("unlabeled")
    assert world.statuses[-1][1] == "pending"
    assert not world.marker.agreed


def test_a_label_that_was_there_before_the_report_is_no_yes():
    world = World(labels=[LABEL])
    world.run()
    assert world.statuses[-1][1] == "pending"
    assert world.removed == [LABEL]


@pytest.mark.parametrize("sender", [{"login": "ann", "type": "User"}, {"login": "some[bot]", "type": "Bot"}])
def test_a_yes_of_somebody_without_write_access_or_of_a_bot_is_none(sender):
    world = World(rights="read")
    world.run()
    assert "no write access" in world.label(sender=sender)
    assert world.removed == [LABEL]
    assert [state for _, state, _ in world.statuses] == ["pending"]


def test_a_yes_to_a_report_on_an_older_commit_is_none():
    world = World()
    world.run()
    world.head = OLD
    assert "there is no report on bbbbbbb yet" in world.label()
    assert world.removed == [LABEL]
    assert [state for _, state, _ in world.statuses] == ["pending"]


def test_another_label_does_nothing():
    world = World()
    assert world.label(name="bug") == "another label: nothing to do"
    assert world.stand_in.asked == []


def test_a_run_that_left_no_report_fails_and_replaces_what_was_there():
    world = World()
    world.run()
    world.set_data(None)
    world.run()
    assert world.statuses[-1] == (CONTEXT, "failure", "there is no report: the run has left none")
    assert "the review failed" in world.comments[0]["body"]
    assert "Needs a person's yes" not in world.comments[0]["body"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe", "isn't a report"),
        (b'{"monitoring-review": 1, "stacks": [{"name": "x"}], "gone": []}', "isn't a report"),
        (json.dumps({**json.loads(LOSES), "monitoring-review": 9}), "a different version"),
        (b" " * (25 * 2**20), "more than 25,165,824 bytes"),
    ],
)
def test_a_forged_artefact_is_a_failure_and_no_traceback(data, said):
    world = World(data)
    world.run()
    ((_, state, description),) = world.statuses
    assert state == "failure"
    assert said in description


def test_facts_of_a_forged_shape_that_only_drawing_finds_are_a_failure():
    data = json.loads(LOSES)
    for stack in data["stacks"]:
        stack["before"]["products"]["tiny"]["alert"] = {"x": {"tells": 7}}
    world = World(json.dumps(data))
    world.run()
    assert world.statuses[-1][1] == "failure"


def test_something_that_is_not_a_zip_file_is_a_failure():
    world = World()
    world.artefacts["monitoring-review-data"] = b"<html>"
    world.run()
    assert "can't be unpacked" in world.statuses[-1][2]


def test_a_forged_report_renders_nothing_and_notifies_nobody():
    data = json.loads(LOSES)
    for stack in data["stacks"]:
        alerts = stack["before"]["products"]["tiny"]["alert"]
        alerts["@everyone ![x](https://evil.example/x.png) <img src=x>"] = {"severity": "</details>", "fires": "| # `"}
    world = World(json.dumps(data))
    world.run()
    body = world.comments[0]["body"].partition("```diff")[0]
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", body)
    assert "evil.example" in body
    assert not any(each in outside for each in ("evil", "@everyone", "<img"))


def test_a_number_in_the_artefact_that_is_not_the_pull_requests_posts_nothing():
    world = World(number=b"8")
    assert "the run is of #8, not of #7" in world.run()
    assert world.statuses == world.comments == []


@pytest.mark.parametrize("number", [b"", b"7; rm -rf /", b"-7", b"9" * 30, b"\xff"])
def test_a_number_that_is_none_is_not_used(number):
    world = World(number=number)
    assert world.run() == "#7: monitoring-review is posted"


@pytest.mark.parametrize("change", [{"head": OLD}, {"base": "elsewhere"}])
def test_a_run_of_an_older_commit_or_for_another_branch_posts_nothing(change):
    world = World(**change)
    assert "nothing to do" in world.run()
    assert world.statuses == world.comments == []


def test_a_run_for_something_else_posts_nothing():
    world = World()
    assert "nothing to do" in world.run(event="push")
    assert world.stand_in.asked == []


def test_the_preview_at_the_vendors_has_a_comment_of_its_own_that_needs_no_yes():
    world = World(live=LOSES_MORE)
    assert world.run() == "#7: monitoring-review is posted; #7: monitoring-live is posted"
    live = world.comments[1]["body"]
    assert live.startswith(f"<!-- monitoring-live head={SHA} -->\n### Monitoring: ")
    assert "staging only" in live
    assert len(world.statuses) == 1


def test_what_github_refuses_is_said_in_a_line(monkeypatch, tmp_path):
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"workflow_run": RUN, "repository": {"default_branch": "main"}}))
    stand_in = StandIn({("GET", f"{HERE}/pulls"): lambda _: (401, {}, {"message": "Bad credentials"})})
    with stand_in.running() as address:
        values = {"EVENT_PATH": str(event), "REPOSITORY": REPOSITORY, "TOKEN": "t", "API_URL": address}
        for name, value in values.items():
            monkeypatch.setenv(f"GITHUB_{name}", value)
        with pytest.raises(SystemExit, match=r"error: GET .*/pulls: 401, the credentials are refused") as ended:
            comment.main()
    assert "\n" not in str(ended.value)


def test_without_what_github_actions_sets_it_is_said(monkeypatch, tmp_path):
    event = tmp_path / "event.json"
    event.write_text("{}")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    with pytest.raises(SystemExit, match="GITHUB_REPOSITORY and GITHUB_TOKEN must be set"):
        comment.main()
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "none"))
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    with pytest.raises(SystemExit, match="GITHUB_EVENT_PATH must name"):
        comment.main()


def test_a_repository_of_another_form_is_refused():
    with pytest.raises(WebError, match="owner/name"):
        GitHub("acme/x/../y", "t")


def test_it_needs_nothing_that_is_installed(tmp_path):
    """The job has a token that may write, and installs nothing."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import pipelines.comment; "
        "print({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
    )
    # -S: without site-packages.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(ROOT)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "pulumi" not in done.stdout


def _spoilt(packed, at, what):
    return packed[:at] + what + packed[at + len(what) :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: _spoilt(packed, 30 + len("review.json"), b"\xff" * 20),
        lambda packed: packed.replace(b"review.json", b"\xff\xfeview.json").replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x08"
        ),
    ],
    ids=["what is packed", "a name"],
)
def test_a_zip_file_that_is_spoilt_inside_is_a_failure(spoil):
    world = World()
    world.artefacts["monitoring-review-data"] = spoil(zipped({"review.json": LOSES}))
    assert "no report" in world.run()
    assert world.statuses[-1][1] == "failure"
    assert "can't be unpacked" in world.statuses[-1][2]


def test_a_report_with_half_a_character_is_a_failure():
    data = json.loads(SAME)
    data["gone"] = ["\ud800"]
    world = World(json.dumps(data))
    assert "no report" in world.run()
    assert world.statuses[-1][1] == "failure"


@pytest.mark.parametrize(
    "event",
    [
        *([], 5, None, {"workflow_run": None, "repository": {"default_branch": "main"}}, {"workflow_run": {}}),
        *({"action": "labeled", "label": None}, {"action": "labeled", "label": {"name": LABEL}}),
        {"action": "labeled", "label": {"name": LABEL}, "pull_request": {"number": "x"}},
    ],
    ids=str,
)
def test_an_event_in_another_form_is_a_line(monkeypatch, tmp_path, event):
    (tmp_path / "event.json").write_text(json.dumps(event))
    named = {"EVENT_PATH": str(tmp_path / "event.json"), "REPOSITORY": REPOSITORY, "TOKEN": "token"}
    for name, value in {**named, "API_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    with pytest.raises(SystemExit) as end:
        comment.main()
    assert str(end.value.code).startswith("error: the event or what GitHub said can't be read (")
