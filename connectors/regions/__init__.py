"""The regions of the city: their names, their codes in two systems, and where they lie."""
