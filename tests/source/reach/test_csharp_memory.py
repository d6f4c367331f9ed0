"""Lists and dictionaries of a program that hold what elsewhere a table would."""

from pathlib import Path

from tests.source.reach.csharp_trees import accesses, reached, shown

from assay.model.reach import Action

NOTES = """
public class Note { public int Id { get; set; } public string OwnerId { get; set; } public string Text { get; set; } }
public interface INotes { Note Get(int id); void Delete(int id); IEnumerable<Note> All(); }
public class Notes : INotes {
    private readonly List<Note> _notes;
    private readonly Dictionary<int, Note> _byId = new();
    public Notes() { _notes = new List<Note>(); }
    public Note Get(int id) => _byId.TryGetValue(id, out var note) ? note : null;
    public void Delete(int id) { var note = _notes.Find(n => n.Id == id); _notes.Remove(note); _byId.Remove(id); }
    public IEnumerable<Note> All() => _notes;
}
public static class Database {
    public static List<Note> Notes = new List<Note> { new Note { Id = 1, Text = "first" } };
    public static readonly List<string> Words = new();
}
public static class NoteCache { public static List<Note> Notes = new(); }
"""
CONTROLLER = """
[ApiController, Route("notes")]
public class NotesController(INotes it) : ControllerBase { %s }
"""
SINGLETON = "builder.Services.AddSingleton<INotes, Notes>();"


def found(root: Path, action: str) -> list[str]:
    return shown(accesses(reached(root, NOTES, CONTROLLER % action, services=SINGLETON)))


def test_a_static_list_is_read_by_id(tmp_path: Path) -> None:
    action = '[HttpGet("{id}")] public object Get(int id) => Database.Notes.FirstOrDefault(n => n.Id == id);'
    assert found(tmp_path, action) == ["read Note Id=path:id"]


def test_a_repository_over_lists_is_read_and_written_by_key(tmp_path: Path) -> None:
    action = '[HttpDelete("{id}")] public void Delete(int id) => it.Delete(id);'
    assert found(tmp_path, action) == ["read Note Id=path:id", "delete Note Id=path:id", "delete Note =path:id"]


def test_a_dictionary_is_asked_by_key(tmp_path: Path) -> None:
    assert found(tmp_path, '[HttpGet("{id}")] public object Get(int id) => it.Get(id);') == ["read Note =path:id"]


def test_a_list_that_is_handed_out_is_listed_without_bounds(tmp_path: Path) -> None:
    endpoints = reached(
        tmp_path, NOTES, CONTROLLER % "[HttpGet] public IActionResult All() => Ok(it.All());", services=SINGLETON
    )
    (access,) = accesses(endpoints)
    assert (access.action, access.entity, access.is_bounded) == (Action.LIST, "Note", False)
    assert endpoints[0].reach is not None
    assert [each.entity for each in endpoints[0].reach.exposures] == ["Note"]


def test_a_change_of_what_is_kept_in_memory_needs_no_saving(tmp_path: Path) -> None:
    action = """[HttpPut("{id}")] public void Put(int id, string text) {
        var note = Database.Notes.First(n => n.Id == id); note.Text = text;
    }"""
    updates = [one for one in accesses(reached(tmp_path, NOTES, CONTROLLER % action)) if one.action is Action.UPDATE]
    assert [one.is_certain for one in updates] == [True]


def test_a_comparison_with_the_caller_protects_what_is_kept_in_memory(tmp_path: Path) -> None:
    action = """[HttpGet("{id}")] public IActionResult Get(int id) {
        var note = Database.Notes.Find(n => n.Id == id);
        if (note is null || note.OwnerId != User.Identity.Name) return NotFound();
        return Ok(note);
    }"""
    (access,) = accesses(reached(tmp_path, NOTES, CONTROLLER % action))
    assert access.protection.startswith("compared")


def test_a_cache_and_a_list_of_words_are_no_stores(tmp_path: Path) -> None:
    action = '[HttpGet("{id}")] public object Get(int id) => NoteCache.Notes.Find(n => n.Id == id) ?? (object)Database.Words;'
    assert found(tmp_path, action) == []
