"""What the commands of server.py do."""
