"""Shimmer3R and Shimmer3 GSR+: skin conductance, and the pulse where its probe is switched on."""

from biofeedback.devices.drivers.shimmer.driver import ShimmerDriver

__all__ = ["ShimmerDriver"]
