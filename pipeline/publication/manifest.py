"""What a release was built from and what it holds; light, because `ppgd` asks it before anything else.

The manifest is the release's own, immutable; the note of the last build is kept beside the accepted
deliveries, because a build that changes nothing makes no release.
"""

from typing import Any

from pipeline.publication.durable import read_json, write_json
from pipeline.publication.inputs import input_fingerprint
from pipeline.settings import Settings

MANIFEST = "manifeste.json"
POINTER = "derniere"
STORE = "publications"
_LAST_BUILD = "derniere-construction.json"


def last_manifest(settings: Settings) -> dict[str, Any] | None:
    """Return the manifest of the release the pointer names, or None before the first one."""
    return read_json(settings.marts / POINTER / MANIFEST)


def is_up_to_date(settings: Settings) -> bool:
    """Tell whether the release in place was built from the inputs as they are now."""
    build, manifest = read_json(settings.entrepot / _LAST_BUILD), last_manifest(settings)
    return (
        build is not None
        and manifest is not None
        and settings.observatoire.exists()
        and build["publication_id"] == manifest["publication_id"]
        and build["empreinte_entrees"] == input_fingerprint(settings)
    )


def note_build(settings: Settings, publication_id: str, fingerprint: str) -> None:
    """Remember from which inputs the release in place comes."""
    write_json(
        settings.entrepot / _LAST_BUILD,
        {"publication_id": publication_id, "empreinte_entrees": fingerprint},
    )
