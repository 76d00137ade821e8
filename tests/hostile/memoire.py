"""How much memory the door takes to refuse a file: a program of its own, so that nothing else counts."""

import resource
import sys
import tempfile
from pathlib import Path

from pipeline.errors import DeliveryRefusedError
from pipeline.intake.csv_tables import read_csv_table
from pipeline.intake.xlsx_tables import read_xlsx_table

UNITE = 1024 if sys.platform == "linux" else 1


def most_memory() -> int:
    """Return the most bytes this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNITE


def main() -> None:
    """Refuse the file named; print how many bytes it took."""
    path, before = Path(sys.argv[1]), most_memory()
    try:
        if path.suffix == ".xlsx":
            read_xlsx_table(path, len)
        else:
            with tempfile.TemporaryDirectory() as workspace:
                read_csv_table(path, Path(workspace), len)
    except DeliveryRefusedError:
        sys.stdout.write(str(most_memory() - before))


if __name__ == "__main__":
    main()
