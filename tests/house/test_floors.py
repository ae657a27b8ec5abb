"""Imports go downwards only; who knows Flask; no code in __init__; what a module may be called."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FLOORS = {
    "web": 5,
    "api": 5,
    "cli": 5,
    "jobs": 5,
    "daily": 5,
    "run": 5,
    "actions": 4,
    "adapters": 3,
    "models": 3,
    "rules": 2,
    "access": 1,
}
# the frame every page stands in; the nouns beside it never import each other
FRAME = {
    "site",
    "frame",
    "paging",
    "errors",
    "assets",
    "choices",
    "language",
    "written",
    "pieces",
    "choosing",
    "decisions",
    "downloads",
    "periods",
}
SITE = {"site", "errors"}
BAD_NAMES = ("service", "manager", "handler", "helper", "utils", "util", "common", "misc")
MODULES = sorted((ROOT / "portal").rglob("*.py"))


def floor(module: str) -> int:
    parts = module.split(".")
    return FLOORS.get(parts[1], 0) if len(parts) > 1 else 5


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> list[str]:
    """Modules of ours that this one imports, `from portal import x` as portal.x."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [
                f"{node.module}.{alias.name}" if _is_package(node.module) else node.module for alias in node.names
            ]
    return found


def _is_package(module: str) -> bool:
    return (ROOT / Path(*module.split("."))).is_dir()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_downwards(path):
    here = name_of(path)
    for there in (m for m in imports(path) if m.startswith("portal.")):
        assert floor(there) <= floor(here), (
            f"{here} (floor {floor(here)}) imports {there} (floor {floor(there)}): move it down"
        )


@pytest.mark.parametrize("path", sorted((ROOT / "portal" / "web").glob("*.py")), ids=name_of)
def test_web_nouns_do_not_import_each_other(path):
    if path.stem in SITE | {"home"}:
        return
    for there in imports(path):
        if there.startswith("portal.web."):
            noun = there.split(".")[2]
            assert noun in FRAME or noun.startswith(path.stem.split("_")[0]), (
                f"{path.stem} imports {there}: share below, not beside"
            )


@pytest.mark.parametrize("path", [p for p in MODULES if floor(name_of(p)) in (1, 2, 3, 4)], ids=name_of)
def test_only_doors_know_flask(path):
    if path.name == "doors.py":
        return
    for there in imports(path):
        assert there.split(".")[0] not in ("flask", "flask_login", "flask_wtf"), (
            f"{path} knows Flask: only web, api and doors may"
        )


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "__init__.py"], ids=name_of)
def test_no_code_in_init(path):
    body = ast.parse(path.read_text(encoding="utf-8")).body
    names = [n.name for n in body if isinstance(n, ast.FunctionDef)]
    assert names == (["create_app"] if path.parent.name == "portal" else []), "code in __init__ belongs into a module"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_names_say_what_is_inside(path):
    assert path.stem not in BAD_NAMES, f"{path.name}: name it after its noun"


def test_one_reader_of_the_environment():
    readers = [
        p for p in MODULES if "os.environ" in p.read_text(encoding="utf-8") or "getenv" in p.read_text(encoding="utf-8")
    ]
    allowed = {"run.py", "embedded_process.py"}  # hand the environment to children
    assert {p.name for p in readers} <= allowed, f"only config.py reads the environment: {readers}"
