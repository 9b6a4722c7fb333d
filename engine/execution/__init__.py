"""How one GraphQL operation runs: its document, its limits, its cost, its execution and its errors."""
