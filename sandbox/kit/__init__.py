"""What every stand-in stands on: the control, stable draws, databases."""
