"""Property tax and other papers of the tax office: the stand-ins."""
