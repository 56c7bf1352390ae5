"""The streaming pipeline: from samples to beats, breaths, responses and measures."""
