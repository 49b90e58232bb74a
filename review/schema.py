"""The JSON schema of the stack files, made from the model: editors complete keys and mark what is wrong in a file."""

from __future__ import annotations

import json
import re
from typing import Any

from components.environment import Environment
from components.stackfile import ENVIRONMENT, SECRETS
from review.recorder import ROOT

ENVIRONMENTS = ROOT / "docs" / "environments.md"
KEY = re.compile(r"^\| `([a-z-]+)` \| (.+) \|$", re.MULTILINE)
# What Pulumi takes beside `config`, and what providers are given, is Pulumi's own business.
PULUMI = {
    "secretsprovider": {"type": "string"},
    "encryptedkey": {"type": "string"},
    "encryptionsalt": {"type": "string"},
}


def schema() -> str:
    """The schema of a whole file, as JSON; each key with what docs/environments.md says of it."""
    said = dict(KEY.findall(ENVIRONMENTS.read_text(encoding="utf-8")))
    environment: dict[str, Any] = Environment.model_json_schema(by_alias=True)
    for key, of_key in environment["properties"].items():
        of_key.pop("title", None)
        of_key["description"] = said[key]
    environment["description"] = "One environment: docs/environments.md."
    secrets = {
        "type": "object",
        "description": "One object, encrypted: `pulumi config set --secret --path 'monitoring:secrets.…'`.",
    }
    made = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Written by `make docs` from components/environment.py; changes made here are lost.",
        "title": "A stack file",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "required": [ENVIRONMENT],
                "properties": {ENVIRONMENT: environment, SECRETS: secrets},
            },
            **PULUMI,
        },
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
