"""The user's own header and code synonyms: `<données>/correspondances/<source>_<table>.yml`."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import MisuseError
from pipeline.feeds import Feed

_KEYS = {"entetes", "codes"}


@dataclass(frozen=True)
class Correspondences:
    """Synonyms added by the analyst: header → column, and column → (delivered value → code)."""

    headers: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def correspondences_fingerprint(folder: Path, feed: Feed) -> str:
    """Return eight hex digits of the user's file, or an empty string without one."""
    path = folder / f"{feed.name}.yml"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.exists() else ""


def load_correspondences(folder: Path, feed: Feed) -> Correspondences:
    """Read the user's file for a feed; raises MisuseError naming what it cannot mean."""
    import yaml

    path = folder / f"{feed.name}.yml"
    if not path.exists():
        return Correspondences()
    where = f"correspondances/{path.name}"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MisuseError(f"{where} ne se lit pas : {error}.", remede="Corrigez le YAML.") from error
    if not isinstance(content, dict) or (set(content) - _KEYS):
        raise MisuseError(
            f"{where} : clés attendues « entetes » et « codes ».", remede="Corrigez le fichier."
        )
    headers = {str(word): str(name) for word, name in (content.get("entetes") or {}).items()}
    codes = {
        str(name): {str(word): str(code) for word, code in (words or {}).items()}
        for name, words in (content.get("codes") or {}).items()
    }
    columns = {column.name: column for column in feed.columns}
    wrong = [name for name in (*headers.values(), *codes) if name not in columns]
    wrong += [
        f"{name} = {code}"
        for name, words in codes.items()
        if name in columns and columns[name].codes
        for code in words.values()
        if code not in columns[name].codes
    ]
    if wrong:
        raise MisuseError(
            f"{where} : colonne ou code inconnu de {feed.key} : {', '.join(wrong)}.",
            remede=f"Voyez expectations/{feed.name}/schema.json.",
        )
    return Correspondences(headers, codes)
