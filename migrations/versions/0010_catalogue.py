"""The catalogue of formations: replaced whole by each import, searched in French.

Searching needs no extension of PostgreSQL. `certification.words` holds what the French dictionary
makes of the folded text (no accent, no case, stems, so plurals meet), and the words themselves, so
that the beginning of one finds it. `catalogue_word` holds each word of the catalogue once with its
pieces of three letters, computed by the program: a word that nobody wrote like that is read as its
nearest ones. Pieces belong to words and not to certifications, because the few thousand words of a
catalogue are soon compared, and because the person is then told how their word was read.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE catalogue_version (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            file_digest bytea NOT NULL,
            codes integer NOT NULL,
            imported_at timestamptz NOT NULL DEFAULT now()
        )""")
    # Lines of the file that share their RNCP number, title, level and sector; `number` is the
    # first one's, `valid_until` the latest of its codes.
    op.execute("""
        CREATE TABLE certification (
            version_id integer NOT NULL REFERENCES catalogue_version ON DELETE CASCADE,
            number integer NOT NULL,
            title text NOT NULL,
            rncp text COLLATE "C" NOT NULL DEFAULT '' CHECK (rncp ~ '^[0-9]*$'),
            level text NOT NULL DEFAULT '',
            sector text NOT NULL DEFAULT '',
            valid_until date NOT NULL DEFAULT 'infinity',
            words tsvector NOT NULL,
            PRIMARY KEY (version_id, number)
        )""")
    op.execute("CREATE INDEX certification_rncp ON certification (version_id, rncp)")
    op.execute("CREATE INDEX certification_words ON certification USING gin (words)")
    # A line of the file: one code CPF, for a public and a region ('' for all of them).
    op.execute("""
        CREATE TABLE formation (
            version_id integer NOT NULL,
            code_cpf text COLLATE "C" NOT NULL CHECK (code_cpf ~ '^[0-9]{1,6}$'),
            certification integer NOT NULL,
            audience text NOT NULL DEFAULT '',
            region text NOT NULL DEFAULT '',
            valid_from date,
            valid_until date,
            words tsvector NOT NULL,
            PRIMARY KEY (version_id, code_cpf),
            FOREIGN KEY (version_id, certification) REFERENCES certification ON DELETE CASCADE,
            CHECK (valid_until >= valid_from)
        )""")
    op.execute("CREATE INDEX formation_certification ON formation (version_id, certification)")
    # `written`: as the file has it, accents included. `scope`: 'audience' or 'region' for a word
    # that is only ever found there, '' for the others.
    op.execute("""
        CREATE TABLE catalogue_word (
            version_id integer NOT NULL REFERENCES catalogue_version ON DELETE CASCADE,
            word text COLLATE "C" NOT NULL,
            stem text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
                coalesce((tsvector_to_array(to_tsvector('french'::regconfig, word)))[1], word)
            ) STORED,
            written text NOT NULL,
            scope text NOT NULL CHECK (scope IN ('', 'audience', 'region')),
            pieces text[] NOT NULL,
            PRIMARY KEY (version_id, word)
        )""")
    op.execute("CREATE INDEX catalogue_word_stem ON catalogue_word (version_id, stem)")
    op.execute("CREATE INDEX catalogue_word_pieces ON catalogue_word USING gin (pieces)")


def downgrade() -> None:
    op.execute("DROP TABLE catalogue_word")
    op.execute("DROP TABLE formation")
    op.execute("DROP TABLE certification")
    op.execute("DROP TABLE catalogue_version")
