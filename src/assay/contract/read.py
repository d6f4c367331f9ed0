"""The door of the room: the bytes of a file become a `Contract`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from assay.contract.document import document
from assay.contract.operation import Surroundings, operations
from assay.contract.reference import Beside, References, no_file
from assay.contract.security import schemes
from assay.contract.server import base, servers
from assay.contract.shape import Shapes
from assay.contract.table import Table
from assay.model.contract import Contract, Fault, Operation
from assay.model.place import Place

MOST = 20_000
"""Operations of one contract; what comes after is said and left out."""


def contract(source: bytes, path: str, *, is_named: bool = False, beside: Beside = no_file) -> Contract:
    """The contract that a file holds, as far as it can be read; `path` is how places name the file.

    `beside` gives the bytes of another file that the document refers to, by its path; nothing else is ever opened.
    """
    found = document(source, path)
    root = found.root
    if root is None:
        return Contract(Place(path, 0), faults=found.faults, is_named=is_named)
    references = References(root, path, beside)
    known, where = schemes(root, references), servers(root)
    names = frozenset(scheme.name for scheme in known)
    around = Surroundings(root, references, Shapes(references), names, base(where[0].url) if where else "")
    read = tuple(sorted(_operations(root, around), key=lambda each: (each.path, each.method, each.place)))
    faults = (*found.faults, *_faults_of_top(root, path), *references.faults.values(), *_repeated(read))
    return Contract(
        place=Place(path, root.line),
        title=root.table("info").text("title"),
        version=root.table("info").text("version"),
        standard=root.text("openapi") or root.text("swagger"),
        servers=where,
        schemes=known,
        operations=read,
        faults=tuple(sorted(set(faults))),
        is_named=is_named,
    )


def _operations(root: Table, around: Surroundings) -> Iterator[Operation]:
    count = 0
    for template, value in (around.references.table(root.get("paths")) or {}).items():
        if template.startswith("x-"):
            continue
        item = around.references.table(value)
        if item is None:
            around.references.fault(f"path {template}", around.root, f"the path {template!r} cannot be read")
            continue
        for operation in operations(template, item, around):
            count += 1
            if count > MOST:
                around.references.fault("most", item, f"it has more than {MOST} operations; the rest is left out")
                return
            yield operation


def _faults_of_top(root: Table, path: str) -> Iterator[Fault]:
    """What is wrong with the document as a whole."""
    standard = root.text("openapi") or root.text("swagger")
    if not standard:
        yield Fault(Place(path, root.line), "it does not say which version of OpenAPI it is written in")
    elif not standard.startswith(("2.", "3.0", "3.1", "3.2")):
        yield Fault(Place(path, root.line), f"its version of OpenAPI, {standard!r}, is not known")
    if not isinstance(root.get("paths"), Table) and not isinstance(root.get("webhooks"), Table):
        yield Fault(Place(path, root.line), "it has no paths")


def _repeated(found: Iterable[Operation]) -> Iterator[Fault]:
    """Ids of operations that stand twice; tools that go by them see one operation only."""
    by_id: dict[str, list[Operation]] = defaultdict(list)
    for operation in found:
        if operation.id:
            by_id[operation.id].append(operation)
    for identifier, several in sorted(by_id.items()):
        if len(several) > 1:
            names = ", ".join(operation.name for operation in several[:3])
            yield Fault(several[1].place, f"the operationId {identifier!r} stands {len(several)} times: {names}")
