"""The civil registry: what it says to a person about that person."""
