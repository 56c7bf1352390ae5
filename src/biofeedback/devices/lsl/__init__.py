"""Lab Streaming Layer: streams of other programs as sensors, and this program's for others.

Off until switched on. `library` is the one door to liblsl; nothing of it is loaded before.
"""
