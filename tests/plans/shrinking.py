"""A smaller operation that still differs: parts of the document are dropped as long as it does."""

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    parse,
    print_ast,
)

MOST = 400
"""Attempts."""


async def shrunk(case, differs):
    """The smallest case that was found; what is tried may be no valid document: then both sides say so alike."""
    left, best, better = MOST, case, True
    while better:
        better = False
        for asked in _smaller(best.asked):
            if (left := left - 1) < 0:
                return best
            tried = best._replace(asked=asked)
            if await differs(tried):
                best, better = tried, True
                break
    for change in (
        {"weather": best.weather._replace(agencies=0, reads=0, store=0, audit=0)},
        {"seconds": 60.0},
        {"language": "en"},
    ):
        tried = best._replace(**change)
        if tried != best and await differs(tried):
            best = tried
    return best


def _smaller(asked):
    """Each with one part less, large parts first."""
    document = parse(asked.text)
    changed = sorted((_tidied(each) for each in _without_one(document)), key=lambda each: len(print_ast(each)))
    for each in changed:
        text = " ".join(print_ast(each).split()) if '"""' not in asked.text else print_ast(each)
        used = {one.name.value for one in _all(each) if isinstance(one, VariableNode)}
        yield asked._replace(
            text=text, variables={name: value for name, value in asked.variables.items() if name in used}
        )
    for name in asked.variables:
        yield asked._replace(variables={key: value for key, value in asked.variables.items() if key != name})
        if isinstance(asked.variables[name], dict | list) and asked.variables[name]:
            yield asked._replace(variables=asked.variables | {name: type(asked.variables[name])()})


def _without_one(node):
    """Copies of a tree, each without one of its parts."""
    if isinstance(node, SelectionSetNode):
        for at, each in enumerate(node.selections):
            rest = (*node.selections[:at], *node.selections[at + 1 :])
            if rest:
                yield _with(node, selections=rest)
            if isinstance(each, InlineFragmentNode):
                yield _with(node, selections=(*node.selections[:at], *each.selection_set.selections, *node.selections[at + 1 :]))
    if isinstance(node, FieldNode):
        if node.alias:
            yield _with(node, alias=None)
        for at in range(len(node.arguments or ())):
            yield _with(node, arguments=(*node.arguments[:at], *node.arguments[at + 1 :]))
    if isinstance(node, FieldNode | InlineFragmentNode | FragmentSpreadNode | OperationDefinitionNode):
        for at in range(len(node.directives or ())):
            yield _with(node, directives=(*node.directives[:at], *node.directives[at + 1 :]))
    if isinstance(node, DocumentNode) and len(node.definitions) > 1:
        for at in range(len(node.definitions)):
            yield _with(node, definitions=(*node.definitions[:at], *node.definitions[at + 1 :]))
    for key in node.keys:
        value = getattr(node, key, None)
        if isinstance(value, Node):
            for each in _without_one(value):
                yield _with(node, **{key: each})
        elif isinstance(value, list | tuple):
            for at, one in enumerate(value):
                for each in _without_one(one):
                    yield _with(node, **{key: (*value[:at], each, *value[at + 1 :])})


def _with(node, **changed):
    given = {key: getattr(node, key, None) for key in node.keys} | {"loc": None} | changed
    return type(node)(**{key: value for key, value in given.items() if value is not Undefined})


def _tidied(document):
    """Without fragments and variables that nothing uses any more."""
    while True:
        spread = {each.name.value for each in _all(document) if isinstance(each, FragmentSpreadNode)}
        kept = tuple(
            each
            for each in document.definitions
            if not isinstance(each, FragmentDefinitionNode) or each.name.value in spread
        )
        if len(kept) == len(document.definitions):
            break
        document = _with(document, definitions=kept)
    used = [each.name.value for each in _all(document) if isinstance(each, VariableNode)]
    return _with(
        document,
        definitions=tuple(
            _with(
                each,
                variable_definitions=tuple(
                    one for one in each.variable_definitions or () if used.count(one.variable.name.value) > 1
                ),
            )
            if isinstance(each, OperationDefinitionNode)
            else each
            for each in document.definitions
        ),
    )


def _all(node):
    yield node
    for key in node.keys:
        value = getattr(node, key, None)
        for each in value if isinstance(value, list | tuple) else (value,):
            if isinstance(each, Node):
                yield from _all(each)
