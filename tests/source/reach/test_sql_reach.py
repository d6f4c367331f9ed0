"""SQL as text: read, and found in handlers with the values that are bound to it."""

from pathlib import Path

import pytest
from tests.source.reach.python_trees import accesses, flask, shown

from assay.model.reach import Action
from assay.source.evaluate.values import Const, Items, Table, Template
from assay.source.reach.sql import bound, is_sql, read, statements


@pytest.mark.parametrize(
    ("written", "action", "table", "columns"),
    [
        ("SELECT * FROM orders WHERE id = ?", Action.LIST, "orders", ["id"]),
        ("select o.* from shop.orders o join users u on u.id = o.owner where u.name = %s and o.state <> 'gone'",
         Action.LIST, "orders", ["name", "state"]),
        ("SELECT id, (SELECT name FROM users WHERE id = :user) FROM orders WHERE id = :id", Action.LIST, "orders", ["user", "id"]),
        ('UPDATE "orders" SET state = ?, note = ? WHERE id = ?', Action.UPDATE, "orders", ["id"]),
        ("DELETE FROM [dbo].[orders] WHERE 7 = id", Action.DELETE, "orders", ["id"]),
        ("INSERT INTO orders (owner, state) VALUES (?, ?)", Action.CREATE, "orders", []),
        ("-- of one\nSELECT * FROM orders WHERE id IN (SELECT order_id FROM lines WHERE key = $1)", Action.LIST, "orders", ["key"]),
        ("WITH own AS (SELECT 1) SELECT * FROM orders WHERE lower(name) LIKE @name", Action.LIST, "orders", ["name"]),
    ],
)  # fmt: skip
def test_a_statement_tells_its_verb_its_table_and_what_it_selects_by(
    written: str, action: Action, table: str, columns: list[str]
) -> None:
    found = read(written)
    assert found is not None
    assert (found.action, found.table) == (action, table)
    expected = ["id" if column == "user" else column for column in columns]
    assert [comparison.column for comparison in found.comparisons] == expected


def test_a_comparison_under_an_or_selects_in_some_cases_only() -> None:
    found = read("SELECT * FROM orders WHERE id = ? AND (owner = ? OR shared = 1)")
    assert found is not None
    assert [comparison.is_alternative for comparison in found.comparisons] == [False, True, True]


def test_what_is_no_statement_is_not_read() -> None:
    assert not is_sql(Const("selected orders"))
    assert not is_sql(Const(7))
    assert read("") is None
    assert not list(statements(Items([])))


def test_values_are_bound_by_position_by_name_or_stand_in_the_text() -> None:
    one, two = Const("one"), Const("two")
    (by_position,) = statements(Const("SELECT * FROM t WHERE a = ? AND b = ?"))
    assert [bound(each, (Items([one, two]),), {}) for each in by_position.comparisons] == [one, two]
    assert [bound(each, (one, two), {}) for each in by_position.comparisons] == [one, two]
    (by_name,) = statements(Const("SELECT * FROM t WHERE a = :x AND b = %(y)s AND c = @x"))
    table = Table({"x": (Const("x"), one), "y": (Const("y"), two)})
    assert [bound(each, (table,), {}) for each in by_name.comparisons] == [one, two, one]
    assert [bound(each, (), {"x": one, "y": two}) for each in by_name.comparisons] == [one, two, one]
    (numbered,) = statements(Const("SELECT * FROM t WHERE a = $2 AND b = $1"))
    assert [bound(each, (one, two), {}) for each in numbered.comparisons] == [two, one]
    (written,) = statements(Template(("SELECT * FROM t WHERE a = '", one, "' AND b = ", two)))
    assert [bound(each, (), {}) for each in written.comparisons] == [one, two]
    assert written.has_holes


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('rows = c.execute("SELECT * FROM orders WHERE id = ?", [key])', ["read orders id=path:key -"]),
        ('c.execute("SELECT * FROM orders WHERE state = %s AND owner = %s", (request.args["s"], current_user.id))',
         ["list orders state=query:s owner=principal:current_user.id keyed"]),
        ('c.execute("SELECT * FROM orders WHERE owner = " + str(current_user.id) + " AND id = " + key)',
         ["read orders owner=principal:current_user.id id=path:key keyed"]),
        ('c.execute(f"DELETE FROM orders WHERE id = {key}")', ["delete orders id=path:key -"]),
        ('c.execute("UPDATE orders SET state = ? WHERE id = ?", (request.json["state"], key))', ["update orders id=path:key -"]),
        ('db.session.execute(text("SELECT * FROM orders WHERE id = :id"), {"id": key})', ["read orders id=path:key -"]),
        ('c.execute("SELECT * FROM orders WHERE id = ?", [key])\n    c.execute("SELECT 1 FROM lines WHERE o = ?", [c.fetchone()["id"]])',
         ["read orders id=path:key -", "list lines o=loaded:orders -"]),
        ('c.execute("SELECT * FROM orders WHERE id = ?", [key])\n    if c.fetchone()["owner"] != current_user.id:\n        abort(403)',
         ["read orders id=path:key compared"]),
        ('query = "SELECT * FROM orders"\n    if key:\n        query += " WHERE owner = ?"\n    c.execute(query, [current_user.id])',
         ["list orders owner=principal:current_user.id -"]),
    ],
)  # fmt: skip
def test_a_handler_that_runs_text_touches_a_table(tmp_path: Path, body: str, expected: list[str]) -> None:
    source = f"""
import sqlite3
from sqlalchemy import text
@app.post("/orders/<key>")
def run(key):
    c = sqlite3.connect("db").cursor()
    {body}
    return ""
"""
    found = [
        line.replace("principal:id", "principal:current_user.id") for line in shown(accesses(flask(tmp_path, source)))
    ]
    assert found == expected


def test_queries_that_are_kept_in_files_are_read_there(tmp_path: Path) -> None:
    (tmp_path / "orders.sql").write_text(
        "-- name: get-order-by-id^\nSELECT * FROM orders\nWHERE id = :id\n-- name: drop_all!\nDELETE FROM orders;\n"
    )
    source = """
import aiosql
queries = aiosql.from_path("orders.sql", "sqlite3")
@app.post("/orders/<key>")
def run(key):
    queries.drop_all(db.connection)
    return queries.get_order_by_id(db.connection, id=key)
"""
    assert shown(accesses(flask(tmp_path, source))) == ["delete orders -", "read orders id=path:key -"]
