"""How far the hub scales, on paper: from measured costs, with a queueing model and a simulation beside it."""
