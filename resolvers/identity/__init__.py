"""The person who asks: what its fields mean."""
