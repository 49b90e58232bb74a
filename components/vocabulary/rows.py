"""The rows of a product's monitoring document: what an id looks like, wherever one is written."""

from __future__ import annotations

import re

ROW = r"[A-Z]{2,5}-\d{2,3}"
ROWS = re.compile(rf"{ROW}( {ROW})*")
FORM = "isn't a list of row ids: two to five capitals, a hyphen, two or three digits; spaces between ids."
EXAMPLE = "TIK-03 TIK-107"
