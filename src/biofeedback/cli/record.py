"""``biofeedback record``: lead, show and keep a session with real or simulated sensors."""

from __future__ import annotations

from math import inf
from typing import Annotated

import typer

from biofeedback import settings
from biofeedback.cli.lead import keep_usual, lead_session, tell_kept
from biofeedback.cli.library import open_library
from biofeedback.cli.options import (
    Breath,
    EventsPath,
    Headless,
    LibraryPath,
    Minutes,
    PassphraseFile,
    Preset,
    Rate,
    Seconds,
    breath_pattern,
    common_of,
    duration_of,
    guide_options,
)
from biofeedback.cli.osc_options import OscOut, check_osc_out
from biofeedback.cli.streams_options import LslOut, Network
from biofeedback.clock import SystemClock
from biofeedback.guides.catalogue import GUIDES as ALL_GUIDES
from biofeedback.guides.catalogue import LED_BY_TIME
from biofeedback.runtime.outputs import OutputPlan
from biofeedback.runtime.snapshot import BASELINE, SessionPlan, begin_arguments
from biofeedback.ui.session_length import LATER_MIN, longest_min

__all__ = ["GUIDES", "check_plan", "record"]

GUIDES = (*ALL_GUIDES, "none")


def record(
    ctx: typer.Context,
    *,
    sensor: Annotated[
        list[str], typer.Option("--sensor", help="Name or address; give it again for more.")
    ],
    partner_sensor: Annotated[
        list[str] | None,
        typer.Option(
            "--partner-sensor", help="A sensor that a second person wears; again for more."
        ),
    ] = None,
    baseline: Annotated[
        bool,
        typer.Option(
            "--baseline",
            help="Get to know what is usual for you: 3 to 5 quiet minutes, without a guide.",
        ),
    ] = False,
    guide: Annotated[
        str, typer.Option("--guide", help="What leads: " + ", ".join(GUIDES) + ".")
    ] = "none",
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME=VALUE",
            help="How the guide is to be, such as practice=orienting; again for more.",
        ),
    ] = None,
    minutes: Minutes = None,
    seconds: Seconds = None,
    preset: Preset = None,
    breath: Breath = None,
    rate: Rate = None,
    events: EventsPath = None,
    lsl_out: LslOut = False,
    osc_out: OscOut = None,
    network: Network = False,
    wait: Annotated[
        float,
        typer.Option("--wait", min=1, help="For how many seconds to wait for the first samples."),
    ] = 60.0,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
    clock_speed: Annotated[float, typer.Option("--clock-speed", hidden=True, min=0.1)] = 1.0,
) -> None:
    """Record a session: the sensors' signals, and the guide if one leads."""
    common = common_of(ctx, library, passphrase_file, headless=headless)
    if guide not in GUIDES:
        msg = f"no guide {guide!r}; there are {', '.join(GUIDES)}"
        raise typer.BadParameter(msg)
    if baseline and guide != "none":
        msg = "--baseline is taken without a guide, breathing freely"
        raise typer.BadParameter(msg)
    check_osc_out(osc_out, network=network)
    name = BASELINE if baseline else guide
    ends_by_itself = baseline or not (name == "none" or name in LED_BY_TIME)
    plan = SessionPlan(
        "" if name == "none" else name,
        breath_pattern(preset, breath, rate),
        duration_of(minutes, seconds, default_s=inf if ends_by_itself else None),
        guide_options(option or ()),
    )
    check_plan(plan)
    _mind_length(plan, to_stderr=events == "-")
    kept = open_library(common, create=True)
    try:
        summary, trouble = lead_session(
            sensor,
            plan,
            kept,
            events=events,
            wait_s=wait,
            clock_factory=lambda: SystemClock(clock_speed),
            partner_names=partner_sensor or (),
            sends=OutputPlan(lsl_out, osc_out or "", network),
        )
        keep_usual(summary, kept, to_stderr=events == "-")
    finally:
        kept.close()
    tell_kept(summary, kept.path, to_stderr=events == "-")
    if trouble is not None:
        raise trouble


def _mind_length(plan: SessionPlan, *, to_stderr: bool) -> None:
    """Keep slow breathing to the length that the window leads, and say what is long for a start.

    Raises
    ------
    typer.BadParameter
        If it is longer than slow breathing is led for.
    """
    if plan.guide not in LED_BY_TIME:
        return
    if plan.duration_s > LATER_MIN * 60.0:
        msg = f"slow breathing is led for {LATER_MIN} minutes at most; more is not better"
        raise typer.BadParameter(msg)
    first_min = longest_min(settings.load())
    if plan.duration_s > first_min * 60.0:
        typer.echo(
            f"The first time {first_min} minutes are plenty: slow breathing takes getting used to. "
            "It is led for as long as you asked; Ctrl-C ends it at any time.",
            err=to_stderr,
        )


def check_plan(plan: SessionPlan) -> None:
    """See that a session can begin as planned.

    Raises
    ------
    typer.BadParameter
        If an option of it makes no sense.
    """
    if plan.guide == BASELINE:
        return
    from biofeedback.guides.leader import Leader
    from biofeedback.samples import Command

    try:
        # All of it as it will be begun: what is watched over and offered beside a guide, too.
        Leader().command(Command(0.0, "begin", begin_arguments(plan)))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
