"""Flask and its kin: blueprints, class-based views, Flask-RESTful and RESTX, hooks, login decorators in their real order."""

from assay.plugins.framework import Framework, Reading
from assay.source.program import Program


def read(program: Program) -> Reading:
    """The reading of a program; the reader is loaded when there is something to read."""
    from assay.source.frameworks.flask import routes

    return routes.read(program)


FRAMEWORK: Framework[Program] = Framework(
    name="flask",
    title="Flask",
    language="python",
    literals=(
        b"flask",
        b"Flask",
        b"Blueprint",
        b"connexion",
        b"register_blueprint",
        b"add_url_rule",
        b".route(",
        b"create_app",
        b"add_resource",
        b"add_namespace",
        b"@app.",
        b"@bp.",
    ),
    registrars=(
        "Flask",
        "APIFlask",
        "Blueprint",
        "APIBlueprint",
        "register_blueprint",
        "add_url_rule",
        "add_resource",
        "add_namespace",
        "before_request",
        "before_app_request",
        "url_value_preprocessor",
        "add_api",
        "init_app",
        "route",
        "create_app",
    ),
    read=read,
)
