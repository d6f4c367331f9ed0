"""Which text of each policy was in force when, who approved it, and how many acknowledged it: the files that a pack has of policies."""

from collections.abc import Iterator
from datetime import timedelta

from assay.ledger.canonical import Json, canonical
from assay.ledger.pack.manifest import PackFile
from assay.ledger.policy_standing import APPROVED, Moved, moves, standing
from assay.ledger.recall import Recall


def policy_files(recall: Recall, *, is_ended: bool) -> Iterator[PackFile]:
    """One file a policy, as it stood at the moment of the recall; an ended window ends before that moment."""
    ids = {sealed.entry.subject for sealed in recall.store.of_type("policy") if sealed.sequence <= recall.size}
    day = (recall.at - timedelta(microseconds=1)).date() if is_ended else recall.at.date()
    for id_ in sorted(ids):
        now = standing(recall, id_, day)
        told: Json = {
            "schema": "assay/policy-in-force/v1",
            "policy": id_,
            "day": day.isoformat(),
            "in_force": _version(now.approved) if now.approved else None,
            "review": now.review,
            "people": len(now.people) if now.people is not None else None,
            "acknowledged": [{"person": who, "day": when} for who, when in now.acknowledged],
            "exercised": now.exercised,
            "versions": [_version(each) for each in moves(recall, id_) if each.move.move == APPROVED],
        }
        yield PackFile(f"policies/{_name(id_)}.json", canonical(told), "application/json", f"policy entries of {id_}")


def _version(each: Moved) -> dict[str, Json]:
    text = next((part.digest for part in each.move.attachments if part.digest == each.move.content), "")
    return {
        "entry": each.sequence,
        "version": each.move.version,
        "content": each.move.content,
        "text": f"attachments/{text}" if text else "",
        "author": each.move.author,
        "approver": each.move.by,
        "approved_at": each.at.date().isoformat(),
        "effective": each.move.effective,
    }


def _name(id_: str) -> str:
    return "".join(each if each.isascii() and each.isalnum() else "-" for each in id_).strip("-") or "policy"
