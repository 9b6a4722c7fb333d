"""Compiled plans give the answers of graphql-core, byte for byte."""
