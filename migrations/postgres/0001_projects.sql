-- Times are microseconds since 1970-01-01T00:00:00Z, ids are version 7 UUIDs, hashes are lower-case hex.

create table projects (
    id              uuid primary key,
    name            text not null,
    labels          jsonb not null,
    seed            bigint not null,
    -- Counts changes of name and labels.
    revision        bigint not null default 1,
    -- Counts changes of anything in the project; moves inside the writing transaction and is its lock.
    seq             bigint not null default 0,
    -- The corpus: its chunks are in `chunks`.
    corpus_revision bigint not null default 0,
    corpus_columns  jsonb not null,
    corpus_sources  jsonb not null,
    rows            bigint not null default 0,
    excluded        bigint not null default 0,
    created_at      bigint not null,
    updated_at      bigint not null
);

-- What each step of a project's counter changed.
create table changes (
    project_id uuid not null references projects on delete cascade,
    seq        bigint not null,
    changed    text not null,
    created_at bigint not null,
    primary key (project_id, seq)
);
