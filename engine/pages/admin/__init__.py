"""The page on which administrators see what runs: tables, no script."""
