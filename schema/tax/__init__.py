"""Property tax and other papers of the tax office: the types of the schema."""
