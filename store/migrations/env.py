"""What Alembic runs: a migration in the transaction of whoever asked for it."""

from alembic import context

from store.kit.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=False)
context.run_migrations()
