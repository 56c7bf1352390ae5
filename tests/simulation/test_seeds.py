from __future__ import annotations

from biofeedback.simulation.seeds import rng_for


def test_one_seed_and_purpose_give_one_stream() -> None:
    """Asked twice, the stream begins anew with the same numbers."""
    first = rng_for(7, "beats").uniform(size=5).tolist()

    assert rng_for(7, "beats").uniform(size=5).tolist() == first


def test_seeds_and_purposes_give_streams_of_their_own() -> None:
    """Neither another person nor another purpose shares a number."""
    streams = [rng_for(7, "beats"), rng_for(8, "beats"), rng_for(7, "skin")]
    numbers = [stream.uniform() for stream in streams]

    assert len(set(numbers)) == len(numbers)
