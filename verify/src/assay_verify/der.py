"""Values of ASN.1 in DER, as far as a timestamp needs them. Source: ITU-T X.690, §8 and §10."""

from collections.abc import Sequence
from dataclasses import dataclass

INTEGER, OCTETS, OID, SEQUENCE, SET, TIME = 0x02, 0x04, 0x06, 0x30, 0x31, 0x18


class Malformed(ValueError):
    """Not DER, or not the value that was looked for."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its tag."""

    tag: int
    content: bytes
    whole: bytes
    """With tag and length."""

    def parts(self) -> Sequence["Value"]:
        """The values that it is made of. Raises `Malformed` if it is made of something else."""
        found: list[Value] = []
        rest = self.content
        while rest:
            value = first(rest)
            found.append(value)
            rest = rest[len(value.whole) :]
        return found

    def expect(self, tag: int) -> "Value":
        """Itself, if it has that tag."""
        if self.tag != tag:
            raise Malformed(f"tag {self.tag:#04x} where {tag:#04x} was expected")
        return self


def first(raw: bytes) -> Value:
    """The value at the beginning. Raises `Malformed` if there is none, or its length is not written as short as can be."""
    if len(raw) < 2 or raw[0] & 0x1F == 0x1F:
        raise Malformed("no value, or a tag of several bytes")
    length, begin = raw[1], 2
    if length & 0x80:
        count = length & 0x7F
        begin += count
        length = int.from_bytes(raw[2:begin], "big")
        if not 0 < count <= 4 or len(raw) < begin or length < 0x80 or length >> 8 * (count - 1) == 0:
            raise Malformed("a length that is not written as it must be")
    if len(raw) < begin + length:
        raise Malformed("a value that is cut off")
    return Value(raw[0], raw[begin : begin + length], raw[: begin + length])


def only(raw: bytes) -> Value:
    """The one value of which all bytes are."""
    found = first(raw)
    if len(found.whole) != len(raw):
        raise Malformed("bytes behind the value")
    return found


def dotted(value: Value) -> str:
    """An object identifier as people write it."""
    content = value.expect(OID).content
    numbers, number = [], 0
    for byte in content:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    if not numbers:
        raise Malformed("an empty object identifier")
    head = min(numbers[0] // 40, 2)
    return ".".join(map(str, (head, numbers[0] - 40 * head, *numbers[1:])))
