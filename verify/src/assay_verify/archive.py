"""The files of a pack, from its zip or from a folder with what was in it.

A zip must be byte for byte what Assay writes: files stored as they are, in the order of their names, all other fields fixed. So
there is nothing to unpack that could grow, nothing that two readers could see differently, and no byte that could be changed
unseen. Source of the layout: PKWARE APPNOTE 6.3.10, §4.3.
"""

import os
import stat
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from zlib import crc32

from assay_verify.outcome import Unreadable, tampered
from assay_verify.shape import is_path

LARGEST = 2**31 - 1
"""Bytes of a pack; larger ones are never written."""
MOST_FILES = 65_535
LOCAL = struct.Struct("<4sHHHHHIIIHH")
CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
END = struct.Struct("<4sHHHHIIH")
FIRST_MARK, CENTRAL_MARK, END_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6"
VERSION, MADE_BY = 20, 3 << 8 | 20
DAY = 1 << 5 | 1
"""1980-01-01, the first day that a zip can name; the time of every file."""
MODE = 0o100644 << 16
WHOLE = "the archive"


def files(path: Path) -> Mapping[str, bytes]:
    """Name to content, by name. Raises `Unreadable` for what is no pack, `Tampered` for one that is not as it was written."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return _folder(path)
        if not stat.S_ISREG(mode):
            raise Unreadable(f"{path} is neither a file nor a folder")
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"{path} is larger than any evidence pack (2 GiB)")
        return _zip(path.read_bytes(), str(path))
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from error


def _zip(raw: bytes, path: str) -> Mapping[str, bytes]:
    ending = raw[-END.size :]
    if not raw.startswith(FIRST_MARK) and not ending.startswith(END_MARK):
        raise Unreadable(f"{path} is no zip archive")
    if b"manifest.json" not in raw and b"SHA256SUMS" not in raw:
        raise Unreadable(f"{path} is a zip archive, but no evidence pack")
    found: dict[str, bytes] = {}
    directory: list[tuple[str, bytes]] = []
    at, last = 0, ""
    while raw[at : at + 4] not in {CENTRAL_MARK, END_MARK} or not found:
        name, content, row, at = _member(raw, at, last)
        found[name] = content
        directory.append((name, row))
        last = name
    _same_directory(raw, at, directory)
    return found


def _member(raw: bytes, at: int, last: str) -> tuple[str, bytes, bytes, int]:
    """The file that begins here: name, content, its row in the directory, and where the next begins."""
    header = raw[at : at + LOCAL.size]
    if len(header) < LOCAL.size:
        raise tampered(last or WHOLE, "is the last file that can be read: the archive was cut off or changed there")
    _, _, _, _, _, _, crc, size, _, length, _ = LOCAL.unpack(header)
    begin = at + LOCAL.size + length
    name = raw[at + LOCAL.size : begin].decode("ascii", "replace")
    if header != LOCAL.pack(FIRST_MARK, VERSION, 0, 0, 0, DAY, crc, size, size, length, 0) or not is_path(name):
        where = name if is_path(name) else last or WHOLE
        raise tampered(where, f"was changed, or something was put beside it in the archive, at byte {at}")
    content = raw[begin : begin + size]
    if len(content) < size or crc32(content) != crc:
        raise tampered(name, "was changed: its checksum in the archive does not fit")
    if name <= last:
        raise tampered(name, "stands twice or in the wrong place in the archive")
    row = CENTRAL.pack(CENTRAL_MARK, MADE_BY, VERSION, 0, 0, 0, DAY, crc, size, size, length, 0, 0, 0, 0, MODE, at)
    return name, content, row + name.encode(), begin + size


def _same_directory(raw: bytes, at: int, rows: list[tuple[str, bytes]]) -> None:
    """Whether what follows the files is the directory of just these files, and nothing else."""
    if len(rows) > MOST_FILES:
        raise tampered(WHOLE, f"holds more than {MOST_FILES} files")
    start = at
    for name, row in rows:
        if raw[at : at + len(row)] != row:
            raise tampered(name, f"is listed differently in the directory of the archive, at byte {at}")
        at += len(row)
    if raw[at:] != END.pack(END_MARK, 0, 0, len(rows), len(rows), at - start, start, 0):
        raise tampered(WHOLE, f"was changed at its end, or lists more than it holds, at byte {at}")


def _folder(root: Path) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    left = LARGEST
    for name, path in sorted(_walk(root, "")):
        content = _content(path, name, left)
        left -= len(content)
        found[name] = content
        if len(found) > MOST_FILES:
            raise Unreadable(f"{root} holds more than {MOST_FILES} files")
    if not {"manifest.json", "SHA256SUMS"} & set(found):
        raise Unreadable(f"{root} is a folder, but no evidence pack")
    return found


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    with os.scandir(folder) as listed:
        for each in listed:
            name = prefix + each.name
            if each.is_symlink() or not (each.is_dir() or each.is_file()):
                raise tampered(name, "is a link or a device, which no pack holds")
            if not is_path(name):
                raise tampered(name, "has a name that no file of a pack has")
            if each.is_dir(follow_symlinks=False):
                yield from _walk(Path(each.path), name + "/")
            else:
                yield name, Path(each.path)


def _content(path: Path, name: str, limit: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123 - opened already, so that no link is followed
        content = file.read(limit + 1)
    if len(content) > limit:
        raise tampered(name, "makes the pack larger than any is (2 GiB)")
    return content
