"""A throw-away time-stamping authority, made with `openssl ts`, so that tests need no network."""

import subprocess
from pathlib import Path

CONFIGURATION = """
[tsa]
default_tsa = t
[t]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
certs = root.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha384
ordering = yes
ess_cert_id_alg = sha256
[stamping]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = {purpose}
[root]
basicConstraints = critical,CA:TRUE
[req]
distinguished_name = name
[name]
"""


def authority(folder: Path, purpose: str = "critical,timeStamping", key: str = "ec") -> Path:
    """Make keys and certificates; gives the root certificate in PEM."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ts.cnf").write_text(CONFIGURATION.format(purpose=purpose), encoding="utf-8")
    kind = ["-newkey", "rsa:2048"] if key == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    made = ["-nodes", "-config", "ts.cnf", *kind]
    _openssl(
        folder,
        "req",
        "-x509",
        *made,
        "-subj",
        "/CN=Test root",
        "-days",
        "3650",
        "-extensions",
        "root",
        "-keyout",
        "root.key",
        "-out",
        "root.pem",
    )
    _openssl(folder, "req", *made, "-subj", "/CN=Test stamps", "-keyout", "tsa.key", "-out", "tsa.csr")
    signed = [
        "-CA",
        "root.pem",
        "-CAkey",
        "root.key",
        "-CAcreateserial",
        "-days",
        "3650",
        "-extfile",
        "ts.cnf",
        "-extensions",
        "stamping",
    ]
    _openssl(folder, "x509", "-req", "-in", "tsa.csr", *signed, "-out", "tsa.pem")
    return folder / "root.pem"


def token(folder: Path, message: bytes) -> bytes:
    """The authority's answer."""
    (folder / "message").write_bytes(message)
    _openssl(folder, "ts", "-query", "-data", "message", "-sha256", "-cert", "-out", "message.tsq")
    _openssl(
        folder, "ts", "-reply", "-config", "ts.cnf", "-section", "t", "-queryfile", "message.tsq", "-out", "message.tsr"
    )
    return (folder / "message.tsr").read_bytes()


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
