"""Other doors to the same operations: REST with OpenAPI, and MCP. Each runs the trusted documents, and nothing else."""
