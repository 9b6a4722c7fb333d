"""The city, its kecamatan and its kelurahan: what its fields mean."""
