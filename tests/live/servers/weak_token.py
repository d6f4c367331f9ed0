"""An API whose tokens may choose their key, whose logout ends nothing, and that calls, grows and counts as it is told.

`PLANTED` says which weaknesses there are, and where. `make_app(weak=False)` is the same API with each of them mended.
"""

import base64
import hmac
import json
import sqlite3
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from assay.live import forging
from assay.live.jwt import HASHES, Token, secret_of, token

PLANTED = {
    ("AP506", "alg"),
    ("AP506", "kid"),
    ("AP506", "jwk"),
    ("AP506", "jku"),
    ("AP509", ""),
    ("AP513", ""),
    ("AP523", "GET /orders/{order_id}"),
    ("AP545", "GET /preview"),
    ("AP546", "GET /tree"),
}
PRIVATE = rsa.generate_private_key(65537, 2048)
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
PEOPLE = {"alice": range(1001, 1005), "bob": range(1005, 1009)}
Verified = Callable[[Token, str], bool]


def issued(name: str) -> str:
    """A token of RS256, with an id of its own."""
    header, claims = {"alg": "RS256", "kid": "main"}, {"sub": name, "jti": uuid.uuid4().hex}
    text = f"{forging._part(dict(header))}.{forging._part(dict(claims))}"
    return f"{text}.{forging._encoded(PRIVATE.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def published() -> dict[str, object]:
    """The public key, as a set of one."""
    numbers = PRIVATE.public_key().public_numbers()
    n = forging._encoded(numbers.n.to_bytes(256, "big"))
    return {"keys": [{"kty": "RSA", "kid": "main", "n": n, "e": forging._encoded(numbers.e.to_bytes(3, "big"))}]}


def is_signed(text: str, jwk: dict[str, object]) -> bool:
    """Whether the public key of a JWK verifies a token."""
    key = forging._public(jwk)
    known = token(text)
    if not isinstance(key, rsa.RSAPublicKey) or known is None:
        return False
    try:
        key.verify(decoded(known.signature), known.signed.encode(), padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def decoded(text: str) -> bytes:
    """Base64url without its padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def lenient(known: Token, text: str) -> bool:
    """Lets the token choose: its algorithm, its kid, its jwk and its jku."""
    kid = str(known.header.get("kid", ""))
    if known.algorithm in HASHES:
        return secret_of(known, iter((PUBLIC, *_keys_of(kid)))) != "" or _is_empty_keyed(known, kid)
    if isinstance(jwk := known.header.get("jwk"), dict):
        return is_signed(text, jwk)
    if isinstance(jku := known.header.get("jku"), str):
        with urlopen(jku, timeout=2) as answer:
            return is_signed(text, json.load(answer)["keys"][0])
    return strict(known, text)


def strict(known: Token, text: str) -> bool:
    """One algorithm, one key."""
    return known.algorithm == "RS256" and is_signed(text, published()["keys"][0])  # type: ignore[index]


def _keys_of(kid: str) -> list[str]:
    """Looks a key up in a database, as text in the statement."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE keys (id TEXT, secret TEXT)")
    try:
        return [row[0] for row in base.execute(f"SELECT secret FROM keys WHERE id = '{kid}'")]
    except sqlite3.Error:
        return []
    finally:
        base.close()


def _is_empty_keyed(known: Token, kid: str) -> bool:
    return kid == "/dev/null" and hmac.compare_digest(
        hmac.new(b"", known.signed.encode(), HASHES[known.algorithm]).digest(), decoded(known.signature)
    )


def make_app(*, weak: bool = True) -> FastAPI:
    """The API; `app.state.ended` holds what was logged out."""
    app = FastAPI(title="tokens")
    ended: set[str] = set()
    app.state.ended = ended
    verified: Verified = lenient if weak else strict

    def caller(request: Request) -> str:
        text = request.headers.get("authorization", "").removeprefix("Bearer ")
        if weak and not text:
            text = request.query_params.get("access_token", "")
        known = token(text)
        if known is None or text in ended or not verified(known, text):
            raise HTTPException(401, "Not authenticated")
        return str(known.claims.get("sub"))

    @app.post("/login")
    async def login(request: Request) -> dict[str, str]:
        given = await request.json()
        if given.get("password") != "alice-password":
            raise HTTPException(401, "wrong user or password")
        return {"access_token": issued(str(given["username"]))}

    @app.post("/logout", status_code=204)
    def logout(request: Request) -> Response:
        caller(request)
        if not weak:
            ended.add(request.headers["authorization"].removeprefix("Bearer "))
        return Response(status_code=204)

    @app.get("/.well-known/jwks.json", include_in_schema=False)
    def jwks() -> dict[str, object]:
        return published()

    @app.get("/me")
    def me(request: Request) -> dict[str, str]:
        return {"name": caller(request)}

    @app.get("/orders")
    def orders(request: Request) -> list[dict[str, object]]:
        name = caller(request)
        if weak:
            return [{"id": number} for number in PEOPLE.get(name, ())]
        return [{"id": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}{number}"))} for number in range(4)]

    @app.get("/orders/{order_id}")
    def order(order_id: str, request: Request) -> JSONResponse:
        caller(request)
        return JSONResponse({"detail": "not found"}, 404)

    @app.get("/preview")
    def preview(url: str = "") -> dict[str, object]:
        if not weak and urlsplit(url).hostname != "cdn.example.com":
            raise HTTPException(422, "this host is not on the list")
        try:
            with urlopen(url, timeout=2) as answer:
                return {"size": len(answer.read(100))}
        except (OSError, ValueError):
            return {"size": 0}

    @app.get("/stored-link")
    def stored_link(link: str = "") -> dict[str, str]:
        """Takes an address, and never calls it."""
        return {"link": link}

    @app.get("/tree")
    def tree(depth: int = 1) -> dict[str, object]:
        if not weak and depth > 4:
            raise HTTPException(422, "depth must be at most 4")
        return {"nodes": ["x" * 200 for _ in range(min(depth**3, 40_000))]}

    @app.get("/curve")
    def curve(samples: int = 100) -> dict[str, int]:
        """Takes a number, and does no more for a larger one."""
        return {"samples": min(samples, 1_000)}

    return app
