"""FastAPI and Starlette: routers nested across files and factories, dependencies followed into their bodies, mounts, middleware."""

from assay.plugins.framework import Framework, Reading
from assay.source.program import Program


def read(program: Program) -> Reading:
    """The reading of a program; the reader is loaded when there is something to read."""
    from assay.source.frameworks.fastapi import routes

    return routes.read(program)


FRAMEWORK: Framework[Program] = Framework(
    name="fastapi",
    title="FastAPI and Starlette",
    language="python",
    literals=(b"fastapi", b"starlette", b"APIRouter", b"include_router", b"add_api_route"),
    registrars=(
        "FastAPI",
        "APIRouter",
        "Starlette",
        "Route",
        "Mount",
        "include_router",
        "add_api_route",
        "api_route",
        "add_route",
        "add_middleware",
        "mount",
        "websocket",
        "add_websocket_route",
    ),
    read=read,
)
