"""The door of the `assay` command: answers `--version` at once, and hands everything else to `assay.cli.main`.

Nothing heavier than the version may be imported at the top of this file: CI asks for the version of a tool on every
run, and `tests/house/test_start_up.py` holds it to that.
"""

import sys

from assay.version import VERSION


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"assay {VERSION}\n")
        return
    from assay.cli.main import cli

    cli(prog_name="assay")


if __name__ == "__main__":
    main()
