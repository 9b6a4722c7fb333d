"""Calendars in iCalendar (RFC 5545): bytes become occurrences, which are the times that something takes place.

The files in the order in which an answer passes them:

- `properties.py`: lines, and the values of their properties
- `components.py`: the tree of components, such as VEVENT in VCALENDAR
- `time_zones.py`: the time zone that a name means, and moments in it
- `recurrence.py`: the days on which a rule (RRULE) recurs
- `recurrence_set.py`: the instances of an event, by its rules, dates, exceptions and overrides
- `events.py`: the occurrences of one answer

What cannot be read is set aside with a finding and costs nothing else.
"""
