"""The commands of whoever runs the hub."""
