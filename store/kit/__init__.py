"""What every table and copy stands on: the database, the copies of feeds, and keyset paging."""
