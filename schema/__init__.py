"""The schema: types, fields and descriptions, one folder for each domain. No I/O and no agency names in here."""
