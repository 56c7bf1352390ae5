"""All decoders. A new one is a line here, in `polar` or in `answers`; its packets in `sensors`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.decoders import sensors
from benchmarks.decoders.answers import ANSWERS
from benchmarks.decoders.decoder import Decoder
from benchmarks.decoders.polar import POLAR
from biofeedback.devices.profiles.library import ProfileLibrary
from biofeedback.devices.profiles.profile import Framing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.devices.profiles.profile import Profile

__all__ = ["decoders", "left_out"]

_SKIN, _PULSE = sensors.SHIMMER_SKIN, sensors.SHIMMER_PULSE

_BUILT_IN: Final = (
    # What it is, seconds of a packet, fewest bits of a sample, packets, the decoder.
    Decoder("heart rate strap", 1.0, 16, sensors.heart_rate_packets, sensors.heart_rate),
    *POLAR,
    Decoder("Vernier belt 10 Hz", 0.1, 32, sensors.vernier_packets, sensors.vernier),
    Decoder("BITalino 6 x 100 Hz", 0.02, 64, sensors.bitalino_packets, sensors.bitalino),
    Decoder(
        "Shimmer 32 Hz", 1 / 32, 48, sensors.shimmer_packets(_SKIN), sensors.shimmer(_SKIN)
    ),
    Decoder(
        "Shimmer with pulse 64 Hz", 1 / 64, 64,
        sensors.shimmer_packets(_PULSE), sensors.shimmer(_PULSE),
    ),
    Decoder("Open Sound Control", 0.1, 8, sensors.osc_packets, sensors.osc),
)  # fmt: skip
# A sensor that tells no rate; none of those that are shipped is quicker.
_IRREGULAR_S: Final = 0.25


def decoders() -> tuple[Decoder, ...]:
    """Return all: our own, that of every profile that is shipped, and those of answers."""
    return (
        *_BUILT_IN,
        *(each for entry in _shipped().entries for each in _of_profile(entry.profile)),
        *ANSWERS,
    )


def left_out() -> tuple[str, ...]:
    """Return what is wrong with shipped profiles that cannot be used, and so cannot take part."""
    return _shipped().problems


def _shipped() -> ProfileLibrary:
    # A folder that holds nothing: a person's own profiles are their own affair.
    return ProfileLibrary(Path(__file__).parent / "none")


def _of_profile(profile: Profile) -> Iterator[Decoder]:
    for source in profile.sources:
        characteristic = source.characteristic
        packets = sensors.profile_packets(profile, characteristic)
        begin = sensors.profile(profile, characteristic)
        some = packets(20)
        feed = begin()
        first = [next(iter(feed(packet, 0.0)), None) for packet in some]
        n_samples = sum(len(each.values) for each in first if each is not None)
        sample_s = 1 / source.rate_hz if source.rate_hz else _IRREGULAR_S
        yield Decoder(
            f"profile {profile.profile_id}",
            n_samples / len(some) * sample_s,
            8,
            packets,
            begin,
            keeps_rest=source.framing is Framing.DELIMITER,
        )
