"""What a person says about a sensor behind its name: ``BITalino-12-34?A2=ecg&A3=eda``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.devices.driver import ConfigurableDriver
from biofeedback.errors import SensorNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.devices.driver import Driver

__all__ = ["configured", "split_name"]

_TAKES_NONE = (
    "Nothing can be set for this kind of sensor. Leave the question mark out of its name, and "
    "what follows it."
)


def split_name(text: str) -> tuple[str, dict[str, str]]:
    """Take a name and the options behind its question mark apart.

    Returns
    -------
    tuple of str and dict
        The name, and its options as they were written.

    Raises
    ------
    SensorNotFoundError
        If an option has no value, or is given twice.
    """
    name, _, query = text.partition("?")
    options: dict[str, str] = {}
    for part in query.split("&") if query else ():
        key, equals, value = (word.strip() for word in part.partition("="))
        if not (key and equals and value):
            raise SensorNotFoundError(
                f"“{part}” says too little. What is set stands behind the name as in "
                "“BITalino?A2=ecg&A3=eda”."
            )
        if key in options:
            raise SensorNotFoundError(f"“{key}” is set twice. Once is enough.")
        options[key] = value
    return name.strip(), options


def configured(driver: Driver, options: Mapping[str, float | str]) -> Driver:
    """Return the driver, set up as the person said; itself where they said nothing.

    Raises
    ------
    SensorNotFoundError
        If the driver has no such options: what was asked for is never left out silently.
    """
    if not options:
        return driver
    if not isinstance(driver, ConfigurableDriver):
        raise SensorNotFoundError(_TAKES_NONE)
    try:
        return driver.configured({key: str(value) for key, value in options.items()})
    except ValueError as error:
        raise SensorNotFoundError(f"This sensor cannot be set up so. {error}") from error
