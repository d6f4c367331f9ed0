"""A real ledger in a folder, written to by a clock that the test turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace
from tests.ledger.world import SCOPE, START, Scan, look, record

from assay.ledger import lines
from assay.ledger.canonical import canonical, digest
from assay.ledger.chain import Sealed
from assay.ledger.encoding import decoded, encoded, plain, read
from assay.ledger.recall import Recall, recalled
from assay.ledger.session import Places, Session, writing
from assay.ledger.standing import Standing, compared
from assay.model.evidence import RunRecord, Waived


class Archive(Struct):
    """A ledger; `at` is the time."""

    folder: Path
    at: datetime = START
    actor: str = "ci"
    recorded: list[Sealed] = field(default_factory=list)

    @property
    def places(self) -> Places:
        return Places(self.folder / "ledger.sqlite", self.folder / "key")

    @contextmanager
    def open(self) -> Iterator[Session]:
        with writing(self.places, self.actor, "1.0.0", self.clock) as session:
            yield session

    def clock(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def say(self, subject: str, noun: object) -> Sealed:
        with self.open() as session:
            (sealed,) = session.remember([session.fact(subject, noun)])
        return sealed

    def scan(self, scan: Scan, coverage: float = 1.0, waived: tuple[Waived, ...] = ()) -> str:
        """Record a scan as a project would; gives its run id."""
        with self.open() as session:
            last = session.ledger.newest(SCOPE, "run", 0)
            before = decoded(RunRecord, session.ledger.body(last.entry.payload)) if last else None
            named = next((each for each in before.attachments if each.name == "findings"), None) if before else None
            raw = session.ledger.attachment(named.digest) if named else b""
            standings = [read(Standing, line) for line in lines.read(raw)]
            runs = {
                each.entry.payload: session.ledger.body(each.entry.payload) for each in session.ledger.of_type("run")
            }
            known = {id_: decoded(RunRecord, body) for id_, body in runs.items()} | {"": record(scan, "", self.at)}
            told = compared(look(scan, known), standings, last.entry.payload if last else "", {})
            blob = lines.written(plain(each) for each in told.standings)
            run = replace(
                record(scan, last.entry.payload if last else "", self.at),
                coverage=coverage,
                waived=waived,
                attachments=(lines.attachment("findings", "application/vnd.assay.findings+jsonl", blob),),
            )
            id_ = digest(canonical(encoded(run)))
            changes = [
                replace(
                    each, scope=SCOPE, run=id_, last_failed=each.last_failed or (id_ if each.outcome == "fail" else "")
                )
                for each in told.changes
            ]
            facts = [session.fact(SCOPE, run, blob), *(session.fact(each.fingerprint, each) for each in changes)]
            self.recorded += session.remember(facts)
        return id_

    @contextmanager
    def recall(self, at: datetime | None = None) -> Iterator[Recall]:
        with self.open() as session:
            yield recalled(session.ledger, at or self.at)
