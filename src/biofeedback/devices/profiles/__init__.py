"""Sensors described in a file instead of in code.

A profile says how a Bluetooth sensor is recognised, set going and understood: which bytes it
sends, where in them the values stand, and what they mean. It holds data alone. Nothing in it is
ever run: its formulas have a grammar of their own, see `biofeedback.devices.profiles.formula`.

::

    file ── reading ──> Profile ── self_test ──> library ──> ProfileDriver ── decoding ──> Frames

The format is described in docs/sensor-profiles.md.
"""
