"""From flags to an order: settings with the flags laid over them, the day, the commit, where facts are kept."""

from pathlib import Path

from msgspec.structs import replace

from assay.assessment.clock import day
from assay.assessment.revision import commit
from assay.assessment.rooms import Wish
from assay.assessment.run import Order
from assay.assessment.settings import Settings, found
from assay.cli.cache import cache_folder
from assay.cli.flags import ReadFlags, WeighFlags


def settings_of(root: Path, flags: ReadFlags) -> Settings:
    """The settings of a folder, with the contracts that the flags name instead of its own."""
    settings = found(root, flags["config"])
    named = tuple(_from_root(root, name) for name in flags["contract"])
    return replace(settings, contract=named) if named else settings


def wish_of(settings: Settings, flags: ReadFlags) -> Wish:
    """How the tree is to be read."""
    cache = None if flags["no_cache"] else cache_folder()
    return Wish(settings=settings, exclude=flags["exclude"], jobs=flags["jobs"], cache=cache)


def order_of(root: Path, flags: WeighFlags) -> Order:
    """The order that the flags of a command give; they go before the settings."""
    settings = settings_of(root, flags)
    settings = replace(
        settings,
        frameworks=flags["framework"] or settings.frameworks,
        criteria=flags["criteria"] or settings.criteria,
        fail_on=flags["fail_on"] or settings.fail_on,
    )
    wish = wish_of(settings, flags)
    return Order(
        root=root,
        wish=wish,
        today=day(flags["as_of"]),
        commit=commit(root),
        options=options(settings, flags["exclude"]),
    )


def options(settings: Settings, exclude: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The effective settings, as the record of a run shows them. Never a path of this machine."""
    shown = {
        "apis": settings.apis,
        "contract": tuple(_shown(name) for name in settings.contract),
        "criteria": settings.criteria,
        "exclude": (*settings.exclude, *exclude),
        "exemptions": tuple(exemption.endpoint.text for exemption in settings.exemptions),
        "fail-on": (settings.fail_on,),
        "frameworks": settings.frameworks,
        "min-coverage": (f"{settings.min_coverage:g}",),
        "sources": settings.sources,
        "vocabulary.audit": settings.vocabulary.audit,
        "vocabulary.guards": settings.vocabulary.guards,
        "vocabulary.not-guards": settings.vocabulary.not_guards,
    }
    return tuple((key, ", ".join(values)) for key, values in sorted(shown.items()) if values)


def _from_root(root: Path, name: str) -> str:
    """A file of the command line as the settings name it: from the scanned folder, or whole where it lies outside. Addresses stay."""
    if "://" in name:
        return name
    path = Path(name).resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _shown(name: str) -> str:
    return Path(name).name if Path(name).is_absolute() else name
