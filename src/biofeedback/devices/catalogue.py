"""All drivers there are: our own, sensor profiles, and those that other packages add."""

from __future__ import annotations

import logging
from functools import cached_property
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import Driver
from biofeedback.devices.drivers.bitalino.driver import BitalinoDriver
from biofeedback.devices.drivers.heart_rate_driver import HeartRateDriver
from biofeedback.devices.drivers.polar.driver import PolarDriver
from biofeedback.devices.drivers.shimmer.driver import ShimmerDriver
from biofeedback.devices.drivers.vernier.driver import VernierDriver
from biofeedback.devices.profiles.library import ProfileLibrary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import EntryPoint

    from biofeedback.devices.driver import Advertised
    from biofeedback.samples import StreamKind

__all__ = ["ENTRY_POINTS", "Catalogue"]

ENTRY_POINTS: Final = "biofeedback.drivers"

_log = logging.getLogger(__name__)


class Catalogue:
    """The drivers, in the order in which they are asked.

    What a person describes or installs comes before what we bring, so that it can be bettered;
    a plain heart rate comes last, for many sensors send it beside something more.

    Parameters
    ----------
    profiles
        Where sensor profiles are; the usual places by default.
    plug_ins
        What other packages announce; what is installed by default.
    """

    def __init__(
        self,
        profiles: ProfileLibrary | None = None,
        plug_ins: Iterable[EntryPoint] | None = None,
    ) -> None:
        self._profiles = profiles or ProfileLibrary()
        self._plug_ins = plug_ins
        self._problems: list[str] = []

    @cached_property
    def drivers(self) -> tuple[Driver, ...]:
        """Every driver that can be used, each id once."""
        kept: dict[str, Driver] = {}
        for driver in self._all():
            kept.setdefault(driver.driver_id, driver)
        return tuple(kept.values())

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with drivers that cannot be used, in words."""
        _ = self.drivers
        return (*self._problems, *self._profiles.problems)

    @cached_property
    def services(self) -> tuple[str, ...]:
        """Services by which sensors are known that do not advertise, each once."""
        return tuple(dict.fromkeys(uuid for each in self.drivers for uuid in each.services))

    def reloaded(self) -> Catalogue:
        """Return the drivers there are by now; the profiles are read anew."""
        return Catalogue(ProfileLibrary(self._profiles.folder), self._plug_ins)

    def recognise(self, advertised: Advertised) -> tuple[Driver, tuple[StreamKind, ...]] | None:
        """Return the driver of a device and what it measures; ``None`` if none knows it."""
        for driver in self.drivers:
            kinds = driver.kinds(advertised)
            if kinds:
                return driver, kinds
        return None

    def driver(self, driver_id: str) -> Driver | None:
        """Return a driver by its id."""
        return next((each for each in self.drivers if each.driver_id == driver_id), None)

    def _all(self) -> Iterator[Driver]:
        yield from self._profiles.own()
        yield from self._plugged_in()
        yield from (PolarDriver(), VernierDriver(), ShimmerDriver(), BitalinoDriver())
        yield from self._profiles.shipped()
        yield HeartRateDriver()

    def _plugged_in(self) -> Iterator[Driver]:
        found = self._plug_ins if self._plug_ins is not None else entry_points(group=ENTRY_POINTS)
        for each in found:
            driver = _loaded(each)
            if driver is not None:
                yield driver
            else:
                self._problems.append(
                    f"The added driver “{each.name}” cannot be used. Update the package it is "
                    "from, or remove it."
                )


def _loaded(entry_point: EntryPoint) -> Driver | None:
    """Return the driver that a package announces, if it is one and says who it is."""
    try:
        loaded = entry_point.load()
        driver: Driver = loaded() if isinstance(loaded, type) else loaded
        is_whole = bool(driver.driver_id) and all(
            hasattr(driver, name) for name in ("services", "connecting", "kinds", "open")
        )
    except Exception as error:  # noqa: BLE001 - another's package must not take ours down
        name, kind = entry_point.name, type(error).__name__
        _log.error("the sensor driver %s cannot load: %s", name, kind)
        return None
    return driver if is_whole else None
