"""Path templates: how prefixes and templates are put together."""


def join(*parts: str) -> str:
    """A path put together from prefixes and a template: one slash between them, one in front, none doubled.

    An empty part adds nothing; a trailing slash of the last part that has any is kept, as servers tell `/a` from `/a/`.
    Associative for parts that are not empty.
    """
    pieces = [part for part in parts if part]
    path = ""
    for piece in pieces:
        path = f"{path.rstrip('/')}/{piece.lstrip('/')}" if path or not piece.startswith("/") else piece
    while "//" in path:
        path = path.replace("//", "/")
    return path if path.startswith("/") else f"/{path}"
