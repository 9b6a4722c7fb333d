"""Property tax, and other papers of the tax office: its stand-ins."""
