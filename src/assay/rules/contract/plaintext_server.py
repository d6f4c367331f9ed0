"""A contract sends callers to an address without encryption.

## What it finds

Server addresses and token addresses of OAuth flows that begin with `http://`. Addresses of the machine itself, of private
networks, and names that are set aside for examples are not judged.

## Why it matters

Clients that are made from the contract send their credentials in the clear, where everybody on the way can read them.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
servers: [{url: "http://api.orders-shop.com/v1"}]
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
```

## Good

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
servers: [{url: "https://api.orders-shop.com/v1"}, {url: "http://localhost:8000/v1"}]
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
```

## How to fix

Write `https://`, and refuse plain HTTP at the server rather than redirecting: a redirect comes after the credentials were sent.

## What it cannot see

Whether the address answers at all, and whether it refuses: a live scan sees that.

## References

- OWASP API Security Top 10 2023, API8 Security Misconfiguration
- CWE-319 Cleartext Transmission of Sensitive Information
"""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from assay.model.contract import Contract
from assay.model.place import Place
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import FRAMEWORK, Sheet, judged, steps

SHEET = Sheet("AP303", "plaintext-http")
RESERVED = re.compile(
    r"(?:^|\.)(?:localhost|local|test|example|invalid|internal|lan|home\.arpa|example\.(?:com|net|org))$"
)
"""RFC 2606, 6761 and 8375, and what private networks call themselves."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every contract."""
    yield from SHEET.unspoken(inventory)
    for contract in judged(inventory):
        yield _verdict(contract)


def _verdict(contract: Contract) -> Verdict:
    addresses = list(_addresses(contract))
    plain = [(url, place) for url, place in addresses if url.lower().startswith("http://") and _is_public(url)]
    if plain:
        message = f"{contract.path} sends callers to {plain[0][0]}, without encryption."
        weight = (Severity.MEDIUM, Confidence.FIRM)
        shown = steps((f"{url} is plain HTTP", place) for url, place in plain)
        return SHEET.failure(contract, message, weight, fix="Write https:// instead of http://.", steps=shown)
    if any(url.lower().startswith("https://") for url, _ in addresses):
        return SHEET.verdict(contract, Outcome.PASS, f"{contract.path} names encrypted addresses only.")
    return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, f"{contract.path} names no public address.")


def _addresses(contract: Contract) -> Iterator[tuple[str, Place]]:
    for server in contract.servers:
        yield server.url, server.place
    for scheme in contract.schemes:
        for flow in scheme.flows:
            yield from ((url, scheme.place) for url in flow.urls)


def _is_public(url: str) -> bool:
    """Whether an address is on the public network: a whole name, or a public number."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not set(host) & set("{}<>$") and RESERVED.search(host) is None


RULE = Rule(
    id="AP303",
    name="plaintext-server",
    title="Contract names an address without encryption",
    weakness=SHEET.weakness,
    severity=Severity.MEDIUM,
    family="contract-server",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="contracts name encrypted addresses only",
)
