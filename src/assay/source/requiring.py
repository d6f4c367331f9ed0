"""Calls of well-known libraries that end a request by themselves when nobody has signed in: `Authorize.jwt_required()`."""

from assay.source.evaluate.values import Const, Made

METHODS = frozenset(
    {
        "jwt_required",
        "fresh_jwt_required",
        "jwt_refresh_token_required",
        "access_token_required",
        "refresh_token_required",
    }
)
"""Methods of what reads the token of a request, as fastapi-jwt-auth and AuthX call them; as decorators they are read elsewhere."""
FUNCTIONS = frozenset({"verify_jwt_in_request", "verify_fresh_jwt_in_request", "verify_jwt_refresh_token_in_request"})


def requires_login(made: Made) -> bool:
    """Whether a call refuses whoever brings no token; one that lets strangers through as well does not."""
    optional = made.named.get("optional")
    if isinstance(optional, Const) and optional.value is True:
        return False
    return made.name in FUNCTIONS or (made.name in METHODS and made.receiver is not None and not made.positional)
