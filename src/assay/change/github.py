"""Reads GitHub Actions workflows: triggers, permissions, jobs, steps, secrets.

Source: docs.github.com, "Workflow syntax for GitHub Actions".
"""

import re
from collections.abc import Iterator

from assay.change.yaml_text import Node, script, tree
from assay.model.change import Job, Pipeline, Task, Trigger
from assay.model.place import Place

SECRET = re.compile(r"\bsecrets\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*['\"]([^'\"]+)['\"]\s*\])")
FILTERS = ("paths", "paths-ignore", "branches", "branches-ignore", "tags", "types")
OWN = "GITHUB_TOKEN"
"""Made for each run and bounded by its permissions, so that it is judged there."""


def workflow(text: str, path: str) -> Pipeline:
    """The pipeline that a workflow file states."""
    root = tree(text)
    if isinstance(root, str):
        return Pipeline(path, "github", fault=root)
    if not isinstance(root.get("jobs").value, dict):
        return Pipeline(path, "github", fault="it has no jobs")
    jobs = tuple(_job(name, node, path) for name, node in root.get("jobs").items())
    return Pipeline(
        path=path,
        system="github",
        # YAML 1.1 reads the key `on` as true; its text is kept here.
        triggers=tuple(_triggers(root.get("on"), path)),
        jobs=jobs,
        permissions=_permissions(root.get("permissions"), is_stated="permissions" in dict(root.items())),
        place=Place(path, 0),
        unread=tuple(sorted({task.uses for job in jobs for task in job.tasks if _is_workflow(task.uses)})),
    )


def action(text: str, path: str) -> Pipeline:
    """The steps of a composite action that stands in the tree; it starts with whatever uses it."""
    root = tree(text)
    if isinstance(root, str):
        return Pipeline(path, "action", fault=root)
    steps = tuple(_task(step, path) for step in root.get("runs").get("steps").each())
    return Pipeline(path, "action", jobs=(Job("runs", Place(path, 0), steps),), place=Place(path, 0))


def _triggers(on: Node, path: str) -> Iterator[Trigger]:
    if isinstance(on.value, dict):
        for event, node in on.items():
            filters = tuple(f"{key}: {each.text}" for key in FILTERS for each in node.get(key).each())
            yield Trigger(event, Place(path, node.line), filters)
        return
    for node in on.each():
        yield Trigger(node.text, Place(path, node.line))


def _job(name: str, node: Node, path: str) -> Job:
    uses = node.get("uses")
    called = (_called(node, uses, path),) if uses.is_there else ()
    return Job(
        name=name,
        place=Place(path, node.line),
        tasks=(*called, *(_task(step, path) for step in node.get("steps").each())),
        is_lenient=_is_yes(node.get("continue-on-error")),
        condition=node.get("if").text,
        permissions=_permissions(node.get("permissions"), is_stated="permissions" in dict(node.items())),
        secrets=_secrets(node.get("env")),
    )


def _called(node: Node, uses: Node, path: str) -> Task:
    """A job that another workflow makes."""
    given = node.get("secrets")
    names = ("*",) if given.text == "inherit" else _secrets(given)
    return Task(Place(path, uses.line), uses=uses.text, secrets=names)


def _task(step: Node, path: str) -> Task:
    ahead = step.get("uses") if step.get("uses").is_there else step.get("run")
    given = step.get("with")
    return Task(
        place=Place(path, ahead.line or step.line),
        uses=step.get("uses").text,
        run=script(step.get("run").text),
        is_lenient=_is_yes(step.get("continue-on-error")),
        condition=step.get("if").text,
        ref=f"{given.get('repository').text} {given.get('ref').text}".strip(),
        secrets=_secrets(Node([step.get("env"), given, step.get("run")], 0)),
        has_credentials=given.get("persist-credentials").text.lower() != "false",
    )


def _permissions(node: Node, *, is_stated: bool) -> tuple[tuple[str, str], ...] | None:
    if not is_stated:
        return None
    if isinstance(node.value, dict):
        return tuple(sorted((scope, access.text) for scope, access in node.items()))
    return (("*", node.text.removesuffix("-all")),) if node.text else ()


def _secrets(node: Node) -> tuple[str, ...]:
    names = {first or second for text in _texts(node) for first, second in SECRET.findall(text)}
    return tuple(sorted(names - {OWN}))


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node.value, str):
        yield node.value
        return
    for each in node.value.values() if isinstance(node.value, dict) else node.value:
        yield from _texts(each)


def _is_yes(node: Node) -> bool:
    return node.is_truth


def _is_workflow(uses: str) -> bool:
    return uses.partition("@")[0].endswith((".yml", ".yaml"))
