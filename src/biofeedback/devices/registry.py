"""Which sensors there are: near ones, simulated ones, and the one a name means."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from biofeedback.devices.catalogue import Catalogue
from biofeedback.devices.connection import Radio
from biofeedback.devices.driver_options import configured, split_name
from biofeedback.devices.name_search import NameSearch
from biofeedback.devices.network_sources import NetworkSources
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.devices.simulated import (
    open_simulated,
    simulated_from_name,
    simulated_sensors,
)
from biofeedback.errors import SensorError, SensorNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.clock import Clock
    from biofeedback.devices.connection import Found
    from biofeedback.devices.driver import Driver
    from biofeedback.devices.exploring import Exploration
    from biofeedback.devices.sensor import Sensor
    from biofeedback.pacing import PacerSegment
    from biofeedback.samples import GuideState

__all__ = ["NetworkSources", "Registry"]

# A name that carries a serial number of its own, such as "Polar H10 5C2A91B3", not "Decade".
_HAS_SERIAL: Final = re.compile(r"(?=[a-f]*[0-9])[0-9a-f]{6,}$")
# Names of files and columns are made of ids.
_LONGEST_ID: Final = 40
_STREAM_SCHEMES: Final = ("osc", "lsl")
# Streams of the lab network answer within a second or two.
_LSL_S: Final = 3.0
_NONE_NAMED: Final = (
    "No sensor was named. Give the name or the address of one; “biofeedback sensors” lists those "
    "near."
)


class Registry:
    """Scans for sensors, finds them by name, and opens them.

    One for the whole program, used from one loop.

    Parameters
    ----------
    radio
        The computer's Bluetooth.
    catalogue
        The drivers; all there are by default.

    Attributes
    ----------
    sources : NetworkSources
        Which streams `scan` looks for.
    streams_trouble : str
        Why the last `scan`, or `use`, could not look for streams, in words; empty if it could.
    """

    def __init__(self, radio: Radio | None = None, catalogue: Catalogue | None = None) -> None:
        self._radio = radio or Radio()
        self._catalogue = catalogue or Catalogue()
        self.sources = NetworkSources()
        self.streams_trouble = ""
        # By address, of those that were opened: devices change their names, and tell them late.
        self._ids: dict[str, str] = {}

    @property
    def catalogue(self) -> Catalogue:
        """The drivers."""
        return self._catalogue

    def simulated(self) -> tuple[SensorInfo, ...]:
        """Return the sensors that are there without any radio."""
        return simulated_sensors()

    async def scan(
        self,
        seconds: float,
        clock: Clock,
        on_found: Callable[[tuple[SensorInfo, ...]], None] | None = None,
        *,
        everything: bool = False,
    ) -> tuple[SensorInfo, ...]:
        """Look for sensors near.

        Parameters
        ----------
        seconds
            How long.
        clock
            Whose seconds.
        on_found
            Called with the whole list whenever it changes, at first with the simulated ones
            alone.
        everything
            Also devices with a name that no driver knows; these measure nothing yet.

        Returns
        -------
        tuple of SensorInfo
            Bluetooth sensors, the strongest first, then streams, then simulated ones.

        Raises
        ------
        BluetoothUnavailableError
            If Bluetooth cannot be used. `simulated` still gives the others, and ``on_found``
            was told of them and of streams.
        """
        told: tuple[SensorInfo, ...] = ()
        newest: tuple[Found, ...] = ()
        streams: tuple[SensorInfo, ...] = self._osc()

        def tell(found: tuple[Found, ...]) -> None:
            nonlocal told, newest
            newest = found
            sensors = self._sensors(found, streams, everything=everything)
            if on_found is not None and sensors != told:
                told = sensors
                on_found(sensors)

        async def look_for_streams() -> None:
            nonlocal streams
            streams = (*await self._lsl(seconds), *streams)
            tell(newest)

        tell(())
        await asyncio.to_thread(self._catalogue.load)
        looking = asyncio.ensure_future(look_for_streams())
        try:
            found = await self._radio.scan(
                seconds, clock, self._catalogue.services, tell, gives_way=True
            )
        except SensorError:
            # Streams need no Bluetooth.
            await looking
            raise
        except asyncio.CancelledError:
            looking.cancel()
            raise
        await looking
        return self._sensors(found, streams, everything=everything)

    def _osc(self) -> tuple[SensorInfo, ...]:
        if not self.sources.osc_port:
            return ()
        from biofeedback.devices.osc.naming import osc_from_name  # noqa: PLC0415 - off as a rule

        query = "?network=1" if self.sources.is_open else ""
        info = osc_from_name(f"osc:{self.sources.osc_port}{query}")
        return () if info is None else (info,)

    async def use(self, sources: NetworkSources) -> None:
        """Look for these streams from the next `scan` on.

        Whether they can be looked for at all is told by `streams_trouble` at once.
        """
        self.sources = sources
        self.streams_trouble = ""
        if not sources.lsl:
            return
        from biofeedback.devices.lsl.library import load  # noqa: PLC0415 - off as a rule

        try:
            await asyncio.to_thread(load, network=sources.is_open)
        except SensorError as error:
            if self.sources is sources:
                self.streams_trouble = str(error)

    async def _lsl(self, seconds: float) -> tuple[SensorInfo, ...]:
        self.streams_trouble = ""
        if not self.sources.lsl:
            return ()
        from biofeedback.devices.lsl.discovery import find_streams  # noqa: PLC0415 - off as a rule

        try:
            return await asyncio.to_thread(
                find_streams, min(seconds, _LSL_S), network=self.sources.is_open
            )
        except SensorError as error:
            self.streams_trouble = str(error)
            return ()

    async def find(self, name_or_address: str, clock: Clock, seconds: float = 10.0) -> SensorInfo:
        """Find the one sensor that a name means.

        Parameters
        ----------
        name_or_address
            A name or the beginning of one, a sensor's id, or an address; in capitals or not.
            ``simulated…``, ``osc:PORT`` and ``lsl:NAME`` need no radio. Behind a name may stand
            what its driver lets be set, ``BITalino?A2=ecg&A3=eda``.
        clock, seconds
            How long to look at most.

        Raises
        ------
        SensorNotFoundError
            If none fits, or several do, or its driver has no such options.
        BluetoothUnavailableError
            If Bluetooth cannot be used.
        """
        name = name_or_address.strip()
        without_radio = simulated_from_name(name) or await _stream(name, min(seconds, _LSL_S))
        if without_radio is not None:
            return without_radio
        name, options = split_name(name)
        if not name:
            raise SensorNotFoundError(_NONE_NAMED)
        await asyncio.to_thread(self._catalogue.load)
        look = NameSearch(name.casefold(), self._info)
        found = await self._radio.scan(seconds, clock, self._catalogue.services, look.left_s)
        info = look.choose(found)
        if not options:
            return info
        advertised = next(each.advertised for each in found if each.address == info.address)
        kinds = configured(self._driver(info), options).kinds(advertised)
        return replace(info, options=options, kinds=kinds)

    async def prepare(self, info: SensorInfo) -> None:
        """Load what `open` needs for a sensor, beside the loop: drivers take a moment."""
        if info.origin is Origin.BLUETOOTH:
            await asyncio.to_thread(self._load_drivers)

    def _load_drivers(self) -> None:
        import biofeedback.devices.supervisor  # noqa: F401, PLC0415 - loaded for `open`

        self._catalogue.load()

    def open(
        self,
        info: SensorInfo,
        pacer: Callable[[], PacerSegment | None],
        guide: Callable[[], GuideState | None] | None = None,
    ) -> Sensor:
        """Return a sensor, ready to run.

        Parameters
        ----------
        info
            As `scan` or `find` gave it.
        pacer
            What simulated people breathe with, in the time of the clock they run on.
        guide
            Gives what a guide asks for, which they follow where it is not about the breath.

        Raises
        ------
        SensorNotFoundError
            If its driver has no such options.
        """
        if info.origin is Origin.SIMULATED:
            return open_simulated(info, pacer, guide)
        # Each is loaded with its first sensor: a session of simulated ones begins without them.
        if info.origin is Origin.LSL:
            from biofeedback.devices.lsl.inlets import LslSensor  # noqa: PLC0415 - as above

            return LslSensor(info)
        if info.origin is Origin.OSC:
            from biofeedback.devices.osc.input import OscSensor  # noqa: PLC0415 - as above

            return OscSensor(info)
        from biofeedback.devices.supervisor import BluetoothSensor  # noqa: PLC0415 - as above

        self._ids[info.address.casefold()] = info.sensor_id
        return BluetoothSensor(info, configured(self._driver(info), info.options), self._radio)

    def _driver(self, info: SensorInfo) -> Driver:
        # A plain strap will do for what was named by its address alone.
        return self._catalogue.driver(info.driver) or self._catalogue.drivers[-1]

    async def explore(
        self, info: SensorInfo, clock: Clock, tell: Callable[[Exploration], None]
    ) -> None:
        """Listen to a device of unknown kind; see `biofeedback.devices.exploring.explore`."""
        from biofeedback.devices.exploring import explore  # noqa: PLC0415 - seldom asked for
        from biofeedback.devices.profiles.presentation_format import (  # noqa: PLC0415 - as above
            profile_of,
        )

        await explore(info, self._radio, clock, tell, lambda link: profile_of(link, info.name))

    async def reload(self) -> None:
        """Read the person's profiles anew, so that one that was just written is known."""
        catalogue = self._catalogue.reloaded()
        await asyncio.to_thread(catalogue.load)
        self._catalogue = catalogue

    def _sensors(
        self, found: tuple[Found, ...], streams: tuple[SensorInfo, ...], *, everything: bool
    ) -> tuple[SensorInfo, ...]:
        infos = [self._info(each) for each in found]
        near = [info for info in infos if info.kinds or (everything and info.name)]
        # Known ones first. A connected one tells no strength; it is as near as can be.
        near.sort(
            key=lambda info: (
                not info.kinds,
                not info.is_connected,
                -(info.rssi_dbm or -127),
                info.name,
            )
        )
        return (*near, *streams, *self.simulated())

    def _info(self, found: Found) -> SensorInfo:
        known = self._catalogue.recognise(found.advertised)
        driver_id, kinds = ("", ()) if known is None else (known[0].driver_id, known[1])
        name = _printable(found.name)
        sensor_id = self._ids.get(found.address.casefold())
        return SensorInfo(
            sensor_id=sensor_id or _sensor_id(name or "heart rate", found.address),
            # A device without a name is listed only if it is a strap, told by its service.
            name=name or "Heart rate sensor",
            address=found.address,
            origin=Origin.BLUETOOTH,
            kinds=kinds,
            rssi_dbm=found.rssi_dbm,
            is_connected=found.is_connected,
            driver=driver_id,
        )


async def _stream(name: str, seconds: float) -> SensorInfo | None:
    """Return the stream of another program that a name means, ``None`` if it means none."""
    scheme = re.split("[:?]", name, maxsplit=1)[0].strip().casefold()
    if scheme not in _STREAM_SCHEMES:
        return None
    from biofeedback.devices.lsl.discovery import stream_from_name  # noqa: PLC0415 - off as a rule
    from biofeedback.devices.osc.naming import osc_from_name  # noqa: PLC0415 - as above

    return osc_from_name(name) or await asyncio.to_thread(stream_from_name, name, seconds)


def _printable(name: str) -> str:
    """A device's name without what would steer a terminal: anyone near can send one."""
    return "".join(letter if letter.isprintable() else " " for letter in name).strip()


def _sensor_id(name: str, address: str) -> str:
    """Return an id that is the same next time, and another for another strap of that name."""
    words = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "sensor"
    if _HAS_SERIAL.search(words) and len(words) <= _LONGEST_ID:
        return words
    words = words[:_LONGEST_ID].strip("-")
    return f"{words}-{re.sub(r'[^0-9a-f]', '', address.casefold())[-4:]}"
