"""The SQL statement of a search.

A single statement, so that it reads one version of the catalogue, and so that a page of results
stays within its budget of two. PostgreSQL's pg_trgm and unaccent are not used: the embedded server
does not ship them. The parameters: 1 the words, folded; 2 for each, whether it is required; 3 and 4
the words' trigrams, each with the place of its word; 5 the number, or ''; 6 the number of
certifications; 7 the number of codes of each.
"""

from __future__ import annotations

# The least trigram similarity (shared over all) of a misspelling; and the least similarity of the
# other candidates, relative to the best one's.
NEAR = 0.35
AS_NEAR = 0.75
MOST_NEAREST = 3

SEARCH = f"""
WITH version AS MATERIALIZED (
    SELECT max(id) AS id, (now() AT TIME ZONE 'Europe/Paris')::date AS today
    FROM catalogue_version
), asked AS MATERIALIZED (
    SELECT place, word, significant, place = cardinality($1::text[]) AS is_last,
           coalesce((tsvector_to_array(to_tsvector('french', word)))[1], word) AS stem,
           (SELECT array_agg(piece) FROM unnest($3::int[], $4::text[]) AS of_word (place, piece)
            WHERE of_word.place = given.place) AS pieces
    FROM unnest($1::text[], $2::boolean[]) WITH ORDINALITY AS given (word, significant, place)
),

-- The operands of a text query for each word; null when it is ignored.
read AS MATERIALIZED (
    SELECT asked.place, asked.word, asked.significant, meant.*
    FROM asked LEFT JOIN LATERAL (
        (SELECT ARRAY[quote_literal(asked.stem), quote_literal(asked.word)] AS whole,
                CASE WHEN asked.is_last THEN quote_literal(asked.word) || ':*' END AS beginning,
                CASE WHEN min(known.scope) = max(known.scope) THEN min(known.scope) END AS scope,
                NULL::text[] AS nearest
         FROM catalogue_word AS known
         WHERE known.version_id = (SELECT id FROM version)
           AND (known.stem = asked.stem OR known.word = asked.word
                OR (asked.is_last
                    AND known.word BETWEEN asked.word AND asked.word || chr(1114111)))
         HAVING count(*) > 0)
        UNION ALL
        (SELECT array_agg(quote_literal(near.stem)), NULL,
                CASE WHEN min(near.scope) = max(near.scope) THEN min(near.scope) END,
                array_agg(near.written ORDER BY near.share DESC, near.word)
         FROM (
            SELECT other.*, max(other.share) OVER () AS best
            FROM (
                SELECT DISTINCT ON (w.stem) w.word, w.written, w.stem, w.scope,
                       common / (cardinality(w.pieces) + cardinality(asked.pieces) - common)
                           AS share
                FROM catalogue_word AS w, LATERAL (
                    SELECT count(*)::float FROM unnest(w.pieces) AS piece
                    WHERE piece = ANY (asked.pieces)
                ) AS counted (common)
                WHERE w.version_id = (SELECT id FROM version) AND w.pieces && asked.pieces
                ORDER BY w.stem, share DESC, w.word
            ) AS other
            WHERE other.share >= {NEAR}
            ORDER BY other.share DESC, other.word LIMIT {MOST_NEAREST}
         ) AS near
         WHERE asked.significant AND $5 = '' AND near.share >= {AS_NEAR} * near.best
         HAVING count(*) > 0)
        LIMIT 1
    ) AS meant ON true
), query AS MATERIALIZED (
    SELECT string_agg('(' || loose || ')', ' & ') FILTER (WHERE significant)::tsquery AS required,
           string_agg('(' || loose || ')', ' | ')::tsquery AS wanted,
           string_agg('(' || titled || ')', ' & ') FILTER (WHERE significant)::tsquery AS titled
    FROM read CROSS JOIN LATERAL (
        -- « Bretagne » also matches a code valid in all regions.
        SELECT concat_ws(' | ', array_to_string(whole, ' | '), beginning,
                         quote_literal('*' || nullif(scope, ''))) AS loose,
               array_to_string(whole, ':A | ') || ':A' AS titled
    ) AS operands
    WHERE whole IS NOT NULL
),

-- Codes and RNCP numbers; from three digits on, also by prefix.
numbered AS MATERIALIZED (
    SELECT number, min(nearness) AS nearness FROM (
        SELECT certification AS number, CASE WHEN code_cpf = $5 THEN 1 ELSE 3 END AS nearness
        FROM formation
        WHERE version_id = (SELECT id FROM version)
          AND code_cpf BETWEEN $5 AND $5 || CASE WHEN length($5) < 3 THEN '' ELSE ':' END
        UNION ALL
        SELECT number, CASE WHEN rncp = $5 THEN 2 ELSE 4 END FROM certification
        WHERE version_id = (SELECT id FROM version)
          AND rncp BETWEEN $5 AND $5 || CASE WHEN length($5) < 3 THEN '' ELSE ':' END
    ) AS either WHERE $5 <> '' GROUP BY number
), found AS MATERIALIZED (
    (SELECT number, nearness, false AS titled, 0::real AS relevance, 0 AS length,
            count(*) OVER () AS total
     FROM numbered ORDER BY nearness, number LIMIT $6)
    UNION ALL
    (SELECT number, NULL, words @@ (SELECT titled FROM query) AS titled,
            ts_rank(words, (SELECT wanted FROM query)) AS relevance, length(title) AS length,
            count(*) OVER () AS total
     FROM certification
     WHERE NOT EXISTS (SELECT FROM numbered) AND version_id = (SELECT id FROM version)
       AND words @@ (SELECT required FROM query) AND valid_until >= (SELECT today FROM version)
     ORDER BY titled DESC, relevance DESC, length, number LIMIT $6)
)
SELECT corrected.readings, found.number, found.nearness, found.total,
       c.title, c.rncp, c.level, c.sector, codes.*
FROM (
    SELECT array_agg(concat_ws(' ', word, array_to_string(nearest, ' ')) ORDER BY place) AS readings
    FROM read WHERE significant AND (whole IS NULL OR nearest IS NOT NULL)
) AS corrected
LEFT JOIN (
    found JOIN version ON true
    JOIN certification AS c ON c.version_id = version.id AND c.number = found.number
    CROSS JOIN LATERAL (
        SELECT f.code_cpf, f.audience, f.region, f.valid_from, f.valid_until,
               CASE WHEN f.valid_until < today THEN 'over'
                    WHEN f.valid_from > today THEN 'future' ELSE 'current' END AS validity,
               count(*) OVER () AS code_count, row_number() OVER best AS code_place
        FROM formation AS f
        WHERE f.version_id = version.id AND f.certification = found.number
          AND (found.nearness IS NOT NULL OR f.valid_until IS NULL OR f.valid_until >= today)
        WINDOW best AS (
            ORDER BY f.code_cpf = $5 DESC, coalesce(f.valid_until < today, false),
                     coalesce(ts_rank(f.words, (SELECT wanted FROM query)), 0) DESC,
                     coalesce(f.valid_from > today, false), f.region, f.audience,
                     length(f.code_cpf), f.code_cpf
        )
        ORDER BY code_place LIMIT $7
    ) AS codes
) ON true
ORDER BY found.nearness, found.titled DESC, found.relevance DESC, found.length, found.number,
         codes.code_place
"""  # noqa: S608 - only the constants above are interpolated
