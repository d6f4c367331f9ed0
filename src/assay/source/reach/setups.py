"""Parsers that are only dangerous as they are set up: YAML loaders, XML parsers, JSON that names types."""

from __future__ import annotations

from collections.abc import Callable

from assay.source.evaluate.values import Const, Made, options
from assay.source.mentions import dotted

SAFE_LOADERS = frozenset({"SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader"})
Setup = tuple[str, bool]
"""(what makes it harmless, "" when nothing does; whether that is certain)."""


def of_yaml(made: Made) -> Setup | None:
    """`yaml.load(x, Loader=...)`."""
    loader = made.argument(1, "Loader")
    name = dotted(loader).rpartition(".")[2] if loader is not None else ""
    if name in SAFE_LOADERS:
        return f"{name} makes plain data only", True
    return ("", bool(name) and name != "FullLoader")


def of_lxml(made: Made) -> Setup | None:
    """`etree.fromstring(x, parser)`."""
    parser = next(options(made.argument(1, "parser")), None)
    if not isinstance(parser, Made):
        return None
    resolves, dtd = (parser.named.get(name) for name in ("resolve_entities", "load_dtd"))
    if isinstance(resolves, Const) and resolves.value is False:
        return "its parser resolves no entities", True
    is_open = any(isinstance(each, Const) and each.value is True for each in (resolves, dtd))
    return ("", True) if is_open else None


def of_json(made: Made) -> Setup | None:
    """`JsonConvert.DeserializeObject(x, settings)`."""
    for value in (*made.positional[1:], *made.named.values()):
        for option in options(value):
            handling = option.attributes.get("TypeNameHandling") if isinstance(option, Made) else None
            if handling is not None:
                name = dotted(handling).rpartition(".")[2]
                return ("TypeNameHandling.None makes declared types only", True) if name == "None" else ("", True)
    return None


def of_xml_document(made: Made) -> Setup | None:
    """`XmlDocument.LoadXml(x)`: since .NET Core nothing is loaded unless a resolver is set."""
    held = [made.receiver, made, *made.positional[1:]]
    for value in held:
        for option in options(value):
            resolver = option.attributes.get("XmlResolver") if isinstance(option, Made) else None
            if resolver is not None:
                return ("its resolver is null", True) if isinstance(resolver, Const) else ("", True)
    return None


SETUPS: dict[str, Callable[[Made], Setup | None]] = {
    "yaml": of_yaml,
    "lxml": of_lxml,
    "typed-json": of_json,
    "xml-document": of_xml_document,
}
