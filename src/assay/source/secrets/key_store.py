"""Files that hold a private key in binary: key stores of Java and PKCS 12, which .NET and Windows name `.pfx`."""

from assay.model.place import Place
from assay.model.secret import Proof, Secret, Standing
from assay.source.secrets.mask import mark

ENDINGS = (".jks", ".keystore", ".p12", ".pfx")
DER = (b"\x30\x82", b"\x30\x83", b"\x30\x80")
"""How a sequence begins that is as long as a key (X.690 section 8.1.3)."""
JAVA = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
"""Magic numbers of JKS and JCEKS."""
LEAST = 500
"""Bytes: less holds no key with its certificate."""


def is_key_store(path: str, source: bytes) -> bool:
    """Whether a file is named and begins like a store of keys."""
    return path.lower().endswith(ENDINGS) and len(source) >= LEAST and source.startswith(DER + JAVA)


def key_store(path: str, source: bytes, standing: Standing) -> Secret:
    """The secret that the whole file is."""
    return Secret(
        kind="private-key",
        title="key store with a private key",
        name="",
        place=Place(path, 1),
        masked=f"({len(source)} bytes)",
        mark=mark(source.hex()),
        proof=Proof.FORMAT,
        standing=standing,
    )
