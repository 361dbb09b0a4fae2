"""What is installed: named by version and hash, from wherever this machine's own registry settings point."""

from __future__ import annotations

import json
import re

import pytest

from tests.running.process import ROOT

LOCKS = ["requirements.txt", "requirements-s3.txt", "requirements-pkcs11.txt", "requirements-dev.txt"]
FEWEST = {"requirements-s3.txt": 5, "requirements-pkcs11.txt": 1}
NPM_LOCKS = [
    file
    for file in ROOT.rglob("package-lock.json")
    if not {"node_modules", ".venv", ".venv-system", "var"} & set(file.relative_to(ROOT).parts)
]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r"\w+://|@ |^\s*--(?!hash=)", text, re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_each_package_has_one_version_and_its_hashes(name: str) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", (ROOT / name).read_text(), flags=re.MULTILINE)[1:]
    assert len(entries) > FEWEST.get(name, 50)
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+(\[[\w,]+\])?==[^\s;]+", entry)
        assert "--hash=sha256:" in entry


def test_what_is_tested_is_what_runs() -> None:
    """The locks name the same version of what they share."""
    runs, bucket, token, tested = (
        dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS
    )
    assert {name: tested.get(name) for name in runs | bucket | token} == token | bucket | runs


def test_each_direct_dependency_has_a_reason() -> None:
    for name in (lock.replace(".txt", ".in") for lock in LOCKS):
        for line in (ROOT / name).read_text().splitlines():
            assert not line or line.startswith(("#", "-")) or re.search(r"\S\s+# \w", line), line


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda lock: str(lock.parent.name))
def test_a_lock_of_npm_holds_no_address(lock: object) -> None:
    packages = json.loads(lock.read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
