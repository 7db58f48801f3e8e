-- Lexicons as they are now; a deleted one stays as a tombstone.
create table lexicons (
    project_id blob not null references projects on delete cascade,
    name       text not null,
    hash       text not null,
    terms      integer not null,
    revision   integer not null,
    deleted    integer not null default 0,
    updated_at integer not null,
    primary key (project_id, name)
) strict;

-- The terms of every lexicon there ever was, by their hash: a JSON list, zstd. Plans and snapshots name them.
create table lexicon_terms (
    project_id blob not null references projects on delete cascade,
    hash       text not null,
    bytes      blob not null,
    primary key (project_id, hash)
) strict;
