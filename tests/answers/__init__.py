"""Whole answers that are kept."""
