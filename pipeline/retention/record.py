"""The sheet of the register of processing and the outline of the AIPD, filled with what this root does.

`docs/rgpd.md` holds the text; the marks between braces are filled from the settings, the schemas, the
key and the register, so that the sheet never says another duration than the one applied.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MisuseError
from pipeline.feeds import Feed, load_feeds
from pipeline.intake.closures import IDENTIFYING, concerns_demandes
from pipeline.intake.pseudonyms import load_pseudonymiser
from pipeline.intake.register import Register
from pipeline.settings import ROOT, Settings

if TYPE_CHECKING:
    from pipeline.intake.register_lines import PurgeRecord

GUIDE = ROOT / "docs" / "rgpd.md"
_START, _END = "<!-- fiche -->", "<!-- fin de la fiche -->"


def write_record(settings: Settings) -> str:
    """Return the sheet in Markdown, for this data root."""
    text = GUIDE.read_text(encoding="utf-8")
    sheet = text.split(_START)[1].split(_END)[0].strip()
    for mark, value in _values(settings).items():
        sheet = sheet.replace("{" + mark + "}", value)
    return sheet + "\n"


def _values(settings: Settings) -> Mapping[str, str]:
    feeds = [feed for feed in load_feeds().values() if concerns_demandes(feed)]
    return {
        "dossier": str(settings.donnees),
        "origine": "fictive (démonstration)" if settings.est_fictif else "réelle",
        "empreinte_cle": _fingerprint(settings),
        "demandes_conservees_mois": str(settings.demandes_conservees_mois),
        "bruts_conserves_mois": str(settings.bruts_conserves_mois),
        "rejets_conserves_mois": str(settings.rejets_conserves_mois),
        "journaux_conserves_mois": str(settings.journaux_conserves_mois),
        "publications_conservees": str(settings.publications_conservees),
        "colonnes": _columns(feeds),
        "purges": _purges(settings.registre),
    }


def _fingerprint(settings: Settings) -> str:
    try:
        return load_pseudonymiser(settings).fingerprint
    except MisuseError:
        return "pas encore de clé (« ppgd cle »)"


def _columns(feeds: Sequence[Feed]) -> str:
    lines = [
        "| flux | remplacées à la porte | écartées à la porte | textes gardés sans liste |",
        "|---|---|---|---|",
    ]
    for feed in feeds:
        replaced = [
            column.name for column in feed.columns if column.treatment in (*IDENTIFYING, "age_fin_periode")
        ]
        dropped = [column.name for column in feed.columns if column.treatment == "ecarter"]
        texts = [
            column.name
            for column in feed.columns
            if column.treatment == "conserver"
            and column.type == "string"
            and not (column.codes or column.pattern or column.reference)
        ]
        cells = (", ".join(names) or "aucune" for names in (replaced, dropped, texts))
        lines.append(f"| `{feed.key}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _purges(registre: Path) -> str:
    purges: list[PurgeRecord] = []
    if registre.exists():
        with Register.open(registre) as register:
            purges = register.purges()
    if not purges:
        return "Aucune purge à ce jour."
    lines = [
        "| faite le | au | demandes closes au | demandes | lignes | dépôts |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {purge.faite_le:%d/%m/%Y} | {purge.au:%d/%m/%Y} | {purge.limite:%d/%m/%Y} "
        f"| {purge.demandes} | {purge.lignes} | {purge.depots} |"
        for purge in purges
    ]
    return "\n".join(lines)
