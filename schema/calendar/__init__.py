"""What takes place, as calendars say it: the part of the promise that is the same for all events."""
