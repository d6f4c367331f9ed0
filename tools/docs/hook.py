"""The hook that mkdocs calls: adds the pages that are written from the code, to the site and to its navigation."""

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

# mkdocs loads this file by its path, so the folder that holds `tools` is not on the path yet.
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tools.docs.pages import sheets


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Replace each folder of the navigation by its pages."""
    config["nav"] = [_filled(entry, _sources(config)) for entry in config["nav"]]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the written pages."""
    for sheet in sheets():
        files.append(File.generated(config, sheet.path, content=sheet.text))
    return files


def _sources(config: MkDocsConfig) -> list[str]:
    docs = Path(config["docs_dir"])
    kept = [path.relative_to(docs).as_posix() for path in docs.rglob("*.md")]
    return sorted({*kept, *(sheet.path for sheet in sheets())})


def _filled(entry: object, sources: list[str]) -> object:
    match entry:
        case dict() if len(entry) == 1:
            ((title, value),) = entry.items()
            if isinstance(value, str) and value.endswith("/"):
                pages = [path for path in sources if path.startswith(value)]
                return {title: sorted(pages, key=lambda path: (not path.endswith("/index.md"), path))}
    return entry
