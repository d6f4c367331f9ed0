"""Anchors a signed head in git: as a note of the commit that is checked out, or as an annotated tag."""

from pathlib import Path

from assay.assessment.revision import written

REF = "refs/notes/assay"


def git_note(root: Path, head: str) -> None:
    """Add the head to the note of the commit. Raises `RevisionError` outside git and before the first commit."""
    written(root, "notes", f"--ref={REF}", "append", "-F", "-", "HEAD", given=head)


def git_tag(root: Path, name: str, head: str) -> None:
    """Make a tag that holds the head. Raises `RevisionError` if there is one of this name already."""
    written(root, "tag", "--annotate", "--cleanup=verbatim", "-F", "-", name, given=head)
