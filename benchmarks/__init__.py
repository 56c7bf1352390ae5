"""Side by side with peers, in one run: `python -m benchmarks`, or `python3 dev.py bench`."""
