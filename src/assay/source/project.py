"""The lazily read facts of a tree (interim: replaced by the pipeline's own)."""

from __future__ import annotations

import os
import re
from pathlib import Path

from assay.model.place import Skipped
from assay.model.program import FileCount
from assay.source import facts
from assay.source.languages.registry import LANGUAGES

NEVER = {".git", "node_modules", ".venv", "venv", "__pycache__", "bin", "obj", "tests", "test", "site-packages", "migrations"}


class Project:
    """Facts by path."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.skipped: list[Skipped] = []
        self.left_out: list[Skipped] = []
        self._files: dict[str, facts.File | None] = {}
        self._paths: list[str] = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in NEVER)
            self._paths += [str((Path(folder) / name).relative_to(self.root)) for name in names]
        self._paths.sort()
        self._known = set(self._paths)
        self._index: tuple[dict[str, list[str]], dict[str, list[str]], dict[str, tuple[str, ...]]] | None = None

    @classmethod
    def open(cls, root: Path, **_: object) -> Project:
        return cls(root)

    def close(self) -> None:
        pass

    def paths(self, language: str) -> tuple[str, ...]:
        endings = next(known.extensions for known in LANGUAGES if known.name == language)
        return tuple(path for path in self._paths if path.endswith(endings))

    def other_paths(self, suffix: str) -> tuple[str, ...]:
        return tuple(path for path in self._paths if path.endswith(suffix))

    def has(self, path: str) -> bool:
        return path in self._known

    def file(self, path: str) -> facts.File | None:
        if path not in self._files:
            language = next(known for known in LANGUAGES if path.endswith(known.extensions))
            found = language.load()(path, (self.root / path).read_bytes())
            self._files[path] = found if isinstance(found, facts.File) else None
        return self._files[path]

    def prefetch(self, paths: tuple[str, ...]) -> None:
        pass

    def gated(self, language: str, literals: tuple[bytes, ...]) -> tuple[str, ...]:
        return tuple(p for p in self.paths(language) if any(word in (self.root / p).read_bytes() for word in literals))

    def _declared(self) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, tuple[str, ...]]]:
        if self._index is None:
            types: dict[str, list[str]] = {}
            extensions: dict[str, list[str]] = {}
            spaces: dict[str, tuple[str, ...]] = {}
            for path in self.paths("csharp"):
                text = self.text(path) or ""
                for name in set(re.findall(r"\b(?:class|interface|struct|record|enum)\s+(\w+)", text)):
                    types.setdefault(name, []).append(path)
                for name in set(re.findall(r"(\w+)\s*(?:<[^>()]*>)?\s*\(\s*this\s", text)):
                    extensions.setdefault(name, []).append(path)
                spaces[path] = tuple(re.findall(r"\bnamespace\s+([\w.]+)", text))
            self._index = (types, extensions, spaces)
        return self._index

    def declaring(self, language: str, name: str) -> tuple[str, ...]:
        return tuple(self._declared()[0].get(name, ())) if language == "csharp" else ()

    def extending(self, name: str) -> tuple[str, ...]:
        return tuple(self._declared()[1].get(name, ()))

    def namespaces(self, path: str) -> tuple[str, ...]:
        return self._declared()[2].get(path, ())

    def text(self, path: str) -> str | None:
        return (self.root / path).read_text("utf-8", "replace") if path in self._known else None

    def comments(self) -> tuple[tuple[str, int, str], ...]:
        return ()

    def counts(self) -> FileCount:
        return FileCount(len(self._paths), len(self._files))
