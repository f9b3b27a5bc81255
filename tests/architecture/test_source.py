"""Rules of the house that no linter knows, read from the syntax trees of the package.

Who may import whom is import-linter's to say (`make imports`). Each rule is a function from a module to what breaks it;
that it finds a breach is shown on a few lines that are one.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "specloom"
MOST_LINES = 400

COMMITS = "core/uow.py"
RAW_SQL = {
    "crud/conversations.py": {"expired_sessions"},
    "crud/identity.py": {"accounts_by_email"},
    "crud/jobs.py": {"abandoned_jobs", "due_jobs", "tenant_ids", "unwanted_jobs"},
}
"""Where SQL is written as text, and what for: to call the doors."""
WRITTEN_OUT = {"crud/search/index.py", "crud/search/ranking.py"}
"""Where statements over arrays and vectors are written out, of constants of the module alone."""
INDEX_EXPRESSIONS = {"models/search.py"}
ENTERS_TENANTS = "core/tenancy.py"
WITHOUT_TENANT = {"services/identity/keys.py", "services/identity/sessions.py", "workers/sweeper.py"}
"""Who works on sessions of no tenant: sign-in before it knows one, the keys of all, the sweeper."""
LATE_IMPORTS = {"parsing/html.py": "specloom.parsing.article"}
"""What would double the time a process takes to start, and is seldom needed."""
SECOND_HANDS = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "tools_common"}

FLOORS = ("vocabulary", "models", "schemas", "crud", "services", "routers/v1", "workers")
COLUMNS: dict[str, dict[str, set[str]]] = {
    "identity": {"routers/v1": {"auth", "roles", "tenants", "users"}, "workers": set()},
    "industry": {"services": set(), "routers/v1": {"industry_templates"}},
    "analyses": {},
    "conversations": {"routers/v1": {"sessions"}},
    "requirements": {
        "models": {"requirements", "citations"},
        "crud": {"requirements", "citations"},
        "routers/v1": {"requirements", "traceability"},
        "workers": {"citations"},
    },
    "documents": {"routers/v1": {"documents", "summaries", "templates"}},
    "jobs": {"routers/v1": {"jobs", "stream"}, "workers": {"run", "runner", "registry", "ending", "sweeper"}},
    "search": {},
    "usage": {},
}
"""Each domain has a module of its name on each floor; here is where it has others instead."""
FOUNDATIONS = {
    "models": {"idempotency"},
    "schemas": {"base"},
    "crud": {"idempotency"},
    "services": {"idempotency", "streams"},
    "workers": {"process", "subscriptions", "tools"},
}
"""What belongs to no domain but carries them."""


@dataclass(frozen=True)
class Module:
    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


Rule = Callable[[Module], list[str]]


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def one_place_commits(module: Module) -> list[str]:
    found = [f"line {call.lineno}" for call in module.calls() if _called(call) == "commit"]
    return found[1:] if module.path == COMMITS else found


def sql_is_not_written_as_text(module: Module) -> list[str]:
    """But to call doors, and then as a constant: there is nothing to inject into."""
    found = []
    for call in module.calls():
        name = _called(call)
        if name == "literal_column" and module.path in INDEX_EXPRESSIONS:
            continue
        if name in {"exec_driver_sql", "literal_column", "fetch", "executemany"} and module.path != ENTERS_TENANTS:
            found.append(f"line {call.lineno}: {name}")
        if isinstance(call.func, ast.Name) and name == "text" and module.path not in WRITTEN_OUT:
            constant = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
            if not any(f" FROM {door}(" in str(constant) for door in RAW_SQL.get(module.path, ())):
                found.append(f"line {call.lineno}: {ast.unparse(call)[:60]}")
    return found


def sessions_have_a_tenant(module: Module) -> list[str]:
    if module.path in WITHOUT_TENANT:
        return []
    return [f"line {call.lineno}" for call in module.calls() if _called(call) == "sessions" and not call.keywords] + [
        f"line {call.lineno}: {_called(call)}"
        for call in module.calls()
        if _called(call) in {"AsyncSession", "create_async_engine"} and not module.path.startswith("core/")
    ]


def imports_stand_at_the_top(module: Module) -> list[str]:
    functions = (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and getattr(node, "module", None) != LATE_IMPORTS.get(module.path, ...)
    ]


def tenants_are_passed_by_hand(module: Module) -> list[str]:
    return [f"line {call.lineno}" for call in module.calls() if _called(call) == "ContextVar"]


def it_says_what_it_promises(module: Module) -> list[str]:
    docstring = ast.get_docstring(module.tree)
    return [] if docstring and docstring.split("\n\n")[0].strip().endswith((".", "?", "`")) else ["no opening sentence"]


def it_is_short_enough(module: Module) -> list[str]:
    lines = len(module.text.splitlines())
    return [f"{lines} lines"] if lines > MOST_LINES else []


def it_has_a_name_of_its_own(module: Module) -> list[str]:
    return sorted({part.removesuffix(".py") for part in module.path.split("/")} & SECOND_HANDS)


def it_is_finished(module: Module) -> list[str]:
    marks = ("TODO", "FIXME", "XXX", "HACK")
    return [f"line {n}" for n, line in enumerate(module.text.splitlines(), 1) if any(mark in line for mark in marks)]


BREACHES: dict[Rule, tuple[str, ...]] = {
    one_place_commits: ("async def f(uow):\n    await uow.session.commit()\n",),
    sql_is_not_written_as_text: (
        "rows = session.execute(text('SELECT * FROM documents'))",
        "rows = session.execute(text(f'SELECT * FROM due_jobs({n})'))",
        "rows = connection.exec_driver_sql('SELECT 1')",
    ),
    sessions_have_a_tenant: ("async with runtime.sessions() as session: pass", "session = AsyncSession(engine)"),
    imports_stand_at_the_top: ("def f():\n    import json\n", "async def f():\n    if x:\n        from a import b\n"),
    tenants_are_passed_by_hand: ("tenant = ContextVar('tenant')",),
    it_says_what_it_promises: ("import json\n", '"""todo"""\n', ""),
    it_is_short_enough: ("x = 1\n" * 401,),
    it_has_a_name_of_its_own: (),
    it_is_finished: ("x = 1  # TODO later\n",),
}


def modules() -> list[Module]:
    return [
        Module(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


@pytest.mark.parametrize("rule", BREACHES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    found = {module.path: broken for module in modules() if (broken := rule(module))}
    assert found == {}


@pytest.mark.parametrize(
    ("rule", "text"),
    [(rule, text) for rule, texts in BREACHES.items() for text in texts],
    ids=lambda each: getattr(each, "__name__", None) or str(each)[:40],
)
def test_a_breach_is_found(rule: Rule, text: str) -> None:
    module = Module("services/example.py", text)
    assert rule(Module("crud/jobs.py", text) if rule is sql_is_not_written_as_text else module)


def test_second_hand_names_are_found() -> None:
    for path in ("core/utils.py", "services/helpers/dates.py", "common/__init__.py"):
        assert it_has_a_name_of_its_own(Module(path, ""))


def test_exactly_one_place_commits() -> None:
    (module,) = (each for each in modules() if each.path == COMMITS)
    assert [_called(call) for call in module.calls()].count("commit") == 1


def test_exceptions_are_of_modules_that_are_there() -> None:
    paths = {module.path for module in modules()}
    assert {
        COMMITS,
        ENTERS_TENANTS,
        *RAW_SQL,
        *WRITTEN_OUT,
        *INDEX_EXPRESSIONS,
        *WITHOUT_TENANT,
        *LATE_IMPORTS,
    } <= paths


def expected(floor: str) -> set[str]:
    columns = {name for column, own in COLUMNS.items() for name in own.get(floor, {column})}
    return columns | FOUNDATIONS.get(floor, set())


def found_on(floor: str) -> set[str]:
    return {
        path.stem for path in (PACKAGE / floor).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    } - {"__init__"}


@pytest.mark.parametrize("floor", FLOORS)
def test_every_column_has_its_files_on_every_floor(floor: str) -> None:
    """A module that is of no domain, or a domain that leaves a floor out, has to be named above, with its place."""
    assert found_on(floor) == expected(floor)
