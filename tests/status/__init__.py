"""The status of agencies: the graph, the announcements, the pages, and what is subscribed to."""
