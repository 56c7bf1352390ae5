"""One file a sensor protocol: bytes in, frozen values out."""
