"""Hands a ledger over to a new key: both keys sign the statement, the new one signs the head, the files change places."""

from assay.errors import LedgerError
from assay.ledger import heads
from assay.ledger.keyring import rotated
from assay.ledger.rotation import rotate
from assay.ledger.session import Places, Session
from assay.ledger.sign import PublicKey, create, load
from assay.model.decision import KeyRevocation


def handed_over(session: Session, places: Places, revoked: str = "") -> PublicKey:
    """The new key. `revoked` says why the old one is not to count from here on; "" if it merely retires.

    Raises `LedgerError` where an outside program signs: its owner rotates its key.
    """
    if places.signer:
        raise LedgerError("An outside program signs this ledger. Mend: rotate its key where it is held.")
    old, name = session.signer, session.signer.public.name
    fresh = places.key.with_name(f"{places.key.name}.new")
    # A hand-over that was interrupted before its entry was kept left this file; it goes on with it.
    new = load(fresh, name) if fresh.exists() else create(fresh, name)
    facts = [session.fact(new.public.fingerprint, rotated(rotate(old, new, session.clock())))]
    if revoked:
        retired = old.public.fingerprint
        facts.append(session.fact(retired, KeyRevocation(retired, revoked, session.actor)))
    session.ledger.append(facts, session.clock)
    heads.sign(session.ledger, new, session.head)
    places.key.replace(places.key.with_name(f"{places.key.name}.{old.public.fingerprint[:8]}"))
    fresh.replace(places.key)
    return new.public
