"""What answers give away beside what they are about: traces by what handles errors, proofs of others in whole rows."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import reached
from tests.source.reach.judging import firm
from tests.source.reach.python_trees import django, flask
from tests.source.reach.test_unseen_python import failing, written

from assay.model.program import Inventory
from assay.source.scan import scan

MIDDLEWARE = """
public class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger, IHostEnvironment host) {
    public async Task InvokeAsync(HttpContext context) {
        try { await next(context); }
        catch (Exception failure) {
            logger.LogError(failure.ToString());
            %s
        }
    }
}
"""
TOLD = (
    "await context.Response.WriteAsync(failure.ToString());",
    "var said = new Problem(500, failure.StackTrace); var json = Serialize(said); await context.Response.WriteAsync(json);",
    "await context.Response.WriteAsJsonAsync(new { failure.Message, Trace = failure.StackTrace });",
)
KEPT = (
    "await context.Response.WriteAsync(failure.Message);",
    "if (host.IsDevelopment()) await context.Response.WriteAsync(failure.ToString());",
    "var trace = failure.StackTrace; logger.LogError(trace); await context.Response.WriteAsync(failure.Message);",
)


def traces(inventory: Inventory) -> list[str]:
    return [each.detail("by") for each in inventory.settings if each.name == "trace-answered"]


@pytest.mark.parametrize("answer", TOLD)
def test_a_middleware_that_answers_errors_with_their_trace_is_told(tmp_path: Path, answer: str) -> None:
    reached(tmp_path, MIDDLEWARE % answer, routes="app.UseMiddleware<ErrorMiddleware>();")
    assert traces(scan(tmp_path).inventory) == ["ErrorMiddleware"]
    assert failing(scan(tmp_path).inventory, "AP104") == ["firm ErrorMiddleware answers errors with a stack trace."]


@pytest.mark.parametrize("answer", KEPT)
def test_one_that_logs_the_trace_or_shows_it_to_developers_is_not(tmp_path: Path, answer: str) -> None:
    reached(tmp_path, MIDDLEWARE % answer, routes="app.UseMiddleware<ErrorMiddleware>();")
    assert traces(scan(tmp_path).inventory) == []


def test_one_that_nothing_uses_is_not(tmp_path: Path) -> None:
    reached(tmp_path, MIDDLEWARE % TOLD[0])
    assert traces(scan(tmp_path).inventory) == []


LAMBDA = """app.UseExceptionHandler(errors => errors.Run(async context => {
    var failure = context.Features.Get<IExceptionHandlerFeature>();
    await context.Response.WriteAsync(failure.Error.StackTrace);
}));"""


def test_a_lambda_that_handles_exceptions_may_do_so_too(tmp_path: Path) -> None:
    reached(tmp_path, routes=LAMBDA)
    assert traces(scan(tmp_path).inventory) == ["What handles exceptions"]


def test_a_lambda_that_only_keeps_the_trace_does_not(tmp_path: Path) -> None:
    kept = "var row = new Row(); row.Trace = failure.Error.StackTrace; await store.Create(row); await context.Response.WriteAsync(text);"
    reached(tmp_path, routes=LAMBDA.replace("await context.Response.WriteAsync(failure.Error.StackTrace);", kept))
    assert traces(scan(tmp_path).inventory) == []


FASTAPI = """
import traceback
from fastapi import FastAPI
from fastapi.responses import JSONResponse
app = FastAPI()

@app.exception_handler(Exception)
async def failed(request, failure):
    %s

@app.get("/")
def hello():
    return {}
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('return JSONResponse({"trace": traceback.format_exc()}, 500)', ["failed"]),
        (
            "trace = traceback.format_exc()\n    log.error(trace)\n    return JSONResponse({'trace': trace}, 500)",
            ["failed"],
        ),
        ("trace = traceback.format_exc()\n    log.error(trace)\n    return JSONResponse({'detail': 'sorry'}, 500)", []),
        (
            "trace = traceback.format_exc() if settings.DEBUG else ''\n    return JSONResponse({'trace': trace}, 500)",
            [],
        ),
    ],
)
def test_a_handler_of_exceptions_that_answers_with_the_trace_is_told(
    tmp_path: Path, body: str, said: list[str]
) -> None:
    assert traces(written(tmp_path, {"main.py": FASTAPI % body})) == said


ROWS = """
from fastapi import Depends, FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase): ...

class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    reset_token: Mapped[str]

class Hook(Base):
    __tablename__ = "hook"
    id: Mapped[int] = mapped_column(primary_key=True)
    client_secret: Mapped[str]

def session():
    yield Session()

app = FastAPI()

@app.get("/users")
def users(db: Session = Depends(session)):
    return db.query(User).all()

@app.get("/hooks/{hook_id}")
def hook(hook_id: int, db: Session = Depends(session)):
    return db.query(Hook).filter(Hook.id == hook_id).first()

@app.post("/users")
def make(db: Session = Depends(session)):
    user = User()
    db.add(user)
    return user
"""


def test_rows_of_others_that_hold_what_lets_their_holder_in_are_told(tmp_path: Path) -> None:
    inventory = written(tmp_path, {"main.py": ROWS})
    assert firm(inventory, "AP104") == {"/users"}
    assert "tentative GET /hooks/{hook_id} answers with Hook (returned in part), which holds client_secret." in failing(
        inventory, "AP104"
    )


CODES = """
import random
from fastapi import Depends, FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase): ...

class EmailVerification(Base):
    __tablename__ = "verification"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    otp: Mapped[str]

class Coupon(Base):
    __tablename__ = "coupon"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]

def session():
    yield Session()

def six_digits():
    return str(random.randint(100000, 999999))

app = FastAPI()

@app.post("/ask")
def ask(db: Session = Depends(session)):
    %s
"""


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("db.add(EmailVerification(code=six_digits()))", True),
        ("found = db.query(EmailVerification).first(); found.otp = six_digits(); db.commit()", True),
        ("number = six_digits(); cache.set(f'otp:{db}', number)", True),
        ("number = six_digits(); send(f'Your verification code is {number}')", True),
        ("db.add(Coupon(code=six_digits()))", False),
        ("number = six_digits(); send(f'Your order number is {number}')", False),
    ],
)
def test_a_predictable_number_that_becomes_a_proof_is_told(tmp_path: Path, body: str, is_told: bool) -> None:
    inventory = written(tmp_path, {"main.py": CODES % body})
    assert ("/ask" in firm(inventory, "AP109")) is is_told


CONFIRMING = """
@app.post("/confirm-email")
def confirm():
    user = User.query.filter_by(email=request.json["email"]).first()
    if user.kept != request.json["confirmation_code"]:
        abort(400)
    user.is_active = True
    db.session.commit()
    return ""
"""


def test_a_code_of_the_request_is_one_by_its_whole_name(tmp_path: Path) -> None:
    flask(tmp_path, CONFIRMING)
    assert firm(scan(tmp_path).inventory, "AP106") == {"/confirm-email"}


OWN = """
from rest_framework.views import APIView

class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["username"]

class Me(APIView):
    def delete(self, request):
        request.user.delete()
        return HttpResponse(status=204)

class Profile(generics.RetrieveUpdateDestroyAPIView):
    serializer_class = PersonSerializer

    def get_object(self):
        return self.request.user

urlpatterns = [path("me/", Me.as_view()), path("profile/", Profile.as_view())]
"""


def test_an_account_that_deletes_itself_is_deleted(tmp_path: Path) -> None:
    found = [access for each in django(tmp_path, OWN) if each.reach for access in each.reach.accesses]
    assert {(each.action, each.entity, each.protection) for each in found} == {
        ("delete", "User", "keyed: key == user"),
    }
    assert len(found) == 2


def test_the_caller_of_flask_is_an_account_too(tmp_path: Path) -> None:
    source = '@app.delete("/me")\n@login_required\ndef me():\n    db.session.delete(current_user)\n    return ""\n'
    (found,) = flask(tmp_path, source)
    assert found.reach is not None
    assert [(each.action, each.entity) for each in found.reach.accesses] == [("delete", "User")]


ASKED = """
from fastapi import FastAPI, Request, WebSocket
app = FastAPI()

@app.websocket("/ws")
async def listen(websocket: WebSocket):
    user = decode(websocket.query_params.get("token"))

@app.get("/door")
async def door(request: Request):
    check(request.query_params["password"])

@app.get("/search")
async def search(request: Request):
    look(request.query_params.get("words"), request.headers.get("token"))
"""


def test_a_secret_that_is_read_out_of_the_query_by_hand_travels_in_it(tmp_path: Path) -> None:
    found = failing(written(tmp_path, {"main.py": ASKED}), "AP112")
    assert found == [
        "firm GET /door takes password from the query, where proxies, browsers and logs keep it.",
        "tentative WS /ws takes token from the query, where proxies, browsers and logs keep it.",
    ]


def test_a_secret_that_a_controller_reads_out_of_the_query_does_so(tmp_path: Path) -> None:
    action = '[HttpGet("door")] public IActionResult Open() => Ok(Check(Request.Query["password"]));'
    source = f"public class DoorController : ControllerBase {{ {action} }}"
    reached(tmp_path, source)
    assert firm(scan(tmp_path).inventory, "AP112") == {"/door"}


LISTS = """
@app.get("/orders")
@login_required
def listed():
    return render_template("orders.html", orders=Order.query.all(), people=User.query.all())

@app.get("/orders/done")
@login_required
def done():
    return jsonify({"done": [each for each in Order.query.filter_by(state="done").all()]})

@app.get("/orders/mine")
@login_required
def mine():
    return render_template("orders.html", orders=Order.query.filter_by(owner_id=current_user.id).all())
"""


def test_lists_of_pages_and_of_one_kind_are_suspected(tmp_path: Path) -> None:
    flask(tmp_path, LISTS.replace("@app.get", "from flask import render_template\n@app.get", 1))
    found = failing(scan(tmp_path).inventory, "AP111")
    assert found == [
        "tentative GET /orders shows every Order that is stored.",
        "tentative GET /orders/done answers with every Order of one kind that is stored.",
    ]


SERVICE = """
class Orders:
    def change(self, number, **fields):
        order = Order.query.get_or_404(number)
        return self.put(order, **fields)

    def put(self, order, **fields):
        for name, value in fields.items():
            setattr(order, name, value)
        db.session.commit()

@app.patch("/orders/<int:number>")
@login_required
def change(number):
    Orders().change(number, **request.get_json())
    return ""
"""


def test_fields_that_are_handed_on_one_by_one_are_still_those_of_the_request(tmp_path: Path) -> None:
    (found,) = flask(tmp_path, SERVICE)
    assert found.reach is not None
    assert [(each.entity, each.way, each.is_open) for each in found.reach.copies] == [
        ("Order", "a loop over setattr", True)
    ]
