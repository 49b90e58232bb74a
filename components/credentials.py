"""What a vendor's look-up needs, said in one line when it fails."""

from __future__ import annotations

import os

from components.vendors import VENDORS


def failed(vendor: str, what: str, error: Exception) -> str:
    """One line: what could not be looked up, which variables are not set and what for, and what the provider said."""
    needed = {"folders, rules and dashboards": VENDORS[vendor].opened_by, **VENDORS[vendor].also}
    missing = [
        f"{', '.join(unset)} (for {purpose})"
        for purpose, names in needed.items()
        if (unset := [name for name in names if not os.environ.get(name)])
    ]
    told = " ".join(str(error).split())
    hint = f"These are not set: {'; '.join(missing)}. " if missing else ""
    return f"{vendor}: {what} could not be looked up. {hint}The provider says: {told}"
