"""Settling the indexes of the catalogue is their owner's work, whoever imports it.

PostgreSQL lets nobody else empty the list of what is pending in an index.
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION settle_catalogue() RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT gin_clean_pending_list('certification_words');
            SELECT gin_clean_pending_list('catalogue_word_pieces');
        $$""")
    op.execute("REVOKE EXECUTE ON FUNCTION settle_catalogue() FROM PUBLIC")


def downgrade() -> None:
    op.execute("DROP FUNCTION settle_catalogue")
