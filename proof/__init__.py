"""Plays declared alerts through: data in; states, and who is told when, out. What is and isn't played: docs/proof.md."""
