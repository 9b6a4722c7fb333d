"""GraphiQL, for people: everything it needs comes from here, nothing from the network."""
