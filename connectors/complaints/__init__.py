"""Complaints of citizens (pengaduan): the desks that take them."""
