"""How wide a text is in Helvetica, from the public metrics of the font (AFM, thousandths of its size)."""

import unicodedata

_FIRST = 32
_REGULAR = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 "
    "556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 "
    "778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 "
    "556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 "
    "556 556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 "
    "611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584"
)
_WIDTHS = {bold: [int(width) for width in text.split()] for bold, text in ((False, _REGULAR), (True, _BOLD))}
_OTHERS = {"\u00a0": 278, "—": 1000, "–": 556, "«": 556, "»": 556, "’": 222, "œ": 944, "€": 556, "°": 400}
_UNKNOWN = 556


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text, in points; an accented letter is as wide as its letter.

    >>> text_width("Été", 10), text_width("été", 10) == text_width("ete", 10)
    (15.01, True)
    """
    return sum(_letter(letter, _WIDTHS[bold]) for letter in text) * size / 1000


def _letter(letter: str, known: list[int]) -> int:
    base = unicodedata.normalize("NFD", letter)[0]
    rank = ord(base) - _FIRST
    return known[rank] if 0 <= rank < len(known) else _OTHERS.get(letter, _UNKNOWN)
