"""What every stand-in stands on: the control, stable random numbers, databases."""
