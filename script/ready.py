"""Make everything ready to serve: the port, the tables, the static files, the demonstration. Prints how to sign in.

Progress goes to standard error; what to tell once the site answers goes to standard output. Exits 1 with one plain
line when it cannot go on.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def stop(line: str) -> None:
    say(line)
    raise SystemExit(1)


def set_up_django() -> None:
    """Read the settings. A setting that cannot be is one line, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "topcities.settings")
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as refusal:
        stop(f"It does not start like this: {refusal}")
    except ValueError as refusal:
        stop(f"A setting cannot be read: {refusal}")
    except OSError as refusal:
        stop(f"The data cannot be kept there: {refusal.strerror}: {refusal.filename}. Set DATA_DIR to another folder.")


def need_port(host: str, port: int) -> None:
    if not 0 < port < 65536:
        stop("PORT must be a number between 1 and 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            stop(f"Port {port} is in use by another program. Choose another: PORT={port + 1} script/server")


def need_tables() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError

    from topcities.backups.lock import held

    try:
        with held(alone=False) as free:
            if not free:
                stop("A back-up is being put back here. Start again when that is done.")
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        stop(f"The database cannot be used: {str(error).strip().splitlines()[0]}")


def need_static_files() -> None:
    """Collect them where one has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = Path(storage.path(path)).stat()
            digest.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    with one_at_a_time():
        if not stamp.exists() or stamp.read_text() != digest.hexdigest():
            call_command("collectstatic", verbosity=0, interactive=False)
            stamp.write_text(digest.hexdigest())


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two starts from one folder take turns."""
    folder = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(folder)


def need_demonstration() -> None:
    from django.core.management import call_command

    call_command("demo", stdout=io.StringIO())


def words() -> str:
    """How to go on from here, for the person at the terminal."""
    from django.conf import settings

    lines = ["", f"TOPcities Partnership is ready: {settings.SITE_URL}/", ""]
    if settings.DEMO:
        lines.append(f"  Try the demo    {settings.SITE_URL}/demo/  (become any of its people with one button)")
    lines.append(
        f"  Sign in         {settings.SITE_URL}/accounts/login/code/  (by a code that is mailed; no passwords)"
    )
    lines.append(f"  The first staff {command('invite_staff you@example.org')}  (then follow the mail)")
    if not settings.EMAIL_URL:
        lines += ["", "  No mail leaves this machine, since EMAIL_URL is not set. Read mail and its codes here:"]
        if settings.DEMO:
            lines.append(f"    to people of the demo  {settings.SITE_URL}/demo/mail/")
        lines.append(f"    to everyone            {settings.MAIL_DIR}/")
    lines += ["", f"  Data is kept in {settings.DATA_DIR}. Stop with Ctrl-C.", ""]
    return "\n".join(lines)


def command(rest: str) -> str:
    """A management command as it must be typed to reach the same data."""
    named = ("DATA_DIR", "DATABASE_URL", "REDIS_URL", "SITE_URL", "PORT")
    given = [f"{name}={shown(name)}" for name in named if os.environ.get(name)]
    return " ".join([*given, f"{Path(sys.prefix).name}/bin/python manage.py", rest])


def shown(name: str) -> str:
    """A setting as it may stand on a screen: addresses of servers can hold a password."""
    return "..." if name in ("DATABASE_URL", "REDIS_URL") else os.environ[name]


def main() -> None:
    set_up_django()
    from django.conf import settings

    need_port(os.environ.get("HOST", "127.0.0.1"), settings.PORT)
    need_tables()
    need_static_files()
    if settings.DEMO:
        need_demonstration()
    print(words())  # noqa: T201


if __name__ == "__main__":
    main()
