"""The settings of the version after this one."""

from topcities.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.running.next_version"]  # noqa: F405
