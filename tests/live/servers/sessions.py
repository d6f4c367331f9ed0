"""An API with cookies for sessions, and the ways in which logouts go wrong, or only seem to."""

import itertools

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

LOGOUTS = ("forgets-cookie", "ends-one", "ends-all", "same-session", "refuses", "leads-to-login")


def make_app(logout: str) -> FastAPI:
    """The API, with one of the logouts."""
    app = FastAPI(title="sessions")
    numbers = itertools.count(1)
    sessions: dict[str, str] = {}

    def caller(request: Request) -> str:
        name = sessions.get(request.cookies.get("sid", ""))
        if name is None:
            raise HTTPException(401, "Not authenticated")
        return name

    @app.post("/login")
    async def login(request: Request) -> Response:
        given = await request.json()
        if given.get("password") != "alice-password":
            raise HTTPException(401, "wrong user or password")
        sid = "session-for-alice" if logout == "same-session" else f"session-{next(numbers):016x}"
        sessions[sid] = str(given["username"])
        response = JSONResponse({"ok": True})
        response.set_cookie("sid", sid, httponly=True, samesite="lax")
        return response

    @app.get("/logout")
    def left(request: Request) -> Response:
        name, sid = sessions.get(request.cookies.get("sid", "")), request.cookies.get("sid", "")
        if logout == "refuses":
            return JSONResponse({"success": False, "message": "CSRF token is missing"}, 403)
        if logout in {"ends-one", "leads-to-login"}:
            sessions.pop(sid, None)
        if logout == "ends-all":
            for each in [each for each, owner in sessions.items() if owner == name]:
                del sessions[each]
        response: Response = (
            RedirectResponse("/login", 303) if logout == "leads-to-login" else JSONResponse({"ok": True})
        )
        response.delete_cookie("sid")
        return response

    @app.get("/me")
    def me(request: Request) -> dict[str, str]:
        return {"name": caller(request)}

    return app
