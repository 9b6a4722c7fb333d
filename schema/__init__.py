"""What the hub promises: types, fields, descriptions, one file a domain; no I/O, no seconds, no agency names."""
