"""Feeds a decoder with what no sensor sent, and looks at all that comes out of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite
from random import Random
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.decoders.mutations import spoilt
from biofeedback.devices.driver import DecodeError
from biofeedback.samples import Chunk, StreamInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.decoders.decoder import Decoder
    from biofeedback.devices.driver import Delivery

__all__ = ["Outcome", "campaign"]

# A decoder runs over so many packets before it is put away for a fresh one: long enough that
# what is left of earlier packets meets later ones.
LIFE_PACKETS: Final = 500
# What the sensor sends at the end of each life, whole: the decoder must find back.
_N_WHOLE: Final = 60
_N_SHOWN = 5
# Stream, values and times, fit to be compared.
_Said = tuple[StreamInfo, bytes, bytes | str]


@dataclass(slots=True)
class Outcome:
    """What became of the packets.

    Attributes
    ----------
    n_packets, n_rejected, n_samples
        Fed, turned down by a `DecodeError`, and what came of the others, in rows.
    n_lives
        Decoders that were begun.
    misses
        What must not happen, with how often it did.
    """

    n_packets: int = 0
    n_rejected: int = 0
    n_samples: int = 0
    n_lives: int = 0
    misses: Counter[str] = field(default_factory=Counter)

    @property
    def is_met(self) -> bool:
        """Whether nothing happened that must not."""
        return not self.misses

    @property
    def words(self) -> str:
        """The misses, most frequent first."""
        return "; ".join(f"{what} ({n} x)" for what, n in self.misses.most_common(_N_SHOWN))


def campaign(decoder: Decoder, n_packets: int, seed: int) -> Outcome:
    """Feed a decoder.

    What must hold of every packet: nothing is raised but a `DecodeError`; a value is finite or
    ``nan``, a time finite; and no stream has more samples than the bytes so far can hold. At the
    end of its life each decoder still understands what the sensor sends, and one that was only
    given what this one did not turn down says the same: what is turned down leaves no trace.

    Parameters
    ----------
    decoder
        Which.
    n_packets
        How many spoilt packets, at least.
    seed
        Together with the decoder's name it decides on all of them.
    """
    random = Random(f"{seed} {decoder.name}")
    packets = decoder.packets(4 * _N_WHOLE)
    outcome = Outcome()
    stream = spoilt(packets, n_packets, random)
    while life := list(islice(stream, LIFE_PACKETS)):
        start = random.randrange(len(packets) - _N_WHOLE)
        _live(decoder, life, packets[start : start + _N_WHOLE], outcome)
    return outcome


def _live(decoder: Decoder, life: list[bytes], whole: list[bytes], outcome: Outcome) -> None:
    feed = decoder.begin()
    outcome.n_lives += 1
    outcome.n_packets += len(life)
    n_bits = 0
    rows: Counter[str] = Counter()
    n_before = 0
    taken: list[tuple[bytes, float]] = []
    said: list[_Said] = []
    for number, packet in enumerate([*life, *whole]):
        if number == len(life):
            n_before = sum(rows.values())
        n_bits += 8 * len(packet)
        arrival_s = number * decoder.packet_s
        try:
            delivered = list(feed(packet, arrival_s))
        except DecodeError:
            outcome.n_rejected += number < len(life)
            continue
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            outcome.misses[f"{type(error).__name__}: {error}"[:100]] += 1
            continue
        taken.append((packet, arrival_s))
        said += map(_said, delivered)
        _count(delivered, rows, outcome)
        for stream_id, n_rows in rows.items():
            if n_rows * decoder.sample_bits > n_bits:
                outcome.misses[f"{stream_id}: more samples than bytes can hold"] += 1
    if sum(rows.values()) == n_before:
        outcome.misses["did not find back to what the sensor sends"] += 1
    if not decoder.keeps_rest and said != _says(decoder, taken):
        outcome.misses["what it turned down left a trace"] += 1
    outcome.n_samples += sum(rows.values())


def _said(delivery: Delivery) -> _Said:
    times = delivery.t_s.tobytes() if isinstance(delivery, Chunk) else repr(delivery.stamp)
    return delivery.stream, delivery.values.tobytes(), times


def _says(decoder: Decoder, taken: list[tuple[bytes, float]]) -> list[_Said] | None:
    feed = decoder.begin()
    try:
        return [_said(each) for packet, arrival_s in taken for each in feed(packet, arrival_s)]
    except DecodeError:
        return None


def _count(delivered: Iterable[Delivery], rows: Counter[str], outcome: Outcome) -> None:
    for each in delivered:
        n_rows, n_columns = each.values.shape
        if n_rows == 0 or n_columns != len(each.stream.channels):
            outcome.misses[f"{each.stream.stream_id}: values of shape {each.values.shape}"] += 1
        if np.isinf(each.values).any():
            outcome.misses[f"{each.stream.stream_id}: an infinite value"] += 1
        if not _is_timed(each):
            outcome.misses[f"{each.stream.stream_id}: a time that is none"] += 1
        rows[each.stream.stream_id] += n_rows


def _is_timed(delivery: Delivery) -> bool:
    if isinstance(delivery, Chunk):
        times_s = delivery.t_s
        return bool(np.isfinite(times_s).all() and (np.diff(times_s) > 0).all())
    stamp = delivery.stamp
    if stamp is None:
        return True
    if not isfinite(stamp.t_s):
        return False
    if stamp.each_s is None:
        return True
    return stamp.each_s.shape == (len(delivery.values),) and bool(np.isfinite(stamp.each_s).all())
