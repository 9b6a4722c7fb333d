"""Bookings: hold, confirm, cancel: what its fields mean."""
