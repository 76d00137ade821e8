"""One build at a time on a data root: the lock is the system's, so a killed build releases it."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

from pipeline.errors import BuildFailedError
from pipeline.settings import Settings

LOCK = ".verrou"


@contextmanager
def build_lock(settings: Settings) -> Generator[None]:
    """Hold the build lock of a data root; raises BuildFailedError saying who holds it."""
    settings.entrepot.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(settings.entrepot / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode(errors="replace").strip()
            raise BuildFailedError(
                f"Une construction est déjà en cours ({holder or 'processus inconnu'}).",
                remede="Attendez sa fin, puis relancez la commande.",
            ) from None
        os.ftruncate(descriptor, 0)
        started = datetime.now().astimezone().strftime("%d/%m/%Y à %H:%M:%S")
        os.write(descriptor, f"processus {os.getpid()}, depuis le {started}".encode())
        yield
    finally:
        os.close(descriptor)
