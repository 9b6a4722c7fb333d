"""What takes place, as calendars say it: a part that domains use for their lists of events."""
