"""ppgd in a process of its own: `ppgd` or `python -m pipeline`."""

import atexit
import gc
import os
import sys

from pipeline.cli import main
from pipeline.cli_options import DONE, FAILURE

OBJECTS_BEFORE_A_LOOK = 100_000


def run() -> None:
    """Run ppgd: a build makes millions of objects that stay until its end.

    Garbage is looked for rarely; the memory goes back whole, for taking it apart takes a second.
    """
    gc.set_threshold(OBJECTS_BEFORE_A_LOOK)
    status = FAILURE
    atexit.register(lambda: _leave(status))
    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else DONE
        raise


def _leave(status: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
