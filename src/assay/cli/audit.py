"""`assay audit`: what is to be audited, and what is missing for it. A group whose commands are imported only when they run."""

import importlib

import click

COMMANDS = {
    "new": "Say what is to be audited, and when",
    "mark": "Say who answers for a control",
    "show": "Show the audits that were stated",
    "readiness": "Show what an auditor would find missing",
}
"""Name: what help says of it. Each is `assay.cli.audit_<name>.command`."""


class AuditCommands(click.Group):
    """A group that knows its commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"assay.cli.audit_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("audit", cls=AuditCommands, short_help="State an audit and see what it lacks")
def command() -> None:
    """Audits of type 1 (a day) and type 2 (a window), with scope and criteria.

    They are stated in the ledger; a pack is made of one with
    `assay evidence pack --audit`.
    """
