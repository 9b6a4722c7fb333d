"""The identity provider and the civil registry: the stand-ins."""
