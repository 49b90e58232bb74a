"""What a vendor's look-up needs, said in one line when it fails."""

from __future__ import annotations

import os

# By what asks for it; source: the provider's reference. Values never leave the environment.
VARIABLES = {
    "grafana": {
        "folders, rules and dashboards": ("GRAFANA_URL", "GRAFANA_AUTH"),
        "checks": ("GRAFANA_SM_URL", "GRAFANA_SM_ACCESS_TOKEN"),
        "scrape jobs": ("GRAFANA_CONNECTIONS_API_ACCESS_TOKEN",),
    },
}


def failed(vendor: str, what: str, error: Exception) -> str:
    """One line: what could not be looked up, which variables are not set and what for, and what the provider said."""
    missing = [
        f"{', '.join(unset)} (for {purpose})"
        for purpose, names in VARIABLES[vendor].items()
        if (unset := [name for name in names if not os.environ.get(name)])
    ]
    told = " ".join(str(error).split())
    hint = f"These are not set: {'; '.join(missing)}. " if missing else ""
    return f"{vendor}: {what} could not be looked up. {hint}The provider says: {told}"
