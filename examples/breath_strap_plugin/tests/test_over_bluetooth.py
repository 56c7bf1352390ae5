"""The driver through the real bleak, against a simulated strap.

The simulated Bluetooth is in Biofeedback's own tests: put that folder on PYTHONPATH. Without
it, or without a D-Bus, these tests are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("helpers.bluez", reason="needs the tests folder of Biofeedback")

from biofeedback.errors import SensorRefusedError
from breath_strap.driver import CHARGING, BreathStrapDriver
from breath_strap.packets import DATA, IN_CHARGER, START, STOP
from helpers.bluez import BluezStandIn
from helpers.bus import MISSING
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from simulated_strap import SimulatedStrap

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

BREATH = (12.0 + np.sin(np.arange(250) / 25.0 * 2.0 * np.pi / 5.0)).round(2).tolist()


@pytest.fixture
def strap() -> Iterator[SimulatedStrap]:
    with BluezStandIn() as bluez:
        yield bluez.add(SimulatedStrap())


def test_a_breath_arrives_as_it_was_breathed(strap: SimulatedStrap) -> None:
    async def main() -> None:
        async with talking(BreathStrapDriver(), strap) as bench:
            await bench.play(strap.packets(BREATH, begin_s=1.0))

            values = np.concatenate([frame.values[:, 0] for frame in bench.frames])
            np.testing.assert_allclose(values, BREATH)
            assert bench.errors == []
        assert strap.commands == [START, STOP]

    on_a_loop(main())


def test_a_damaged_packet_is_refused_and_the_next_one_taken(strap: SimulatedStrap) -> None:
    async def main() -> None:
        async with talking(BreathStrapDriver(), strap) as bench:
            whole = strap.packet(BREATH[:5])
            await bench.play([(1.0, DATA, whole[:-1]), (1.2, DATA, whole)])

            assert len(bench.errors) == 1
            assert [len(frame.values) for frame in bench.frames] == [5]

    on_a_loop(main())


def test_a_strap_in_its_charger_is_taken_out(strap: SimulatedStrap) -> None:
    strap.outcome = IN_CHARGER

    async def main() -> None:
        with pytest.raises(SensorRefusedError, match=CHARGING):
            async with talking(BreathStrapDriver(), strap):
                pytest.fail("it did not start")

    on_a_loop(main())
