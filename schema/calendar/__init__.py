"""Events of calendars: the types that all events share."""
