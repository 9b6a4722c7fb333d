"""The civil registry: what it says of a person who asks about themselves."""
