"""Bookings, whatever it is that is booked."""
