"""Reads catalogs, mapping and demands from YAML; every error names file, entry, key and the mend."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from assay.compliance.compendium import Compendium, Demands, Proof
from assay.errors import CatalogError
from assay.model.catalog import Catalog, Control
from assay.model.verdict import Severity
from assay.model.weakness import Link, Weakness

AUTOMATABLE = ("full", "partial", "none")
RELATIONS = ("direct", "supporting")
MODES = ("static", "live", "repo", "ledger", "attest")
SEVERITIES = tuple(str(severity) for severity in Severity)


def compendium(folder: Path) -> Compendium:
    """All of a folder: `catalogs/*.yaml`, `mapping.yaml` and `demands.yaml`."""
    catalogs = tuple(catalog(path) for path in sorted((folder / "catalogs").glob("*.yaml")))
    _refuse_twice("catalogs", (entry.id for entry in catalogs))
    found = weaknesses(folder / "mapping.yaml", catalogs)
    return Compendium(catalogs, found, demands(folder / "demands.yaml", found))


def catalog(path: Path) -> Catalog:
    """The catalog of a file, its controls in the order in which they stand there."""
    root = _document(path)
    selection = root.row("selection") if "selection" in root.values else _Row(path.name, "selection", {})
    controls = tuple(_control(row) for row in root.rows("controls"))
    _refuse_twice(path.name, (control.id for control in controls))
    return Catalog(
        id=root.text("id"),
        name=root.text("name"),
        version=root.text("version"),
        publisher=root.text("publisher"),
        url=root.text("url"),
        controls=controls,
        mandatory=selection.texts("mandatory", default=()),
        optional=tuple(_criteria(selection)),
    )


def weaknesses(path: Path, catalogs: Iterable[Catalog]) -> tuple[Weakness, ...]:
    """The weaknesses of a mapping whose links all end at a control of the catalogs."""
    root = _document(path)
    known = {entry.id: {control.id for control in entry.controls} for entry in catalogs}
    if set(root.texts("frameworks")) != set(known):
        message = f"{path.name}: frameworks: differs from the files in catalogs/; list {', '.join(sorted(known))}."
        raise CatalogError(message)
    found = tuple(_weakness(row, known) for row in root.rows("weaknesses", named="id"))
    _refuse_twice(path.name, (weakness.id for weakness in found))
    return found


def demands(path: Path, known: Iterable[Weakness]) -> tuple[Demands, ...]:
    """The demands of every known weakness, in its order."""
    order = [weakness.id for weakness in known]
    rows = _document(path).rows("demands", named="weakness")
    found = {row.text("weakness"): _demands(row) for row in rows}
    _refuse_twice(path.name, (row.text("weakness") for row in rows))
    for name in found:
        if name not in order:
            raise CatalogError(f"{path.name}: {name}: no such weakness in the mapping; remove it or correct the id.")
    for name in order:
        if name not in found:
            raise CatalogError(f"{path.name}: {name}: is missing; add what its clean_when demands.")
    return tuple(found[name] for name in order)


def _control(row: "_Row") -> Control:
    return Control(
        id=row.text("id"),
        title=row.text("title"),
        category=row.text("category"),
        automatable=row.choice("automatable", AUTOMATABLE),
        note=row.text("note"),
    )


def _criteria(selection: "_Row") -> Iterator[tuple[str, tuple[str, ...]]]:
    if "optional" not in selection.values:
        return
    row = selection.row("optional")
    for name in row.values:
        yield name.replace("_", "-"), row.texts(name)


def _weakness(row: "_Row", known: dict[str, set[str]]) -> Weakness:
    return Weakness(
        id=row.text("id"),
        title=row.text("title"),
        family=row.text("family"),
        kind=row.text("kind"),
        tier=row.text("tier"),
        severity=Severity(row.choice("severity", SEVERITIES)),
        cwe=row.texts("cwe"),
        owasp_api=row.texts("owasp_api"),
        asvs=row.texts("asvs_5", default=()),
        detect=row.choices("detect", MODES),
        clean_when=row.text("clean_when"),
        links=tuple(_links(row.row("controls"), known)),
    )


def _links(controls: "_Row", known: dict[str, set[str]]) -> Iterator[Link]:
    for name in controls.values:
        if name not in known:
            raise controls.error(name, f"is no catalog; choose from {', '.join(sorted(known))}")
        rows = controls.rows(name, named="id")
        for row in rows:
            if row.text("id") not in known[name]:
                raise row.error("id", f"is no control of {name}; correct it or add it to catalogs/{name}.yaml")
            yield Link(name, row.text("id"), row.choice("rel", RELATIONS), row.text("why"))
        _refuse_twice(f"{controls.file}: {controls.entry}: {name}", (row.text("id") for row in rows))


def _demands(row: "_Row") -> Demands:
    proofs = tuple(
        Proof(proof.choice("mode", MODES), proof.text("what"), proof.texts("by")) for proof in row.rows("proofs")
    )
    return Demands(row.text("weakness"), row.text("one"), row.text("many"), proofs, row.values.get("hygiene") is True)


class _Row(Struct, frozen=True):
    """A mapping of a YAML file that knows where it stands."""

    file: str
    entry: str
    values: dict[str, Any]

    def error(self, key: str, mend: str) -> CatalogError:
        return CatalogError(f"{': '.join(part for part in (self.file, self.entry, key) if part)}: {mend}.")

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "is missing or no text; write one, in quotes if it looks like a number or a date")
        return value

    def texts(self, key: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self.values.get(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
            raise self.error(
                key, "is missing or no list of texts; write [] for none, and quote what looks like a number"
            )
        return tuple(value)

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise self.error(key, f"is {value}; choose from {', '.join(allowed)}")
        return value

    def choices(self, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        values = self.texts(key)
        if not values or not set(values) <= set(allowed):
            raise self.error(key, f"is {', '.join(values) or 'empty'}; choose from {', '.join(allowed)}")
        return values

    def row(self, key: str) -> "_Row":
        value = self.values.get(key)
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            raise self.error(key, "is missing or no mapping; write keys below it")
        return _Row(self.file, self.entry or key, value)

    def rows(self, key: str, *, named: str = "id") -> tuple["_Row", ...]:
        value = self.values.get(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(key, "is missing or no list of mappings; write [] for none")
        return tuple(_Row(self.file, self._entry(item, named, number), item) for number, item in enumerate(value, 1))

    def _entry(self, item: dict[str, Any], named: str, number: int) -> str:
        name = str(item.get(named) or f"number {number}")
        return f"{self.entry}: {name}" if self.entry else name


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # chosen at run time: C if it was built
    """Safe YAML in which no key stands twice; plain YAML would drop the first one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 # its base's signature
        keys = Counter(str(key.value) for key, _ in node.value)
        twice = [key for key, count in keys.items() if count > 1]
        if twice:
            problem = f"the key {twice[0]} stands twice"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        constructed: dict[Any, Any] = super().construct_mapping(node, deep)
        return constructed


def _document(path: Path) -> _Row:
    try:
        value = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 # a subclass of the safe loader
    except OSError as error:
        raise CatalogError(f"{path.name}: cannot be read: {error.strerror}; restore it.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path.name}: is no YAML: {' '.join(str(error).split())}; correct that line.") from error
    if not isinstance(value, dict):
        raise CatalogError(f"{path.name}: holds no mapping; write keys such as `id:` at the top.")
    return _Row(path.name, "", value)


def _refuse_twice(where: str, names: Iterable[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise CatalogError(f"{where}: {name}: stands {count} times; keep one.")
