"""All drivers there are: our own, sensor profiles, and those that other packages add.

They are loaded with the first question. That takes up to a tenth of a second, which nobody waits
for who has only simulated sensors; `Catalogue.load` is for a thread of its own.
"""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import EntryPoint

    from biofeedback.devices.driver import Advertised, Driver
    from biofeedback.devices.profiles.library import ProfileLibrary
    from biofeedback.samples import StreamKind

__all__ = ["ENTRY_POINTS", "Catalogue"]

ENTRY_POINTS: Final = "biofeedback.drivers"

_log = logging.getLogger(__name__)

# Of so many devices it is remembered what they are: each is asked about with every packet that
# any of them advertises.
_MOST_REMEMBERED: Final = 1024
_NOT_USABLE: Final = (
    "The added driver “{name}” cannot be used. Update the package it is from, or remove it."
)


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
        self._given_profiles = profiles
        self._plug_ins = plug_ins
        self._problems: dict[str, str] = {}
        self._recognised: dict[Advertised, tuple[Driver, tuple[StreamKind, ...]] | None] = {}

    @cached_property
    def drivers(self) -> tuple[Driver, ...]:
        """Every driver that can be used, each id once."""
        kept: dict[str, Driver] = {}
        for driver in self._all():
            kept.setdefault(driver.driver_id, driver)
        return tuple(kept.values())

    def load(self) -> None:
        """Load the drivers, if they are not yet. Takes a moment: not for the engine's loop."""
        _ = self.services

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with drivers that cannot be used, in words."""
        _ = self.drivers
        return (*self._problems.values(), *self._profiles.problems)

    @cached_property
    def services(self) -> tuple[str, ...]:
        """Services by which sensors are known that do not advertise, each once."""
        return tuple(dict.fromkeys(uuid for each in self.drivers for uuid in each.services))

    def reloaded(self) -> Catalogue:
        """Return the drivers there are by now; the profiles are read anew."""
        return Catalogue(type(self._profiles)(self._profiles.folder), self._plug_ins)

    def recognise(self, advertised: Advertised) -> tuple[Driver, tuple[StreamKind, ...]] | None:
        """Return the driver of a device and what it measures; ``None`` if none knows it."""
        if advertised not in self._recognised:
            if len(self._recognised) >= _MOST_REMEMBERED:
                self._recognised.clear()
            self._recognised[advertised] = self._asked(advertised)
        return self._recognised[advertised]

    def _asked(self, advertised: Advertised) -> tuple[Driver, tuple[StreamKind, ...]] | None:
        for driver in self.drivers:
            try:
                kinds = tuple(driver.kinds(advertised))
            except Exception as error:  # noqa: BLE001 - another's package must not end the search
                self._tell_unusable(driver.driver_id, error)
                continue
            if kinds:
                return driver, kinds
        return None

    def driver(self, driver_id: str) -> Driver | None:
        """Return a driver by its id."""
        return next((each for each in self.drivers if each.driver_id == driver_id), None)

    @cached_property
    def _profiles(self) -> ProfileLibrary:
        from biofeedback.devices.profiles.library import (  # noqa: PLC0415 - see the top
            ProfileLibrary,
        )

        return self._given_profiles or ProfileLibrary()

    def _all(self) -> Iterator[Driver]:
        from biofeedback.devices.drivers.bitalino.driver import (  # noqa: PLC0415 - see the top
            BitalinoDriver,
        )
        from biofeedback.devices.drivers.heart_rate_driver import (  # noqa: PLC0415 - see the top
            HeartRateDriver,
        )
        from biofeedback.devices.drivers.polar.driver import (  # noqa: PLC0415 - see the top
            PolarDriver,
        )
        from biofeedback.devices.drivers.shimmer.driver import (  # noqa: PLC0415 - see the top
            ShimmerDriver,
        )
        from biofeedback.devices.drivers.vernier.driver import (  # noqa: PLC0415 - see the top
            VernierDriver,
        )

        yield from self._profiles.own()
        yield from self._plugged_in()
        yield from (PolarDriver(), VernierDriver(), ShimmerDriver(), BitalinoDriver())
        yield from self._profiles.shipped()
        yield HeartRateDriver()

    def _plugged_in(self) -> Iterator[Driver]:
        from importlib.metadata import entry_points  # noqa: PLC0415 - see the top

        found = self._plug_ins if self._plug_ins is not None else entry_points(group=ENTRY_POINTS)
        for each in found:
            try:
                yield _loaded(each)
            except Exception as error:  # noqa: BLE001 - another's package must not take ours down
                self._tell_unusable(each.name, error)

    def _tell_unusable(self, name: str, error: Exception) -> None:
        if name not in self._problems:
            # What it says itself may hold anything, a name too.
            _log.error("the sensor driver %s cannot be used: %s", name, type(error).__name__)
            self._problems[name] = _NOT_USABLE.format(name=name)


def _loaded(entry_point: EntryPoint) -> Driver:
    """Return the driver that a package announces.

    Raises
    ------
    TypeError
        If it is none, or does not say who it is. Its own code may raise anything.
    """
    loaded = entry_point.load()
    driver: Driver = loaded() if isinstance(loaded, type) else loaded
    is_whole = bool(driver.driver_id) and all(
        hasattr(driver, name) for name in ("services", "connecting", "kinds", "open")
    )
    if not (is_whole and all(isinstance(uuid, str) for uuid in driver.services)):
        msg = "no driver"
        raise TypeError(msg)
    return driver
