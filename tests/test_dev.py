"""The bootstrap script, with stand-ins for Python, pip, apt-get, sudo and ldconfig. No network."""

from __future__ import annotations

import ast
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import dev
import pytest

ROOT = Path(dev.__file__).parent
REAL_PYTHON = sys.executable

# A Python that makes environments holding itself, and a pip that notes what it was asked.
# Files in the folder $STAND_IN turn its faults on.
PYTHON = """#!/bin/sh
case "$*" in
  "-m venv "*)
    echo "venv" >> "$STAND_IN/calls"
    /bin/mkdir -p "$3/bin" "$3/lib/python3/site-packages" && /bin/cp "$0" "$3/bin/python" ;;
  *" pip "*)
    echo "pip $*" >> "$STAND_IN/calls"
    echo "user=$PIP_USER" >> "$STAND_IN/environment"
    site="$(/usr/bin/dirname "$0")/../lib/python3/site-packages"
    if [ -e "$STAND_IN/offline" ]; then
      echo "Temporary failure in name resolution"; exit 1
    fi
    /bin/mkdir "$site/$$"
    if [ -e "$STAND_IN/cut-off" ]; then echo "noise"; echo "half way"; kill -9 $$; fi
    if [ -p "$STAND_IN/gate" ]; then
      echo "waiting" > "$STAND_IN/reached"; read line < "$STAND_IN/gate"
    fi
    echo "Successfully installed noise" ;;
  "-c "*PySide6*)
    if [ -e "$STAND_IN/no-screen" ]; then
      echo "qt.qpa.xcb: could not connect to display :9" >&2; exit 134
    fi
    if [ -e "$STAND_IN/no-qt" ]; then
      echo "ImportError: libEGL.so.1: cannot open shared object file" >&2; exit 1
    fi ;;
  "-m "*) shift; echo "started $*" ;;
esac
"""


class Place:
    """A copy of what dev.py needs in a folder of its own, and the stand-ins it finds there."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        (self.root / "requirements").mkdir(parents=True)
        (self.root / "pyproject.toml").write_text("[project]\n")
        for name in ("run", "dev"):
            (self.root / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
        shutil.copy(ROOT / "dev.py", self.root)
        self.stand_in = folder / "stand-in"
        self.stand_in.mkdir()
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.program("python", PYTHON)
        self.libraries(set(dev.QT_LIBRARIES))
        (self.programs / "env").symlink_to("/usr/bin/env")
        for name in dev.TEST_PROGRAMS:
            self.program(name, "#!/bin/sh\n")

    @property
    def python(self) -> str:
        return str(self.programs / "python")

    def program(self, name: str, text: str) -> None:
        path = self.programs / name
        path.write_text(text)
        path.chmod(0o755)

    def libraries(self, names: set[str]) -> None:
        lines = "".join(f"echo '\t{name} (libc6,x86-64) => /lib/{name}'\n" for name in names)
        self.program("ldconfig", f"#!/bin/sh\n{lines}")

    def fault(self, name: str, *, on: bool = True) -> None:
        path = self.stand_in / name
        if on:
            path.touch()
        else:
            path.unlink()

    def calls(self) -> list[str]:
        """Return what was asked of the stand-ins since the last look."""
        path = self.stand_in / "calls"
        if not path.exists():
            return []
        lines = path.read_text().splitlines()
        path.unlink()
        return lines

    def environment(self, level: str = "run") -> dev.Environment:
        return dev.Environment(self.root, level)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start dev.py as a program of its own whose Python is the stand-in."""
        code = (
            "import sys, dev; from pathlib import Path;"
            f"sys.executable = {self.python!r};"
            "sys.exit(dev.main(sys.argv[1:], Path(dev.__file__).parent))"
        )
        return subprocess.Popen(
            [REAL_PYTHON, "-c", code, *arguments],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    place = Place(tmp_path)
    monkeypatch.setenv("STAND_IN", str(place.stand_in))
    monkeypatch.setenv("PATH", str(place.programs))
    monkeypatch.setattr(sys, "executable", place.python)
    return place


# --- Python itself ------------------------------------------------------------------------------


def test_parses_on_python_3_8_so_that_it_can_say_it_is_too_old() -> None:
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_uses_the_standard_library_alone() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert names <= set(sys.stdlib_module_names)


def test_old_python_is_told_what_is_needed_and_which_newer_one_is_here(place: Place) -> None:
    place.program("python3.12", "#!/bin/sh\n")
    with pytest.raises(
        dev.SetupError, match=r"3\.11 or newer; this is Python 3\.9\. Try: python3\.12"
    ):
        dev.check_python((3, 9))


def test_old_python_without_a_newer_one_is_told_to_install_one(place: Place) -> None:
    with pytest.raises(dev.SetupError, match="install a newer one"):
        dev.check_python((3, 10))


def test_supported_pythons_pass() -> None:
    for version in ((3, 11), (3, 12), (3, 14)):
        dev.check_python(version)


# --- What is handed over ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "handed"),
    [
        ([], ["demo"]),
        (["--seconds", "10"], ["demo", "--seconds", "10"]),
        (["sensors", "--json"], ["sensors", "--json"]),
        (["demo", "--headless"], ["demo", "--headless"]),
        (["--help"], ["--help"]),
        (["--version"], ["--version"]),
        (["--"], []),
        (["--", "--library", "here"], ["--library", "here"]),
        (["replay", "--", "-odd-name"], ["replay", "--", "-odd-name"]),
    ],
)
def test_run_means_the_demo_unless_told_otherwise(given: list[str], handed: list[str]) -> None:
    assert dev.app_arguments(given) == handed


@pytest.mark.parametrize(
    ("arguments", "started"),
    [
        (["run", "--seconds", "10"], "started biofeedback demo --seconds 10"),
        (["test", "-k", "gap"], "started pytest -n 2 --dist loadgroup -k gap"),
        (["bench", "--json"], "started benchmarks --json"),
    ],
)
def test_first_and_second_start_hand_over_with_all_arguments(
    place: Place, arguments: list[str], started: str
) -> None:
    for _ in range(2):
        program = place.start(*arguments)
        out, _ = program.communicate(timeout=60)
        assert (program.returncode, out.strip()) == (0, started)


def test_progress_stays_out_of_the_output_that_others_read(place: Place) -> None:
    out, err = place.start("run", "sensors", "--json").communicate(timeout=60)
    assert out == "started biofeedback sensors --json\n"
    assert "Setting up" in err
    assert "noise" not in err


def test_wrong_usage_prints_how_to_use_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main([], ROOT) == 2
    assert dev.main(["walk"], ROOT) == 2
    assert dev.main(["--help"], ROOT) == 0
    assert capsys.readouterr().out.count("python3 dev.py test") == 3


# --- The environment ----------------------------------------------------------------------------


def test_first_set_up_installs_only_what_is_pinned_by_hash(place: Place) -> None:
    place.environment().set_up()

    venv, packages, itself = place.calls()
    assert venv == "venv"
    assert packages.endswith(f"install --require-hashes -r {place.root}/requirements/run.txt")
    assert itself.endswith(f"install --no-build-isolation --no-deps -e {place.root}")


def test_second_set_up_does_nothing(place: Place) -> None:
    place.environment().set_up()
    place.calls()
    place.environment().set_up()

    assert place.environment().is_ready()
    assert place.calls() == []


def test_environment_for_tests_serves_the_app_too(place: Place) -> None:
    place.environment("dev").set_up()
    place.calls()
    place.environment("run").set_up()

    assert place.calls() == []


def test_environment_for_the_app_grows_into_the_one_for_tests(place: Place) -> None:
    place.environment("run").set_up()
    place.calls()
    place.environment("dev").set_up()

    assert "venv" not in place.calls()
    assert place.environment("run").is_ready()


@pytest.mark.parametrize("name", ["requirements/run.txt", "pyproject.toml"])
def test_changed_requirements_are_installed_into_what_is_there(place: Place, name: str) -> None:
    place.environment().set_up()
    place.calls()
    (place.root / name).write_text("changed")
    assert not place.environment().is_ready()
    place.environment().set_up()

    calls = place.calls()
    assert "venv" not in calls
    assert len(calls) == 2
    assert place.environment().is_ready()


def test_newer_pins_for_the_app_make_the_one_for_tests_stale(place: Place) -> None:
    place.environment("dev").set_up()
    (place.root / "requirements/run.txt").write_text("newer")
    place.environment("run").set_up()

    assert not place.environment("dev").is_ready()


def test_moved_folder_is_set_up_anew(place: Place) -> None:
    """Scripts and the link to the sources hold the old path."""
    place.environment().set_up()
    place.calls()
    place.root = place.root.rename(place.root.with_name("moved"))
    place.environment().set_up()

    assert place.calls()[0] == "venv"
    assert place.environment().is_ready()


def test_deleted_interpreter_is_made_anew(place: Place) -> None:
    place.environment().set_up()
    place.calls()
    place.environment().python.unlink()
    place.environment().set_up()

    assert place.calls()[0] == "venv"


def test_another_version_of_python_gets_an_environment_of_its_own(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.environment().set_up()
    place.calls()
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    place.environment().set_up()

    assert place.calls()[0] == "venv"


def test_environment_made_by_hand_is_kept(place: Place) -> None:
    subprocess.run([place.python, "-m", "venv", place.root / ".venv"], check=True)
    (place.root / ".venv" / "mine").touch()
    place.calls()
    place.environment().set_up()

    assert "venv" not in place.calls()
    assert (place.root / ".venv" / "mine").exists()


def test_pip_cut_off_half_way_is_recovered_by_starting_afresh(place: Place) -> None:
    place.fault("cut-off")
    with pytest.raises(dev.SetupError, match="half way"):
        place.environment().set_up()
    assert not place.environment().is_ready()
    place.fault("cut-off", on=False)
    left_over = next((place.root / ".venv/lib/python3/site-packages").iterdir())
    place.calls()
    place.environment().set_up()

    assert place.calls()[0] == "venv"
    assert not left_over.exists()
    assert place.environment().is_ready()


def test_set_up_cut_off_before_anything_changed_goes_on(place: Place) -> None:
    place.environment().set_up()
    place.calls()
    environment = place.environment("dev")
    site = place.root / ".venv/lib/python3/site-packages"
    (place.root / ".venv/biofeedback-under-way").write_text(str(site.stat().st_mtime_ns))
    environment.set_up()

    assert "venv" not in place.calls()
    assert environment.is_ready()


def test_without_network_it_says_so_and_leaves_a_working_environment_alone(place: Place) -> None:
    place.environment("run").set_up()
    place.fault("offline")
    with pytest.raises(dev.SetupError, match="needs the network once") as raised:
        place.environment("dev").set_up()

    assert "name resolution" in str(raised.value)
    assert place.environment("run").is_ready()
    assert not place.environment("dev").is_ready()


def test_failure_ends_in_words_and_exit_code_1(place: Place) -> None:
    place.fault("offline")
    program = place.start("run")
    out, err = program.communicate(timeout=60)

    assert program.returncode == 1
    assert out == ""
    assert "Traceback" not in err
    assert "needs the network once" in err


def test_settings_that_send_pip_elsewhere_are_left_out(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    place.environment().set_up()

    assert set((place.stand_in / "environment").read_text().split()) == {"user="}


# --- Killed, and two at once --------------------------------------------------------------------


class Gate:
    """Where stand-in pips stop until they are let go on."""

    def __init__(self, place: Place) -> None:
        self._reached, self._gate = place.stand_in / "reached", place.stand_in / "gate"
        os.mkfifo(self._reached)
        os.mkfifo(self._gate)

    def wait(self) -> None:
        """Return when a pip has come here."""
        self._reached.read_text()

    def open(self) -> None:
        """Let it go on."""
        self._gate.write_text("go\n")


def first_line(program: subprocess.Popen[str]) -> str:
    assert program.stderr is not None
    return program.stderr.readline()


def test_two_started_at_once_set_up_once(place: Place) -> None:
    gate = Gate(place)
    with place.start("run") as first:
        gate.wait()
        with place.start("run") as second:
            # It has said that it waits before the first may go on.
            assert "waiting for it" in first_line(second)
            gate.open()
            gate.wait()
            gate.open()
            outs = [program.communicate(timeout=60)[0] for program in (first, second)]

    assert outs == ["started biofeedback demo\n"] * 2
    assert place.calls().count("venv") == 1


def test_killed_set_up_still_keeps_the_next_one_waiting_for_its_pip(place: Place) -> None:
    """The lock is held by pip itself: two pips never write into one environment."""
    gate = Gate(place)
    with place.start("run") as first:
        gate.wait()
        first.kill()
        with place.start("run") as second:
            assert "waiting for it" in first_line(second)
            gate.open()
            for _ in range(2):
                gate.wait()
                gate.open()
            out, _ = second.communicate(timeout=60)

    assert out == "started biofeedback demo\n"
    assert place.calls().count("venv") == 2
    assert place.environment().is_ready()


def test_second_start_costs_less_than_half_a_second(place: Place) -> None:
    place.environment().set_up()
    environment = place.environment()
    through: list[float] = []
    direct: list[float] = []
    for _ in range(7):
        for times, command in (
            (through, [REAL_PYTHON, str(place.root / "dev.py"), "run"]),
            (direct, [str(environment.python), "-m", "biofeedback", "demo"]),
        ):
            began_s = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            times.append(time.perf_counter() - began_s)
            assert done.stdout == "started biofeedback demo\n"

    assert statistics.median(through) - statistics.median(direct) < 0.5


# --- Packages of the system ---------------------------------------------------------------------


APT = '#!/bin/sh\necho "apt-get $*" >> "$STAND_IN/calls"\n'


def as_root(monkeypatch: pytest.MonkeyPatch, *, is_root: bool) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0 if is_root else 1000)


def test_a_missing_library_is_told_by_its_package(place: Place) -> None:
    place.libraries(set(dev.QT_LIBRARIES) - {"libxcb-cursor.so.0"})
    assert dev.missing_packages(with_tests=False) == ["libxcb-cursor0"]


def test_programs_of_the_tests_are_wanted_for_tests_alone(place: Place) -> None:
    (place.programs / "Xvfb").unlink()
    assert dev.missing_packages(with_tests=False) == []
    assert dev.missing_packages(with_tests=True) == ["xvfb"]


def test_missing_venv_of_debian_is_noticed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "has_module", lambda name: name != "ensurepip")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert dev.missing_packages(with_tests=False) == [f"python{version}-venv"]


def test_root_installs_without_sudo(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    as_root(monkeypatch, is_root=True)
    monkeypatch.setattr(dev, "has_apt_lists", lambda: True)
    place.program("apt-get", APT)

    assert dev.install_system_packages(["libegl1", "libgl1"])
    assert place.calls() == ["apt-get -q install -y --no-install-recommends libegl1 libgl1"]


def test_missing_lists_are_fetched_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    as_root(monkeypatch, is_root=True)
    monkeypatch.setattr(dev, "has_apt_lists", lambda: False)
    place.program("apt-get", APT)

    assert dev.install_system_packages(["xvfb"])
    assert [call.split()[2] for call in place.calls()] == ["update", "install"]


def test_stale_lists_are_fetched_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    as_root(monkeypatch, is_root=True)
    monkeypatch.setattr(dev, "has_apt_lists", lambda: True)
    # Fails until it was updated.
    place.program(
        "apt-get",
        APT + 'case "$*" in *update*) : > "$STAND_IN/fresh";; *) [ -e "$STAND_IN/fresh" ];; esac\n',
    )

    assert dev.install_system_packages(["xvfb"])
    assert [call.split()[2] for call in place.calls()] == ["install", "update", "install"]


def test_lists_are_there_once_apt_has_any(tmp_path: Path) -> None:
    assert not dev.has_apt_lists(tmp_path)
    (tmp_path / "host_dists_stable_main_binary-amd64_Packages.lz4").touch()
    assert dev.has_apt_lists(tmp_path)


def test_sudo_is_used_when_it_asks_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    as_root(monkeypatch, is_root=False)
    monkeypatch.setattr(dev, "has_apt_lists", lambda: True)
    place.program("apt-get", APT)
    place.program("sudo", '#!/bin/sh\necho "sudo $*" >> "$STAND_IN/calls"\n')

    assert dev.install_system_packages(["xvfb"])
    apt = "DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends"
    assert place.calls() == [
        "sudo -n true",
        f"sudo -n env {apt} xvfb",
    ]


def test_without_leave_the_command_is_printed_and_the_set_up_goes_on(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_root(monkeypatch, is_root=False)
    place.program("apt-get", APT)
    place.program("sudo", "#!/bin/sh\nexit 1\n")
    place.libraries(set(dev.QT_LIBRARIES) - {"libpulse.so.0", "libEGL.so.1"})
    place.environment().set_up()

    assert "sudo apt install libegl1 libpulse0" in capsys.readouterr().err
    assert not any(call.startswith("apt-get") for call in place.calls())
    assert place.environment().has_packages()


def test_missing_packages_are_looked_for_again_until_they_are_there(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_root(monkeypatch, is_root=False)
    place.libraries(set(dev.QT_LIBRARIES) - {"libEGL.so.1"})
    for _ in range(2):
        place.environment().set_up()
        assert "sudo apt install libegl1" in capsys.readouterr().err
    place.libraries(set(dev.QT_LIBRARIES))
    place.environment().set_up()

    assert place.environment().is_ready()
    assert capsys.readouterr().err == ""


def test_run_ends_in_words_when_qt_cannot_load(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_root(monkeypatch, is_root=False)
    place.libraries(set(dev.QT_LIBRARIES) - {"libEGL.so.1"})
    place.fault("no-qt")

    assert dev.main(["run"], place.root) == 1
    shown = capsys.readouterr().err
    assert "libEGL.so.1: cannot open shared object file" in shown
    assert "sudo apt install libegl1" in shown


def test_run_goes_on_when_only_the_screen_does_not_answer(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app itself tells about that, and can do without."""
    as_root(monkeypatch, is_root=False)
    place.libraries(set(dev.QT_LIBRARIES) - {"libdrm.so.2"})
    place.fault("no-screen")
    place.environment().set_up()

    assert place.environment().has_packages()


def test_without_venv_nothing_is_made_and_the_command_is_printed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_root(monkeypatch, is_root=False)
    monkeypatch.setattr(dev, "has_module", lambda name: name != "ensurepip")
    with pytest.raises(dev.SetupError, match=r"sudo apt install python3\.\d+-venv"):
        place.environment().set_up()

    assert not (place.root / ".venv").exists()


def test_change_of_system_packages_is_looked_at_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.environment().set_up()
    monkeypatch.setattr(dev, "system_state", lambda: "later")
    assert not place.environment().is_ready()
    place.environment().set_up()
    assert place.environment().is_ready()


def test_system_without_ldconfig_is_not_second_guessed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "known_libraries", lambda: None)
    assert dev.missing_packages(with_tests=True) == []


# --- Lint ---------------------------------------------------------------------------------------


def test_lint_shows_what_failed_and_only_that(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.environment("dev").set_up()
    bin_folder = place.root / ".venv/bin"
    (bin_folder / "python").write_text(
        '#!/bin/sh\ncase "$*" in *mypy*) echo "wrong type"; exit 1;; *) echo "all good";; esac\n'
    )
    (bin_folder / "lint-imports").write_text("#!/bin/sh\nexit 0\n")
    (bin_folder / "lint-imports").chmod(0o755)

    assert dev.main(["lint"], place.root) == 1
    shown = capsys.readouterr().out
    assert "--- mypy\nwrong type" in shown
    assert "all good" not in shown
