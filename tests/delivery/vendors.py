"""Local stand-ins for the three calls of a drill. Shapes as recorded: the source stands at each."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEYS = {"DD_API_KEY": "dd-api-key-value", "DD_APP_KEY": "dd-app-key-value"}
TOKENS = {"GRAFANA_AUTH": "glsa_grafana_token", "SENTRY_AUTH_TOKEN": "sntryu_sentry_token"}


def owner(name="your-organisation"):
    """DataDog/datadog-api-client-go, v2 GetUser: what belongs to a user stands in `included`, by type."""
    included = [{"type": "roles", "id": "r", "attributes": {"name": "Admin"}}]
    included += [{"type": "orgs", "id": "o", "attributes": {"name": name, "public_id": "abc"}}]
    return 200, {"data": {"type": "users", "id": "u", "attributes": {"name": "drill"}}, "included": included}


EVENT = (
    202,
    {"status": "ok", "event": {"id": 1, "title": "t", "text": "x", "url": "https://app.datadoghq.com/event/1"}},
)


def points(*named):
    """grafana/grafana v13, apps/alerting/notifications: Receiver, as listed; secrets are named, not shown."""
    return 200, {
        "kind": "ReceiverList",
        "apiVersion": "notifications.alerting.grafana.app/v1beta1",
        "metadata": {},
        "items": [
            {
                "metadata": {"name": f"bmFtZQ-{place}", "namespace": "stacks-1"},
                "spec": {"title": title, "integrations": made},
            }
            for place, (title, made) in enumerate(named)
        ],
    }


def integration(kind, uid="i1", **settings):
    secure = {"slack": {"url": True}, "pagerduty": {"integrationKey": True}}.get(kind, {})
    base = {"uid": uid, "type": kind, "version": "v1", "disableResolveMessage": False}
    return {**base, "settings": settings, "secureFields": secure}


TESTED = (200, {"status": "success", "duration": "150ms"})


def failed(error):
    """receiver/handler.go: refused by the receiver, so 200 with `failure`."""
    return 200, {"status": "failure", "duration": "1s", "error": error}


def status(code, reason):
    """What /apis answers with when it refuses (k8s Status)."""
    return code, {"kind": "Status", "status": "Failure", "message": reason, "code": code}


def workflow(name, *actions):
    """getsentry/sentry, workflow_engine/endpoints/serializers/action_serializer.py: an action as it is read back."""
    return {"id": "1", "name": name, "enabled": True, "actionFilters": [{"logicType": "all", "actions": list(actions)}]}


def action(kind, shown, identifier="9"):
    target = {"email": "team"}.get(kind, "specific")
    config = {"targetType": target, "targetIdentifier": identifier, "targetDisplay": shown}
    return {
        "id": "7",
        "type": kind,
        "integrationId": "501",
        "data": {"notes": "n"},
        "config": config,
        "status": "active",
    }


class Vendor:
    """What to answer by method and path, one answer after the other; the last one stays. A float: wait so long."""

    def __init__(self, answers):
        self.answers = {key: list(value) if isinstance(value, list) else [value] for key, value in answers.items()}
        self.asked = []

    def answer(self, method, path):
        key = next((k for k in self.answers if k[0] == method and path.startswith(k[1])), None)
        if key is None:
            return status(404, "not found")
        left = self.answers[key]
        return left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def served(answers):
    vendor = Vendor(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            vendor.asked.append((self.command, self.path, body, {k.lower(): h for k, h in self.headers.items()}))
            found = vendor.answer(self.command, self.path)
            if isinstance(found, float):
                time.sleep(found)
                return
            code, content, *more = found
            payload = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            self.send_response(code)
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield vendor, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
