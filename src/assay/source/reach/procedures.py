"""Stored procedures: what one is called says what it does, and its parameters by what it selects; what stands in it nobody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from assay.model.reach import Action
from assay.source.evaluate.values import Const, External, Made, Member, Table, Value, options
from assay.source.reach.selection import Test
from assay.source.reach.sql import flattened
from assay.source.vocabulary import parts_of

CALLED = re.compile(r"^\s*(?:exec(?:ute)?|call)\s+((?:\[?\w+\]?\.)*\[?\w+\]?)", re.IGNORECASE)
"""`EXEC dbo.DeleteOrder @id`, `CALL delete_order(@id)`."""
NAME = re.compile(r"^\s*((?:\[?\w+\]?\.)*\[?\w+\]?)\s*;?\s*$")
STATED = "StoredProcedure"
VERBS = {
    Action.DELETE: "delete remove del purge eliminar borrar excluir remover apagar deletar",
    Action.CREATE: "insert add create insertar agregar crear inserir criar adicionar cadastrar",
    Action.UPDATE: "update edit set change modify upsert save actualizar modificar editar atualizar alterar guardar salvar",
    Action.LIST: "list search listar",
    Action.READ: "get select find read fetch obtener consultar buscar obter recuperar seleccionar selecionar",
}
DOES = {word: action for action, words in VERBS.items() for word in words.split()}
"""Words of names, with what the procedure does."""
PREFIXES = frozenset({"sp", "usp", "proc", "prc", "spr", "dbo", "p", "stp"})
ASIDE = frozenset(
    {"by", "all", "id", "ids", "list", "details", "detail", "from", "for", "and", "with", "single", "one"}
)
"""Words of names that say nothing of the thing."""
SEVERAL = frozenset({"all", "list", "todos", "todas"})
BY = frozenset({"by", "por"})
PAGING = frozenset({"page", "size", "offset", "limit", "skip", "take", "top", "rows"})
KEY = re.compile(r"^(id|pk|uuid|guid|\w+id)$", re.IGNORECASE)


class Procedure(Struct, frozen=True):
    """A procedure that is called."""

    action: Action
    entity: str
    tests: tuple[Test, ...]
    is_paged: bool


def procedure(made: Made, text: Value | None, given: tuple[Value, ...], *, is_row: bool) -> Procedure | None:
    """The procedure that a call runs; None for every other call, and for one whose name does not say what it does."""
    name = next((found for option in options(text) if (found := name_of(made, option))), "")
    words = [word for word in parts_of(name) if word not in PREFIXES]
    verb = next((word for word in words if word in DOES), "")
    if not verb:
        return None
    action = DOES[verb]
    entity = "".join(word.capitalize() for word in until_by(words) if word != verb and word not in ASIDE)
    passed = list(parameters(given))
    keys = tuple(Test(key, value) for key, value in passed if KEY.match(key))
    if action is Action.READ and not is_row and (SEVERAL & set(words) or not keys):
        action = Action.LIST
    is_paged = any(set(parts_of(key)) & PAGING for key, _ in passed)
    if action is Action.LIST:
        keys = tuple(Test(key, value) for key, value in passed if not set(parts_of(key)) & PAGING)
    return Procedure(action, entity, keys if action is not Action.CREATE else (), is_paged)


def name_of(made: Made, text: Value) -> str:
    """The name of the procedure in a text."""
    written, _ = flattened(text)
    match = CALLED.match(written) or (NAME.match(written) if is_stated(made) else None)
    return match.group(1).rpartition(".")[2].strip("[]") if match is not None else ""


def is_stated(made: Made) -> bool:
    """Whether a call says that its text is the name of a procedure: `commandType: CommandType.StoredProcedure`."""
    values = [*made.positional, *made.named.values(), *made.attributes.values()]
    for value in values:
        if isinstance(value, Made) and value.name == "CommandDefinition" and is_stated(value):
            return True
        if isinstance(value, External | Member) and value.name.rpartition(".")[2] == STATED:
            return True
    return False


def until_by(words: list[str]) -> list[str]:
    """The words that name the thing, and not by what it is selected: `OrderByCustomerId`."""
    return next((words[:at] for at, word in enumerate(words) if word in BY), words)


def parameters(given: tuple[Value, ...]) -> Iterator[tuple[str, Value]]:
    """The names and values that a procedure is handed."""
    for value in given:
        for option in options(value):
            if isinstance(option, Table):
                for key, held in option.entries.values():
                    if isinstance(key, Const):
                        yield str(key.value).lstrip("@:"), held
