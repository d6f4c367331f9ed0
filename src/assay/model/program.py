"""What the source scan gives: the APIs of a tree, their endpoints and settings, and what was not read."""

from msgspec import Struct, field

from assay.model.change import Delivery
from assay.model.contract import Contract, Drift
from assay.model.endpoint import Endpoint
from assay.model.entity import Entity
from assay.model.place import Place, Skipped, Step
from assay.model.reach import Use
from assay.model.secret import History, Search, Secret


class Api(Struct, frozen=True, order=True):
    """One deployable API: an application object, a web project, a Django project."""

    id: str
    """Unique in the tree and stable: usually the folder, with the object's name when a folder has several; `.` for the root."""
    name: str
    framework: str
    language: str
    root: str
    """Folder relative to the scanned one."""
    place: Place | None = None
    """Where the application is made."""


class Setting(Struct, frozen=True):
    """A security setting that the code makes, judged by rules by its value and environment."""

    api: str
    name: str
    """cors, https-redirection, hsts, debug, error-detail, cookie-secure, allowed-hosts, antiforgery, docs; rate-limit (limits the
    whole application); request-logging and sensitive-logging (what is written into the log of every request or statement);
    forwarded-headers; trace-answered (errors are answered with their trace); audit (records what is done: on, fields of the changed
    row, or access without who asked); sign-in-log (success, failure)."""
    value: str
    """`on`, `off`, or the value written; `unknown` when it comes from outside."""
    environment: str
    """`any` when it holds in production; `development`, `testing` ... when it stands in a branch for that environment."""
    place: Place | None
    details: tuple[tuple[str, str], ...] = ()
    """For cors: origins (`*`, `reflected`, a comma list, `unknown`), credentials and applied (`true`/`false`), methods, headers, policy."""
    steps: tuple[Step, ...] = ()

    def detail(self, key: str, default: str = "") -> str:
        """One detail."""
        return dict(self.details).get(key, default)


class FileCount(Struct, frozen=True):
    """How many source files were seen and what became of them."""

    found: int = 0
    read: int = 0
    """Parsed, wholly or in part."""
    passed_over: int = 0
    """Without any word that a framework needs: nothing to find in them."""
    left_out: int = 0
    """Tests, vendored and generated code."""
    skipped: int = 0
    """Could not be read: too large, binary, unparsable, timed out."""


class Inventory(Struct, frozen=True):
    """Everything that the source scan found; all tuples are sorted."""

    apis: tuple[Api, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    """By api, path, method, place."""
    settings: tuple[Setting, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    files: FileCount = FileCount()
    languages: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    secrets: tuple[Secret, ...] = ()
    """By place."""
    entities: tuple[Entity, ...] = ()
    """Stored types that some handler touches, by name."""
    search: Search = field(default_factory=Search)
    """What was searched for them."""
    history: History = field(default_factory=History)
    """Those that past commits hold."""
    contracts: tuple[Contract, ...] = ()
    """OpenAPI documents, by path."""
    drifts: tuple[Drift, ...] = ()
    """How code, contracts and live calls differ, of APIs that have a contract."""
    uses: tuple[Use, ...] = ()
    """Of tokens and cryptography in what the programs do when they start, by place."""
    delivery: Delivery | None = None
    """How changes get to production; None when nobody looked."""
