"""The repository is laid out as the design says: imports point one way, tables and modules match, nothing stale."""
import ast
import subprocess
import sys
import zipfile

import pytest

from conftest import ROOT
from translator import rows, schema
from translator.model import ECS, KUBERNETES

PACKAGE = ROOT / "translator"
# A module may import only from layers at or below its own.
LAYERS = [
    {"model", "collecting", "trees", "nodes", "identity", "scalars"},
    {"converters", "paths", "canonical", "plain", "schema"},
    {"credentials", "secrecy", "environment", "rows", "concepts"},
    {"engine", "owners", "hubs", "findings", "settle", "residue", "limits", "readers", "writers", "provenance"},
    {"api", "explanation", "comparison", "images", "compile", "render", "reporting", "simulation", "annotation"},
    {"conversion", "cli", "dividing", "__main__", "__init__", "fleet"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def modules():
    for file in sorted(PACKAGE.rglob("*.py")):
        yield file, file.relative_to(PACKAGE).with_suffix("").parts


def imported(file, parts):
    """Give the top names of translator that a module imports when it is loaded."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            base = parts[:len(parts) - node.level] if parts[-1] != "__init__" else parts[:len(parts) - node.level]
            whole = (*base, *(node.module.split(".") if node.module else ()))
            yield from [whole[0]] if whole else [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("translator."):
            yield node.module.split(".")[1]


@pytest.mark.parametrize(
    ("file", "parts"), list(modules()), ids=lambda value: "/".join(value) if isinstance(value, tuple) else ""
)
def test_imports_point_one_way(file, parts):
    own = RANK.get(parts[0], 99)
    for name in imported(file, parts):
        if name in RANK:
            assert RANK[name] <= own, f"{'.'.join(parts)} imports {name}"


def test_nothing_slow_is_imported():
    code = "import sys, translator.api, translator.cli; print(sorted(set(sys.modules) & {'boto3','botocore','kubernetes','deepdiff','jinja2'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_every_path_of_a_table_exists_in_the_official_schema():
    assert list(nowhere(rows.rows())) == []


def nowhere(some):
    """Give the paths of rows that are in no schema."""
    for row in some:
        for platform in (KUBERNETES, ECS):
            base = rows.scopes()[row.scope][platform]
            for arg in row.side(platform):
                path = arg.path if arg.from_top else None if base is None or arg.path == ("@",) else base + arg.path
                if path and not {"@", "environment"} & set(path[:1]) and not exists(platform, path):
                    yield f"{row.code}: {'.'.join(path)}"


def exists(platform, path):
    from translator.hubs import ecs, k8s
    from translator.hubs.application import SHARED

    path = tuple("*" if key == "@" else key for key in path)
    slot, rest = path[0], path[1:]
    if platform == ECS:
        kind = ecs.KIND_OF.get(slot, slot)
        rest = rest if slot in ecs.KIND_OF else rest[1:]
        if rest and rest == (rows.tables()["kinds"].get(kind, {}).get("arn"),):
            return True  # what AWS gives an entry may stand in it
        return not rest or schema.root(platform, kind) is None or schema.known(platform, kind, rest)
    if slot in ("workload", "pod", "job", "cronJob"):
        kinds = [(kind, template) for kind, (template, where) in k8s.WORKLOADS.items()]
        return any(
            not rest or schema.root(platform, kind) is None and slot != "pod" or schema.known(platform, kind, whole)
            for kind, template in kinds
            for whole in [wholes(kind, slot, template, rest)]
            if whole is not None
        )
    if slot == SHARED:
        return True
    kind, version, several = k8s.SLOTS[slot]
    rest = rest[1:] if several else rest
    return not rest or schema.root(platform, kind, version) is None or schema.known(platform, kind, rest, version)


def wholes(kind, slot, template, rest):
    if slot == "pod":
        return template + rest
    if slot == "job":
        return rest if kind == "Job" else ("spec", "jobTemplate") + rest if kind == "CronJob" else None
    return rest


def test_docs_are_fresh():
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, f"run `make docs`: {done.stdout}"


def test_compiled_tables_are_fresh():
    import json

    compiled = json.loads((ROOT / "mappings" / "compiled.json").read_text())
    assert compiled["digest"] == rows.digest(sorted((ROOT / "mappings").glob("*.yaml"))), "run `make tables`"


def test_the_top_level_holds_what_the_design_names():
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT)
    if tracked.returncode:
        pytest.skip("no git checkout")
    tops = {name.split("/")[0] for name in tracked.stdout.splitlines()}
    assert tops <= {
        "pyproject.toml",
        "translator",
        "mappings",
        "fixtures",
        "tests",
        "README.md",
        "docs",
        "benchmarks",
        "Makefile",
        ".ci",
        ".gitignore",
        "LICENSE",
        "SECURITY.md",
    }


def test_files_and_functions_stay_small():
    for file, parts in modules():
        text = file.read_text()
        assert text.count("\n") <= 400, file
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno <= 60, f"{file.name}: {node.name}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
                   capture_output=True, text=True, check=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_works_from_an_empty_folder(wheel, tmp_path):
    target = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(target)
    manifest = (ROOT / "fixtures" / "example" / "web.yaml").read_text()
    done = subprocess.run(
        [sys.executable, "-m", "translator", "convert", "-", "--fail-on", "never"],
        input=manifest,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(target), "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert '"family": "web"' in done.stdout
