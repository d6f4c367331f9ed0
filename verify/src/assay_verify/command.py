"""The command line: `assay-verify PACK --key FINGERPRINT`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.x509 import Certificate

from assay_verify.der import Malformed
from assay_verify.outcome import Fault, Outcome, Unreadable, Verdict
from assay_verify.shape import is_digest
from assay_verify.shown import as_json, as_text
from assay_verify.stamp import roots_of
from assay_verify.verification import Asked, verify
from assay_verify.version import VERSION

EPILOG = "Exit codes: 0 valid, 1 tampered (the file or entry is named), 2 incomplete, 3 unreadable or wrong usage."


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one pack, say so, and give the exit code."""
    asked = _parser().parse_args(arguments)
    pack: Path = asked.pack
    try:
        outcome = verify(pack, _asked(asked))
    except Unreadable as error:
        outcome = Outcome(Verdict.UNREADABLE, (), (Fault(pack.name, str(error)),))
    sys.stdout.write(as_json(pack, outcome) if asked.format == "json" else as_text(pack, outcome))
    return int(outcome.verdict)


def _asked(words: argparse.Namespace) -> Asked:
    """What the reader brought along."""
    keys, older = tuple(map(_fingerprint, words.key)), _content("--checkpoint", words.checkpoint)
    return Asked(keys, older, words.require_timestamp, _roots(words.tsa))


class Parser(argparse.ArgumentParser):
    """One whose usage errors end with 3: 2 has a meaning of its own."""

    def error(self, message: str) -> None:  # type: ignore[override]  # the same call; exit does not return
        self.print_usage(sys.stderr)
        self.exit(int(Verdict.UNREADABLE), f"{self.prog}: {message}\n")


def _parser() -> Parser:
    parser = Parser("assay-verify", description="Verify an evidence pack of Assay, offline.", epilog=EPILOG)
    parser.add_argument("pack", type=Path, help="the pack: a zip, or a folder with what was in it")
    parser.add_argument(
        "--key", action="append", default=[], metavar="FINGERPRINT",
        help="fingerprint of the signer's key, got another way than with the pack; may be given again for an approver's",
    )  # fmt: skip
    parser.add_argument(
        "--checkpoint", type=Path, help="a head of the ledger that you kept: shows whether entries were dropped"
    )
    parser.add_argument(
        "--require-timestamp", action="store_true", help="incomplete (2) without a verified timestamp from outside"
    )
    parser.add_argument("--tsa", type=Path, metavar="PEM", help="roots of time-stamping authorities that you trust")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--version", action="version", version=f"assay-verify {VERSION}")
    return parser


def _fingerprint(text: str) -> str:
    """The digits of a fingerprint, which people group and write in either case."""
    plain = text.lower().replace(":", "").replace(" ", "").removeprefix("sha256")
    if not is_digest(plain):
        raise Unreadable(f"--key {text[:80]}: a fingerprint has 64 hexadecimal digits")
    return plain


def _content(flag: str, path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(1_000_000)
    except OSError as error:
        raise Unreadable(f"{flag} {path} cannot be read: {error.strerror}") from error


def _roots(path: Path | None) -> tuple[Certificate, ...]:
    raw = _content("--tsa", path)
    try:
        return roots_of(raw) if raw is not None else ()
    except Malformed as error:
        raise Unreadable(f"--tsa {path}: {error}") from error


def run() -> None:
    """Leave with the exit code."""
    sys.exit(main())


if __name__ == "__main__":
    run()
