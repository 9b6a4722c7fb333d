"""Descriptions: sentences in English, with the official Indonesian term."""

import re

from graphql import GraphQLSchema

from tests.schema.rules.elements import Broken, elements
from tests.schema.rules.words import FILLING, OFFICIAL, TERM, vocabulary


def everything_is_described(schema: GraphQLSchema) -> Broken:
    for each in elements(schema):
        if not each.of.description:
            yield each.at, "has no description"


def descriptions_are_sentences(schema: GraphQLSchema) -> Broken:
    for each in elements(schema):
        text = each.of.description or "Nothing is said."
        if not re.fullmatch(r"[A-Z`…].*\.", text, re.DOTALL) or "  " in text:
            yield each.at, f"a description begins with a capital and ends with a full stop: {text}"
        if len(text.split()) < 2:
            yield each.at, f"one word says too little: {text}"
        if found := FILLING.search(text):
            yield each.at, f"`{found[0]}` says nothing: {text}"


def descriptions_are_english(schema: GraphQLSchema) -> Broken:
    terms = vocabulary(schema)
    for each in elements(schema):
        plain = re.sub(r"\([^()]*\)|`[^`]*`", "", each.of.description or "")
        for word in terms.keys() & set(re.findall(r"\b[a-z]+\b", plain)):
            yield each.at, f"`{word}` is a term that {terms[word]} gives in parentheses: parentheses are for Indonesian"


def types_and_root_fields_have_their_indonesian_term(schema: GraphQLSchema) -> Broken:
    for each in elements(schema):
        asked = each.kind == "field" and each.at.startswith("Query.")
        own = each.kind == "type" and not re.search("(Connection|Edge|Order)$", each.name)
        text = each.of.description or ""
        if (asked or own) and not TERM.search(text) and not OFFICIAL & set(re.findall(r"\w+", text)):
            yield each.at, "its description gives the official Indonesian term in parentheses"
