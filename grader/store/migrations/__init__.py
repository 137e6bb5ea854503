"""How an older database becomes what `schema.py` describes; run by Alembic, one file a step."""
