"""`assay evidence`: what the ledger remembers. A group whose commands are imported only when they run."""

import importlib

import click

COMMANDS = {
    "log": "List what was recorded",
    "timeline": "Show the dated chain of a finding",
    "status": "Show open findings, slots and what is amiss",
    "confirm": "Say that a finding is real",
    "claim": "Say that a finding is fixed",
    "excuse": "Say that no scan was to be expected",
    "deviation": "Record a deviation, or the response to one",
    "assign": "Name who answers for a finding",
    "pause": "Let the clock of a finding stand still",
    "resume": "Let the clock of a finding run again",
    "correct": "Say what an entry should have said",
    "access-review": "Record who may do what, and reviews of it",
    "deploy": "Record what went live",
    "retain": "Show how long evidence is kept; place holds",
    "prune": "Remove attachments whose time is over",
    "verify": "Verify chain, attachments and signed heads",
    "sample": "Draw a sample that anybody can draw again",
    "pack": "Export evidence for an auditor",
    "rotate": "Hand over to a new signing key",
    "stamp": "Have the signed head timestamped",
    "anchor": "Keep the signed head outside the ledger",
}
"""Name: what help says of it. Each is `assay.cli.evidence_<name>.command`, with `_` for `-`."""


class EvidenceCommands(click.Group):
    """A group that knows its commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"assay.cli.evidence_{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("evidence", cls=EvidenceCommands, short_help="Show and verify what is remembered")
def command() -> None:
    """Show, verify and sample what the ledger of a project remembers.

    Every `assay scan` records itself there, unless --no-record.
    """
