"""The page of the codes (docs/anomalies.md), from the catalogue and the suites.

« python -m pipeline.rapport.lexique > docs/anomalies.md » writes it again.
"""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.feeds import load_feeds
from pipeline.quality.suites import load_suite
from pipeline.rapport.catalogue import CATALOGUE, CONTROL_REMEDY
from pipeline.rapport.summary import STAGE_TITLES

if TYPE_CHECKING:
    from pipeline.quality.anomalies import Stage

_SEVERITIES = {"critical": "bloquant", "warning": "à confirmer"}
_HEAD = """# Les anomalies d'un dépôt

Page écrite par le programme, à partir de ses codes et des suites : ne la changez pas à la main.

Chaque dépôt a son rapport (`rapport.xlsx`, `.html`, `.json`), dans `.depots/<fournisseur>/`, à côté du
fichier ; `ppgd verifier FICHIER` l'écrit avant l'envoi. Les questions viennent dans l'ordre : le fichier, ses
en-têtes, ce qui bloque, ce qui est à confirmer. Les codes sont stables.

- **bloquant** : le fichier ou la ligne n'entre pas ;
- **à confirmer** : la ligne entre, sans la valeur quand elle est illisible ou hors liste ;
- **information** : rien à faire.

Dans la feuille « Fichier déposé », `oui` dans la colonne `confirme` accepte ce qui est à confirmer sur la
ligne : ce n'est plus dit. Une ligne bloquante ne se confirme pas ; une valeur écartée le reste, et compte
encore dans le seuil de lignes en défaut. Le classeur corrigé se renvoie tel quel.
"""


def codes_page() -> str:
    """Return the page in Markdown."""
    return "\n".join([_HEAD, *_kinds(), *_controls()]).rstrip() + "\n"


def _kinds() -> Iterator[str]:
    stages: list[Stage] = list(dict.fromkeys(kind.stage for kind in CATALOGUE.values()))
    for stage in stages:
        yield f"## {STAGE_TITLES[stage]}\n"
        yield "| code | sens | exemple | remède |\n|---|---|---|---|"
        for code, kind in CATALOGUE.items():
            if kind.stage == stage:
                yield f"| `{code}` | {kind.meaning} | {kind.example} | {kind.remedy} |"
        yield ""


def _controls() -> Iterator[str]:
    yield "## Les contrôles de chaque flux\n"
    yield "Ils portent sur le fichier entier ; `suite.yml` les définit. Chacun a son exemple :"
    yield "`tests/integration/depots_casses/<source>_<table>/<code>.csv`."
    yield f"Remède : {CONTROL_REMEDY[0].lower()}{CONTROL_REMEDY[1:]}\n"
    for feed in load_feeds().values():
        yield f"### `{feed.key}`\n"
        yield "| code | gravité | ce qui est attendu |\n|---|---|---|"
        for control in load_suite(feed):
            told = control.description.replace("|", "\\|")
            yield f"| `{control.code}` | {_SEVERITIES[control.severity]} | {told} |"
        yield ""


if __name__ == "__main__":
    sys.stdout.write(codes_page())
