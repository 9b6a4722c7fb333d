"""Stand-ins of the desks that take complaints."""
