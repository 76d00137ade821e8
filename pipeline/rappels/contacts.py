"""The addresses of the providers: a file of the analyst's own, outside the repository and the data root."""

from collections.abc import Iterator, Mapping
from email.errors import MessageError
from email.headerregistry import Address

from pipeline.errors import MisuseError
from pipeline.rappels.documents import read_document, refuse_all
from pipeline.settings import Settings

Contacts = Mapping[str, tuple[str, ...]]
_FORM = "une ligne par fournisseur, par exemple « alize: [depots@alize.example] »"


def load_contacts(settings: Settings) -> Contacts:
    """Read provider → addresses (names in lower case); raises MisuseError telling every problem at once."""
    path = settings.contacts_file
    if settings.holds(path):
        raise MisuseError(
            f"{path} est dans le dossier des données ou du projet : les adresses n'y vont pas.",
            remede="Déplacez-le, et dites où par le réglage « contacts » de reglages.toml.",
        )
    if not path.exists():
        raise MisuseError(f"Pas de fichier de contacts : {path}.", remede=f"Écrivez-le : {_FORM}.")
    content = read_document(path)
    if not isinstance(content, Mapping):
        raise MisuseError(f"{path} n'est pas une liste de fournisseurs.", remede=f"Attendu : {_FORM}.")
    entries = {str(name): _listed(addresses) for name, addresses in content.items()}
    refuse_all(path, list(_problems(entries)), "Corrigez le fichier de contacts.")
    return {name.casefold(): addresses for name, addresses in entries.items()}


def is_address(text: str) -> bool:
    """Tell whether a text is one plain mail address, which any server takes.

    >>> is_address("depots@alize.example"), is_address("alize.example"), is_address("é@alize.example")
    (True, False, False)
    """
    try:
        address = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return text.isascii() and text.isprintable() and bool(address.username and address.domain)


def _listed(addresses: object) -> tuple[str, ...]:
    found = addresses if isinstance(addresses, list) else [addresses]
    return tuple(str(address).strip() for address in found)


def _problems(entries: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Name the provider and the rank of each wrong address, never the address itself."""
    seen: set[str] = set()
    for name, addresses in entries.items():
        if name.casefold() in seen:
            yield f"{name} : ce fournisseur est déjà écrit autrement (casse)"
        seen.add(name.casefold())
        if not addresses:
            yield f"{name} : aucune adresse"
        for rank, address in enumerate(addresses, start=1):
            if not is_address(address):
                yield f"{name} : l'adresse n° {rank} n'en est pas une"
        if len(set(addresses)) < len(addresses):
            yield f"{name} : une adresse est écrite deux fois"
