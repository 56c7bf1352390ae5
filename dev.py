#!/usr/bin/env python3
"""Set up Biofeedback and start it, or run its checks. Needs nothing but Python 3.11 or newer.

python3 dev.py run [ARGUMENT …]    start the app with simulated sensors (biofeedback demo);
                                   a command of its own may follow: run sensors --json,
                                   and "run --" alone opens the app with your own sensors
python3 dev.py test [ARGUMENT …]   run all tests; arguments go to pytest
python3 dev.py lint                check style, types and import contracts
python3 dev.py bench [ARGUMENT …]  run the benchmarks; arguments go to them

The first start makes .venv beside this file and fetches the pinned packages into it; later
ones find it ready and cost next to nothing.
"""
# This file must parse on Python 3.8, to be able to say there that it is too old.

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows: two set-ups at once are not kept apart there
    HAS_LOCKS = False
else:
    HAS_LOCKS = True

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

OLDEST_PYTHON = (3, 11)
TEST_WORKERS = "2"

# What Qt's platform plugins (xcb, wayland, offscreen), its multimedia backend and its D-Bus link
# against and the wheels do not bring, by the Debian and Ubuntu package that does. Found with
# `readelf -d` on the plugins of PySide6 6.11.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libXext.so.6": "libxext6",
    "libXrandr.so.2": "libxrandr2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libpulse.so.0": "libpulse0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libzstd.so.1": "libzstd1",
}
# Programs that the tests drive: a virtual screen, its keys and pictures, a private D-Bus.
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "import": "imagemagick",
    "dbus-daemon": "dbus",
}
# Loads Qt's libraries and the plugin that opens windows here.
QT_START = """
import PySide6.QtMultimedia, PySide6.QtWidgets
PySide6.QtWidgets.QApplication([])
"""
# Set by a person for other projects, these would send pip's work somewhere else.
MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH")
# What pip says when it cannot reach an index; without one it also finds "no version".
OFFLINE_SIGNS = (
    "NewConnectionError",
    "name resolution",
    "Network is unreachable",
    "ConnectTimeout",
    "ProxyError",
    "Could not find a version that satisfies",
)


class SetupError(Exception):
    """The set-up cannot go on; the text says what happened and what to do."""


def say(text: str) -> None:
    """Tell the person what is going on, beside the app's own output and not in it."""
    print(text, file=sys.stderr, flush=True)


# --- Packages of the system ---------------------------------------------------------------------


def known_libraries() -> set[str] | None:
    """File names of the libraries that the loader finds, ``None`` where it cannot be asked."""
    ldconfig = shutil.which("ldconfig", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if ldconfig is None:
        return None
    result = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return None
    return {line.split()[0] for line in result.stdout.splitlines() if "=>" in line}


def missing_packages(*, with_tests: bool) -> list[str]:
    """Debian packages that the app, or its tests as well, need and the system does not have."""
    missing = []
    libraries = known_libraries()
    if libraries is not None:
        missing += [name for file, name in QT_LIBRARIES.items() if file not in libraries]
    if not has_module("ensurepip"):
        # Debian splits off what makes environments.
        missing.append(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")
    if with_tests:
        missing += [name for file, name in TEST_PROGRAMS.items() if shutil.which(file) is None]
    return missing


def has_module(name: str) -> bool:
    """Whether this Python can import a top-level module."""
    from importlib.util import find_spec  # noqa: PLC0415 - not needed for a second start

    return find_spec(name) is not None


def apt_command(packages: Iterable[str]) -> str:
    """Return what a person types to install packages."""
    return "sudo apt install " + " ".join(packages)


def root_prefix() -> list[str] | None:
    """What to put before a command that needs to be root; ``None`` if we may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    # -n: never stop to ask for a password.
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if allowed.returncode == 0 else None


def has_apt_lists(folder: Path = Path("/var/lib/apt/lists")) -> bool:
    """Whether apt knows any package; a fresh container does not."""
    return any(folder.glob("*_Packages*"))


def install_system_packages(packages: Sequence[str]) -> bool:
    """Install Debian packages if we may.

    Returns
    -------
    bool
        False where there is no apt, we are not allowed to, or it failed.
    """
    if shutil.which("apt-get") is None:
        return False
    prefix = root_prefix()
    if prefix is None:
        return False
    say(f"Installing {len(packages)} system packages: {' '.join(packages)}")

    def apt(*arguments: str) -> bool:
        command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.returncode == 0

    install = ("install", "-y", "--no-install-recommends", *packages)
    if has_apt_lists() and apt(*install):
        return True
    # No lists, or lists so old that they name files which are gone.
    return apt("update") and apt(*install)


# --- The environment ----------------------------------------------------------------------------


class Environment:
    """The folder ``.venv``, made once for a place, a Python and the pinned requirements.

    A few small files in it say what is done. ``biofeedback-home`` holds the place and Python it
    was made for, ``biofeedback-LEVEL`` the hash of what was installed, ``biofeedback-system-LEVEL``
    when the system's packages were last found complete, and ``biofeedback-under-way`` is there
    while packages are being changed: found later, it tells of a set-up that was cut off.

    Parameters
    ----------
    root
        The project's folder.
    level
        ``run`` for the app alone, ``dev`` for its tests and checks as well.
    """

    def __init__(self, root: Path, level: str) -> None:
        self.root = root
        self.level = level
        self.folder = root / ".venv"
        windows = os.name == "nt"
        self.python = self.folder / ("Scripts/python.exe" if windows else "bin/python")
        self._home = self.folder / "biofeedback-home"
        self._under_way = self.folder / "biofeedback-under-way"

    # What should be there, and what is.

    def _wanted_home(self) -> str:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return f"{self.root}\n{sys.implementation.name} {version} {platform.machine()}\n"

    def _wanted_packages(self, level: str) -> str:
        digest = hashlib.sha256()
        for path in ("pyproject.toml", "requirements/run.txt", "requirements/dev.txt"):
            if path.endswith("dev.txt") and level != "dev":
                continue
            digest.update((self.root / path).read_bytes())
        return digest.hexdigest()

    def _packages_stamp(self, level: str) -> Path:
        return self.folder / f"biofeedback-{level}"

    @property
    def _system_stamp(self) -> Path:
        return self.folder / f"biofeedback-system-{self.level}"

    def has_packages(self) -> bool:
        """Whether the environment holds what the requirements pin, whole and for this place."""
        return (
            os.access(self.python, os.X_OK)
            and not self._under_way.exists()
            and read_text(self._home) == self._wanted_home()
            and read_text(self._packages_stamp(self.level)) == self._wanted_packages(self.level)
        )

    def has_system_packages(self) -> bool:
        """Whether nothing of the system was missing and nothing was installed or removed since."""
        return read_text(self._system_stamp) == system_state()

    def is_ready(self) -> bool:
        """Whether everything can start as it is. A few small reads: this runs at every start."""
        return self.has_packages() and self.has_system_packages()

    # Making it so.

    def set_up(self) -> None:
        """Make everything ready; return at once if it is.

        Raises
        ------
        SetupError
            If it cannot be done, in words.
        """
        if self.is_ready():
            return
        with self._lock() as lock:
            missing = [] if self.has_system_packages() else self._complete_system()
            if not self.has_packages():
                if not has_module("ensurepip"):
                    msg = (
                        "Python cannot make environments here. On Debian and Ubuntu this "
                        f"installs what is missing:\n  {apt_command(missing)}"
                    )
                    raise SetupError(msg)
                self._make(lock)
                self._install(lock)
                say("Ready.")
            if missing:
                self._tell_missing(missing)
            else:
                self._system_stamp.write_text(system_state(), encoding="utf-8")

    def _complete_system(self) -> list[str]:
        """Install what the system lacks, if we may; return what is still missing."""
        if not sys.platform.startswith("linux"):
            return []
        with_tests = self.level == "dev"
        missing = missing_packages(with_tests=with_tests)
        if missing and install_system_packages(missing):
            # Python looked for some of them before and remembers that they were not there.
            sys.path_importer_cache.clear()
            missing = missing_packages(with_tests=with_tests)
        return missing

    def _tell_missing(self, missing: Sequence[str]) -> None:
        """Say what to install; go on without it where that is possible, and it often is."""
        reason = self._why_qt_cannot_start()
        what = "Some packages of the system are missing."
        if reason is not None:
            what = f"Qt, which draws the window, cannot start: {reason}"
        text = f"{what}\nOn Debian and Ubuntu this installs them:\n  {apt_command(missing)}"
        if reason is not None and self.level == "run":
            raise SetupError(text)
        say(text)

    def _why_qt_cannot_start(self) -> str | None:
        environment = dict(os.environ)
        if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
            environment["QT_QPA_PLATFORM"] = "offscreen"
        result = subprocess.run(
            [str(self.python), "-c", QT_START],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        signs = ("cannot open shared object", "is needed to load")
        reasons = [line for line in result.stderr.splitlines() if any(x in line for x in signs)]
        # A display that does not answer, say, is for the app to tell: it can do without.
        return reasons[0].strip() if result.returncode != 0 and reasons else None

    @contextlib.contextmanager
    def _lock(self) -> Iterator[int | None]:
        """Keep a second set-up waiting. The lock is on the folder, so that no file is left."""
        if not HAS_LOCKS:
            yield None
            return
        lock = os.open(self.root, os.O_RDONLY)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another set-up is at work here; waiting for it to finish.")
                fcntl.flock(lock, fcntl.LOCK_EX)
            except OSError:
                pass  # a network folder without locks: better on than not at all
            yield lock
        finally:
            os.close(lock)

    def _was_cut_off(self) -> bool:
        """Whether an earlier set-up stopped while it was changing packages."""
        began = read_text(self._under_way)
        return began is not None and began != self._contents_state()

    def _contents_state(self) -> str:
        """When anything was last put into or taken out of the environment's packages."""
        folders = sorted(self.folder.glob("lib/python*/site-packages"))
        folders += self.folder.glob("Lib/site-packages")
        return " ".join(str(folder.stat().st_mtime_ns) for folder in folders)

    def _is_usable(self) -> bool:
        """Whether packages can be installed into what is there, or it must be made anew."""
        if not os.access(self.python, os.X_OK) or self._was_cut_off():
            return False
        if read_text(self._home) not in {None, self._wanted_home()}:
            return False
        # Also an environment made by hand will do, if its Python is ours and has pip.
        version = tuple(sys.version_info[:2])
        code = f"import pip, sys; sys.exit(sys.version_info[:2] != {version})"
        probe = [str(self.python), "-I", "-c", code]
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0

    def _make(self, lock: int | None) -> None:
        if self._is_usable():
            self._under_way.write_text(self._contents_state(), encoding="utf-8")
            return
        say("Setting up in .venv. The first time this takes a few minutes.")
        if self.folder.is_symlink():
            self.folder.unlink()
        elif self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir()
        # Before anything else, so that half an environment is known as one.
        self._under_way.write_text("making", encoding="utf-8")
        self._run([sys.executable, "-m", "venv", str(self.folder)], lock)
        self._under_way.write_text(self._contents_state(), encoding="utf-8")

    def _install(self, lock: int | None) -> None:
        say("Installing the Python packages.")
        requirements = self.root / "requirements" / f"{self.level}.txt"
        pip = [str(self.python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        try:
            self._run([*pip, "install", "--require-hashes", "-r", str(requirements)], lock)
            no_extras = ("--no-build-isolation", "--no-deps")
            self._run([*pip, "install", *no_extras, "-e", str(self.root)], lock)
        except SetupError:
            if not self._was_cut_off():
                # Nothing was changed, so what was there before is as good as it was.
                self._under_way.unlink()
            raise
        self._home.write_text(self._wanted_home(), encoding="utf-8")
        for level in ("run", "dev") if self.level == "dev" else ("run",):
            text = self._wanted_packages(level)
            self._packages_stamp(level).write_text(text, encoding="utf-8")
        if self.level == "run":
            # Its pins may now be behind those of the app.
            self._packages_stamp("dev").unlink(missing_ok=True)
        self._under_way.unlink()

    def _run(self, command: Sequence[str], lock: int | None) -> None:
        """Run a step quietly; if it fails, show how it ended and what to do."""
        environment = {name: text for name, text in os.environ.items() if name not in MISLEADING}
        result = subprocess.run(
            command,
            check=False,
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            # Held until the step itself ends, even if this program is killed before.
            pass_fds=() if lock is None else (lock,),
        )
        if result.returncode == 0:
            return
        # What is pinned for other systems is passed over at length.
        lines = [x for x in result.stdout.strip().splitlines() if not x.startswith("Ignoring ")]
        end = "\n".join("  " + line for line in lines[-8:])
        if "No space left on device" in result.stdout:
            advice = "The disk is full. Please make room (about 2 GB) and run the same again."
        elif any(sign in result.stdout for sign in OFFLINE_SIGNS):
            advice = (
                "The set-up needs the network once, to fetch its packages. "
                "Please connect and run the same again."
            )
        else:
            advice = (
                "Please run the same again; if it ends like this once more, report these lines."
            )
        msg = f"This step of the set-up failed:\n{end}\n{advice}"
        raise SetupError(msg)


def read_text(path: Path) -> str | None:
    """Return what a small file holds, ``None`` if it is not there."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


def system_state(status: Path = Path("/var/lib/dpkg/status")) -> str:
    """When a package of the system was last installed or removed; empty where dpkg is not."""
    try:
        return str(status.stat().st_mtime_ns)
    except OSError:
        return ""


# --- The commands -------------------------------------------------------------------------------


def app_arguments(arguments: Sequence[str]) -> list[str]:
    """Return what to hand to the app: ``demo`` unless a command of its own is named.

    Everything after ``--`` is handed over as it is, also nothing at all.
    """
    if arguments[:1] == ["--"]:
        return list(arguments[1:])
    if not arguments or (arguments[0][:1] == "-" and arguments[0] not in {"--help", "--version"}):
        return ["demo", *arguments]
    return list(arguments)


def hand_over(command: Sequence[str]) -> int:
    """Become another program; return its exit code where there is no becoming."""
    if os.name != "nt":  # there an exec returns to the prompt at once
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(command[0], list(command))  # noqa: S606 - the point: no shell, no parent left
    return subprocess.call(command)


def lint(environment: Environment) -> int:
    """Run each check; show only what it found. Return 1 if there was anything."""
    python = str(environment.python)
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "import contracts": [str(environment.python.with_name("lint-imports")), "--no-cache"],
    }
    failed = []
    for name, command in checks.items():
        result = subprocess.run(
            command,
            check=False,
            cwd=environment.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        if result.returncode != 0:
            failed.append(name)
            print(f"--- {name}\n{result.stdout.strip()}\n", flush=True)
    print(f"Found by: {', '.join(failed)}." if failed else "Style, types and imports are fine.")
    return 1 if failed else 0


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that is too old, and name one that is not, if there is one.

    Raises
    ------
    SetupError
        If ``version`` is below `OLDEST_PYTHON`.
    """
    if version >= OLDEST_PYTHON:
        return
    newer = [name for name in ("python3.13", "python3.12", "python3.11") if shutil.which(name)]
    advice = f"Try: {newer[0]} dev.py" if newer else "Please install a newer one first."
    needed, present = (".".join(map(str, v)) for v in (OLDEST_PYTHON, version))
    msg = f"Biofeedback needs Python {needed} or newer; this is Python {present}. {advice}"
    raise SetupError(msg)


def start(command: str, rest: Sequence[str], root: Path) -> int:
    """Set up what a command needs and hand over to it. Return the exit code.

    Raises
    ------
    SetupError
        If the set-up cannot be done, in words.
    """
    check_python(sys.version_info[:2])
    environment = Environment(root, "run" if command == "run" else "dev")
    environment.set_up()
    if command == "lint":
        return lint(environment)
    module = {
        "run": ["biofeedback", *app_arguments(rest)],
        "test": ["pytest", "-n", TEST_WORKERS, "--dist", "loadgroup", *rest],
        "bench": ["benchmarks", *rest],
    }[command]
    if command != "run":  # the app's paths are the person's, from where they are
        os.chdir(root)
    return hand_over([str(environment.python), "-m", *module])


def main(arguments: Sequence[str], root: Path) -> int:
    """Do what was asked. Return the exit code: 1 if the world refused, 2 for wrong usage."""
    command = arguments[0] if arguments else ""
    if command not in {"run", "test", "lint", "bench"}:
        print(__doc__)
        return 0 if command in {"-h", "--help"} else 2
    try:
        return start(command, arguments[1:], root)
    except SetupError as error:
        say(str(error))
    except OSError as error:
        say(f"The set-up could not go on: {error}")
    except KeyboardInterrupt:
        say("\nStopped. The next start goes on from here.")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
