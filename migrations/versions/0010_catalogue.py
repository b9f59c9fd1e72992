"""The catalogue of formations: replaced whole by each import, searched in French.

Searching needs no extension of PostgreSQL: `words` is what the French dictionary makes of the
folded text (no accent, no case, stems, so plurals meet), `trigrams` the three-letter pieces of its
words, for what is mistyped. Both are computed by the program at import and indexed here.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE catalogue_version (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            file_digest bytea NOT NULL,
            entries integer NOT NULL,
            imported_at timestamptz NOT NULL DEFAULT now()
        )""")
    # A line of the file: one code CPF. A certification may have several, by public and region;
    # they share its RNCP number, or its title when it has none.
    op.execute("""
        CREATE TABLE formation (
            version_id integer NOT NULL REFERENCES catalogue_version ON DELETE CASCADE,
            code_cpf text NOT NULL CHECK (code_cpf ~ '^[0-9]{1,6}$'),
            certification text NOT NULL,
            title text NOT NULL,
            rncp text NOT NULL DEFAULT '' CHECK (rncp ~ '^[0-9]*$'),
            level text NOT NULL DEFAULT '',
            sector text NOT NULL DEFAULT '',
            audience text NOT NULL DEFAULT '',
            region text NOT NULL DEFAULT '',
            valid_from date,
            valid_until date,
            words tsvector NOT NULL,
            trigrams text[] NOT NULL,
            PRIMARY KEY (version_id, code_cpf),
            CHECK (valid_until >= valid_from)
        )""")
    op.execute("CREATE INDEX formation_certification ON formation (version_id, certification)")
    op.execute("CREATE INDEX formation_words ON formation USING gin (words)")
    op.execute("CREATE INDEX formation_trigrams ON formation USING gin (trigrams)")


def downgrade() -> None:
    op.execute("DROP TABLE formation")
    op.execute("DROP TABLE catalogue_version")
