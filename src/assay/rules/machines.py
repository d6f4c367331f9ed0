"""Keys of machines, which have no end on purpose."""

import re

from assay.model.endpoint import Endpoint

KEY = re.compile(
    r"(?:api|access|service|machine)[_-]?(?:keys?\b|key(?=[A-Z_]))|personal[_-]?(?:access[_-]?)?token", re.IGNORECASE
)
"""What machines come in with until somebody takes it back."""


def makes_a_key(endpoint: Endpoint) -> bool:
    """Whether an endpoint hands out what a machine comes in with: `POST /users/{login}/api_key`."""
    return KEY.search(f"{endpoint.path} {endpoint.handler}") is not None
