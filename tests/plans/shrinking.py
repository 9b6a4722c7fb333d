"""A smaller operation that still differs: parts of the document are dropped as long as it does."""

from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
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
        if not any(isinstance(one, OperationDefinitionNode) for one in each.definitions):
            continue
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
    for key in ("selections", "arguments", "directives", "definitions"):
        parts = getattr(node, key, None) or ()
        for at, each in enumerate(parts):
            before, rest = parts[:at], parts[at + 1 :]
            if before or rest or key in {"arguments", "directives"}:
                yield _with(node, **{key: (*before, *rest)})
            if isinstance(each, InlineFragmentNode):
                yield _with(node, selections=(*before, *each.selection_set.selections, *rest))
    if getattr(node, "alias", None):
        yield _with(node, alias=None)
    for key in node.keys:
        value = getattr(node, key, None)
        several = isinstance(value, list | tuple)
        for at, one in enumerate(value if several else (value,)):
            if isinstance(one, Node):
                for each in _without_one(one):
                    yield _with(node, **{key: (*value[:at], each, *value[at + 1 :]) if several else each})


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
