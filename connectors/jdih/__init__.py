"""Legal documents (JDIH): the regulations of the city, its province and the state."""
