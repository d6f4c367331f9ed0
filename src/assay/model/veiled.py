"""Nouns that hold secrets: what is printed of them, in a traceback or a log, leaves the secrets out."""

from typing import ClassVar

from msgspec import Struct


class Veiled(Struct, frozen=True):
    """A noun whose fields named in `veiled` do not show in its `repr`."""

    veiled: ClassVar[frozenset[str]] = frozenset()

    def __repr__(self) -> str:
        shown = [name for name in self.__struct_fields__ if name not in self.veiled]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"
