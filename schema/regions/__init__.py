"""The city, its kecamatan and its kelurahan: the types of the schema."""
