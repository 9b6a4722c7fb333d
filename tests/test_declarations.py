"""A clash of declarations, or a missing part, stops the start with an error that names both places."""

import importlib
import sys
import types

import msgspec
import pytest
from aiohttp import web

from auth.category import Category
from auth.policies import owner, personal, public, signed_in
from connectors import registry as agencies
from connectors.kit.domains import ConnectorDomain, DeclarationError, declared
from connectors.registry import CONNECTORS
from connectors.tax.sismiop import Sismiop
from resolvers import registry as answers
from resolvers.kit.domains import Export, NodeKind, ResolverDomain
from resolvers.registry import CATEGORIES, NODES, TITLES
from sandbox import registry as stand_ins
from sandbox.kit import declarations as of_sandbox
from sandbox.kit.control import Control
from sandbox.kit.domains import SandboxDomain
from sandbox.kit.domains import declared as sandbox_declared
from schema import root
from schema.kit.access import object_type
from schema.kit.declarations import check_categories, check_nodes
from schema.kit.domains import SchemaDomain
from schema.kit.fields import field
from schema.tax.objects import TaxQuery
from store import registry as kept
from store.kit.domains import StoreDomain
from store.registry import COPY_TABLES

CATEGORY = Category(name="X", description="x", scope="x", id="x", en="x")
EXPORT = Export("x", {}, {}, None, public, "Query.x")


async def resolver(_root, _ctx):
    return None


class One(msgspec.Struct):
    pass


class Other(msgspec.Struct):
    pass


@object_type(public)
class OneQuery:
    doubled: int | None = field("One.", resolver=resolver)


@object_type(public)
class OtherQuery:
    doubled: int | None = field("Other.", resolver=resolver)


class Elsewhere(Sismiop):
    domain = "elsewhere"


class Twin(Sismiop):
    pass


def refused(what, *named, error=DeclarationError):
    with pytest.raises(error) as raised:
        what()
    said = str(raised.value)
    assert [each for each in named if each not in said] == [], said


def domains(**of):
    return of


@pytest.mark.parametrize(
    ("what", "named"),
    [
        (
            lambda: agencies._collected(domains(tax=ConnectorDomain(connectors=(Elsewhere,)))),
            ["connectors/tax/domain.py", "Elsewhere", "elsewhere"],
        ),
        (
            lambda: agencies._collected(domains(tax=ConnectorDomain(connectors=(Sismiop, Twin)))),
            ["tax/sismiop", "connectors.tax.sismiop.Sismiop", "test_declarations.Twin"],
        ),
        (
            lambda: kept._collected(domains(), [each for each in CONNECTORS if each.domain == "jdih"]),
            ["connectors.jdih.jdihn", "regulations", "store/jdih/domain.py"],
        ),
        (
            lambda: kept._collected(domains(x=StoreDomain(copies={"y": COPY_TABLES["jdih", "regulations"]})), []),
            ["store/x/domain.py", "connectors/x/", "the feed y"],
        ),
        (
            lambda: kept._collected(
                {name: StoreDomain(copies={"y": COPY_TABLES["jdih", "regulations"]}) for name in "ab"}, []
            ),
            ["the table regulations", "store/a/domain.py", "store/b/domain.py"],
        ),
        (
            lambda: answers._nodes(
                domains(
                    a=ResolverDomain(nodes={One: NodeKind("X", None)}),
                    b=ResolverDomain(nodes={Other: NodeKind("X", None)}),
                )
            ),
            ["the node X", "resolvers/a/domain.py", "resolvers/b/domain.py"],
        ),
        (
            lambda: answers._nodes({name: ResolverDomain(nodes={One: NodeKind(name, None)}) for name in "ab"}),
            ["test_declarations.One", "resolvers/a/domain.py", "resolvers/b/domain.py"],
        ),
        (
            lambda: answers._categories({name: ResolverDomain(categories=(CATEGORY,)) for name in "ab"}),
            ["the category X", "resolvers/a/domain.py", "resolvers/b/domain.py"],
        ),
        (
            lambda: answers._exports({name: ResolverDomain(exports=(EXPORT,)) for name in "ab"}),
            ["the export x", "resolvers/a/domain.py", "resolvers/b/domain.py"],
        ),
        (
            lambda: root._fed_by(domains(), [Sismiop]),
            ["connectors.tax.sismiop.Sismiop", "schema/tax/domain.py"],
        ),
        (
            lambda: root._fed_by({name: SchemaDomain(queries={TaxQuery: None}) for name in "ab"}, []),
            ["TaxQuery", "schema/a/domain.py", "schema/b/domain.py"],
        ),
        *(
            (lambda name=name: root._root(name, (OneQuery, OtherQuery), "x"), ["doubled", "OneQuery", "OtherQuery"])
            for name in ("Query", "Mutation", "Subscription")
        ),
        (
            lambda: root._extend(domains(a=SchemaDomain(extensions={OneQuery: OtherQuery}))),
            ["doubled", "OneQuery", "OtherQuery"],
        ),
        (
            lambda: field("X.", resolver=resolver, policy=personal(signed_in, CATEGORY, (owner,))),
            ["test_declarations.resolver", "the category X", "resolvers/<domain>/domain.py"],
        ),
        (
            lambda: check_categories(root.build(), {**CATEGORIES, "X": CATEGORY}, []),
            ["the category X", "resolvers/<domain>/domain.py", "schema/"],
        ),
        (
            lambda: check_nodes(root.build(), {**NODES, One: NodeKind("X", None)}),
            ["the NodeKind X", "test_declarations.One", "schema/"],
        ),
        (
            lambda: check_nodes(root.build(), {each: kind for each, kind in NODES.items() if kind.name != "TaxObject"}),
            ["the node TaxObject", "schema.tax.objects", "resolvers/<domain>/domain.py"],
        ),
    ],
)
def test_a_clash_or_a_gap_names_both_places(what, named):
    refused(what, *named)


ROUTES = [lambda control, _now: [control.register("x"), [web.get("/x", None)]][1]]
PATHS = [lambda _control, _now: [web.get("/x", None)]]


@pytest.mark.parametrize(
    ("domain", "what", "named"),
    [
        (SandboxDomain(databases={"x": None}), stand_ins.check, "the database x"),
        (SandboxDomain(environment={"X": "x"}), stand_ins.check, "the variable X"),
        (SandboxDomain(routes=tuple(ROUTES)), lambda of: stand_ins.routes_of(of, Control(), None), "the stand-in x"),
        (SandboxDomain(routes=tuple(PATHS)), lambda of: stand_ins.routes_of(of, Control(), None), "the address GET /x"),
    ],
)
def test_two_stand_ins_that_clash_are_named(domain, what, named):
    two = {"a": domain, "b": domain}
    refused(
        lambda: what(two), named, "sandbox/a/domain.py", "sandbox/b/domain.py", error=of_sandbox.SandboxDeclarationError
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"x/__init__.py": ""}, "room/x/ has no domain.py"),
        ({"x/domain.py": ""}, "room/x/ has a domain.py and no __init__.py"),
        ({"x/__init__.py": "", "x/domain.py": ""}, "room.x.domain: expected DOMAIN, a "),
        ({"x/__init__.py": "", "x/domain.py": "DOMAIN = 1"}, "room.x.domain: expected DOMAIN, a "),
    ],
)
def test_a_folder_without_its_declaration_is_named(tmp_path, files, said):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    importlib.invalidate_caches()
    room = types.ModuleType("room")
    room.__path__ = [str(tmp_path)]
    for kind in (ConnectorDomain, StoreDomain, ResolverDomain, SchemaDomain):
        sys.modules["room"] = room
        refused(lambda kind=kind: declared(room, kind), said)
        _forget()
    sys.modules["room"] = room
    refused(lambda: sandbox_declared(room), said, error=of_sandbox.SandboxDeclarationError)
    _forget()


def _forget():
    for name in [each for each in sys.modules if each == "room" or each.startswith("room.")]:
        del sys.modules[name]


def test_each_domain_that_asks_agencies_says_what_people_call_it():
    assert {each.domain for each in CONNECTORS} - TITLES.keys() == set()
