"""What probes of the encryption say before they ask: there is none to look at, or nobody answered."""

from collections.abc import Iterable

from assay.live.ruling import not_applicable, not_tested
from assay.model.exchange import Chain, Greeting
from assay.model.target import Target
from assay.plugins.probe import Ruling


def unencrypted(target: Target) -> Ruling | None:
    """Why there is no encryption to judge; None when there is."""
    if target.is_encrypted:
        return None
    return not_applicable("The target is asked over plain HTTP: there is no encryption to judge.")


def silent(greetings: Iterable[Greeting]) -> Ruling:
    """Not tested, because some greeting was not answered."""
    failure = next((each.failure for each in greetings if each.is_accepted is None and each.failure), None)
    return not_tested(f"Not tested: {failure.text if failure else 'the greeting was not answered'}.")


def unshown(shown: Chain) -> Ruling | None:
    """Why the certificate cannot be judged; None when it can."""
    if shown.failure or not shown.certificates:
        return not_tested(f"Not tested: {shown.failure.text if shown.failure else 'the certificate cannot be read'}.")
    return None


def told(greetings: Iterable[Greeting]) -> tuple[str, ...]:
    """Greetings as steps of evidence."""
    return tuple(
        f"A greeting that offers {each.request.version} ({each.request.ciphers} ciphers) is "
        + (f"accepted with {each.cipher or 'a cipher'}" if each.is_accepted else "refused")
        for each in greetings
        if each.is_accepted is not None
    )
