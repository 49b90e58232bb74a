"""Plays declared alerts through: data in; states, and who is told when, out. See docs/proof.md."""
