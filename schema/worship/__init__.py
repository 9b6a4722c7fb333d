"""Prayer times, mosques and zakat in the graph."""
