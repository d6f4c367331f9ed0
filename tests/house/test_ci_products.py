"""What others run in CI: the GitHub Action, the GitLab template and the pre-commit hook do run, as they are written."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from tests.house.tree import ROOT

from assay.cli.main import cli

PROJECT = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.delete('/orders/{id}')\ndef remove(id: int) -> None: ...\n"
"""An API with one defect."""
ASSAY = Path(sys.executable).parent / "assay"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "main.py").write_text(PROJECT, encoding="utf-8")
    return folder


def test_the_action_scans_and_leaves_a_sarif_report(tmp_path: Path, project: Path) -> None:
    steps = _yaml("action.yml")[0]["runs"]["steps"]
    (scan,) = (step for step in steps if step.get("name") == "Scan")
    (tmp_path / "assay/bin").mkdir(parents=True)
    (tmp_path / "assay/bin/assay").symlink_to(ASSAY)
    environment = {
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "SCAN_PATH": str(project),
        "FAIL_ON": "never",
        "BASELINE": "",
        "SARIF": str(tmp_path / "assay.sarif"),
    }
    assert set(scan["env"]) <= set(environment)
    _bash(scan["run"], environment)
    assert json.loads((tmp_path / "assay.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").strip()


def test_the_gitlab_template_scans_and_leaves_its_reports(tmp_path: Path, project: Path) -> None:
    job = _yaml("templates/gitlab.yml")[1]["assay"]
    (script,) = job["script"]
    reports = [*job["artifacts"]["reports"].values()]
    assert set(reports) == set(job["artifacts"]["paths"])
    script = script.replace("/tmp/assay/bin/assay", str(ASSAY))
    for report in reports:
        script = script.replace(report, str(tmp_path / report))
    _bash(script, {"SCAN_PATH": str(project), "FAIL_ON": "never", "BASELINE": ""})
    assert all((tmp_path / report).stat().st_size for report in reports)


@pytest.mark.parametrize(("threshold", "code"), [("high", 1), ("critical", 0), ("never", 0)])
def test_a_finding_from_the_threshold_upwards_fails_the_job(project: Path, threshold: str, code: int) -> None:
    command = [str(ASSAY), "scan", str(project), "--no-record", "--fail-on", threshold]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stdout + done.stderr


def test_the_hook_calls_a_command_with_options_that_exist() -> None:
    (hook,) = _yaml(".pre-commit-hooks.yaml")[0]
    tool, name, *options = shlex.split(hook["entry"])
    assert tool == "assay"
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert {option for option in options if option.startswith("-")} <= known


def test_the_workflow_runs_the_action_of_this_very_repository() -> None:
    jobs = _yaml(".github/workflows/ci.yml")[0]["jobs"]
    (step,) = (step for step in jobs["scan"]["steps"] if step.get("uses") == "./")
    assert set(step["with"]) <= set(_yaml("action.yml")[0]["inputs"])


def test_no_input_becomes_part_of_a_script() -> None:
    scripts = [step["run"] for step in _yaml("action.yml")[0]["runs"]["steps"] if "run" in step]
    job = _yaml("templates/gitlab.yml")[1]["assay"]
    assert not [
        script for script in [*scripts, *job["script"], *job["before_script"]] if re.search(r"\$\{\{|\$\[\[", script)
    ]


@pytest.mark.parametrize("name", [".ci/run"])
def test_a_script_is_executable_and_parses(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / name], check=True, timeout=10)


def _yaml(name: str) -> list[Any]:
    return list(yaml.safe_load_all((ROOT / name).read_text(encoding="utf-8")))


def _bash(script: str, environment: dict[str, str]) -> None:
    command = ["bash", "-eo", "pipefail", "-c", script]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
