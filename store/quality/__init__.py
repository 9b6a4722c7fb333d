"""How good the agencies' answers are: the findings of all hubs, and the scores of each agency over time."""
