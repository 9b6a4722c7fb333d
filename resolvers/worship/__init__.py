"""What prayer times, mosques and zakat mean."""
