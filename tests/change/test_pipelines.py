"""Which jobs are gates, and which ways lead past them."""

import time
from pathlib import Path

import pytest

from assay.change.delivery import Asked, delivery
from assay.change.github import workflow
from assay.change.gitlab import pipeline
from assay.model.change import Delivery, Pipeline
from assay.model.program import Inventory
from assay.model.verdict import Outcome, Verdict
from assay.rules.change.bypassable_gate import RULE as BYPASS
from assay.rules.change.missing_gate import RULE as GATE
from assay.rules.change.untrusted_code import RULE as STRANGERS
from assay.rules.gates import gates

PATH = ".github/workflows/ci.yml"
HEAD = "on: {event}\njobs:\n  security:\n{job}    steps:\n      - run: {run}\n"


def hub(run: str = "assay scan .", *, event: str = "[pull_request]", job: str = "") -> Pipeline:
    return workflow(HEAD.format(event=event, run=run, job="".join(f"    {line}\n" for line in job.splitlines())), PATH)


def lab(text: str) -> Pipeline:
    return pipeline(text, ".gitlab-ci.yml")


def said(rule: object, *pipelines: Pipeline) -> list[Verdict]:
    judge = getattr(rule, "judge")  # noqa: B009 - either rule
    return list(judge(Inventory(delivery=Delivery(branch="main", pipelines=pipelines))))


def failing(rule: object, *pipelines: Pipeline) -> list[str]:
    return [verdict.message for verdict in said(rule, *pipelines) if verdict.outcome is Outcome.FAIL]


@pytest.mark.parametrize(
    "run",
    [
        "assay scan .", ".venv/bin/assay scan src", "uv run assay scan .", "pip install bandit && bandit -r src",
        "python -m bandit -r .",
        "npx snyk test", "docker run --rm -v $PWD:/src returntocorp/semgrep semgrep scan",
        "npm audit --audit-level=high", "sudo trivy fs .",
        "dotnet list package --vulnerable",
    ],
)  # fmt: skip
def test_commands_that_test_security_are_gates(run: str) -> None:
    assert len(gates(Delivery(pipelines=(hub(f'"{run}"'),)))) == 1


@pytest.mark.parametrize(
    "run",
    [
        "pytest",
        "pip install bandit",
        "assay --version",
        "semgrep --version",
        "echo trivial",
        "ls bandit/",
        "cat semgrep.yml",
    ],
)
def test_commands_that_only_mention_a_tool_are_none(run: str) -> None:
    assert not gates(Delivery(pipelines=(hub(f'"{run}"'),)))


@pytest.mark.parametrize(
    "event", ["push", "[push, workflow_dispatch]", "{pull_request: {branches: [main]}}", "merge_group"]
)
def test_a_gate_that_starts_before_the_merge_is_one(event: str) -> None:
    assert not failing(GATE, hub(event=event))


@pytest.mark.parametrize("event", ["{push: {branches: [main]}}", "{schedule: [{cron: '0 0 * * 1'}]}", "release"])
def test_a_gate_that_starts_after_the_merge_is_none(event: str) -> None:
    assert failing(GATE, hub(event=event)) == [f"assay scan in {PATH} runs only once a change is merged."]


@pytest.mark.parametrize(
    "found",
    [
        hub("assay scan . || true"), hub("assay scan . || exit 0"), hub("'assay scan . || :'"), hub("assay scan . --fail-on never"),
        hub(job="continue-on-error: true"),
        hub(job="if: \"!contains(github.event.pull_request.labels.*.name, 'skip')\""), hub(job="if: false"),
        lab("a:\n  allow_failure: true\n  script: [assay scan .]\n"), lab("a:\n  when: manual\n  script: [assay scan .]\n"),
        lab(".b:\n  allow_failure: true\na:\n  extends: .b\n  script: [assay scan .]\n"),
        lab("a:\n  script: [assay scan .]\n  rules:\n    - if: $CI_MERGE_REQUEST_ID\n      when: manual\n"),
    ],
    ids=str,
)  # fmt: skip
def test_ways_past_a_gate_are_found(found: Pipeline) -> None:
    assert len(failing(BYPASS, found)) == 1


@pytest.mark.parametrize(
    "found",
    [
        hub(), hub(job="continue-on-error: false"), hub(job="if: github.event_name == 'pull_request'"), hub(job="if: ${{ !cancelled() }}"),
        hub(event="{pull_request: {paths-ignore: ['docs/**', '*.md']}}"), hub(job="if: github.repository == 'org/shop'"),
        lab("a:\n  script: [assay scan .]\n"), lab("a:\n  allow_failure: false\n  script: [assay scan .]\n"),
        lab("a:\n  script: [assay scan .]\nb:\n  allow_failure: true\n  script: [pytest]\n"),
        lab(".b:\n  allow_failure: true\na:\n  extends: .b\n  allow_failure: false\n  script: [assay scan .]\n"),
    ],
    ids=str,
)  # fmt: skip
def test_gates_that_hold_pass(found: Pipeline) -> None:
    assert not failing(BYPASS, found)
    assert any(verdict.outcome is Outcome.PASS for verdict in said(BYPASS, found))


def test_a_gate_that_knows_chosen_paths_only_is_a_suspicion() -> None:
    assert failing(BYPASS, hub(event="{pull_request: {paths: ['src/**']}}")) == [
        f"{PATH} security: assay scan does not run for every change: paths: src/**."
    ]


def test_a_gate_in_a_local_workflow_stands_with_its_caller(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "ci.yml").write_text(
        "on: pull_request\njobs:\n  a:\n    uses: ./.github/workflows/gate.yml\n", encoding="utf-8"
    )
    (folder / "gate.yml").write_text(HEAD.format(event="workflow_call", job="", run="assay scan ."), encoding="utf-8")
    (gate,) = gates(delivery(tmp_path, Asked()))
    assert (gate.pipeline.path, gate.job.name) == (PATH, "a")


def test_a_gate_in_a_local_action_and_in_an_included_file_is_found(tmp_path: Path) -> None:
    action = tmp_path / ".github" / "actions" / "gate"
    action.mkdir(parents=True)
    (action / "action.yml").write_text(
        "runs:\n  using: composite\n  steps:\n    - run: assay scan .\n", encoding="utf-8"
    )
    (tmp_path / ".github" / "workflows").mkdir()
    text = "on: pull_request\njobs:\n  a:\n    steps:\n      - uses: ./.github/actions/gate\n"
    (tmp_path / PATH).write_text(text, encoding="utf-8")
    (tmp_path / ".gitlab-ci.yml").write_text("include: /ci/gate.yml\n", encoding="utf-8")
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci" / "gate.yml").write_text("gate:\n  script: [assay scan .]\n", encoding="utf-8")
    import subprocess

    subprocess.run(["git", "-C", str(tmp_path), "init", "-q"], check=True, timeout=30)
    assert {gate.job.name for gate in gates(delivery(tmp_path, Asked()))} == {"a", "gate"}


def test_what_was_not_read_leaves_the_gate_open() -> None:
    called = workflow("on: pull_request\njobs:\n  a:\n    uses: org/ci/.github/workflows/gate.yml@v1\n", PATH)
    (verdict,) = said(GATE, called)
    assert verdict.outcome is Outcome.NOT_TESTED
    assert "org/ci/.github/workflows/gate.yml@v1, which was not read" in verdict.message


@pytest.mark.parametrize("text", ["a: [", "jobs: 7", "", "a: &a [1]\nb: *c", "- 1"])
def test_a_workflow_that_cannot_be_read_is_not_tested(text: str) -> None:
    found = workflow(text, PATH)
    assert found.fault
    assert said(STRANGERS, found)[0].outcome is Outcome.NOT_TESTED


def test_aliases_that_unfold_without_end_are_refused() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert workflow("\n".join(rows), PATH).fault == "it unfolds into more than a CI file holds"


def test_a_link_that_leads_out_of_the_tree_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yml"
    outside.write_text("on: push\njobs: {a: {steps: [{run: secret-name}]}}\n", encoding="utf-8")
    folder = tmp_path / "tree" / ".github" / "workflows"
    folder.mkdir(parents=True)
    import subprocess

    subprocess.run(["git", "-C", str(tmp_path / "tree"), "init", "-q"], check=True, timeout=30)
    (folder / "ci.yml").symlink_to(outside)
    (found,) = delivery(tmp_path / "tree", Asked()).pipelines
    assert found.fault == "it is a link, too large, or cannot be read"
    assert not found.jobs


def test_a_privileged_workflow_whose_start_somebody_allows_is_a_suspicion() -> None:
    text = (
        "on: issue_comment\njobs:\n  a:\n    if: github.event.comment.author_association == 'MEMBER'\n    steps:\n"
        "      - run: gh pr checkout 7\n        env: {T: '${{ secrets.T }}'}\n"
    )
    (verdict,) = said(STRANGERS, workflow(text, PATH))
    assert (verdict.severity, verdict.confidence) == ("medium", "tentative")


@pytest.mark.parametrize("word", ["docker run ", "${{ github.event.issue ", "psalm ", "((((!", "run -a "])
def test_a_hostile_script_takes_no_time(word: str) -> None:
    text = f"on: issues\njobs:\n  a:\n    if: \"{word * 2000}\"\n    steps:\n      - run: '{word * 40_000}'\n"
    began = time.process_time()
    found = workflow(text.replace("{{", "{ {") if word.startswith("(") else text, PATH)
    for rule in (GATE, BYPASS, STRANGERS):
        said(rule, found)
    assert time.process_time() - began < 5
