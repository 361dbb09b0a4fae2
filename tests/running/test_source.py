"""What the source must keep to, whoever changes it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import warnings
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from tests.migrated import READ_BY_MIGRATIONS
from tests.running.process import ROOMS, ROOT, manage, run

# As `sha256sum --check` reads it. git unites what two branches add to it (.gitattributes).
LANDED = ROOT / "tests" / "running" / "landed_migrations.sha256"
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


def test_imports_go_one_way_only() -> None:
    """The rooms, the layers inside them, and who alone draws and seals (pyproject.toml)."""
    result = tool("importlinter.cli", "lint_imports_command", "--no-cache")
    assert result.returncode == 0, result.stdout


def test_a_forbidden_import_is_found(tmp_path: Path) -> None:
    """The contracts bite: a ledger that knows a partner is refused."""
    for room in ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("import weasyprint\n" if room == "partners" else "")
    (tmp_path / "ledger" / "models.py").write_text("import partners\n")
    rooms, draws = (contract(name) for name in ("The rooms", "Only agreements.pdf draws"))
    (tmp_path / "pyproject.toml").write_text(head() + (rooms + draws).replace("ignore_imports", "# ignore_imports"))
    result = tool("importlinter.cli", "lint_imports_command", "--no-cache", folder=tmp_path)
    assert result.returncode == 1
    assert "ledger.models -> partners" in result.stdout
    assert "partners -> weasyprint" in result.stdout


def test_tables_for_spreadsheets_are_written_and_read_in_one_place() -> None:
    """A cell that begins with =, +, - or @ runs there as a formula: one writer defuses them."""
    rooms = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    assert len(rooms) > 100
    uses = re.compile(r"^\s*(?:import|from) (?:csv|openpyxl|xlsxwriter|tablib|pandas)\b", re.MULTILINE)
    assert [file.relative_to(ROOT).as_posix() for file in rooms if uses.search(file.read_text())] == [
        "text/spreadsheets.py"
    ]


SHORT = re.compile(r"\b(?:short|brief)_(?:day|moment)")
# Pages of what is to come, looked at now. A document, a mail or what was done is read in another year.
MAY_BE_SHORT = {
    *("sprints/buy_in/buy_in.html", "sprints/datasets/dataset_state.html", "sprints/action_items/action_items.html"),
    *("sprints/meetings/meeting_table.html", "sprints/milestones/milestone.html", "sprints/plan/plan_table.html"),
    *("topcities/partnership/sprint_panel.html", "programs/mail/mail_row.html"),
}


def test_days_are_put_into_words_in_one_place_and_lack_a_year_on_pages_of_today_alone() -> None:
    python = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    words = re.compile(
        r"\bdate_format\(|\bdjango\.template\.defaultfilters\b"
        r"|%-?[aAbBxc](?=[ ,.:}\"'])|(?<!%Y-%m-)%-?d(?=[ ,.:}\"'])"  # of strftime; "%Y-%m-%d" has its year
    )
    said = {file.relative_to(ROOT).as_posix() for file in python if words.search(file.read_text())}
    assert said == {"partners/dates.py"}
    short = {file.relative_to(ROOT).as_posix() for file in python if SHORT.search(file.read_text())}
    assert short == {"partners/dates.py", "partners/templatetags/dates.py", "programs/domain/wall_words.py"}
    templates = {file.relative_to(ROOT / "templates").as_posix(): file.read_text() for file in TEMPLATES}
    assert [name for name, text in templates.items() if re.search(r"\|(?:date|time)\b|\{% now\b", text)] == []
    assert {name for name, text in templates.items() if SHORT.search(text)} == MAY_BE_SHORT


def test_no_pattern_asks_for_more_than_every_python_can_do() -> None:
    """Possessive quantifiers and atomic groups match too little before Python 3.11.5, and Debian 12 has 3.11.2."""
    files = [file for room in (*ROOMS, "script", "tests") for file in (ROOT / room).rglob("*.py")]
    files.remove(Path(__file__))
    assert [(file.name, text) for file in files for text in texts_of(file) if is_possessive(text)] == []
    assert is_possessive("a++") and is_possessive(rb"(?>a)b") and not is_possessive(r"[-*+]+")


def test_no_test_module_takes_from_another() -> None:
    """What several tests use stands in tests/factories, tests/pages.py or a module of its folder that holds no test."""
    takes = re.compile(r"^\s*(?:from|import) [\w.]*\btest_|^\s*from tests[\w.]* import test_", re.MULTILINE)
    assert [file.name for file in (ROOT / "tests").rglob("*.py") if takes.search(file.read_text())] == []


def test_what_migrations_read_is_known_where_their_outcome_is_kept() -> None:
    """Else a kept database would stay as it was when such a file changes (tests/migrated.py)."""
    migrations = [file.read_text() for file in ROOT.glob("*/migrations/*.py")]
    read = {
        name for text in migrations for name in re.findall(rf"^from ((?:{'|'.join(ROOMS)})\S*)", text, re.MULTILINE)
    }
    assert {ROOT / f"{name.replace('.', '/')}.py" for name in read} == set(READ_BY_MIGRATIONS)
    assert not any(
        re.search(rf"^(?:import|from) (?:{'|'.join(ROOMS)})", file.read_text(), re.M) for file in READ_BY_MIGRATIONS
    )


def test_a_landed_migration_is_never_edited() -> None:
    """Somewhere it was applied as it was: what it does now would never happen there."""
    lines = LANDED.read_text().splitlines()
    landed = [(name, digest) for digest, _spaces, name in (line.partition("  ") for line in lines)]
    here = {str(file.relative_to(ROOT)): sha256(file.read_bytes()).hexdigest() for file in migrations()}
    changed = sorted(name for name, digest in landed if here.get(name) != digest)
    assert changed == [], "Bring these back as they landed, and write a new migration for the rest."
    missing = sorted(set(here) - {name for name, _digest in landed})
    assert missing == [], f"As they land, run: sha256sum {' '.join(missing)} >>{LANDED.relative_to(ROOT)}"


def migrations() -> list[Path]:
    return [file for room in ROOMS for file in (ROOT / room / "migrations").glob("[0-9]*.py")]


def test_models_and_migrations_say_the_same(tmp_path: Path) -> None:
    result = manage("makemigrations", "--check", "--dry-run", data=tmp_path)
    assert result.returncode == 0, result.stdout


def test_style() -> None:
    result = run("-m", "ruff", "check", "--no-cache", ".", data=Path("/nonexistent"))
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", ["server", "manage", "test", "translate", "machine.sh", "fresh.sh"])
def test_scripts_are_sound_shell(name: str) -> None:
    assert subprocess.run(["bash", "-n", ROOT / "script" / name]).returncode == 0


def texts_of(file: Path) -> list[str | bytes]:
    constants = (one.value for one in ast.walk(ast.parse(file.read_text())) if isinstance(one, ast.Constant))
    return [value for value in constants if isinstance(value, str | bytes)]


def is_possessive(text: str | bytes) -> bool:
    """Whether it would be such a pattern. Most texts are none, and some cannot be read as one."""
    with warnings.catch_warnings(), suppress(re.error, OverflowError, RecursionError):
        warnings.simplefilter("ignore")
        return any(word in repr(re._parser.parse(text)) for word in ("POSSESSIVE_REPEAT", "ATOMIC_GROUP"))
    return False


def tool(module: str, command: str, *arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A command-line tool of this very environment."""
    script = f"import sys; sys.path.insert(0, '.'); from {module} import {command}; sys.exit({command}())"
    return subprocess.run([sys.executable, "-c", script, *arguments], cwd=folder, capture_output=True, text=True)


def sections() -> list[str]:
    return (ROOT / "pyproject.toml").read_text().split("[[tool.importlinter.contracts]]")


def head() -> str:
    return "[tool.importlinter]" + sections()[0].split("[tool.importlinter]")[1]


def contract(name: str) -> str:
    return next("[[tool.importlinter.contracts]]" + one for one in sections() if f'name = "{name}' in one)
