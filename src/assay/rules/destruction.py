"""What counts as destroying something: what is removed or marked as gone, whose rights change, and how much that weighs."""

from assay.model.endpoint import Endpoint
from assay.model.reach import Access, Action, Origin
from assay.rules.leavings import Ground
from assay.rules.words import last_name, route, vocabulary, words

DESTROYING = vocabulary("delete remove purge destroy wipe erase drop clear truncate revoke deactivate")
SOFT = vocabulary("deleted removed deactivated")
"""Words of fields that mark an object as gone."""
SWITCHES = vocabulary("active inactive ativo ativa inativo inativa activo activa inactivo enabled disabled archived")
"""Words of fields that say whether an object still counts: what `DELETE` sets is as good as gone."""
RESTORING = vocabulary("restore unarchive undelete recover reactivate unremove")
FLEETING = vocabulary("session otp nonce lock attempt draft tmp temp challenge job task queue")
"""Things that come and go by themselves: only an endpoint that is named for it destroys them."""
SLIGHT = vocabulary(
    "favorite favourite like follow follower following bookmark vote reaction star watch read seen progress view cart basket notification "
    "subscription unread history recent tag dismissal preference"
)
"""Things whose loss nobody has to explain."""
OPINIONS = vocabulary("like dislike favorite favourite follow vote upvote downvote reaction bookmark star")
"""Words of paths by which somebody takes an opinion back: the object that it was about stays."""
LEAVING = vocabulary("unsubscribe unfollow unlike unfavorite unfavourite unstar unwatch unpin leave quit")
"""Words of paths by which somebody takes back what was but their own to give."""
COLLECTED = frozenset({"Remove", "remove", "discard"})
"""Calls that take something out of a collection."""
RIGHTS = vocabulary("role permission privilege scope admin superuser staff")


def destroys(endpoint: Endpoint, access: Access, known: Ground) -> bool:
    """Whether an access removes something or changes the rights of an account."""
    if access.action is Action.DELETE:
        spoken = set(words(access.entity))
        is_tidying = endpoint.method in {"GET", "HEAD"} and not spoken_of(endpoint) & DESTROYING
        return "cache" not in spoken and not is_tidying and (is_named(endpoint) or not spoken & FLEETING)
    if access.action is not Action.UPDATE:
        return False
    gone = SOFT | SWITCHES if endpoint.method == "DELETE" else SOFT
    if any(set(words(field)) & gone for field in access.fields):
        return not spoken_of(endpoint) & RESTORING
    entity = known.entities.get(access.entity)
    is_account = entity is not None and entity.is_account
    return is_account and any(set(words(field)) & RIGHTS for field in access.fields)


def is_named(endpoint: Endpoint) -> bool:
    """Whether method, path or handler say that something is removed."""
    is_asked = endpoint.method not in {"GET", "HEAD"} and bool(spoken_of(endpoint) & DESTROYING)
    return endpoint.method == "DELETE" or is_asked


def spoken_of(endpoint: Endpoint) -> set[str]:
    """The last words of the path, and those of the handler."""
    return {*route(endpoint.path).last, *words(last_name(endpoint.handler))}


def is_gone(access: Access) -> bool:
    """Whether it is marked as deleted, of what destroys something."""
    fields = [set(words(field)) for field in access.fields]
    return any(field & SOFT for field in fields) or (
        any(field & SWITCHES for field in fields) and not any(field & RIGHTS for field in fields)
    )


def does(access: Access) -> str:
    """What it does, in words."""
    what = access.entity or "what is stored"
    if access.action is Action.DELETE:
        return f"deletes {what}"
    return f"marks {what} as deleted" if is_gone(access) else f"changes the rights of {what}"


def is_meant(endpoint: Endpoint, access: Access) -> bool:
    """Whether it is what the endpoint is for, and not tidying up."""
    return (access.action is Action.UPDATE and not is_gone(access)) or is_named(endpoint)


def weight(endpoint: Endpoint, access: Access) -> tuple[bool, bool, bool]:
    """What an endpoint destroys above all: what its path speaks of, rather than what goes with that."""
    spoken = {word for segment in route(endpoint.path).literals for word in segment}
    entity = set(words(access.entity))
    return not entity & FLEETING, bool(entity & spoken), not is_slight(endpoint, access)


def is_slight(endpoint: Endpoint, access: Access) -> bool:
    """Whether nobody has to explain its loss."""
    spoken, said = words(access.entity), set(route(endpoint.path).last)
    is_taken_back = bool(said & LEAVING) and any(key.origin is Origin.PRINCIPAL for key in access.keys)
    return bool(set(spoken) & SLIGHT) or ("to" in spoken[1:-1]) or bool(said & OPINIONS) or is_taken_back


def is_only_parted(access: Access, known: Ground) -> bool:
    """Whether an object is taken out of a collection that another one keeps, `ticket.RemoveQuestion(question)`: it may well stay stored."""
    holder, _, call = access.symbol.partition(": ")
    owner = holder.rpartition(".")[0].rpartition(".")[2]
    return call in COLLECTED and owner in known.entities and owner != access.entity


def is_grave(access: Access) -> bool:
    """Whether it changes rights, or removes those who have them."""
    is_change = access.action is Action.UPDATE and not is_gone(access)
    return is_change or bool(set(words(access.entity)[-1:]) & vocabulary("user account role permission member"))
