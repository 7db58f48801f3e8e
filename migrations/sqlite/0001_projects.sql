-- Times are microseconds since 1970-01-01T00:00:00Z, ids are version 7 UUIDs, hashes are lower-case hex.

create table projects (
    id              blob primary key,
    name            text not null,
    labels          text not null,
    seed            integer not null,
    -- Counts changes of name and labels.
    revision        integer not null default 1,
    -- Counts changes of anything in the project; moves inside the writing transaction and is its lock.
    seq             integer not null default 0,
    -- The corpus: its chunks are in `chunks`.
    corpus_revision integer not null default 0,
    corpus_columns  text not null,
    corpus_sources  text not null,
    rows            integer not null default 0,
    excluded        integer not null default 0,
    created_at      integer not null,
    updated_at      integer not null
) strict;

-- What each step of a project's counter changed.
create table changes (
    project_id blob not null references projects on delete cascade,
    seq        integer not null,
    changed    text not null,
    created_at integer not null,
    primary key (project_id, seq)
) strict;
