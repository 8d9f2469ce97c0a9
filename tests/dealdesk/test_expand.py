"""Migrations run while the version before still serves: they add, and take nothing away that it reads."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TAKING = {"RemoveField", "DeleteModel", "RenameField", "RenameModel", "AlterModelTable"}
# what an earlier release had stopped to use: "app/migration: operation name"
CONTRACTED: set[str] = set()


def operations() -> Iterator[tuple[str, str, str]]:
    """Every operation of every migration of ours: where, its class, what it is about."""
    for file in sorted(ROOT.glob("*/migrations/0*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                said = [word.value.value for word in node.keywords if isinstance(word.value, ast.Constant)]
                yield f"{file.parts[-3]}/{file.stem}", node.func.attr, " ".join(map(str, said))


def test_no_migration_takes_away_what_the_version_before_reads() -> None:
    found = {f"{where}: {what} {of}" for where, what, of in operations() if what in TAKING}
    assert found == CONTRACTED


def test_migrations_are_read_at_all() -> None:
    assert sum(what == "CreateModel" for _, what, _ in operations()) > 30
