"""From which feeds each published table comes, by the manifest of dbt."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path


def feeds_of_marts(manifest: Path) -> dict[str, frozenset[str]]:
    """Return the feeds that each table of the layer `marts` reads, through whatever is between."""
    content = json.loads(manifest.read_text(encoding="utf-8"))
    parents, nodes = content["parent_map"], content["nodes"]
    sources = {key: f"{source['schema']}/{source['name']}" for key, source in content["sources"].items()}
    marts = (key for key in parents if key in nodes and nodes[key]["fqn"][1] == "marts")
    return {nodes[key]["name"]: frozenset(_sources_above(key, parents, sources)) for key in marts}


def _sources_above(
    node: str, parents: Mapping[str, Sequence[str]], sources: Mapping[str, str]
) -> Iterator[str]:
    met, to_see = set(), [node]
    while to_see:
        key = to_see.pop()
        if key in met:
            continue
        met.add(key)
        if key in sources:
            yield sources[key]
        to_see += parents.get(key, ())
