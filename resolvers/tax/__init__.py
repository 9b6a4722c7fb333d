"""Property tax, and other papers of the tax office: what its fields mean."""
