"""Complaints (pengaduan): what can be complained about, what is sent, and what becomes of it."""
