"""Which tasks of a pipeline test security, and what they run on: the words by which tools that do so are known."""

import re
from collections.abc import Iterator

from msgspec import Struct

from assay.model.change import Delivery, Job, Pipeline, Task, Trigger

TOOLS = (
    r"assay\s+scan|semgrep|opengrep|bandit|gosec|brakeman|snyk\s+(?:test|code|iac|container)|trivy|grype|checkov|tfsec|gitleaks"
    r"|trufflehog|pip-audit|safety\s+(?:check|scan)|(?:npm|pnpm|yarn(?:\s+npm)?)\s+audit|cargo\s+(?:audit|deny)|govulncheck"
    r"|bundle(?:r)?[- ]audit|composer\s+audit|dependency-check(?:\.sh)?|osv-scanner|horusec|bearer\s+scan|njsscan|psalm\s[^\n]*--taint"
    r"|zap-(?:baseline|full|api)-scan(?:\.py)?|nuclei|schemathesis|st\s+run|sonar-scanner|codeql\s+database\s+analyze"
    r"|dotnet\s+list\s[^\n]*--vulnerable|dotnet[- ]sonarscanner\s+end|mvn\w*\s[^\n]*(?:dependency-check|sonar:sonar)"
)
"""Commands whose whole purpose is to find security faults in code, parts, secrets, infrastructure or a running API."""
COMMAND = re.compile(
    rf"(?:^|[;&|(]|(?:\b(?:run|exec|npx|uvx|sudo|time)|\s-m)\s+(?:-\S+\s+)*|\bdocker\s+run\b[^\n]*[\s/])"
    rf"[ \t]*(?:[\w.$\{{\}}~/-]*/)?({TOOLS})"
    r"(?![\w-])(?!\s+(?:--version|--help|install\b))",
    re.MULTILINE,
)
ACTIONS = re.compile(
    r"^(?:github/codeql-action/analyze|(?:returntocorp|semgrep)/semgrep-action|aquasecurity/(?:trivy|tfsec)[\w-]*-action|anchore/scan-action"
    r"|snyk/actions(?:/[\w-]+)?|gitleaks/gitleaks-action|trufflesecurity/trufflehog|pycqa/bandit-action|securego/gosec"
    r"|bridgecrewio/checkov-action|zaproxy/action-[\w-]+|schemathesis/action|actions/dependency-review-action"
    r"|sonarsource/sonar(?:qube-scan-action|cloud-github-action|qube-quality-gate-action)|google/osv-scanner-action[\w/.-]*"
    r"|microsoft/security-devops-action|checkmarx/[\w-]+|veracode/[\w-]+|pypa/gh-action-pip-audit"
    r"|advanced-security/[\w-]+|fortify/[\w-]+|github/ossar-action|bearer/bearer-action)(?:@|$)",
    re.IGNORECASE,
)
TEMPLATES = re.compile(
    r"^(?:template|component):.*(?:/|^)(?:sast|dast|secret[-_]detection|dependency[-_]scanning|container[-_]scanning|api[-_]security|api[-_]fuzzing)"
    r"|^template:Security/",
    re.IGNORECASE,
)
DELEGATE = re.compile(
    r"(?:^|[;&|(]|\brun\s+)[ \t]*(?:make|just|task|tox|nox|invoke|inv|rake|npm\s+run|yarn|pnpm|\./[\w./-]+|bash\s+[\w./-]+|sh\s+[\w./-]+"
    r"|\S*gradlew?|dagger"
    r"|earthly|pre-commit|nuke|hatch)\b",
    re.MULTILINE,
)
"""Commands that run what stands elsewhere, and that nobody read."""
BEFORE = frozenset({"pull_request", "pull_request_target", "merge_group", "merge_request"})
"""Events before a change is merged."""
NARROWED = ("branches", "tags")


class Gate(Struct, frozen=True):
    """A task that tests security."""

    pipeline: Pipeline
    job: Job
    task: Task
    tool: str

    @property
    def name(self) -> str:
        """As people find it: file, job and tool."""
        return f"{self.pipeline.path} {self.job.name}: {self.tool}"

    @property
    def before(self) -> tuple[Trigger, ...]:
        """What starts it before a change is merged; a push counts where it is not for chosen branches only."""
        triggers = self.job.triggers or self.pipeline.triggers
        return tuple(
            each for each in triggers if each.event in BEFORE or (each.event == "push" and not _is_narrow(each))
        )


def gates(delivery: Delivery) -> tuple[Gate, ...]:
    """Every task that tests security, in the order of files and jobs; what local workflows and actions do stands with their callers."""
    return tuple(gate for pipeline in delivery.pipelines for gate in _gates(pipeline, delivery))


def is_delegating(delivery: Delivery) -> bool:
    """Whether some task runs a script or a target that was not read and may test security as well."""
    return any(DELEGATE.search(task.run) for each in delivery.pipelines for job in each.jobs for task in job.tasks)


def unread(delivery: Delivery) -> tuple[str, ...]:
    """What pipelines draw in from elsewhere and nobody read; sorted."""
    known = {each.path for each in delivery.pipelines}
    drawn = {use for each in delivery.pipelines for use in each.unread}
    return tuple(sorted(use for use in drawn if not any(path.endswith(_local(use)) for path in known if _local(use))))


def _gates(pipeline: Pipeline, delivery: Delivery) -> Iterator[Gate]:
    if pipeline.system == "action" or {each.event for each in pipeline.triggers} == {"workflow_call"}:
        return
    for job in pipeline.jobs:
        for task in _tasks(job.tasks, delivery, 0):
            tool = tool_of(task)
            if tool:
                yield Gate(pipeline, job, task, tool)


def _tasks(tasks: tuple[Task, ...], delivery: Delivery, depth: int) -> Iterator[Task]:
    """The tasks, and those of the local workflows and actions that they use."""
    for task in tasks:
        yield task
        name = _local(task.uses)
        if name and depth < 3:
            for other in delivery.pipelines:
                if other.path.endswith(name) or other.path.rpartition("/")[0].endswith(name):
                    for job in other.jobs:
                        yield from _tasks(job.tasks, delivery, depth + 1)


def tool_of(task: Task) -> str:
    """The tool with which a task tests security; "" when it does not."""
    if task.uses and (ACTIONS.match(task.uses) or TEMPLATES.match(task.uses)):
        return task.uses.partition("@")[0]
    found = COMMAND.search(task.run)
    return " ".join(found[1].split()) if found else ""


def _local(use: str) -> str:
    """The end of the path of a workflow or action of the same repository; "" for anything else."""
    if use.startswith("./"):
        return use[2:].rstrip("/")
    if use.startswith("local:"):
        return use.removeprefix("local:").lstrip("/")
    return ""


def _is_narrow(trigger: Trigger) -> bool:
    return any(each.startswith(NARROWED) for each in trigger.filters)
