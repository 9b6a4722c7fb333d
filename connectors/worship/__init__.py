"""Worship: prayer times that are computed and published, mosques, and zakat."""
