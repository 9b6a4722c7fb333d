"""Property tax and other papers of the tax office: what the fields mean."""
