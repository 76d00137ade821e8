"""One build, one sending of reminders at a time on a data root: the system releases a killed one's lock."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipeline.errors import BuildFailedError
from pipeline.settings import Settings

LOCK = ".verrou"
SENDING_LOCK = ".verrou-rappels"


@contextmanager
def build_lock(settings: Settings) -> Generator[None]:
    """Hold the build lock of a data root; raises BuildFailedError saying who holds it."""
    with _held(settings, LOCK, "Une construction est déjà en cours"):
        yield


@contextmanager
def sending_lock(settings: Settings) -> Generator[None]:
    """Hold the lock of the reminders of a data root; raises BuildFailedError saying who holds it."""
    with _held(settings, SENDING_LOCK, "Un envoi de rappels est déjà en cours"):
        yield


@contextmanager
def taking_turns(folder: Path) -> Generator[None]:
    """Work alone in a folder, made when it is missing; waits for whoever is at work there."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _held(settings: Settings, name: str, told: str) -> Generator[None]:
    settings.entrepot.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(settings.entrepot / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode(errors="replace").strip()
            raise BuildFailedError(
                f"{told} ({holder or 'processus inconnu'}).",
                remede="Attendez sa fin, puis relancez la commande.",
            ) from None
        os.ftruncate(descriptor, 0)
        started = datetime.now().astimezone().strftime("%d/%m/%Y à %H:%M:%S")
        os.write(descriptor, f"processus {os.getpid()}, depuis le {started}".encode())
        yield
    finally:
        os.close(descriptor)
