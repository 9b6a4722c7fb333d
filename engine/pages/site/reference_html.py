"""The reference as pages: one for each domain, one for what they share, and an index of all names."""

from collections.abc import Iterator, Mapping
from html import escape

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSkipDirective,
    GraphQLType,
    GraphQLUnionType,
    get_named_type,
    is_specified_directive,
    print_ast,
)
from graphql.utilities import get_default_value_ast

from auth.caller import Audience
from auth.policies import FieldAccess
from connectors.kit.bilingual import Bilingual
from engine.pages.site.frame import english, link, marked_up, titled
from engine.pages.site.reference import ROOTS, SHARED, ReferenceRoot, SchemaReference, is_of_list

KINDS = {
    GraphQLObjectType: Bilingual(id="objek", en="object"),
    GraphQLInterfaceType: Bilingual(id="antarmuka", en="interface"),
    GraphQLInputObjectType: Bilingual(id="masukan", en="input"),
    GraphQLEnumType: Bilingual(id="pilihan", en="enum"),
    GraphQLScalarType: Bilingual(id="nilai", en="scalar"),
    GraphQLUnionType: Bilingual(id="gabungan", en="union"),
}
BEGIN = {
    "Query": Bilingual(id="Pertanyaan", en="Questions"),
    "Mutation": Bilingual(id="Perintah", en="Commands"),
    "Subscription": Bilingual(id="Langganan", en="Subscriptions"),
}
OF_QUERIES = (GraphQLIncludeDirective, GraphQLSkipDirective)
"""Those of GraphQL itself that a query may have."""
SHARED_TITLE = Bilingual(id="Tipe bersama", en="Shared types")
TYPES = Bilingual(id="Tipe", en="Types")
LISTS = Bilingual(id="Halaman daftar", en="Pages of lists")
DIRECTIVES = Bilingual(id="Direktif", en="Directives")
COSTS = Bilingual(id="biaya {}", en="cost {}")
EVERYBODY = Bilingual(id="untuk semua", en="for everybody")
ALL_FIELDS = Bilingual(
    id="Semua bidang untuk semua orang, kecuali yang menyebut lain.",
    en="All fields are for everybody, but for those that say otherwise.",
)
PERSONAL = Bilingual(
    id="data pribadi ({}): disamarkan, dan setiap pembacaan dicatat. Utuh jika {}",
    en="personal ({}): masked, and each reading is recorded. Whole if {}",
)
GIVEN = Bilingual(
    id="data pribadi ({}): setiap pembacaan dicatat. Diberikan jika {}",
    en="personal ({}): each reading is recorded. Given if {}",
)
AND, OR = Bilingual(id=" dan ", en=" and "), Bilingual(id="; atau ", en="; or ")
AUDIENCES = {
    Audience.PUBLIC: Bilingual(id="umum", en="anybody"),
    Audience.PARTNER: Bilingual(id="mitra dengan kunci", en="apps with a key"),
    Audience.CITIZEN: Bilingual(id="warga", en="citizens"),
    Audience.OFFICER: Bilingual(id="petugas", en="officers"),
    Audience.ADMIN: Bilingual(id="pengelola", en="administrators"),
}
DEPRECATED = Bilingual(id="Akan dihapus", en="Deprecated")
POSSIBLE = Bilingual(id="Dapat berupa", en="One of")
IMPLEMENTS = Bilingual(id="Memenuhi", en="Implements")


class ReferenceHtml:
    """The pages of a reference in one language; `titles` has what people call each domain."""

    def __init__(self, reference: SchemaReference, titles: Mapping[str, Bilingual], language: str) -> None:
        self._reference = reference
        self._titles = titles
        self._language = language

    def title(self, section: str) -> str:
        """What a section is called."""
        return SHARED_TITLE[self._language] if section == SHARED else titled(self._titles, section, self._language)

    def section(self, name: str) -> str:
        """The body of the page of one section, below its title."""
        return "\n".join(self._section(name))

    def names(self) -> str:
        """Links to all root fields and types, by name."""
        made = [(each.name, self.root_link(each)) for each in self._reference.roots]
        made += [(name, self._type_link(name)) for name in self._reference.places]
        return "".join(f"<li>{each}</li>" for _, each in sorted(made, key=lambda each: each[0].casefold()))

    def root_link(self, root: ReferenceRoot) -> str:
        """A link to where a root field is described."""
        at = self._reference.sections_of[root.name]
        return link(f"/docs/{at}", f"<code>{root.name}</code>", self._language, anchor=root.anchor)

    def _section(self, name: str) -> Iterator[str]:
        section = self._reference.sections[name]
        for root, title in BEGIN.items():
            found = [each for each in section.roots if each.root == root]
            if found:
                yield f"<h2>{title[self._language]}</h2>"
                yield from (self._root(each) for each in found)
        if name == SHARED:
            yield from self._directives()
        lists = [each for each in section.types if is_of_list(each.name)]
        for title, types in ((TYPES, [each for each in section.types if each not in lists]), (LISTS, lists)):
            if types:
                yield f"<h2>{title[self._language]}</h2>"
                yield from map(self._type, types)

    def _root(self, root: ReferenceRoot) -> str:
        described = self._field(root.root, root.name, root.field)
        return f'<section id="{root.anchor}"><h3><code>{root.name}</code></h3>{described}</section>'

    def _type(self, of: GraphQLNamedType) -> str:
        kind = next(title for kind, title in KINDS.items() if isinstance(of, kind))
        text = english(of.description, self._language) if of.description else ""
        head = f'<h3><code>{of.name}</code> <span class="quiet">{kind[self._language]}</span></h3>'
        return f'<section id="{of.name}">{head}{text}{"".join(self._inside(of))}</section>'

    def _inside(self, of: GraphQLNamedType) -> Iterator[str]:
        if isinstance(of, GraphQLScalarType) and of.specified_by_url:
            url = escape(of.specified_by_url)
            yield f'<p class="marks"><a href="{url}" rel="noreferrer">{url}</a></p>'
        if isinstance(of, GraphQLObjectType) and of.interfaces:
            yield self._list_of(IMPLEMENTS, [each.name for each in of.interfaces])
        if isinstance(of, GraphQLInterfaceType | GraphQLUnionType):
            possible = self._reference.schema.get_possible_types(of)
            yield self._list_of(POSSIBLE, sorted(each.name for each in possible))
        if isinstance(of, GraphQLObjectType | GraphQLInterfaceType):
            yield f'<p class="marks">{ALL_FIELDS[self._language]}</p>'
            rows = (self._row(of.name, name, field) for name, field in of.fields.items())
            yield f'<ul class="fields">{"".join(rows)}</ul>'
        elif isinstance(of, GraphQLInputObjectType):
            rows = (self._given(of.name, name, field) for name, field in of.fields.items())
            yield f'<ul class="fields">{"".join(rows)}</ul>'
        elif isinstance(of, GraphQLEnumType):
            rows = (self._value(of.name, name, value) for name, value in of.values.items())
            yield f'<ul class="fields">{"".join(rows)}</ul>'

    def _row(self, of: str, name: str, field: GraphQLField) -> str:
        return f'<li id="{of}.{name}"><code>{name}</code> {self._field(of, name, field)}</li>'

    def _field(self, of: str, name: str, field: GraphQLField) -> str:
        text = english(field.description, self._language) if field.description else ""
        arguments = "".join(self._given(f"{of}.{name}", each, given) for each, given in field.args.items())
        listed = f'<ul class="arguments">{arguments}</ul>' if arguments else ""
        marks = self._marks(of, name)
        gone = self._deprecated(field.deprecation_reason)
        return f'<span class="names">{self._shown(field.type)}</span>{gone}{text}{listed}{marks}'

    def _given(self, of: str, name: str, given: GraphQLArgument | GraphQLInputField) -> str:
        node = get_default_value_ast(given)
        default = f" = <code>{escape(print_ast(node))}</code>" if node else ""
        text = english(given.description, self._language, "span", "quiet") if given.description else ""
        gone = self._deprecated(given.deprecation_reason)
        return f'<li id="{of}({name})"><code>{name}</code> {self._shown(given.type)}{default}{gone} {text}</li>'

    def _value(self, of: str, name: str, value: GraphQLEnumValue) -> str:
        text = english(value.description, self._language, "span") if value.description else ""
        return f'<li id="{of}.{name}"><code>{name}</code>{self._deprecated(value.deprecation_reason)} {text}</li>'

    def _marks(self, of: str, name: str) -> str:
        cost = self._reference.cost(of, name)
        access = self._reference.access(of, name)
        told = [COSTS[self._language].format(cost)] if cost > 1 else []
        told += [self._who(access)] if access and (of in ROOTS or not _is_for_all(access)) else []
        return f'<p class="marks">{" · ".join(told)}</p>' if told else ""

    def _who(self, access: FieldAccess) -> str:
        language = self._language
        if access.category is None:
            if _is_for_all(access):
                return EVERYBODY[language]
            return ", ".join(AUDIENCES[each][language] for each in access.audiences)
        rules = OR[language].join(AND[language].join(map(marked_up, words)) for words in access.rules)
        spoken = ' lang="en"' if language != "en" else ""
        said = PERSONAL if access.masked else GIVEN
        return said[language].format(f"<code>{access.category}</code>", f"<span{spoken}>{rules}</span>.")

    def _deprecated(self, reason: str | None) -> str:
        if reason is None:
            return ""
        told = english(reason, self._language, "span")
        return f' <span class="warning">{DEPRECATED[self._language]}</span>: {told}'

    def _directives(self) -> Iterator[str]:
        yield f"<h2>{DIRECTIVES[self._language]}</h2>"
        for each in self._reference.schema.directives:
            if is_specified_directive(each) and each not in OF_QUERIES:
                continue
            text = english(each.description, self._language) if each.description else ""
            arguments = "".join(self._given(f"@{each.name}", name, given) for name, given in each.args.items())
            listed = f'<ul class="arguments">{arguments}</ul>' if arguments else ""
            yield f'<section id="@{each.name}"><h3><code>@{each.name}</code></h3>{text}{listed}</section>'

    def _list_of(self, title: Bilingual, names: list[str]) -> str:
        listed = ", ".join(map(self._type_link, names))
        return f'<p class="marks">{title[self._language]}: {listed}</p>'

    def _shown(self, of: GraphQLType) -> str:
        """The type with a link to where it is described."""
        return f"<code>{self._linked(of)}</code>"

    def _linked(self, of: GraphQLType) -> str:
        if isinstance(of, GraphQLNonNull):
            return f"{self._linked(of.of_type)}!"
        if isinstance(of, GraphQLList):
            return f"[{self._linked(of.of_type)}]"
        name = get_named_type(of).name
        return link(f"/docs/{self._reference.places[name]}", name, self._language, anchor=name)

    def _type_link(self, name: str) -> str:
        return self._shown(self._reference.schema.type_map[name])


def _is_for_all(access: FieldAccess) -> bool:
    return access.category is None and set(access.audiences) == set(Audience)
