"""Reads `.gitlab-ci.yml`: jobs with their rules, scripts, images and includes. Source: docs.gitlab.com, "CI/CD YAML syntax reference"."""

from collections.abc import Iterator

from assay.change.yaml_text import Node, script, tree
from assay.model.change import Job, Pipeline, Task, Trigger
from assay.model.place import Place

FILE = ".gitlab-ci.yml"
GLOBAL = frozenset(
    "default include stages variables workflow image services cache before_script after_script spec".split()  # noqa: SIM905 - words
)
"""Keys that are no jobs."""
SCRIPTS = ("before_script", "script", "after_script")
REQUEST = ("merge_request", "merge_requests", "CI_MERGE_REQUEST", "external_pull_request")
DEEPEST = 8
"""Templates upon templates."""


def pipeline(text: str, path: str) -> Pipeline:
    """The pipeline that a file states."""
    root = tree(text)
    if isinstance(root, str):
        return Pipeline(path, "gitlab", fault=root)
    templates = dict(root.items())
    jobs = tuple(_job(name, node, templates, path) for name, node in root.items() if _is_job(name, node))
    includes = tuple(root.get("include").each())
    if not jobs and not includes:
        return Pipeline(path, "gitlab", fault="it has no jobs")
    drawn = tuple(_included(each, path) for each in includes)
    scanning = tuple(Job(_name(task.uses), task.place, (task,)) for task in drawn if _is_template(task.uses))
    return Pipeline(
        path=path,
        system="gitlab",
        triggers=tuple(_workflow(root, path)),
        jobs=(*jobs, *scanning),
        place=Place(path, 0),
        unread=tuple(sorted(task.uses for task in drawn if not _is_template(task.uses))),
    )


def _is_job(name: str, node: Node) -> bool:
    return name not in GLOBAL and not name.startswith(".") and isinstance(node.value, dict)


def _job(name: str, node: Node, templates: dict[str, Node], path: str) -> Job:
    whole = _extended(node, templates, 0)
    lenient = whole.get("allow_failure")
    image = whole.get("image")
    image = image.get("name") if isinstance(image.value, dict) else image
    tasks = [Task(Place(path, image.line or node.line), uses=image.text)] if image.text else []
    tasks += [_script(whole.get(key), path) for key in SCRIPTS if whole.get(key).is_there]
    rules = tuple(whole.get("rules").each())
    return Job(
        name=name,
        place=Place(path, node.line),
        tasks=tuple(tasks),
        # Exit codes that are allowed (a mapping) are as lenient as any.
        is_lenient=lenient.is_truth or isinstance(lenient.value, dict) or _is_every_rule_lenient(rules),
        condition="manual" if whole.get("when").text == "manual" else "",
        triggers=tuple(_triggers(whole, rules, path)),
    )


def _extended(node: Node, templates: dict[str, Node], depth: int) -> Node:
    """A job with what it extends below its own keys."""
    values: dict[str, Node] = {}
    if depth < DEEPEST:
        for name in node.get("extends").each():
            if name.text in templates:
                values.update(_extended(templates[name.text], templates, depth + 1).items())
    return Node({**values, **dict(node.items())}, node.line)


def _script(node: Node, path: str) -> Task:
    lines = [each.text for each in _flat(node)]
    return Task(Place(path, node.line), run=script("\n".join(lines)))


def _flat(node: Node) -> Iterator[Node]:
    for each in node.each():
        yield from _flat(each) if isinstance(each.value, list) else (each,)


def _is_every_rule_lenient(rules: tuple[Node, ...]) -> bool:
    return bool(rules) and all(rule.get("allow_failure").is_truth for rule in rules)


def _triggers(job: Node, rules: tuple[Node, ...], path: str) -> Iterator[Trigger]:
    for rule in rules:
        if rule.get("when").text == "never":
            continue
        filters = _filters(rule)
        condition = rule.get("if").text
        event = "merge_request" if not condition or _is_request(condition) else "push"
        yield Trigger(event, Place(path, rule.line), filters)
    only = job.get("only")
    refs = only.get("refs") if isinstance(only.value, dict) else only
    for each in refs.each():
        yield Trigger("merge_request" if _is_request(each.text) else "push", Place(path, each.line), _filters(only))


def _filters(rule: Node) -> tuple[str, ...]:
    named = rule.get("changes")
    named = named.get("paths") if isinstance(named.value, dict) else named
    manual = ("manual",) if rule.get("when").text == "manual" else ()
    return (*(f"changes: {each.text}" for each in named.each()), *manual)


def _workflow(root: Node, path: str) -> Iterator[Trigger]:
    """What starts the pipeline: without rules every push to any branch, and so to that of a request as well."""
    rules = tuple(root.get("workflow").get("rules").each())
    if not rules:
        yield Trigger("push", Place(path, 0))
        yield Trigger("merge_request", Place(path, 0))
        return
    for rule in rules:
        if rule.get("when").text != "never":
            condition = rule.get("if").text
            yield Trigger(
                "merge_request" if not condition or _is_request(condition) else "push", Place(path, rule.line)
            )


def _is_request(text: str) -> bool:
    return any(word in text for word in REQUEST)


def _included(node: Node, path: str) -> Task:
    """What is drawn in: a file, a template, a component, another project."""
    if isinstance(node.value, str):
        kind = "remote" if node.text.startswith(("http://", "https://")) else "local"
        return Task(Place(path, node.line), uses=f"{kind}:{node.text}")
    for key in ("template", "component", "remote", "local", "project"):
        if node.get(key).is_there:
            ref = f"@{node.get('ref').text}" if node.get("ref").is_there else ""
            return Task(
                Place(path, node.get(key).line), uses=f"{key}:{node.get(key).text}{ref}", ref=node.get("ref").text
            )
    return Task(Place(path, node.line), uses="include")


def _is_template(uses: str) -> bool:
    return uses.startswith(("template:", "component:"))


def _name(uses: str) -> str:
    return uses.partition(":")[2].rpartition("/")[2].partition(".")[0]
