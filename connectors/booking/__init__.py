"""Bookings: hold, confirm, cancel: what a system is that takes them."""
