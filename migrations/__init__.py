"""Alembic environment and revisions: the schema, one reversible change per revision."""
