"""The scripts behind ``make``: what they say where something is missing, and that they go on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("sh", "cat", "dirname", "env", "grep", "ls", "mktemp", "rm", "sed", "tail", "touch")
PROGRAMS = ("tesseract", "chromium", "initdb")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shell scripts")


@pytest.fixture
def machine(tmp_path):
    """Give a machine with a path of our own: the plain tools, and what a test adds to them."""
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / ".venv").mkdir()
    shutil.copytree(ROOT / "scripts", clone / "scripts")
    shutil.copy(ROOT / "Makefile", clone)
    path = tmp_path / "bin"
    path.mkdir()
    for tool in TOOLS:
        (path / tool).symlink_to(shutil.which(tool))
    machine = Machine(clone, path)
    machine.add("sleep", "exit 0")
    return machine


class Machine:
    def __init__(self, clone, path):
        self.clone, self.path = clone, path

    def add(self, name, body):
        program = self.path / name
        program.unlink(missing_ok=True)
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)

    def run(self, script, *words, **env):
        done = subprocess.run(
            [str(self.path / "sh"), f"scripts/{script}", *words],
            cwd=self.clone,
            env={"PATH": str(self.path), "HOME": str(self.clone), **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stderr.splitlines()

    def calls(self):
        log = self.clone / "calls"
        return log.read_text().splitlines() if log.exists() else []


def is_lacking(line):
    return line.startswith("system: missing:") and "tesseract-ocr tesseract-ocr-bul chromium" in line


def test_without_apt_what_is_missing_and_what_is_skipped_is_said(machine):
    code, (missing, skipped) = machine.run("system.sh")
    assert code == 0
    assert is_lacking(missing)
    assert missing.endswith("; there is no apt-get here")
    assert skipped.startswith("system: tests marked ocr, browser")


def test_nothing_is_installed_where_it_is_forbidden(machine):
    machine.add("apt-get", 'echo "$@" >>calls')
    machine.add("id", "echo 0")
    code, (missing, _) = machine.run("system.sh", OTCHET_NO_APT="1")
    assert (code, machine.calls()) == (0, [])
    assert missing.endswith("; OTCHET_NO_APT=1 forbids installing")


def test_nothing_is_installed_without_being_root_or_sudo(machine):
    machine.add("apt-get", 'echo "$@" >>calls')
    machine.add("id", "echo 1000")
    machine.add("sudo", "exit 1")
    code, (missing, _) = machine.run("system.sh")
    assert (code, machine.calls()) == (0, [])
    assert "neither root nor sudo" in missing


def test_what_is_missing_is_told_then_installed(machine):
    machine.add("id", "echo 1000")
    machine.add("sudo", 'shift; [ "$1" = true ] || "$@"')
    # Brings the programs that the script looks for, as the packages would.
    bring = "; ".join(f'printf "#!/bin/sh\\necho bul\\n" >{machine.path}/{one}' for one in PROGRAMS)
    mark = " ".join(str(machine.path / one) for one in PROGRAMS)
    machine.add("apt-get", f'echo "$@" >>calls; case "$*" in *install*) {bring}; /bin/chmod +x {mark} ;; esac')
    code, lines = machine.run("system.sh")
    assert code == 0
    assert lines[0].startswith(
        "system: will be installed with apt-get by sudo: tesseract-ocr tesseract-ocr-bul chromium"
    )
    update, install = machine.calls()
    assert update.endswith("update")
    assert "install -y --no-install-recommends tesseract-ocr tesseract-ocr-bul chromium" in install


def test_an_apt_that_fails_says_so_and_is_not_asked_again(machine):
    machine.add("id", "echo 0")
    machine.add("apt-get", 'echo "$@" >>calls; echo "E: no network" >&2; exit 100')
    code, lines = machine.run("system.sh")
    assert code == 0
    assert "E: no network" in lines
    assert any("could not install chromium" in line for line in lines)
    assert lines[-1].startswith("system: tests marked ocr, browser")
    asked = len(machine.calls())
    code, lines = machine.run("system.sh")
    assert (code, len(machine.calls())) == (0, asked)
    assert "installing failed before" in lines[0]
    machine.run("system.sh", "again")
    assert len(machine.calls()) > asked


def test_one_package_unknown_does_not_keep_the_others_out(machine):
    machine.add("id", "echo 0")
    machine.add("apt-get", 'echo "$@" >>calls; case "$*" in *install*chromium*) exit 100 ;; esac')
    machine.run("system.sh")
    assert any(call.endswith("--no-install-recommends tesseract-ocr") for call in machine.calls())


def test_a_python_that_is_none_is_refused_and_the_old_environment_stays(machine):
    code, lines = machine.run("setup.sh", "core", PYTHON="no-such-python")
    assert (code, lines) == (1, ["setup: PYTHON=no-such-python is no Python 3.11 or newer"])
    assert (machine.clone / ".venv").exists()


def test_a_python_without_venv_is_told_in_one_line(machine):
    broken = machine.clone / "broken"
    broken.mkdir()
    (broken / "ensurepip.py").write_text("raise ImportError\n")
    (machine.path / "python3").symlink_to(sys.executable)
    code, (line,) = machine.run("setup.sh", "core", PYTHONPATH=str(broken))
    assert code == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert line == f"setup: python3 has no venv: install python{version}-venv (apt-get install python{version}-venv)"


def test_an_old_python_is_passed_over(machine):
    machine.add("python3.13", "exit 1")
    machine.add("python3", "exit 1")
    code, (line,) = machine.run("setup.sh", "core")
    assert (code, line) == (1, "setup: needs Python 3.11 or newer, found none; PYTHON=/path/to/python names one")


@pytest.mark.parametrize("target", ["demo", "test", "soak", "lint", "bench", "serve", "clean"])
def test_help_tells_every_target(target):
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert any(line.split()[:1] == [target] for line in told.splitlines())
