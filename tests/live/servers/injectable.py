"""An API with planted weaknesses of input, over a real database and a real template engine; beside each stands one that is right."""

import html
import sqlite3
import threading

import jinja2
from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

app = FastAPI(title="injectable")
base = sqlite3.connect(":memory:", check_same_thread=False)
base.executescript("CREATE TABLE items (id INTEGER, name TEXT); INSERT INTO items VALUES (1, 'book'), (2, 'pen');")
LOCK = threading.Lock()
"""One connection serves requests of many threads, one at a time."""
STATE = "SELECT id, name FROM items ORDER BY id"
PLANTED = {
    ("AP540", "GET /search"),
    ("AP540", "GET /things/{name}"),
    ("AP541", "GET /search"),
    ("AP541", "GET /numbers"),
    ("AP542", "GET /hello"),
    ("AP543", "GET /page"),
    ("AP544", "GET /go"),
    ("AP448", "GET /rows"),
}


def looked_up(statement: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    with LOCK:
        return base.execute(statement, values).fetchall()


@app.exception_handler(sqlite3.Error)
def shown(request: object, error: sqlite3.Error) -> JSONResponse:
    return JSONResponse({"error": f"sqlite3.OperationalError: {error}"}, 500)


@app.get("/search")
def search(q: str = "book") -> list[tuple[object, ...]]:
    return looked_up(f"SELECT id, name FROM items WHERE name = '{q}'")


@app.get("/things/{name}")
def thing(name: str) -> list[tuple[object, ...]]:
    return looked_up(f"SELECT id FROM items WHERE name = '{name}'")


@app.get("/numbers")
def numbers(number: str = "1") -> list[tuple[object, ...]]:
    """It reads numbers without quotes, and hides every error."""
    try:
        return looked_up(f"SELECT name FROM items WHERE id = {number}")
    except sqlite3.Error:
        return []


@app.get("/echo")
def echo(q: str = "book") -> dict[str, object]:
    """It repeats what it was asked, and takes it as a value."""
    return {"asked": q, "found": looked_up("SELECT id FROM items WHERE name = ?", (q,))}


@app.get("/lenient")
def lenient(number: str = "1") -> dict[str, object]:
    """It reads the digits at the beginning, and leaves the rest."""
    return {"id": int(number.split(" ", maxsplit=1)[0].split("'", maxsplit=1)[0])}


@app.get("/safe-search")
def safe_search(q: str = "book") -> list[tuple[object, ...]]:
    return looked_up("SELECT id, name FROM items WHERE name = ?", (q,))


@app.get("/strict/{number}")
def strict(number: int) -> dict[str, int]:
    return {"id": number}


@app.get("/touchy")
def touchy(q: str = "book") -> dict[str, str]:
    """It fails for whatever is odd, with words of a database, and without one."""
    if not q.isalnum():
        raise HTTPException(400, "syntax error at or near the end of your query")
    return {"q": q}


@app.get("/hello")
def hello(name: str = "Ada") -> HTMLResponse:
    return HTMLResponse(
        jinja2.Environment(autoescape=True).from_string("<p>Hello " + html.escape(name) + "</p>").render()
    )


@app.get("/safe-hello")
def safe_hello(name: str = "Ada") -> dict[str, str]:
    return {"hello": name}


@app.get("/page")
def page(title: str = "Shop") -> HTMLResponse:
    return HTMLResponse(f"<h1>{title}</h1>")


@app.get("/safe-page")
def safe_page(title: str = "Shop") -> HTMLResponse:
    return HTMLResponse(f"<h1>{html.escape(title)}</h1>")


@app.get("/go")
def go(next: str = "/") -> Response:  # noqa: A002
    return RedirectResponse(next)


@app.get("/safe-go")
def safe_go(next: str = "/") -> Response:  # noqa: A002
    return RedirectResponse("/login?next=" + next)


@app.get("/rows")
def rows(limit: int = 10) -> list[dict[str, int]]:
    return [{"id": number} for number in range(min(limit, 5000))]


@app.get("/safe-rows")
def safe_rows(limit: int = 10) -> list[dict[str, int]]:
    return [{"id": number} for number in range(min(limit, 100))]
