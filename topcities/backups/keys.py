"""The keys that were made on this machine: the secret key and the seal. What was given stands elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from topcities.backups.folder import chunks_of, sum_of, sync

FOLDER = "keys"
SECRET_KEY, SEAL = "secret_key", "seal"


def files() -> Iterator[tuple[str, Path]]:
    """Each with its name in DATA_DIR."""
    data = Path(settings.DATA_DIR)
    if (data / SECRET_KEY).exists():
        yield SECRET_KEY, data / SECRET_KEY
    for file in sorted((data / SEAL).glob("*.p12")):
        yield f"{SEAL}/{file.name}", file


# Those that hold a key, or say where it is and open it.
OF_SETTINGS = (
    "SECRET_KEY_FALLBACKS",
    "SEAL_PKCS12",
    "SEAL_PKCS11",
    "SEAL_PKCS11_PIN",
    "SEAL_CSC",
    "SEAL_CSC_SECRET",
    "SEAL_CSC_PIN",
    "SEAL_CERTIFICATE",
)


def given() -> list[str]:
    """Settings that hold a key that is not in DATA_DIR."""
    named = [] if made_secret_key() == settings.SECRET_KEY else ["SECRET_KEY"]
    return named + [name for name in OF_SETTINGS if getattr(settings, name)]


def made_secret_key() -> str:
    """Empty where none was made here."""
    file = Path(settings.DATA_DIR) / SECRET_KEY
    return file.read_text().strip() if file.exists() else ""


def put(name: str, source: Path, aside: Path) -> bool:
    """Whether it was put into DATA_DIR, in the place of another one or of none. Another one is kept in `aside`."""
    target = Path(settings.DATA_DIR) / name
    if target.exists() and sum_of(target) == sum_of(source):
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.exists():
        kept = aside / FOLDER / name
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(kept, target)
    new = target.with_name(f"{target.name}.new")
    _write(new, source)
    new.replace(target)
    sync(target.parent)
    return True


def _write(target: Path, source: Path) -> None:
    target.unlink(missing_ok=True)
    with open(target, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.writelines(chunks_of(source))
        file.flush()
        os.fsync(file.fileno())
