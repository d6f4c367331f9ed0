"""Stores of documents: commands that are put together, records that save themselves, whole objects over others."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, shown
from tests.source.reach.test_unseen_minimal import only, served

SOURCE = """
namespace Shop;
using MongoDB.Entities;
using MongoDB.Driver;
public class Note : Entity { public string Title { get; set; } public string Secret { get; set; } }
public class Plain { public string ID { get; set; } public string Title { get; set; } }
public class Notes {
    private readonly IMongoCollection<Plain> kept;
    public Notes(IMongoDatabase db) { kept = db.GetCollection<Plain>("notes"); }
    public async Task<List<Plain>> All() => await kept.Find(_ => true).ToListAsync();
    public async Task<List<Plain>> Empty() => await kept.Find(Builders<Plain>.Filter.Empty).ToListAsync();
    public async Task<List<Plain>> Named(string t) => await kept.Find(Builders<Plain>.Filter.Regex(x => x.Title, t)).ToListAsync();
    public async Task<List<Plain>> Some() => await kept.Find(_ => true).Limit(20).ToListAsync();
    public async Task Replace(string id, Plain n) => await kept.ReplaceOneAsync(x => x.ID == id, n);
    public void Delete(string id) => kept.DeleteOne(x => x.ID == id);
    public async Task<Plain> Take(string id) => await kept.FindOneAndDeleteAsync(x => x.ID == id);
}
"""


def touched(root: Path, parameters: str, body: str) -> list[str]:
    """What a route of one note touches."""
    return shown(
        accesses(
            served(
                root, f'app.MapPut("/notes/{{id}}", async (string id, {parameters}) => {{ {body} }});', source=SOURCE
            )
        )
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("await DB.Find<Note>().Match(n => n.Title == id).ExecuteAsync();", ["list Note Title=path:id"]),
        ("await DB.Update<Note>().MatchID(id).Modify(n => n.Title, n.Title).ExecuteAsync();", ["update Note =path:id"]),
        ("await DB.Replace<Note>().MatchID(id).WithEntity(note).ExecuteAsync();", ["update Note =path:id"]),
        ("await DB.Fluent<Note>().ToListAsync();", ["list Note"]),
        ("await DB.SaveAsync(note);", ["create Note"]),
        ("await note.SaveAsync();", ["create Note"]),
        (
            "var held = await DB.Find<Note>().OneAsync(id); await held.DeleteAsync();",
            ["read Note =path:id", "delete Note =path:id"],
        ),
        ("await plain.SaveAsync();", []),
        ("await queue.SaveAsync();", []),
    ],
)
def test_a_command_that_is_put_together_and_a_record_that_saves_itself_are_accesses(
    tmp_path: Path, body: str, expected: list[str]
) -> None:
    assert touched(tmp_path, "Note note, Plain plain, IQueue queue", body) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("notes.Replace(id, note)", ["update Plain ID=path:id"]),
        ("notes.Delete(id)", ["delete Plain ID=path:id"]),
        ("notes.Take(id)", ["delete Plain ID=path:id"]),
        ("notes.Named(id)", ["list Plain Title=path:id"]),
    ],
)
def test_calls_of_the_driver_are_accesses_by_what_their_filters_compare(
    tmp_path: Path, call: str, expected: list[str]
) -> None:
    assert touched(tmp_path, "Notes notes, Plain note", f"{call};") == expected


@pytest.mark.parametrize(("call", "is_bounded"), [("All", False), ("Empty", False), ("Some", True)])
def test_a_filter_that_lets_everything_through_bounds_nothing(tmp_path: Path, call: str, is_bounded: bool) -> None:
    (access,) = accesses(
        served(tmp_path, f'app.MapGet("/notes", async (Notes notes) => await notes.{call}());', source=SOURCE)
    )
    assert access.is_bounded is is_bounded


def test_an_object_that_is_stored_over_another_is_bound_from_the_request_and_no_answer(tmp_path: Path) -> None:
    route = 'app.MapPut("/notes/{id}", async (string id, Plain note, Notes notes) => await notes.Replace(id, note));'
    reach = only(served(tmp_path, route, source=SOURCE))
    assert [(each.entity, each.fields) for each in reach.copies] == [("Plain", ("ID", "Title"))]
    assert [each.entity for each in reach.exposures if each.entity] == []


def test_a_collection_of_which_nothing_is_asked_is_no_access(tmp_path: Path) -> None:
    route = (
        'app.MapPut("/notes", (ILiteDatabase db) => { db.GetCollection<Plain>("notes").EnsureIndex(n => n.Title); });'
    )
    assert accesses(served(tmp_path, route, source=SOURCE)) == []
