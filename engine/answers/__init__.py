"""Whole answers, kept as they were encoded: what may be kept, under which key, for how long, and how it is given."""
