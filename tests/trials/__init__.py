"""Trials: the hub as each kind of user meets it, who knows nothing of the project and reads the pages. `make trials`."""
