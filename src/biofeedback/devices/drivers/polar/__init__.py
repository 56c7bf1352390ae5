"""Polar sensors with the measurement service: H10, Verity Sense, OH1, and the plain H9."""
