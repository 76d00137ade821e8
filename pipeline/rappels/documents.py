"""Reading a small YAML or TOML file that a person writes; all its problems are told together."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import MisuseError


def read_document(path: Path) -> object:
    """Return what a `.toml`, `.yml` or `.yaml` file holds; raises MisuseError when it cannot be read."""
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" (ligne {where.line + 1})" if where else ""
        raise MisuseError(
            f"{path} ne se lit pas{line}.", remede="Corrigez le fichier : YAML ou TOML, en UTF-8."
        ) from error


def refuse_all(path: Path, problems: Sequence[str], remede: str) -> None:
    """Raise one MisuseError that lists every problem of a file; none, nothing happens."""
    if problems:
        listed = "\n".join(f"  · {problem}" for problem in problems)
        raise MisuseError(f"{path} :\n{listed}", remede=remede)
