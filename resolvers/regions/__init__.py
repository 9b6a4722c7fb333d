"""The city, its kecamatan and its kelurahan: what the fields mean."""
