"""YAML with its line numbers, and only what a grid needs of it: texts, lists, maps; no alias, no tag.

Built from the parser's events, without recursion: a hostile file costs no more than its first megabyte.
Scalars stay texts: the model says what `NON`, `01` or `2.50` means, not YAML.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.grilles.problemes import GrilleRefuseeError, Probleme, shown

LARGEST = 1_000_000
MOST_NODES = 20_000
DEEPEST = 25
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Texte:
    """A scalar as written."""

    ligne: int
    valeur: str


@dataclass(frozen=True)
class Liste:
    """A sequence."""

    ligne: int
    elements: "tuple[Noeud, ...]"


@dataclass(frozen=True)
class Carte:
    """A mapping, its keys in the order of the file."""

    ligne: int
    entrees: "tuple[tuple[Texte, Noeud], ...]"


Noeud = Texte | Liste | Carte


@dataclass
class _Open:
    """A list or map being read: what it holds so far, keys and values in turn for a map."""

    ligne: int
    is_map: bool
    held: list[Noeud]


def read_yaml(path: Path) -> Noeud:
    """Read one YAML document, or refuse the file with every problem of form met."""
    try:
        if path.stat().st_size > LARGEST:
            raise _refused(
                path,
                1,
                "Le fichier dépasse 1 Mo.",
                "Il tient d'ordinaire en quelques dizaines de Ko : vérifiez-le.",
            )
        content = path.read_bytes()
    except OSError as error:
        raise _refused(
            path, 1, f"Le fichier ne s'ouvre pas ({type(error).__name__}).", "Vérifiez son nom."
        ) from None
    return parse_yaml(content, path)


def parse_yaml(content: bytes, path: Path) -> Noeud:
    """Read the bytes of one YAML document; `path` names it in the refusal."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused(path, line, "Le fichier n'est pas en UTF-8.", "Enregistrez-le en UTF-8.") from None
    try:
        return _Builder(path).build(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else _line_of_forbidden(text, error)
        raise _refused(
            path,
            line,
            "Le YAML ne se lit pas à partir d'ici.",
            "Vérifiez l'alignement et les guillemets ; un texte qui contient « : » va entre guillemets.",
        ) from None


class _Builder:
    """Stacks the events of the parser into nodes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stack: list[_Open] = []
        self.problems: list[Probleme] = []
        self.root: Noeud | None = None
        self.nodes = 0

    def build(self, text: str) -> Noeud:
        documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        self._refuse(
                            event, "Le fichier contient plusieurs documents YAML.", "Un seul par fichier."
                        )
                        break
                case yaml.AliasEvent():
                    self._refuse(
                        event,
                        f"Alias YAML « *{event.anchor} ».",
                        "Recopiez ce qu'il désigne : le fichier se lit sans renvoi.",
                    )
                    self._put(Texte(_line(event), ""))
                case yaml.ScalarEvent():
                    self._check(event)
                    self._put(Texte(_line(event), event.value))
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    self._check(event)
                    self.stack.append(_Open(_line(event), isinstance(event, yaml.MappingStartEvent), []))
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self._close()
        if self.problems:
            raise GrilleRefuseeError(str(self.path), self.problems)
        if self.root is None:
            raise _refused(
                self.path, 1, "Le fichier est vide.", "Partez d'un exemple de expectations/grilles/."
            )
        return self.root

    def _check(self, event: yaml.NodeEvent) -> None:
        """Refuse what a grid has no use for; stop at once on a file made to exhaust."""
        if event.anchor:
            self._refuse(
                event, f"Ancre YAML « &{event.anchor} ».", "Supprimez-la : le fichier se lit sans renvoi."
            )
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            self._refuse(
                event,
                f"Étiquette YAML {shown(tag)}.",
                "Supprimez-la : le type de chaque clé est connu.",
            )
        self.nodes += 1
        if self.nodes > MOST_NODES or len(self.stack) >= DEEPEST:
            self._refuse(
                event,
                "Le fichier a trop d'éléments ou d'étages.",
                "Partez d'un exemple de expectations/grilles/.",
            )
            raise GrilleRefuseeError(str(self.path), self.problems)

    def _put(self, node: Noeud) -> None:
        if self.stack:
            self.stack[-1].held.append(node)
        else:
            self.root = node

    def _close(self) -> None:
        opened = self.stack.pop()
        if not opened.is_map:
            self._put(Liste(opened.ligne, tuple(opened.held)))
            return
        pairs: list[tuple[Texte, Noeud]] = []
        first_lines: dict[str, int] = {}
        for key, value in zip(opened.held[::2], opened.held[1::2], strict=True):
            if not isinstance(key, Texte):
                self._refuse_at(key.ligne, "Une clé est une liste ou une carte.", "Une clé est un mot.")
            elif key.valeur in first_lines:
                first = first_lines[key.valeur]
                self._refuse_at(
                    key.ligne,
                    f"{shown(key.valeur)} est déjà écrit ligne {first}.",
                    "Gardez-en un seul, ou changez son code.",
                )
            else:
                first_lines[key.valeur] = key.ligne
                pairs.append((key, value))
        self._put(Carte(opened.ligne, tuple(pairs)))

    def _refuse(self, event: yaml.Event, found: str, remedy: str) -> None:
        self._refuse_at(_line(event), found, remedy)

    def _refuse_at(self, line: int, found: str, remedy: str) -> None:
        self.problems.append(Probleme(line, (), found, remedy))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _line_of_forbidden(text: str, error: yaml.YAMLError) -> int:
    position = getattr(error, "position", None)
    return text[:position].count("\n") + 1 if isinstance(position, int) else 1


def _refused(path: Path, line: int, found: str, remedy: str) -> GrilleRefuseeError:
    return GrilleRefuseeError(str(path), [Probleme(line, (), found, remedy)])
