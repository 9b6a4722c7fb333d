"""The status of agencies in the store: announcements of the administrators, and when agencies went and returned."""
