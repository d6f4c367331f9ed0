"""What must hold of the catalogs, the mapping, the demands and the policies; each function yields the sentences of what does not."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from assay.compliance import load

FOLDER = load.COMPACT.parent
SIZES = {"soc2": 61, "owasp-api-2023": 10, "hipaa": 73, "iso27001-2022": 93}
"""Catalogs that are complete, with the number of their controls."""
Document = dict[str, Any]


class Documents(Struct, frozen=True):
    """All files, as they are written; copies may be damaged."""

    catalogs: dict[str, Document]
    """By file name without its ending."""
    mapping: Document
    demands: Document
    policies: Document

    def controls(self, catalog: str) -> dict[str, str]:
        """What a tool can give, by control."""
        return {control["id"]: control["automatable"] for control in self.catalogs[catalog]["controls"]}

    def links(self) -> Iterator[tuple[str, str, Document]]:
        """(weakness, catalog, link) of the whole mapping."""
        for weakness in self.mapping["weaknesses"]:
            for catalog, links in weakness["controls"].items():
                for link in links:
                    yield weakness["id"], catalog, link


def documents(folder: Path = FOLDER) -> Documents:
    """The files of a folder."""

    def parsed(path: Path) -> Document:
        value: Document = yaml.safe_load(path.read_text(encoding="utf-8"))
        return value

    return Documents(
        {path.stem: parsed(path) for path in sorted((folder / "catalogs").glob("*.yaml"))},
        parsed(folder / "mapping.yaml"),
        parsed(folder / "demands.yaml"),
        parsed(folder / "policies" / "policies.yaml"),
    )


def every_catalog_has_its_head(found: Documents) -> Iterator[str]:
    for name, catalog in found.catalogs.items():
        yield from (
            f"{name}: {key}"
            for key in ("id", "name", "version", "publisher", "url", "controls")
            if not catalog.get(key)
        )
        if catalog.get("id") != name:
            yield f"{name}: the file is not named for its id"


def every_control_is_complete(found: Documents) -> Iterator[str]:
    for name, catalog in found.catalogs.items():
        for control in catalog["controls"]:
            for key in ("id", "title", "category", "automatable", "note"):
                if not isinstance(control.get(key), str) or not control[key].strip():
                    yield f"{name} {control.get('id')}: {key}"


def no_control_stands_twice(found: Documents) -> Iterator[str]:
    for name, catalog in found.catalogs.items():
        counts = Counter(control.get("id") for control in catalog["controls"])
        yield from (f"{name} {control}" for control, count in counts.items() if count > 1)


def automatable_is_full_partial_or_none(found: Documents) -> Iterator[str]:
    for name, catalog in found.catalogs.items():
        for control in catalog["controls"]:
            if control.get("automatable") not in {"full", "partial", "none"}:
                yield f"{name} {control.get('id')}"


def titles_are_short(found: Documents) -> Iterator[str]:
    for name, catalog in found.catalogs.items():
        yield from (
            f"{name} {control['id']}" for control in catalog["controls"] if len(str(control.get("title")).split()) > 12
        )


def complete_catalogs_have_all_their_controls(found: Documents) -> Iterator[str]:
    for name, size in SIZES.items():
        if len(found.catalogs[name]["controls"]) != size:
            yield f"{name}: {len(found.catalogs[name]['controls'])}, not {size}"


def the_mapping_lists_the_catalogs_that_are_there(found: Documents) -> Iterator[str]:
    if set(found.mapping["frameworks"]) != set(found.catalogs):
        yield "they differ"


def no_weakness_stands_twice(found: Documents) -> Iterator[str]:
    counts = Counter(weakness["id"] for weakness in found.mapping["weaknesses"])
    yield from (weakness for weakness, count in counts.items() if count > 1)


def every_weakness_is_complete(found: Documents) -> Iterator[str]:
    for weakness in found.mapping["weaknesses"]:
        yield from (f"{weakness['id']}: {key}" for key in ("title", "severity", "clean_when") if not weakness.get(key))


def cwe_ids_are_well_formed(found: Documents) -> Iterator[str]:
    for weakness in found.mapping["weaknesses"]:
        yield from (f"{weakness['id']}: {cwe}" for cwe in weakness["cwe"] if not re.fullmatch(r"CWE-\d+", cwe))


def what_has_no_public_id_says_why(found: Documents) -> Iterator[str]:
    for weakness in found.mapping["weaknesses"]:
        if (not weakness["cwe"] or not weakness["owasp_api"]) and not weakness.get("unmapped_note"):
            yield weakness["id"]


def owasp_ids_equal_the_owasp_links(found: Documents) -> Iterator[str]:
    for weakness in found.mapping["weaknesses"]:
        if [link["id"] for link in weakness["controls"]["owasp-api-2023"]] != weakness["owasp_api"]:
            yield weakness["id"]


def links_name_known_catalogs(found: Documents) -> Iterator[str]:
    for weakness in found.mapping["weaknesses"]:
        yield from (f"{weakness['id']}: {name}" for name in weakness["controls"] if name not in found.catalogs)


def every_weakness_touches_every_catalog(found: Documents) -> Iterator[str]:
    """But for the OWASP list, which has no word for processes."""
    for weakness in found.mapping["weaknesses"]:
        for name in found.mapping["frameworks"]:
            if not weakness["controls"].get(name) and name != "owasp-api-2023":
                yield f"{weakness['id']}: {name}"


def no_link_stands_twice(found: Documents) -> Iterator[str]:
    counts = Counter((weakness, catalog, link["id"]) for weakness, catalog, link in found.links())
    yield from (str(link) for link, count in counts.items() if count > 1)


def links_end_at_a_control(found: Documents) -> Iterator[str]:
    for weakness, catalog, link in found.links():
        if catalog in found.catalogs and link["id"] not in found.controls(catalog):
            yield f"{weakness}: {catalog} {link['id']}"


def nothing_is_direct_where_no_tool_can_see(found: Documents) -> Iterator[str]:
    for weakness, catalog, link in found.links():
        if link["rel"] == "direct" and found.controls(catalog).get(link["id"]) == "none":
            yield f"{weakness}: {catalog} {link['id']}"


def links_say_how_and_why(found: Documents) -> Iterator[str]:
    for weakness, catalog, link in found.links():
        if link["rel"] not in {"direct", "supporting"} or not str(link.get("why") or "").strip():
            yield f"{weakness}: {catalog} {link['id']}"


def seed_assertions_hold(found: Documents) -> Iterator[str]:
    held = {(weakness, catalog, link["id"]) for weakness, catalog, link in found.links()}
    for seed in found.mapping["seed_assertions"]:
        if (seed["weakness"], seed["framework"], seed["control"]) not in held:
            yield str(seed)


def policies_name_known_weaknesses(found: Documents) -> Iterator[str]:
    known = {weakness["id"] for weakness in found.mapping["weaknesses"]}
    for policy in found.policies["policies"]:
        yield from (f"{policy['id']}: {weakness}" for weakness in policy["tested_by"] if weakness not in known)


def policies_support_known_controls(found: Documents) -> Iterator[str]:
    for policy in found.policies["policies"]:
        for catalog, controls in policy["supports"].items():
            known = found.controls(catalog) if catalog in found.catalogs else {}
            yield from (f"{policy['id']}: {catalog} {control}" for control in controls if control not in known)


def every_weakness_has_demands(found: Documents) -> Iterator[str]:
    known = {weakness["id"] for weakness in found.mapping["weaknesses"]}
    yield from known ^ {demands["weakness"] for demands in found.demands["demands"]}


def every_demand_has_proofs_and_both_numbers(found: Documents) -> Iterator[str]:
    for demands in found.demands["demands"]:
        if not demands.get("proofs") or not demands.get("one") or not demands.get("many"):
            yield demands["weakness"]
        elif demands["one"] == demands["many"]:
            yield f"{demands['weakness']}: one equals many"


def what_can_be_seen_only_one_way_demands_that_way(found: Documents) -> Iterator[str]:
    modes = {
        demands["weakness"]: {proof["mode"] for proof in demands["proofs"]} for demands in found.demands["demands"]
    }
    for weakness in found.mapping["weaknesses"]:
        if len(weakness["detect"]) == 1 and weakness["detect"][0] not in modes.get(weakness["id"], set()):
            yield weakness["id"]


CHECKS: tuple[Callable[[Documents], Iterator[str]], ...] = (
    every_catalog_has_its_head,
    every_control_is_complete,
    no_control_stands_twice,
    automatable_is_full_partial_or_none,
    titles_are_short,
    complete_catalogs_have_all_their_controls,
    the_mapping_lists_the_catalogs_that_are_there,
    no_weakness_stands_twice,
    every_weakness_is_complete,
    cwe_ids_are_well_formed,
    what_has_no_public_id_says_why,
    owasp_ids_equal_the_owasp_links,
    links_name_known_catalogs,
    every_weakness_touches_every_catalog,
    no_link_stands_twice,
    links_end_at_a_control,
    nothing_is_direct_where_no_tool_can_see,
    links_say_how_and_why,
    seed_assertions_hold,
    policies_name_known_weaknesses,
    policies_support_known_controls,
    every_weakness_has_demands,
    every_demand_has_proofs_and_both_numbers,
    what_can_be_seen_only_one_way_demands_that_way,
)
