"""The page docs/performance.md: each part below a heading of its own, so that one measurement does not overwrite another."""

from pathlib import Path


def replace_part(page: Path, heading: str, text: str) -> None:
    """Write one part of a page, at its heading or at the end; heading `""` is all before the first `## `."""
    parts = _parts(page.read_text(encoding="utf-8")) if page.exists() else {}
    parts[heading] = text.strip() + "\n"
    first = parts.pop("", "")
    bodies = [first, *(f"## {name}\n\n{body}" for name, body in parts.items())]
    page.write_text("\n".join(body for body in bodies if body), encoding="utf-8")


def _parts(text: str) -> dict[str, str]:
    """Heading to what stands below it, in order."""
    first, *rest = f"\n{text}".split("\n## ")
    found = {"": first.strip() + "\n" if first.strip() else ""}
    for part in rest:
        name, _, body = part.partition("\n")
        found[name.strip()] = body.strip() + "\n"
    return found
