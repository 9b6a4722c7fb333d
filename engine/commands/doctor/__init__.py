"""`server.py doctor`: what a hub stands on, looked at side by side, and what to do where it does not hold."""
