"""What a handler has just made: codes in log lines, new objects in answers, documents that it writes field by field."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import reached
from tests.source.reach.judging import firm
from tests.source.reach.test_given_away import CODES, ROWS
from tests.source.reach.test_unseen_python import written

from assay.source.scan import scan

SENT = """
public class CodeService(ILogger<CodeService> logger) {
    public void Send(string email) {
        var otp = new Random().Next(100000, 999999).ToString();
        logger.LogInformation("%s", email, otp);
    }
}
public class CodesController(CodeService codes) : ControllerBase {
    [HttpPost("codes")] public IActionResult Ask(string email) { codes.Send(email); return Ok(); }
}
"""


@pytest.mark.parametrize(
    ("message", "said"), [("Code for {Email}: {Otp}", {"/codes"}), ("Mail to {Email} by {Server}", set())]
)
def test_a_place_in_a_message_that_is_named_like_a_secret_holds_one(
    tmp_path: Path, message: str, said: set[str]
) -> None:
    reached(tmp_path, SENT % message, services="builder.Services.AddScoped<CodeService>();")
    assert firm(scan(tmp_path).inventory, "AP112") == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("logger.info(f'OTP is {six_digits()}')", {"/ask"}),
        ("logger.info(f'verification code for {db}: {six_digits()}')", {"/ask"}),
        ("logger.info(f'order number: {six_digits()}')", set()),
        ("logger.error(f'cannot decode token: {db}')", set()),
    ],
)
def test_a_line_that_says_that_it_holds_a_new_secret_does(tmp_path: Path, line: str, said: set[str]) -> None:
    source = "import logging\nlogger = logging.getLogger(__name__)\n" + CODES % line
    assert firm(written(tmp_path, {"main.py": source}), "AP112") == said


NEW = """
public class CustomersController(ShopContext db) : ControllerBase {
    [HttpPost("customers")] public IActionResult Make(Sent sent) {
        var customer = new Customer { UserName = sent.Name%s };
        db.Customers.Add(customer);
        db.SaveChanges();
        return CreatedAtAction(nameof(Make), new { id = customer.Id }, customer);
    }
}
public class Sent { public string Name { get; set; } public string Password { get; set; } }
"""


@pytest.mark.parametrize(("more", "said"), [(", PasswordHash = Hash(sent.Password)", {"/customers"}), ("", set())])
def test_a_new_object_goes_out_with_what_was_put_into_it(tmp_path: Path, more: str, said: set[str]) -> None:
    reached(tmp_path, NEW % more)
    entities = (tmp_path / "Entities.cs").read_text()
    (tmp_path / "Entities.cs").write_text(
        entities.replace("UserName { get; set; }", "UserName { get; set; } public string PasswordHash { get; set; }")
    )
    assert firm(scan(tmp_path).inventory, "AP104") == said


MADE = """
@app.post("/people")
def make(name: str, db: Session = Depends(session)):
    user = User(email=name, reset_token="", password_hash=hash(name))
    db.add(user)
    db.commit()
    return user
"""


def test_a_new_row_goes_out_with_what_was_put_into_it(tmp_path: Path) -> None:
    source = ROWS.replace("reset_token: Mapped[str]", "reset_token: Mapped[str]\n    password_hash: Mapped[str]")
    assert "/people" in firm(written(tmp_path, {"main.py": source + MADE}), "AP104")


MONGO = """
from fastapi import Depends, FastAPI, HTTPException
from motor.motor_asyncio import AsyncIOMotorClient
client = AsyncIOMotorClient("mongodb://db")
users = client["shop"]["users"]
app = FastAPI()

async def admin(token: str):
    user = await users.find_one({"token": token})
    if user["role"] != "admin":
        raise HTTPException(403)
    return user

@app.put("/users/{name}")
async def change(name: str, role: str, me=Depends(admin)):
    wanted = {}
    if role:
        wanted["%s"] = role
    await users.update_one({"name": name}, {"$set": wanted})
"""


@pytest.mark.parametrize(("field", "said"), [("role", {"/users/{name}"}), ("city", set())])
def test_a_document_is_written_by_the_names_of_its_fields(tmp_path: Path, field: str, said: set[str]) -> None:
    assert firm(written(tmp_path, {"main.py": MONGO % field}), "AP110") == said
