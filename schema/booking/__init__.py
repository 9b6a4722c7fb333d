"""Bookings: hold, confirm, cancel: what is promised."""
