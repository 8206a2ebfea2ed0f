"""dev.py: one environment in step with the pinned set, and a sentence for whatever stands in the way."""

import ast
import re
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

import dev

REPOSITORY = Path(dev.__file__).parent


class Machine:
    """Stands in for venv and pip: makes the environment's files and keeps what was asked for."""

    def __init__(self, environment: Path) -> None:
        self.environment = environment
        self.made = 0
        self.installs: list[list[str]] = []
        self.ran: list[list[str]] = []
        self.failure: Exception | None = None

    def make(self, environment: Path) -> None:
        self.made += 1
        dev.python_of(environment).parent.mkdir(parents=True, exist_ok=True)
        dev.python_of(environment).touch()
        (environment / "pyvenv.cfg").write_text("version = 3.12.1\n", encoding="utf-8")

    def pip(self, python: Path, arguments: Sequence[str]) -> None:
        self.installs.append(list(arguments))
        if self.failure is not None:
            raise self.failure

    def run(self, python: Path, arguments: Sequence[str]) -> int:
        self.ran.append(list(arguments))
        return 0


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a machine without an environment, on which nothing is really installed."""
    constraints, project = tmp_path / "constraints.txt", tmp_path / "pyproject.toml"
    constraints.write_text("torch==2.13.0\nsetuptools==84.2.1\n", encoding="utf-8")
    project.write_text("[project]\n", encoding="utf-8")
    made = Machine(tmp_path / ".venv")
    monkeypatch.setattr(dev, "REPOSITORY", tmp_path)
    monkeypatch.setattr(dev, "CONSTRAINTS", constraints)
    monkeypatch.setattr(dev, "PROJECT", project)
    monkeypatch.setattr(dev, "make", made.make)
    monkeypatch.setattr(dev, "works", lambda python: python.exists())
    monkeypatch.setattr(dev, "pip", made.pip)
    monkeypatch.setattr(dev, "run", made.run)
    monkeypatch.delenv("CLEARHEAD_VENV", raising=False)
    return made


def test_a_first_run_makes_the_environment_and_installs_torch_first(machine: Machine) -> None:
    assert dev.main(["test", "-k", "resume"]) == 0
    assert machine.made == 1
    assert machine.installs == [["torch==2.13.0", "setuptools==84.2.1"], ["--no-build-isolation", "-e", ".[dev]"]]
    assert machine.ran == [["-m", "pytest", "-k", "resume"]]


def test_a_second_run_installs_nothing(machine: Machine) -> None:
    dev.main(["test"])
    machine.installs.clear()
    assert dev.main(["test"]) == 0
    assert machine.installs == []
    assert machine.made == 1


def test_the_demo_installs_only_what_a_user_needs(machine: Machine) -> None:
    assert dev.main(["demo", "--minutes", "1"]) == 0
    assert machine.installs[-1] == ["--no-build-isolation", "-e", "."]
    assert machine.ran == [["-m", "clearhead", "demo", "--minutes", "1"]]


def test_the_larger_set_serves_the_demo_and_the_smaller_does_not_serve_the_tests(machine: Machine) -> None:
    dev.main(["demo"])
    dev.main(["test"])
    assert machine.installs[-1] == ["--no-build-isolation", "-e", ".[dev]"]
    machine.installs.clear()
    dev.main(["demo"])
    assert machine.installs == []


@pytest.mark.parametrize("changed", ["constraints.txt", "pyproject.toml", ".venv/pyvenv.cfg"])
def test_a_changed_set_is_installed_anew(machine: Machine, changed: str, tmp_path: Path) -> None:
    dev.main(["test"])
    machine.installs.clear()
    path = tmp_path / changed
    path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    dev.main(["test"])
    assert len(machine.installs) == 2
    assert machine.made == 1


def test_an_environment_made_by_hand_is_brought_in_step_not_made_again(machine: Machine) -> None:
    machine.make(machine.environment)
    dev.main(["test"])
    assert machine.made == 1
    assert len(machine.installs) == 2


def test_an_installation_cut_off_does_not_pass_for_a_finished_one(machine: Machine) -> None:
    dev.main(["test"])
    dev.CONSTRAINTS.write_text("torch==2.14.0\nsetuptools==84.2.1\n", encoding="utf-8")
    machine.failure = dev.SetupError("no network")
    with pytest.raises(dev.SetupError):
        dev.main(["test"])
    dev.CONSTRAINTS.write_text(
        "torch==2.13.0\nsetuptools==84.2.1\n", encoding="utf-8"
    )  # as it was: torch may be half new
    machine.failure = None
    machine.installs.clear()
    dev.main(["test"])
    assert len(machine.installs) == 2


def test_another_build_of_torch_replaces_the_first_and_is_remembered(machine: Machine) -> None:
    dev.main(["test"])
    machine.installs.clear()
    dev.main(["--torch-index", "file:///wheels", "test"])
    index = ["--extra-index-url", "file:///wheels"]
    assert machine.installs[0] == ["torch==2.13.0", *index, "--force-reinstall", "--no-deps"]
    assert machine.installs[-1] == ["--no-build-isolation", "-e", ".[dev]", *index]
    machine.installs.clear()
    dev.main(["test"])
    assert machine.installs == []


def test_the_environment_can_be_elsewhere(machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLEARHEAD_VENV", ".venv-ci")
    dev.main(["check"])
    assert (tmp_path / ".venv-ci" / "clearhead-dev.stamp").exists()
    assert not (tmp_path / ".venv").exists()


def test_a_full_disk_is_seen_before_anything_is_fetched(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.shutil, "disk_usage", lambda path: SimpleNamespace(free=2**30))
    with pytest.raises(dev.SetupError) as caught:
        dev.main(["demo"])
    assert str(caught.value) == "The disk needs 3 GB free for the packages, it has 1.0. Free some space."
    assert machine.installs == []


def test_check_goes_on_after_a_failure_and_names_what_failed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = []

    def run(python: Path, arguments: list[str]) -> int:
        ran.append(arguments)
        return 1 if "mypy" in arguments else 0

    monkeypatch.setattr(dev, "run", run)
    assert dev.main(["check"]) == 1
    assert ran == list(dev.CHECKS.values())
    assert capsys.readouterr().out.endswith("[dev] Failed: types\n")


def test_bench_runs_the_scripts_named_or_all(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    for name in ("speed.py", "decoding.py", "_common.py"):
        (folder / name).touch()
    dev.main(["bench"])
    assert machine.ran == [[str(folder / "decoding.py")], [str(folder / "speed.py")]]
    machine.ran.clear()
    dev.main(["bench", "speed"])
    assert machine.ran == [[str(folder / "speed.py")]]
    with pytest.raises(dev.SetupError, match=r"^No 'sped' in benchmarks/\. Available: decoding, speed\.$"):
        dev.main(["bench", "sped"])


def test_pictures_are_made_with_the_tools_of_the_tests(machine: Machine) -> None:
    dev.main(["pictures", "attention", "tags.zh"])
    assert machine.installs[-1] == ["--no-build-isolation", "-e", ".[dev]"]
    assert machine.ran == [["-m", "docs.pictures", "attention", "tags.zh"]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["tset"], "dev.py has no command 'tset'. Available: demo, test, check, bench, pictures. Did you mean 'test'?"),
        (["check", "x"], "dev.py check takes no further words, got 'x'. Run python3 dev.py check."),
    ],
)
def test_words_that_do_not_fit_are_refused(words: list[str], message: str) -> None:
    with pytest.raises(dev.SetupError) as caught:
        dev.parse(words)
    assert str(caught.value) == message


def test_words_after_the_command_keep_their_order() -> None:
    words = ["test", "-k", "a or b", "tests/unit", "--torch-index", "U", "-q"]
    assert dev.parse(words) == ("test", "U", ["-k", "a or b", "tests/unit", "-q"])


@pytest.mark.parametrize(
    ("errors", "part"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full."),
        (
            "WARNING: Retrying (Retry(total=0, connect=None))\nERROR: No matching distribution found for x",
            "no connection",
        ),
        ("ERROR: [Errno 13] Permission denied: 'x'", "cannot be written."),
        (
            "ERROR: Could not find a version\nERROR: No matching distribution found for torch==2.13.0",
            "No torch==2.13.0 for Python ",
        ),
        (
            "WARNING: x\nERROR: Cannot install a and b because they conflict\nERROR: for help see\n\n",
            "Cannot install a and b because they conflict.",
        ),
        ("Traceback\nKeyError: 1\n", "pip could not install the packages: KeyError: 1."),
        ("", "pip could not install the packages: it gave no reason."),
    ],
)
def test_what_stops_pip_is_told_in_a_sentence(errors: str, part: str) -> None:
    assert part in dev.pip_failure(errors)


def test_pips_own_output_is_not_lost_when_it_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "python"
    program = "import sys; sys.stderr.write('ERROR: Something odd'); sys.exit(1)"
    real = subprocess.Popen
    monkeypatch.setattr(dev.subprocess, "Popen", lambda command, **rest: real([sys.executable, "-c", program], **rest))
    with pytest.raises(dev.SetupError, match=r"^pip could not install the packages: Something odd\.$"):
        dev.pip(script, ["x"])


@pytest.mark.parametrize(
    ("output", "part"),
    [
        ("The virtual environment was not created because ensurepip is not available", "apt install python3-venv"),
        ("Error: [Errno 13] Permission denied", "could not be made: Error: [Errno 13] Permission denied."),
    ],
)
def test_an_environment_that_cannot_be_made_is_told(
    output: str, part: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = SimpleNamespace(returncode=1, stdout="", stderr=output)
    monkeypatch.setattr(dev.subprocess, "run", lambda *words, **options: done)
    with pytest.raises(dev.SetupError) as caught:
        dev.make(tmp_path / ".venv")
    assert part in str(caught.value)


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 0))
    with pytest.raises(SystemExit) as leaving:
        runpy.run_path(str(REPOSITORY / "dev.py"), run_name="__main__")
    assert leaving.value.code == 2
    assert capsys.readouterr().err.startswith("dev.py: This needs Python 3.11 or newer")


def test_an_old_python_can_read_as_far_as_that_sentence() -> None:
    source = (REPOSITORY / "dev.py").read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 7))
    assert "from __future__ import annotations" in source


def test_dev_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((REPOSITORY / "dev.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_every_package_of_the_project_is_pinned() -> None:
    import tomllib

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]
    names = {re.match(r"[\w-]+", line)[0].lower() for line in wanted}  # type: ignore[index]
    pinned = (REPOSITORY / "requirements" / "constraints.txt").read_text(encoding="utf-8").lower()
    assert names - set(re.findall(r"^([\w.-]+)==[\w.]+$", pinned, re.MULTILINE)) == {"clearhead"} & names
    assert "+" not in pinned  # a build's own label would shut out the user's


def test_ci_runs_the_commands_of_the_readme_with_the_tests_last() -> None:
    lines = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line.partition(" python3 dev.py ") for line in lines if " python3 dev.py " in line]
    assert [command for _, _, command in commands] == ["check", "demo", "test"]
    environments = [environment for environment, _, _ in commands]
    assert environments[0] == environments[2] != environments[1]  # the demo stands without the tools of the tests
    assert lines[-1].endswith("python3 dev.py test")
