-- Lexicons as they are now; a deleted one stays as a tombstone.
create table lexicons (
    project_id uuid not null references projects on delete cascade,
    name       text collate "C" not null,
    hash       text not null,
    terms      bigint not null,
    revision   bigint not null,
    deleted    boolean not null default false,
    updated_at bigint not null,
    primary key (project_id, name)
);

-- The terms of every lexicon there ever was, by their hash: a JSON list, zstd. Plans and snapshots name them.
create table lexicon_terms (
    project_id uuid not null references projects on delete cascade,
    hash       text not null,
    bytes      bytea not null,
    primary key (project_id, hash)
);
