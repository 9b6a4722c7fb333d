"""The person who asks: its stand-ins."""
