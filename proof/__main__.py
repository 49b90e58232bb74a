"""`make behaviour`: plays every alert through, at the vendor that evaluates it, and draws every panel."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from components.stackfile import stacks
from proof.boards import draw_all
from proof.everything import gather, play_all
from proof.grafana.engine import find_query_engine
from proof.report import report, told
from proof.unplayable import in_words
from review.recorder import ROOT


def main(arguments: Sequence[str]) -> int:
    """Play, draw, print; 1 when a case fails, an alert isn't covered or a panel is wrong. `--cases`: each in words."""
    with in_words():
        command = find_query_engine()
        began = time.monotonic()
        proof = gather(list(stacks(ROOT)))
    play_all(proof, command)
    panels = draw_all(proof, command)
    if "--cases" in arguments:
        print("\n".join(told(proof)))
    print(report(proof, panels, time.monotonic() - began))
    wrong = proof.failures or proof.uncovered or proof.silent or proof.problems or panels.wrong
    return 1 if wrong or not (proof.cases and panels.panels) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
