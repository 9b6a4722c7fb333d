"""Complaints (pengaduan): topics, published complaints, and the complaints that people send."""
