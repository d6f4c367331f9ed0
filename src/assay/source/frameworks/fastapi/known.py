"""What outside names mean to FastAPI and Starlette; the words stand in vocabulary.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from assay.model.endpoint import Demand
from assay.source.evaluate.values import Value
from assay.source.mentions import dotted, names_in
from assay.source.refusal import NOTHING, Refusal
from assay.source.vocabulary import IDENTITY, topic_of

APPLICATIONS = ("fastapi.FastAPI", "starlette.Starlette")
ROUTERS = ("fastapi.APIRouter", "starlette.Router", "fastapi_utils.InferringRouter")
DEPENDS = ("fastapi.Depends", "fastapi.Security", "fastapi_injector.Injected")
SCHEMES = tuple(
    f"fastapi.{name}"
    for name in (
        "OAuth2PasswordBearer",
        "OAuth2AuthorizationCodeBearer",
        "OAuth2",
        "HTTPBearer",
        "HTTPBasic",
        "HTTPDigest",
        "APIKeyHeader",
        "APIKeyQuery",
        "APIKeyCookie",
        "OpenIdConnect",
    )
)
VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace"})


@cache
def vocabulary() -> dict[str, Any]:
    """The file's content."""
    return tomllib.loads(resources.files(__package__).joinpath("vocabulary.toml").read_text("utf-8"))


def outside(value: Value) -> Refusal:
    """What a dependency from outside demands: by the vocabulary; one that is named like authentication is unknown; others nothing."""
    name = dotted(value)
    for entry, demand in vocabulary()["dependencies"].items():
        is_inside = name.startswith("fastapi.") and entry.rpartition(".")[2] == name.rpartition(".")[2]
        if (
            name == entry or name.endswith(f".{entry}") or is_inside
        ):  # `fastapi.security.oauth2.OAuth2PasswordRequestForm`
            return Refusal(Demand(demand))
    words = [name.rpartition(".")[2], *names_in(value)[-2:]]
    if any(topic_of(word) in IDENTITY for word in words):
        return Refusal(Demand.UNKNOWN, reason=f"{name or 'a dependency'} is outside the project")
    return NOTHING
