"""What Alembic runs: the migrations, in the transaction that the store has opened."""

from alembic import context

from grader.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
