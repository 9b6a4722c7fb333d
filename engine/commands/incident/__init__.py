"""`server.py record incident`: the report of what was read, for the notice of an incident."""
