"""The import contracts hold for domains that do not exist yet: each wrong import makes `lint-imports` fail."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.conftest import ROOT
from tests.test_house import ROOMS, committed

WRONG = {
    ("connectors/x/y.py", "connectors.tax"): "In connectors, the domains do not know each other",
    ("resolvers/x/y.py", "resolvers.tax"): "In the resolvers, the domains do not know each other",
    ("schema/x/y.py", "schema.tax"): "In the schema, the domains do not know each other",
    ("store/x/y.py", "store.jdih"): "In the store, the domains do not know each other",
    ("sandbox/x/y.py", "sandbox.tax"): "In the sandbox, the domains do not know each other",
    ("connectors/kit/y.py", "connectors.tax"): "In connectors, the domains do not know each other",
    ("resolvers/kit/y.py", "resolvers.tax"): "In the resolvers, the domains do not know each other",
    ("schema/kit/y.py", "schema.tax"): "In the schema, the domains do not know each other",
    ("store/kit/y.py", "store.jdih"): "In the store, the domains do not know each other",
    ("sandbox/kit/y.py", "sandbox.tax"): "In the sandbox, the domains do not know each other",
    ("connectors/x/z.py", "connectors.registry"): "In connectors, the domains do not know each other",
    ("resolvers/x/z.py", "resolvers.registry"): "In the resolvers, the domains do not know each other",
    ("schema/x/z.py", "schema.root"): "In the schema, the domains do not know each other",
    ("store/x/z.py", "store.registry"): "In the store, the domains do not know each other",
    ("sandbox/x/z.py", "sandbox.registry"): "In the sandbox, the domains do not know each other",
    ("connectors/x/a.py", "auth.caller"): "Connectors know neither who asks nor the cache",
    ("resolvers/x/a.py", "strawberry"): "Resolvers know neither GraphQL's library nor a wire nor a database",
}
"""By file and what it imports: how the contract begins that it breaks."""


def test_a_domain_to_come_that_imports_what_it_may_not_breaks_its_contract(tmp_path):
    for path in committed("pyproject.toml", *(f"{room}/*.py" for room in ROOMS)):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    for name, imported in WRONG:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(f"import {imported}\n", encoding="utf-8")
    lint = [Path(ROOT / ".venv" / "bin" / "lint-imports"), "--no-logo", "--no-cache"]
    done = subprocess.run(lint, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    _, *broken = re.split(r"\n([^\n]+(?:\n[^\n]+)*)\n-{5,}", done.stdout.partition("Broken contracts")[2])
    said = dict(zip((" ".join(each.split()) for each in broken[::2]), broken[1::2], strict=True))
    missed = []
    for (name, imported), contract in WRONG.items():
        module = name.removesuffix(".py").replace("/", ".")
        found = "".join(text for title, text in said.items() if title.startswith(contract))
        if not re.search(rf"^-\s+{re.escape(module)} -> {re.escape(imported)}\b", found, re.MULTILINE):
            missed.append((module, imported))
    assert missed == [], done.stdout[-3000:]
