"""The city, its kecamatan and its kelurahan: what is promised."""
