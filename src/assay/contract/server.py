"""Reads under which addresses a contract says that the API answers, and what its paths begin with."""

import re
from urllib.parse import urlsplit

from assay.contract.table import Table, as_text
from assay.model.contract import Server

VARIABLE = re.compile(r"\{([^{}]*)\}")


def servers(root: Table) -> tuple[Server, ...]:
    """The servers of a document, in its order; those of version 2.0 are put together from host, basePath and schemes."""
    found = [Server(_filled(server), server.place) for server in root.tables("servers") if server.text("url")]
    return tuple(found) or _older(root)


def base(server: str) -> str:
    """The path of an address, without a slash at its end: what every path of the contract begins with."""
    try:
        path = urlsplit(server).path if "://" in server or server.startswith("//") else server.partition("?")[0]
    except ValueError:  # brackets that are no address
        return ""
    path = path.strip().rstrip("/")
    return path if not path or path.startswith("/") else f"/{path.removeprefix('./')}"


def _filled(server: Table) -> str:
    """The address with the defaults of its variables; one without a default stays as it is written."""
    variables = server.table("variables")

    def value(found: re.Match[str]) -> str:
        return as_text(variables.table(found[1]).get("default")) or found[0]

    return VARIABLE.sub(value, server.text("url"))


def _older(root: Table) -> tuple[Server, ...]:
    host, path = root.text("host"), root.text("basePath")
    if not host and not path:
        return ()
    place = root.place
    if not host:
        return (Server(path, place),)
    return tuple(Server(f"{scheme}://{host}{path}", place) for scheme in root.texts("schemes") or ("https",))
