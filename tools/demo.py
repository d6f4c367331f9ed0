"""The demonstration: scans each example API, prints the report for people and writes every other one into `build/demo`."""

import subprocess
import sys
from pathlib import Path

from assay.plugins.registry import registry
from assay.plugins.report import Report

ROOT = Path(__file__).parent.parent
EXAMPLES = ("orders-fastapi", "orders-aspnetcore")
BUILT = Path("build") / "demo"


def main() -> None:
    """Scan, and say where the reports are; exits with the first failure."""
    reports = [report for report in registry("assay.reports", "REPORT", Report, "name") if report.name != "terminal"]
    for example in EXAMPLES:
        folder = BUILT / example
        outputs = [f"--output={report.name}={folder / f'{report.name}.{report.extension}'}" for report in reports]
        command = [sys.executable, "-m", "assay.cli.entry", "scan", f"examples/{example}", "--fail-on=never", *outputs]
        print(f"$ assay scan examples/{example} --fail-on never", flush=True)
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            sys.exit(done.returncode)
    print(f"\nEvery report of both: {BUILT}/*/. Open {BUILT / EXAMPLES[0] / 'html.html'} in a browser.")
    print("Next: .venv/bin/assay scan PATH, on an API of your own.")


if __name__ == "__main__":
    main()
