"""A time-stamping authority that lives as long as a test: keys, certificates and answers made with openssl."""

import subprocess
import sys
from pathlib import Path

CONFIGURATION = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)


def made(folder: Path) -> Path:
    """Make an authority; gives its root certificate."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conf").write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")
    key = ("-newkey", "rsa:2048", "-nodes", "-config", "conf", "-days", "30")
    openssl(
        folder,
        "req",
        "-x509",
        *key,
        "-keyout",
        "root.key",
        "-out",
        "root.pem",
        "-subj",
        "/CN=root",
        "-extensions",
        "root",
    )
    openssl(folder, "req", "-new", *key[:-2], "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=stamps")
    signing = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "30")
    openssl(
        folder,
        "x509",
        "-req",
        "-in",
        "tsa.csr",
        *signing,
        "-out",
        "tsa.pem",
        "-extfile",
        "conf",
        "-extensions",
        "stamps",
    )
    return folder / "root.pem"


def program(folder: Path) -> tuple[str, ...]:
    """A program that answers the request on its input."""
    return (sys.executable, "-m", "tests.ledger.authority", str(folder))


def main(folder: str) -> int:
    at = Path(folder)
    (at / "query").write_bytes(sys.stdin.buffer.read())
    openssl(at, "ts", "-reply", "-config", "conf", "-section", "one", "-queryfile", "query", "-out", "answer")
    sys.stdout.buffer.write((at / "answer").read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
