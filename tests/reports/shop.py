"""A realistic assessment that every report is tested with: two APIs, findings of every kind, suppressed and skipped ones."""

from msgspec.structs import replace

from assay.model.assessment import Assessment, Coverage, CoverageLine, Factor, RuleSheet, Run, Score
from assay.model.catalog import Catalog, Control, ControlResult, ControlState, WeaknessResult
from assay.model.endpoint import Attribute, Authorization, Demand, Endpoint, Guard, Level, Parameter, Schema
from assay.model.place import Place, Skipped, Step
from assay.model.program import Api, FileCount, Inventory, Setting
from assay.model.verdict import (
    Confidence,
    Finding,
    Outcome,
    Severity,
    Subject,
    Suppression,
    Verdict,
    fingerprint,
)
from assay.model.weakness import Link, Weakness
from assay.plugins.page import page

ORDERS = Api("services/orders", "orders", "fastapi", "python", "services/orders", Place("services/orders/main.py", 12))
ADMIN = Api("src/Admin", "Admin", "aspnetcore", "csharp", "src/Admin", Place("src/Admin/Program.cs", 9))
TOKEN = Guard(
    "Depends(current_user)",
    "dependency",
    Demand.AUTHENTICATED,
    Level.GROUP,
    Place("services/orders/routes/orders.py", 8),
    steps=(Step("raises 401 without a valid token", Place("services/orders/security.py", 31)),),
)
ROLE = Guard(
    '[Authorize(Roles = "Admin")]',
    "attribute",
    Demand.ROLE,
    Level.TYPE,
    Place("src/Admin/UsersController.cs", 14),
    ("Admin",),
)
IDLE = Guard(
    "[Authorize]",
    "attribute",
    Demand.AUTHENTICATED,
    Level.TYPE,
    Place("src/Admin/HealthController.cs", 7),
    is_effective=False,
    defeat="overridden: [AllowAnonymous] on the action wins",
)
ANYBODY = Guard(
    "[AllowAnonymous]", "attribute", Demand.ANONYMOUS, Level.ENDPOINT, Place("src/Admin/HealthController.cs", 20)
)

PAGE_WRITE = """A write endpoint that nobody guards.

## What it finds

Endpoints that may change state and that no guard stands before: neither on the route, nor on its group or application.

| looked at | where |
| --- | --- |
| dependencies | route, router, application |

## Why it matters

**Anybody** who finds the address may create, change or delete. See [OWASP API2:2023](https://owasp.org/API-Security/).

## Bad

```fastapi
@app.delete("/orders/{id}")
def remove(id: int) -> None: ...
```

## Good

```fastapi
@app.delete("/orders/{id}", dependencies=[Depends(current_user)])
def remove(id: int) -> None: ...
```

## How to fix

Add a dependency that refuses, on the router if all of its routes need it:

```python
router = APIRouter(dependencies=[Depends(current_user)])
```
"""
PAGE_CORS = """Every origin may read answers.

## What it finds

A CORS policy that allows every origin together with credentials.

## How to fix

List the origins that the front end is served from.
"""


def rule_sheet(identifier: str, name: str, title: str, weakness: str, severity: str, **more: str) -> RuleSheet:
    """A rule's sheet with its page read as the rooms below do."""
    text = more.pop("page", f"{title}.\n\n## What it finds\n\n{title}.\n")
    read = page(text)
    return RuleSheet(identifier, name, title, weakness, severity, read.text, read.sections, **more)


RULES = (
    rule_sheet("AP001", "unstated-public", "Public without stated intent", "missing-authentication", "high",
               family="authn", statement="endpoints are guarded, or public on purpose"),
    rule_sheet("AP004", "write-without-guard", "Write endpoint without any guard", "missing-authentication", "critical",
               page=PAGE_WRITE, family="authn", statement="write endpoints are guarded", help_uri="https://assay.example/rules/AP004/"),
    rule_sheet("AP006", "weak-role-name", "Role name that says nothing", "missing-authorization", "low", family="roles"),
    rule_sheet("AP009", "outlier", "Demands less than its neighbours", "missing-authorization", "medium", family="outlier",
               statement="endpoints demand what their neighbours demand"),
    rule_sheet("AP105", "permissive-cors", "Every origin may read answers", "permissive-cors", "medium", page=PAGE_CORS,
               family="cors", statement="security settings are as they should be in production"),
)  # fmt: skip


def endpoint(
    api: Api, method: str, path: str, handler: str, place: Place, *guards: Guard, kind: Authorization
) -> Endpoint:
    """An endpoint with its guards."""
    return Endpoint(api.id, method, path, handler, place, api.framework, kind, guards)


def _orders(line: int) -> Place:
    return Place("services/orders/routes/orders.py", line)


ENDPOINTS = (
    replace(
        endpoint(ORDERS, "GET", "/orders", "routes.orders.list_orders", _orders(14), TOKEN, kind=Authorization.AUTHENTICATED),
        parameters=(Parameter("page", "int", "query", False), Parameter("X-Request-Id", "str", "header", None)),
        response=Schema("OrderPage", (Attribute("items", "list[Order]", True), Attribute("next", "str | None"))),
        route_place=Place("services/orders/main.py", 30),
        steps=(Step("FastAPI application", Place("services/orders/main.py", 12)), Step("router with prefix /orders", _orders(8))),
    ),
    replace(
        endpoint(ORDERS, "POST", "/orders", "routes.orders.create", _orders(25), TOKEN, kind=Authorization.AUTHENTICATED),
        request=Schema("NewOrder", (Attribute("sku", "str", True),)),
    ),
    endpoint(ORDERS, "DELETE", "/orders/{id}", "routes.orders.remove", _orders(41), kind=Authorization.PUBLIC),
    endpoint(ORDERS, "PUT", "/orders/{id}/items/{item}", "routes.orders.change_item", _orders(58), kind=Authorization.PUBLIC),
    endpoint(ORDERS, "GET", "/health", "main.health", Place("services/orders/main.py", 44), kind=Authorization.PUBLIC),
    replace(
        endpoint(ORDERS, "GET", "/reports/{name}", "routes.reports.one", Place("services/orders/routes/reports.py", 9),
                 Guard("Depends(gate)", "dependency", Demand.UNKNOWN, Level.ENDPOINT, None), kind=Authorization.UNKNOWN),
        reasons=("gate comes from a package that is not in this tree",), environment="development",
    ),
    endpoint(ADMIN, "GET", "/api/users", "Admin.UsersController.List", Place("src/Admin/UsersController.cs", 22), ROLE,
             kind=Authorization.ROLE),
    endpoint(ADMIN, "DELETE", "/api/users/{id}", "Admin.UsersController.Remove", Place("src/Admin/UsersController.cs", 37), ROLE,
             kind=Authorization.ROLE),
    endpoint(ADMIN, "POST", "/api/health/reset", "Admin.HealthController.Reset", Place("src/Admin/HealthController.cs", 21), IDLE, ANYBODY,
             kind=Authorization.PUBLIC),
)  # fmt: skip


def verdict(
    rule: str, subject: Subject, outcome: Outcome, message: str, severity: Severity = Severity.INFO, **more: object
) -> Verdict:
    """A verdict of one of `RULES`."""
    weakness = next(each.weakness for each in RULES if each.id == rule)
    return replace(Verdict(rule, weakness, subject, outcome, message, severity), **more)


def _subject(found: Endpoint) -> Subject:
    return Subject(found.api, "endpoint", found.method, found.path)


LIST, CREATE, REMOVE, CHANGE, HEALTH, REPORT, USERS, DROP, RESET = map(_subject, ENDPOINTS)
CORS = Subject(ORDERS.id, "setting", symbol="cors")
FIX = "Add a dependency that refuses to the router: APIRouter(dependencies=[Depends(current_user)])."

VERDICTS = (
    verdict("AP001", HEALTH, Outcome.FAIL, "GET /health answers everybody, and nothing says that it should.", Severity.LOW,
            place=Place("services/orders/main.py", 44), fix="Guard it, or state that it is public in assay.toml."),
    verdict("AP001", LIST, Outcome.PASS, "GET /orders demands a signed-in caller."),
    verdict("AP001", REPORT, Outcome.NOT_TESTED, "The guard gate comes from a package that is not in this tree."),
    verdict("AP004", CREATE, Outcome.PASS, "POST /orders demands a signed-in caller.", place=_orders(25)),
    verdict("AP004", DROP, Outcome.PASS, "DELETE /api/users/{id} demands a role."),
    verdict("AP004", LIST, Outcome.NOT_APPLICABLE, "GET /orders changes nothing."),
    verdict("AP004", REMOVE, Outcome.FAIL, "DELETE /orders/{id} has no guard on route, router or application.", Severity.CRITICAL,
            confidence=Confidence.CONFIRMED, place=_orders(41), fix=FIX, framework="fastapi",
            steps=(Step("DELETE /orders/{id} is declared here", _orders(41)), Step("the router has no dependency", _orders(8)),
                   Step("no middleware refuses", Place("services/orders/main.py", 12)), Step("no guard was found"))),
    verdict("AP004", CHANGE, Outcome.FAIL, "PUT /orders/{id}/items/{item} has no guard on route, router or application.",
            Severity.CRITICAL, place=_orders(58), fix=FIX, framework="fastapi"),
    verdict("AP004", RESET, Outcome.FAIL, "POST /api/health/reset is public: [AllowAnonymous] overrides [Authorize].", Severity.HIGH,
            place=Place("src/Admin/HealthController.cs", 21), fix="Remove [AllowAnonymous] from the action.", framework="aspnetcore"),
    verdict("AP006", USERS, Outcome.FAIL, 'GET /api/users demands the role "Admin", which says nothing.', Severity.LOW,
            confidence=Confidence.TENTATIVE, place=Place("src/Admin/UsersController.cs", 14), fix="Name the role by what it may do."),
    verdict("AP009", LIST, Outcome.PASS, "GET /orders demands what its neighbours demand."),
    verdict("AP105", CORS, Outcome.FAIL, "CORS allows every origin with credentials in production.", Severity.MEDIUM,
            place=Place("services/orders/main.py", 18), fix="List the origins that the front end is served from.", framework="fastapi"),
)  # fmt: skip


def finding(found: Verdict, **more: object) -> Finding:
    """The finding that a failing verdict becomes."""
    subject = found.subject
    family = next(each.family for each in RULES if each.id == found.rule)
    parts = (
        ("api", subject.api), ("family", family), ("method", subject.method), ("path", subject.path),
        ("symbol", subject.symbol), ("weakness", found.weakness),
    )  # fmt: skip
    return replace(Finding(found, fingerprint(parts), parts), **more)


def _of(rule: str, subject: Subject) -> Verdict:
    return next(each for each in VERDICTS if each.rule == rule and each.subject == subject)


ACCEPTED = Suppression(
    "reset is reachable from the cluster only, see ADR 12", "ops@shop.example", "2027-01-31", "assay.toml:9"
)
LAPSED = Suppression(
    "front end moves in spring", "web@shop.example", "2026-05-01", "services/orders/main.py:17", is_expired=True
)
FINDINGS = (
    finding(_of("AP004", REMOVE), is_new=True),
    finding(_of("AP004", CHANGE), is_new=False),
    finding(_of("AP004", RESET), is_new=False, state="excepted", suppression=ACCEPTED),
    finding(_of("AP105", CORS), is_new=False, suppression=LAPSED),
    finding(_of("AP001", HEALTH), is_new=True),
    finding(_of("AP006", USERS), is_new=False),
)

WEAKNESSES = (
    Weakness(
        "missing-authentication",
        "Endpoint answers without authentication",
        "access",
        "technical",
        "core",
        Severity.CRITICAL,
        ("CWE-306",),
        ("API2:2023",),
        ("v5.0.0-8.3.1",),
        ("static", "live"),
        "every in-scope endpoint called without a credential",
        (Link("soc2", "CC6.1", "direct", "No identity check stands in front of protected data."),),
    ),
    Weakness("missing-authorization", "Endpoint does not check rights", "access", "technical", "core", Severity.HIGH,
             ("CWE-862",), ("API5:2023",), (), ("static",), "every endpoint judged", ()),
    Weakness("permissive-cors", "Every origin may read answers", "transport", "technical", "core", Severity.MEDIUM,
             ("CWE-942",), ("API8:2023",), (), ("static", "live"), "every policy judged", ()),
)  # fmt: skip
SOC2 = Catalog(
    "soc2",
    "SOC 2 Trust Services Criteria",
    "2017 criteria, points of focus revised 2022",
    "AICPA",
    "https://www.aicpa-cima.com/",
    (Control("CC6.1", "Logical access controls", "CC6", "partial", ""),),
    ("CC",),
)
CONTROLS = (
    ControlResult("soc2", "CC1.1", "Integrity and ethical values", "CC1", ControlState.OUTSIDE, "OUTSIDE", "records of people"),
    ControlResult("soc2", "CC1.2", "Board oversight", "CC1", ControlState.OUTSIDE, "OUTSIDE", "records of people"),
    ControlResult(
        "soc2",
        "CC6.1",
        "Logical access controls",
        "CC6",
        ControlState.DEVIATION,
        "FAIL",
        "3 endpoints answer without authentication",
        (
            WeaknessResult(
                "missing-authentication", "Endpoint answers without authentication", "direct", "fail", 3, 3, 1, "3 open findings"
            ),
        ),
        (FINDINGS[0].fingerprint, FINDINGS[1].fingerprint),
    ),
    ControlResult("soc2", "CC6.3", "Access by role and least privilege", "CC6", ControlState.PARTLY_TESTED, "PARTLY TESTED",
                  "2 of 9 endpoints judged; rights to objects were not"),
    ControlResult("soc2", "CC6.6", "Protection at the boundary", "CC6", ControlState.NOT_TESTED, "NOT TESTED", "needs a live run"),
    ControlResult("soc2", "CC8.1", "Changes are authorised and tested", "CC8", ControlState.OPERATING, "PASS", "4 of 4 rules passed"),
)  # fmt: skip
SKIPPED = (
    Skipped("services/orders/legacy.py", "cannot be parsed: 14 errors", "file", 3),
    Skipped(
        "services/orders/routes/reports.py", "the guard gate comes from a package that is not in this tree", "guard", 9
    ),
    Skipped("src/Admin/wwwroot/bundle.cs", "larger than 2 MB", "file"),
    Skipped("tests/test_orders.py", "tests", "left-out"),
    Skipped("tests/test_users.py", "tests", "left-out"),
)
RUN = Run(
    "assay",
    "0.1.0",
    "shop",
    "4f9c2d1e8b7a6f5c4d3e2b1a09f8e7d6c5b4a392",
    "2026-11-24",
    (("fail-on", "high"), ("framework", "soc2")),
    tuple(rule.id for rule in RULES),
    ("soc2",),
    is_complete=True,
)
SCORE = Score(
    "1",
    39.0,
    "F",
    0.875,
    (
        Factor(
            FINDINGS[0].fingerprint, "AP004", "Write endpoint without any guard", "critical", "confirmed", 3, 0.55, 31.9
        ),
        Factor(FINDINGS[3].fingerprint, "AP105", "Every origin may read answers", "medium", "firm", 1, 0.952, 2.4),
        Factor(FINDINGS[4].fingerprint, "AP001", "Public without stated intent", "low", "firm", 1, 0.988, 0.6),
    ),
    ("A confirmed critical finding holds the score at 39.",),
    46.5,
)
SHOP = Assessment(
    RUN,
    Inventory(
        (ORDERS, ADMIN),
        ENDPOINTS,
        (
            Setting(
                ORDERS.id,
                "cors",
                "on",
                "any",
                Place("services/orders/main.py", 18),
                (("credentials", "true"), ("origins", "*")),
            ),
            Setting(ADMIN.id, "hsts", "on", "production", None),
        ),
        SKIPPED,
        FileCount(61, 22, 33, 4, 2),
        ("csharp", "python"),
        ("aspnetcore", "fastapi"),
    ),
    VERDICTS,
    FINDINGS,
    Coverage(
        0.875,
        (CoverageLine("endpoints", 8, 9, "1 has a guard that could not be followed"), CoverageLine("settings", 2, 2)),
        (("a guard could not be followed", 1),),
    ),
    SCORE,
    CONTROLS,
    (SOC2,),
    WEAKNESSES,
    RULES,
)
EMPTY = Assessment(
    replace(RUN, commit="", options=(), rules=(), catalogs=(), is_complete=False),
    Inventory(skipped=(Skipped(".", "no web framework was recognised", "file"),)),
    (),
    (),
    Coverage(0.0, (), ()),
    None,
    (),
    (),
    (),
    (),
)
