"""What programs that the sandbox starts see of the user's environment: nothing that could be a credential."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Named one by one: whatever isn't known to be harmless (GITHUB_TOKEN, AWS_*, a proxy with its password) stays outside.
HARMLESS = frozenset({
    "CI", "COLORTERM", "COLUMNS", "HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LINES", "LOGNAME", "NO_COLOR", "PATH",
    "PULUMI_ERROR_OUTPUT_STRING", "PWD", "PYTHONCOERCECLOCALE", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED",
    "PYTHONIOENCODING", "PYTHONPATH", "PYTHONUTF8", "PYTHONWARNINGS", "SHELL", "TEMP", "TERM", "TMP", "TMPDIR", "TZ",
    "USER", "VIRTUAL_ENV", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
})  # fmt: skip
HARMLESS_PREFIXES = ("LC_", "SANDBOX_")
PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
PASSPHRASE = "sandbox"  # noqa: S105 - it protects stand-in values in a directory that is thrown away


def harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what holds no credential. Proxies aren't in it: everything the sandbox talks to is on this machine."""
    return {
        name: value for name, value in environment.items() if name in HARMLESS or name.startswith(HARMLESS_PREFIXES)
    }


_THEIRS = {name: os.environ[name] for name in PASSPHRASES if name in os.environ}


def passphrase_variable() -> str | None:
    """Return the variable with the user's own passphrase, if there was one when this process began."""
    return next(iter(_THEIRS), None)


def enclose() -> dict[str, str]:
    """Take everything else out of this process, whose program runs in it; return the passphrase, for the engine."""
    kept = harmless(os.environ)
    os.environ.clear()
    os.environ.update(kept)
    return _THEIRS or {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
