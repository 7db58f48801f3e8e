-- Files that were sent and wait to be imported.
create table uploads (
    id         blob primary key,
    name       text not null,
    bytes      integer not null,
    created_at integer not null
) strict;

create index uploads_created_at on uploads (created_at);

-- The corpus' chunks in order; their columns are objects of the object store.
create table chunks (
    project_id blob not null references projects on delete cascade,
    ordinal    integer not null,
    hash       text not null,
    rows       integer not null,
    excluded   text not null,
    primary key (project_id, ordinal)
) strict;
