"""The house itself: names, layers, dependencies, and nothing of the machine that it was built on."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("models", "extractors", "corpus", "flows", "web")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# Whose place in the picture of CONTRIBUTING.md lies lower; a room imports only from lower ones.
FLOOR = {"models": 0, "corpus": 1, "extractors": 1, "web": 2, "flows": 3}


def relative(path):
    return path.relative_to(ROOT).as_posix()


def imports(path):
    """Give the first name of every import, also of those inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_point_down(package):
    wrong = [
        f"{relative(path)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imports(path)
        if name in FLOOR and name != package and FLOOR[name] >= FLOOR[package]
    ]
    assert wrong == []


def test_no_module_bears_a_standard_library_name():
    names = {path.stem for path in MODULES} | {path.parent.name for path in MODULES}
    assert names & set(sys.stdlib_module_names) == set()


def test_tests_do_not_hide_the_packages():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_every_core_dependency_is_at_work():
    imported = {name for path in MODULES for name in imports(path)}
    provided = packages_distributions()
    at_work = {canonical(one) for name in imported for one in provided.get(name, [])}
    wanted = {name_of(line) for line in PROJECT["project"]["dependencies"]}
    assert wanted - at_work == set()


def test_every_package_imported_is_declared():
    """Nothing is leant on that comes along by chance: it is declared, or part of what a declared package is made of."""
    project = PROJECT["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    declared = {name_of(line) for line in [*project["dependencies"], *extras]}
    direct = {name_of(line) for name in declared for line in requires(name) or () if "extra ==" not in line}
    provided = packages_distributions()
    # The scripts that made the demonstration's committed files are run by hand, with the tools of `dev`.
    scripts = {path for path in MODULES if relative(path).startswith("corpus/demo/build")}
    tools = {name_of(line) for line in PROJECT["dependency-groups"]["dev"]}
    undeclared = {
        f"{relative(path)}: {name}"
        for path in MODULES
        for name in imports(path)
        if name in provided and name not in PACKAGES
        if not (declared | direct | (tools if path in scripts else set())) & set(map(canonical, provided[name]))
    }
    assert undeclared == set()


def name_of(requirement):
    return canonical(re.match(r"[\w.-]+", requirement)[0])


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_no_file_names_the_machine_it_was_written_on():
    # Put together here, so that this file is not its own finding.
    words = [re.compile(rf"(?<![\w.])/{'work'}/".encode()), re.compile(rf"/{'tmp'}/bash_jobs".encode())]
    shared = f"../{'shared'}".encode()
    found = []
    for path in tracked():
        if path.name == "uv.lock":
            continue
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            seeds = shared in line and relative(path) != ".ci/run"
            if seeds or any(word.search(line) for word in words):
                found.append(f"{relative(path)}:{number}")
    assert found == []


def test_only_one_line_of_ci_knows_where_the_seeds_are():
    lines = [line for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines() if "seeds" in line.lower()]
    assert len(lines) <= 1


def test_data_stands_beside_the_code_that_reads_it():
    """Word lists belong to TOML: no module outside tests holds a long list of Bulgarian words."""
    long = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.List | ast.Tuple | ast.Set):
                words = [one.value for one in node.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                if sum(bool(re.search("[а-я]{3}", word)) for word in words) > 8:
                    long.append(f"{relative(path)}:{node.lineno}")
    assert long == []
