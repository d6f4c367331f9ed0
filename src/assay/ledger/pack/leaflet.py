"""The README of a pack: what it is, both ways to verify it, what is in it, what is not, and what it does not prove.

The block that is marked `sh` is run by a test as it stands, with the real `sha256sum` and `openssl`.
"""

from collections.abc import Sequence

from assay.ledger.pack.manifest import ENVELOPE, MANIFEST, SUMS, SUMS_SIGNATURE, Head, Missing, Occasion, PackFile
from assay.ledger.sign import PublicKey
from assay.version import VERSION

README = "README.md"
PAGE = """# Evidence pack

{what}. It was made by Assay {version} from the ledger `{origin}` as of {at}, when that had {size} entries.

It holds evidence; what to conclude from it is for its reader.

## Verify it with a program

`assay-verify` is a small separate program. It needs Python and its `cryptography` package, neither Assay nor a network.

    assay-verify PACK.zip --key FINGERPRINT

It ends with 0 if nothing was changed, 1 if something was (it names the file or entry), 2 if something is missing, 3 if this is no
pack. Give it a head of the ledger that you kept from an earlier pack (`--checkpoint ledger/checkpoint.note`), and it also shows
whether entries were dropped from the end since.

The **fingerprint** must reach you another way than this pack, as by telephone. Whoever can change a pack can also change what
this page says about keys. This pack says that it was signed by

    {fingerprint}

## Verify it by hand

It takes GNU `sha256sum` and OpenSSL 3. Unpack the pack into an empty folder, go there, and set `FINGERPRINT` to what you were told.
All commands must succeed.

```sh
# Every listed file is as it was listed, and there are no others.
sha256sum --check --strict --quiet {sums}
test "$(cut -c67- {sums})" = "$(find . -type f ! -path ./{sums} ! -path ./{signature} | cut -c3- | LC_ALL=C sort)"
# The key in the pack is the one that you were told about.
test "$(openssl pkey -pubin -in "keys/$FINGERPRINT.pem" -outform DER | tail -c 32 | sha256sum | cut -c-64)" = "$FINGERPRINT"
# That key signed the list.
openssl pkeyutl -verify -pubin -inkey "keys/$FINGERPRINT.pem" -rawin -in {sums} -sigfile {signature}
```

The chain of entries can be followed by hand as well: the SHA-256 of a line of `ledger/entries.jsonl` without its line end is what the next
entry calls `previous`, and the SHA-256 of what an entry says (`ledger/bodies.jsonl`, `runs/*/run.json`) is what it calls `payload`.

    sed -n 1p ledger/entries.jsonl | tr -d '\\n' | sha256sum

A timestamp is verified with the root certificates of its authority, which must come another way as well (for `assay-verify`: `--tsa`):

    openssl ts -verify -data ledger/heads/N.note -in timestamps/N/TOKEN.tsr -CAfile ROOTS.pem

## What it holds

{table}

`{manifest}` lists every file with its SHA-256 and what it was made from. `{envelope}` is the signed statement over it (in-toto Statement
v1 in a DSSE envelope, Ed25519). `ledger/checkpoint.note` is the signed head of the ledger (C2SP checkpoint over an RFC 6962 tree).
JSON is canonical (RFC 8785); times are UTC.

## What is not in it

{missing}

## What it does not prove

- That what was recorded is true. A signature shows who recorded what and that it was not changed since; it does not show that the
  right system was looked at. Let the owner re-run a sampled scan before your eyes.
- When it was recorded, unless a time-stamping authority outside says so (`timestamps/`): the times are those of the recording machine.
- That nothing was dropped from the end, or that all of it was not written anew by whoever holds the key, unless you hold an
  earlier head from another source, or one is anchored where its owner cannot change it.
- That others were shown the same ledger, unless you compare heads with them.
"""
MEANINGS = (
    ("report.html", "the report for people, made only from the other files"),
    ("report.pdf", "the same on paper (PDF/A-3a), with the evidence attached as JSON"),
    ("sarif/", "findings for other tools (SARIF 2.1.0)"),
    ("oscal/", "assessment plan, assessment results and plan of action (NIST OSCAL 1.2.1)"),
    ("grc/", "tables to import into platforms for governance, risk and compliance"),
    ("findings/", "one finding each: every state with its date and the entry that made it so"),
    ("controls/", "one control each: what tested it, and how it stands"),
    ("exceptions/", "one exception each: who asked, who approved, why, and until when"),
    ("deviations/", "one deviation each, with what management said"),
    ("changes/", "one change each: ticket, review, gate, merge, deployment"),
    ("policies/", "which text of each policy was in force when, who approved and who acknowledged it"),
    ("populations/", "everything that a sample may be drawn from, each with its IPE sheet"),
    ("scope.json", "what was looked at, and which controls it is held against"),
    ("inventory/", "endpoints in the first and in the last scan of the window, and how they differ"),
    ("cadence.csv", "which scans were expected and which took place"),
    (
        "frameworks/",
        "the catalogs of controls, and what each weakness means for them, as the last scan of the window was weighed",
    ),
    ("redactions.json", "what was taken out of the evidence, and by which rule"),
    ("runs/", "one scan each, as it was recorded"),
    ("observations/", "single verdicts, each with the proof that its scan holds it"),
    ("attachments/", "bytes that entries name by their SHA-256: lists of verdicts, policy texts"),
    ("timestamps/", "RFC 3161 tokens over heads of the ledger"),
    ("ledger/", "entries, what they say, signed heads and proofs"),
    ("keys/", "public keys, and who handed over to whom"),
)
"""What stands under a path, in the order in which a reader wants it."""


def leaflet(
    occasion: Occasion, head: Head, key: PublicKey, files: Sequence[PackFile], missing: Sequence[Missing]
) -> PackFile:
    """The README."""
    rows = [f"| `{path}` | {_count(path, files)} | {meaning} |" for path, meaning in MEANINGS if _count(path, files)]
    gaps = [f"- {each.what}: {each.why}" for each in missing]
    text = PAGE.format(
        what=_what(occasion),
        version=VERSION,
        origin=head.origin,
        at=f"{head.at:%Y-%m-%d %H:%M:%S} UTC",
        size=head.size,
        fingerprint=key.fingerprint,
        sums=SUMS,
        signature=SUMS_SIGNATURE,
        manifest=MANIFEST,
        envelope=ENVELOPE,
        table="\n".join(["| path | files | what |", "|---|---|---|", *rows]),
        missing="\n".join(gaps) if gaps else "Nothing is known to be missing.",
    )
    return PackFile(README, text.encode(), "text/markdown", "derived from the other files")


def _what(occasion: Occasion) -> str:
    about = f"This pack holds the evidence of {occasion.kind} {_plain(occasion.subject)}"
    if not occasion.window:
        return about
    return f"{about} from {occasion.window[0]:%Y-%m-%d} until before {occasion.window[1]:%Y-%m-%d}"


def _plain(text: str) -> str:
    """Without what Markdown reads as its own."""
    return "".join(f"\\{each}" if each in "\\`*_[]<>|" else each for each in text)


def _count(path: str, files: Sequence[PackFile]) -> int:
    return sum(each.path == path or (path.endswith("/") and each.path.startswith(path)) for each in files)
