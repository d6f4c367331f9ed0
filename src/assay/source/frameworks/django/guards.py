"""Guards: permission classes of view, action and settings; mixins; decorators."""

from __future__ import annotations

from assay.model.endpoint import Demand, Guard, Level
from assay.source.evaluate.values import ClassValue, External, Value, items, options, text
from assay.source.program import Program

PERMISSIONS = {
    "AllowAny": Demand.ANONYMOUS,
    "IsAuthenticated": Demand.AUTHENTICATED,
    "IsAdminUser": Demand.ROLE,
    "DjangoModelPermissions": Demand.POLICY,
    "DjangoObjectPermissions": Demand.OBJECT,
}


class Permissions:
    """Reads what a view demands."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def methods_of(self, view: Value) -> tuple[str, ...]:
        """Methods that decorators confine a function view to."""
        return ()

    def of(self, view: Value, cls: ClassValue | None, action: str) -> tuple[Guard, ...]:
        """The guards of a view."""
        declared = self.program.class_attribute(cls, "permission_classes") if cls is not None else None
        value = declared[0] if declared else self.default() if cls is not None else None
        found: list[Guard] = []
        for item in items(value) or ():
            for option in options(item):
                name = text(option) or (option.name if isinstance(option, External | ClassValue) else "")
                demand = PERMISSIONS.get(name.rpartition(".")[2], Demand.UNKNOWN)
                found.append(Guard(name.rpartition(".")[2], "permission", demand, Level.TYPE, None))
        return tuple(found)

    def default(self) -> Value | None:
        """The default of the settings."""
        for path in sorted(self.program.run.modules):
            table = self.program.value_at(path, "REST_FRAMEWORK")
            for option in options(table):
                if hasattr(option, "entries"):
                    return option.get("DEFAULT_PERMISSION_CLASSES")
        return None
