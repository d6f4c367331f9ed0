"""The demonstration: scans each example API as anybody would, the FastAPI one together with its running self and two of its customers,
prints the report for people, writes every other one into `build/demo`, and tells the story of one finding, from its detection to
the evidence that it is fixed.
"""

import os
import subprocess
import sys
from pathlib import Path

from assay.plugins.registry import registry
from assay.plugins.report import Report
from tools import example_server, story

ROOT = Path(__file__).parent.parent
RUNNING, CODE = "orders-fastapi", "orders-aspnetcore"
BUILT = Path("build") / "demo"
GATE_FAILED = 1
"""What `assay scan` ends with when a finding is as severe as `--fail-on` says; the examples are weak on purpose."""


def main() -> None:
    """Scan, and say where the reports are. Ends well although the gate fails, and badly if anything else does."""
    reports = [report for report in registry("assay.reports", "REPORT", Report, "name") if report.name != "terminal"]
    with example_server.served() as origin:
        tokens = {f"{name.upper()}_TOKEN": example_server.token(origin, name) for name in example_server.CALLERS}
        names = [f"--identity={name}=bearer:env:{name.upper()}_TOKEN" for name in example_server.CALLERS]
        print(f"{RUNNING} runs at {origin}; ada and bob, two of its customers, are signed in.\n")
        _scan(RUNNING, [origin, *names], reports, tokens)
    print(f"{RUNNING} has ended.\n")
    _scan(CODE, [], reports, {})
    story.tell(ROOT / BUILT / "story")
    print("Every report of both:")
    for report in reports:
        print(f"  {BUILT}/*/{_file(report)}")
    print(f"\nOpen {BUILT / RUNNING / 'report.html'} in a browser.")
    print("Next: .venv/bin/assay scan PATH, on an API of your own.")


def _scan(example: str, words: list[str], reports: list[Report], tokens: dict[str, str]) -> None:
    outputs = [f"--output={report.name}={BUILT / example / _file(report)}" for report in reports]
    command = [sys.executable, "-m", "assay.cli.entry", "scan", f"examples/{example}", *words, "--no-record", *outputs]
    print(f"$ {' '.join(['assay scan', f'examples/{example}', *words])} --no-record --output ...\n", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **tokens}, check=False)
    if done.returncode != GATE_FAILED:
        print(f"The gate of {example} should fail (1), but the scan ended with {done.returncode}.", file=sys.stderr)
        sys.exit(done.returncode or GATE_FAILED)
    print(
        "\nThe scan ended with 1, as its gate has to: this example is weak on purpose. In CI the build would stop here.\n",
        flush=True,
    )


def _file(report: Report) -> str:
    """The name of a report's file: `report.html`, `gitlab-sast.json`."""
    return (
        f"report.{report.extension}"
        if report.name in {report.extension, "markdown"}
        else f"{report.name}.{report.extension}"
    )


if __name__ == "__main__":
    main()
