#!/usr/bin/env python
"""Run a management command of TOPcities Partnership."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "topcities.settings")
    if sys.argv[1:] == ["--version"]:
        from topcities import __version__

        sys.stdout.write(f"{__version__}\n")
        return
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
