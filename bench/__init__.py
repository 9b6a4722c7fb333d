"""Measures the hub beside its peers (`make bench`), and says where its time goes (`make profile`)."""
