"""What every table and copy stands on: the database, the follower of feeds, keyset paging."""
