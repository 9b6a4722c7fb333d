"""What an audience is said to reach is what its schema has."""

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType

from auth.caller import Audience
from auth.policies import nobody
from connectors.kit.domains import DeclarationError
from schema.kit.contract import objects_of
from schema.kit.reach import reached
from schema.root import access_matrix, build


@pytest.mark.parametrize("audience", Audience)
def test_the_matrix_has_the_fields_of_each_schema(audience):
    types = build(audience)._schema.type_map.values()
    real = {
        (each.name, name)
        for each in types
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType) and not each.name.startswith("__")
        for name in each.fields
    }
    assert {(at.type_name, at.field_name) for at in access_matrix() if audience in at.audiences} == real


def test_a_type_of_which_nobody_may_read_a_field_is_refused(monkeypatch):
    whole = build()
    for field in objects_of(whole)["PageInfo"].fields:
        monkeypatch.setattr(field, "metadata", {**field.metadata, "policy": nobody})
    with pytest.raises(DeclarationError, match="PUBLIC is led to the type PageInfo, and may read no field of it"):
        reached(whole._schema, (), Audience.PUBLIC)
