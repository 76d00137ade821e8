"""One frozen Settings: folders, thresholds, key. Read once by the command, never at import."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pipeline.errors import MisuseError

ROOT = Path(__file__).resolve().parent.parent
SETTINGS_FILE = "reglages.toml"
FICTION_MARK = "ORIGINE-FICTIVE.json"
SOURCES_RESERVATAIRE = ("bailleur", "sne", "rpls")


@dataclass(frozen=True)
class Settings:
    """Where the data live and the choices an EPCI may make.

    The choices come from `<données>/reglages.toml`; an unknown name is refused.
    """

    donnees: Path
    seuil_lignes_fautives: float = 0.05
    seuil_q1_inclus: bool = True
    qpv_vide_hors_qpv: tuple[str, ...] = ()
    criteres_de_mutation: tuple[str, ...] = ("MUTATION",)
    ordre_reservataire: tuple[str, ...] = SOURCES_RESERVATAIRE
    jours_pour_corriger: int = 15
    publications_conservees: int = 8
    seuil_secret: int = 11
    demandes_conservees_mois: int = 12
    bruts_conserves_mois: int = 12
    rejets_conserves_mois: int = 3
    journaux_conserves_mois: int = 12
    contacts: str = ""
    smtp_serveur: str = ""
    smtp_port: int = 587
    smtp_securite: str = "starttls"
    smtp_identifiant: str = ""
    smtp_expediteur: str = ""
    smtp_delai_secondes: int = 60
    smtp_delai_remise_secondes: int = 600

    @classmethod
    def load(cls, donnees: Path | None = None) -> "Settings":
        """Read the settings of a data root: the argument, else PPGD_DONNEES, else `data/`."""
        root = donnees or Path(os.environ.get("PPGD_DONNEES") or ROOT / "data")
        root = root.expanduser().resolve()
        path = root / SETTINGS_FILE
        if not path.exists():
            return cls(donnees=root)
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise MisuseError(
                f"{path.name} ne se lit pas : {error}.", remede="Corrigez le fichier TOML."
            ) from error
        return cls(donnees=root, **_checked(values, path.name))

    @property
    def raw(self) -> Path:
        """Deliveries as they came."""
        return self.donnees / "raw"

    @property
    def entrepot(self) -> Path:
        """Accepted deliveries, the register and the build's own files."""
        return self.donnees / "entrepot"

    @property
    def travail(self) -> Path:
        """Private files of the running build; anything there may be removed between builds."""
        return self.entrepot / ".travail"

    @property
    def travail_brut(self) -> Path:
        """Private files of the deliveries being judged: they hold raw values, so they stay in data/raw."""
        return self.raw / ".travail"

    @property
    def journaux(self) -> Path:
        """The log files of the builds started by `ppgd`."""
        return self.entrepot / "journaux"

    @property
    def registre(self) -> Path:
        """The register of deliveries (SQLite)."""
        return self.entrepot / "registre.sqlite"

    @property
    def marts(self) -> Path:
        """What is published."""
        return self.donnees / "marts"

    @property
    def observatoire(self) -> Path:
        """The last release, for readers."""
        return self.marts / "observatoire.duckdb"

    @property
    def correspondances(self) -> Path:
        """The user's own header and code synonyms, one YAML per feed."""
        return self.donnees / "correspondances"

    @property
    def grilles(self) -> Path:
        """The grids of cotation that builds score by, one YAML per grid and version."""
        return self.donnees / "grilles"

    @property
    def est_fictif(self) -> bool:
        """Tell whether this root holds the demonstration's fictitious deliveries."""
        return (self.raw / FICTION_MARK).exists()

    @property
    def key_file(self) -> Path:
        """The file of the pseudonymisation key, outside the repository and the data root."""
        if named := os.environ.get("PPGD_CLE_FICHIER"):
            return Path(named).expanduser()
        return _private_folder() / ("cle-demo" if self.est_fictif else "cle")

    @property
    def calendrier(self) -> Path:
        """Which deliveries are expected, from whom and when."""
        return self.donnees / "calendrier.yml"

    @property
    def rappels(self) -> Path:
        """The journal of the reminders (SQLite)."""
        return self.entrepot / "rappels.sqlite"

    @property
    def contacts_file(self) -> Path:
        """The addresses of the providers, outside the repository and the data root."""
        return Path(self.contacts).expanduser() if self.contacts else _private_folder() / "contacts.yml"

    @property
    def smtp_password_file(self) -> Path:
        """The file of the mail server's password, outside the repository and the data root."""
        if named := os.environ.get("PPGD_SMTP_MOT_DE_PASSE_FICHIER"):
            return Path(named).expanduser()
        return _private_folder() / "smtp"

    def holds(self, path: Path) -> bool:
        """Tell whether a path lies in the data root or in the repository, where no secret may be."""
        real = path.resolve()
        return real.is_relative_to(self.donnees) or real.is_relative_to(ROOT)


def _private_folder() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "ppgd"


def _checked(values: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the values as the fields take them; raises MisuseError naming every wrong one."""
    defaults = {item.name: item.default for item in fields(Settings) if item.name != "donnees"}
    frozen = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    if unknown := sorted(set(frozen) - set(defaults)):
        raise MisuseError(
            f"Réglage inconnu dans {where} : {', '.join(unknown)}.",
            remede=f"Réglages connus : {', '.join(sorted(defaults))}.",
        )
    wrong = [name for name, value in frozen.items() if type(value) is not type(defaults[name])]
    if wrong:
        forms = ", ".join(f"{name} (exemple : {defaults[name]})" for name in sorted(wrong))
        raise MisuseError(f"Valeur mal formée dans {where} : {forms}.", remede="Corrigez le fichier TOML.")
    if sorted(frozen.get("ordre_reservataire", SOURCES_RESERVATAIRE)) != sorted(SOURCES_RESERVATAIRE):
        raise MisuseError(
            f"ordre_reservataire, dans {where}, ne nomme pas chaque source une fois.",
            remede=f"Rangez ces trois noms dans l'ordre voulu : {', '.join(SOURCES_RESERVATAIRE)}.",
        )
    return frozen
