"""JSON Web Tokens as probes need them: read, and made broken in ways that no library would make them (RFC 7515, RFC 7519)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

from msgspec import Struct

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
NONES = ("none", "None", "NONE", "nOnE")


class Token(Struct, frozen=True):
    """A token in its parts."""

    header: dict[str, object]
    claims: dict[str, object]
    signed: str
    """What the signature is over."""
    signature: str

    @property
    def algorithm(self) -> str:
        """What the header says that it is signed with."""
        return str(self.header.get("alg", ""))


def token(text: str) -> Token | None:
    """A token in its parts; None for what is no JWT."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    header, claims = (_object(part) for part in parts[:2])
    if header is None or claims is None:
        return None
    return Token(header, claims, f"{parts[0]}.{parts[1]}", parts[2])


def unsigned(known: Token) -> Iterator[str]:
    """The same claims under every spelling of the algorithm none, without a signature."""
    claims = known.signed.partition(".")[2]
    for name in NONES:
        yield f"{_part({**known.header, 'alg': name})}.{claims}."


def broken(known: Token) -> Iterator[tuple[str, str]]:
    """(what was done, token) whose signature does not fit: another one, none at all, and one of other claims."""
    turned = known.signature[::-1] if known.signature[::-1] != known.signature else known.signature + "AA"
    yield "with another signature", f"{known.signed}.{turned}"
    yield "without its signature", f"{known.signed}."
    header = known.signed.partition(".")[0]
    yield (
        "with changed claims under the old signature",
        f"{header}.{_part({**known.claims, 'assay': 1})}.{known.signature}",
    )


def signed(header: dict[str, object], claims: dict[str, object], secret: str) -> str:
    """A token signed with a secret, by the algorithm that its header names."""
    text = f"{_part(header)}.{_part(claims)}"
    digest = hmac.new(secret.encode(), text.encode(), HASHES[str(header["alg"])]).digest()
    return f"{text}.{_encoded(digest)}"


def secret_of(known: Token, guesses: Iterator[str]) -> str:
    """The guess that the token was signed with; "" when none was, or it is not signed with a shared secret."""
    hashed = HASHES.get(known.algorithm)
    if hashed is None:
        return ""
    wanted = _decoded(known.signature)
    text = known.signed.encode()
    return next(
        (each for each in guesses if hmac.compare_digest(hmac.new(each.encode(), text, hashed).digest(), wanted)), ""
    )


def guesses(words: Iterator[str]) -> Iterator[str]:
    """Secrets that people choose: tutorials' own, and those made of the words of the target."""
    plain = TUTORIALS.split()
    names = [word for word in words if word]
    for base in (*plain, *names):
        yield from dict.fromkeys((base, base.upper(), base.capitalize(), f"{base}123", f"{base}1234", f"{base}!"))
    for name in (*names, "my", "jwt", "app", "api", "super", "dev", "test", "your", "django", "flask", "node", "the"):
        for tail in ("secret", "key", "secretkey", "jwt", "password", "token", "signingkey"):
            yield from (f"{name}{tail}", f"{name}-{tail}", f"{name}_{tail}", f"{name} {tail}")


TUTORIALS = """
secret key password changeme change-me changeit default test testing dev development jwt token admin root letmein qwerty
secretkey secret-key secret_key jwtsecret jwt-secret jwt_secret jwtkey jwt-key jwt_key supersecret super-secret super_secret
mysecret my-secret my_secret mysecretkey my-secret-key my_secret_key yoursecret your-secret your-secret-key your_secret_key
your-256-bit-secret your-384-bit-secret your-512-bit-secret a-string-secret-at-least-256-bits-long shhhhh shhhhhhared-secret
topsecret top-secret top_secret s3cr3t s3cret secr3t passw0rd p@ssw0rd pa55word hunter2 abc abc123 abcdef 123456 1234567890
12345678 123456789 0123456789abcdef 00000000 asdf asdfasdf foobar foo bar example sample demo local localhost none null
undefined empty todo fixme replace-me replaceme placeholder insecure not-so-secret notsecret keyboardcat keyboard-cat
verysecret very-secret very_secret supersecretkey super-secret-key super_secret_key privatekey private-key signingkey
signing-key accesstoken access-token-secret refresh-token-secret accesssecret refreshsecret tokensecret token-secret
token_secret appsecret app-secret app_secret apisecret api-secret api_secret apikey api-key api_key sessionsecret
09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7 gsdfgsdfgsdfgsdfgsdfg thisisasecret this-is-a-secret
thisismysecret this_is_my_secret thisisasecretkey thisisthesecret thisisasamplesecret
"""
"""Of tutorials, templates and documentation, as they are copied into products."""


def _object(part: str) -> dict[str, object] | None:
    try:
        found = json.loads(_decoded(part))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _part(value: dict[str, object]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
