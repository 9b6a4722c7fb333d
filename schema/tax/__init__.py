"""Property tax, and other papers of the tax office: what is promised."""
