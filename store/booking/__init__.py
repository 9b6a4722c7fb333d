"""Bookings: hold, confirm, cancel: what the hub keeps."""
