"""The application."""

from fastapi import APIRouter, Depends, FastAPI, status
from fastapi.middleware.cors import CORSMiddleware

from orders.routers import admin, auth, health, invoices, orders, reports, users
from orders.security import RequireRole
from orders.store import StoreDep

PREFIX = "/api/v1"

api = APIRouter(prefix=PREFIX)
api.include_router(auth.router)
api.include_router(users.router)
api.include_router(orders.router)
api.include_router(invoices.router)
api.include_router(admin.router, prefix="/admin", dependencies=[Depends(RequireRole("admin"))])
api.include_router(reports.router)

app = FastAPI(title="Orders", version="1.0")
# Weak on purpose: every site may ask in the name of whoever visits it.
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"])
app.include_router(api)
app.include_router(health.router)


# Weak on purpose: quickly added beside the routers, so that none of their guards reaches it.
@app.post(f"{PREFIX}/stock/recount", status_code=status.HTTP_204_NO_CONTENT)
def recount(store: StoreDep) -> None:
    store.run("UPDATE stock SET amount = 0 WHERE amount < 0")
