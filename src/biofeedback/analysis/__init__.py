"""Offline analysis: every measure of a recording, of its parts, and a second opinion on it."""

from biofeedback.analysis.analysis import Analysis, Segment, analyze
from biofeedback.analysis.second_opinion import Opinion

__all__ = ["Analysis", "Opinion", "Segment", "analyze"]
