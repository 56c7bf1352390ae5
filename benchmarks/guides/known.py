"""Bars that are missed, and why: told on the page, and no reason to stop a release."""

from __future__ import annotations

__all__ = ["KNOWN"]

KNOWN: dict[str, str] = {}
"""By the words of the figure."""
