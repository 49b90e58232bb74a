"""What the sandbox can't go on with, said so that a person knows what to do."""

from __future__ import annotations


class SandboxError(Exception):
    """Ends the command with exit code 1 and this message: what is wrong, why it hurts, what to do."""
