"""``biofeedback profile``: sensors that are described in a file instead of in code."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.errors import LibraryUnavailableError, SensorNotFoundError

if TYPE_CHECKING:
    from biofeedback.devices.profiles.library import ProfileLibrary
    from biofeedback.devices.profiles.profile import Profile

__all__ = ["app"]

app = typer.Typer(
    help="List, check, show, make, add and try descriptions of sensors.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A profile’s file.")]
ProfileId = Annotated[str, typer.Argument(metavar="ID", help="A profile’s id.")]


@app.command("list")
def list_profiles(
    *, as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False
) -> None:
    """List the profiles there are, and what is wrong with those that cannot be used."""
    from biofeedback.devices.profiles.library import template_files

    library = _library()
    rows = []
    for entry in library.entries:
        profile, measures = entry.profile, _measures(entry.profile)
        whose = "your own" if entry.is_own else "comes with the app"
        rows.append(
            {
                "id": profile.profile_id,
                "name": profile.name,
                "measures": measures,
                "is_own": entry.is_own,
                "path": str(entry.path),
            }
        )
        if not as_json:
            words = ", ".join(measures)
            typer.echo(f"{profile.profile_id:<20} {profile.name:<34} {words:<28} {whose}")
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        typer.echo(f"\nTemplates for “biofeedback profile new”: {', '.join(template_files())}")
        typer.echo(f"Your own profiles are in {library.folder}")
    for problem in library.problems:
        typer.echo(f"Not used: {problem}", err=True)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Profiles’ files.")],
) -> None:
    """Check profiles and run their self-tests; tell what is wrong, with the line."""
    from biofeedback.devices.profiles.library import checked_profile
    from biofeedback.devices.profiles.problem import ProfileError

    is_right = True
    for path in files:
        try:
            profile = checked_profile(path)
        except ProfileError as error:
            is_right = False
            for problem in error.problems:
                typer.echo(str(problem), err=True)
            continue
        tests = "1 self-test" if len(profile.tests) == 1 else f"{len(profile.tests)} self-tests"
        typer.echo(
            f"{path.name}: all right. “{profile.name}” measures {', '.join(_measures(profile))}; "
            f"{tests} came out."
        )
    if not is_right:
        raise typer.Exit(1)


@app.command()
def show(profile_id: ProfileId) -> None:
    """Print a profile or a template."""
    typer.echo(_text_of(profile_id), nl=False)


@app.command()
def new(
    template: Annotated[
        str, typer.Argument(metavar="TEMPLATE", help="A template’s name, or a profile’s id.")
    ],
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Where to write it, instead of here."),
    ] = None,
) -> None:
    """Write a template to a file, to be changed with any editor."""
    text = _text_of(template)
    path = to or Path(f"{template}.toml")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        msg = f"There is a file {path} already. Give another name with --to."
        raise LibraryUnavailableError(msg) from None
    typer.echo(f"Written to {path}. Change what is marked with →, then try it with")
    typer.echo(f"  biofeedback profile check {path}")


@app.command()
def add(
    file: File,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where there is one with its id already.")
    ] = False,
) -> None:
    """Check a profile and add it to your own: its sensor is found from then on."""
    from biofeedback.devices.profiles.keeping import keep_profile
    from biofeedback.devices.profiles.library import checked_profile

    profile = checked_profile(file)
    folder = _library().folder
    # The file as it is, with what its author noted in it.
    text = file.read_text(encoding="utf-8-sig")
    path = keep_profile(profile, text, folder, replaces=replace)
    if path is None:
        msg = (
            f"You have a profile “{profile.profile_id}” already, in {folder}. Give this one "
            "another id, or add it with --replace."
        )
        raise LibraryUnavailableError(msg)
    typer.echo(f"Added as {path}. “biofeedback sensors” finds “{profile.name}” from now on.")


@app.command()
def watch(
    sensor: Annotated[
        str, typer.Argument(metavar="SENSOR", help="A sensor’s full name, or its address.")
    ],
    *,
    profile: Annotated[
        str | None,
        typer.Option("--profile", metavar="ID|FILE", help="What its bytes may mean."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0, max=86400, help="For how long.")
    ] = None,
) -> None:
    """Connect to a sensor and print the bytes that come, and what they mean by a profile."""
    from biofeedback.cli.profile_watch import watch_sensor

    # Ctrl-C is how it usually ends.
    with suppress(KeyboardInterrupt):
        asyncio.run(watch_sensor(sensor, _named(profile), seconds, typer.echo))


def _library() -> ProfileLibrary:
    from biofeedback.devices.profiles.library import ProfileLibrary

    return ProfileLibrary()


def _named(name: str | None) -> Profile | None:
    from biofeedback.devices.profiles.library import checked_profile

    if name is None:
        return None
    if name.endswith(".toml"):
        return checked_profile(Path(name))
    entry = _library().find(name)
    if entry is None:
        raise SensorNotFoundError(_NONE_SUCH.format(name=name))
    return entry.profile


_NONE_SUCH = "There is no profile “{name}”. “biofeedback profile list” shows those there are."


def _text_of(name: str) -> str:
    """Return the file of a template or a profile.

    Raises
    ------
    SensorNotFoundError
        If there is none of that name.
    """
    from biofeedback.devices.profiles.library import template_files

    path = template_files().get(name)
    if path is None:
        entry = _library().find(name)
        if entry is None:
            raise SensorNotFoundError(_NONE_SUCH.format(name=name))
        path = entry.path
    return path.read_text(encoding="utf-8")


def _measures(profile: Profile) -> list[str]:
    from biofeedback.devices.profiles.units import KINDS
    from biofeedback.devices.stream_words import STREAM_WORDS

    kinds = [channel.kind for source in profile.sources for channel in source.channels]
    return list(dict.fromkeys(STREAM_WORDS[KINDS[kind].stream] for kind in kinds))
