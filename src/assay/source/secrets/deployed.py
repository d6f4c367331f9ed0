"""Whether a compose file is what a service is run with, and not only what surrounds it on a developer's machine."""

import re

NAME = re.compile(r"(?i)(?:^|/)(?:docker-)?compose\.ya?ml$")
"""The one that is taken when nobody says which; others say by their names what they are for."""
ASIDE = re.compile(r"(?i)(?:^|/)\.?(?:dev|devel|development|devcontainer|local|debug|ci|scripts|benchmarks?)/")
BUILDS = re.compile(rb"(?m)^[ \t]+build:")
"""It builds the service itself."""
FOR_DEVELOPERS = re.compile(
    rb"(?i)--reload|runserver|\bwatch\b|(?:DEBUG|DEVELOPMENT_MODE)[\"']?\s*[:=]\s*[\"']?(?:1|true|on|yes|\$\{\w+:?-(?:1|true))\b"
    rb"|(?:ENV|ENVIRONMENT|MODE)[\"']?\s*[:=]\s*[\"']?(?:dev|local|debug)|-\s*[\"']?\.{1,2}/?[\w./-]*:/"
)
"""It reloads code, shows faults, or lays the code of the developer into the service."""


def is_deployed(path: str, source: bytes) -> bool:
    """Whether a compose file runs the service as it is."""
    if not NAME.search(path) or ASIDE.search(path):
        return False
    return BUILDS.search(source) is not None and FOR_DEVELOPERS.search(source) is None
