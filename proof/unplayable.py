"""What a declared alert may use that isn't played."""


class UnplayableError(Exception):
    """A rule uses something that isn't played: whoever adds that has to teach it here, or the proof would lie."""
