"""Breaths of the person's own: keeping one by a name, and letting go of it."""

from __future__ import annotations

KEEP = "Keep this breath"
NAME = "Name of this breath"
KEEP_IT = "Keep"
LEAVE = "Not now"
FORGET = "Forget “{name}”"
NEEDS_NAME = "It needs a name."
