"""The person who asks: what is promised."""
