-- Files that were sent and wait to be imported.
create table uploads (
    id         uuid primary key,
    name       text not null,
    bytes      bigint not null,
    created_at bigint not null
);

create index uploads_created_at on uploads (created_at);

-- The corpus' chunks in order; their columns are objects of the object store.
create table chunks (
    project_id uuid not null references projects on delete cascade,
    ordinal    bigint not null,
    hash       text not null,
    rows       bigint not null,
    excluded   jsonb not null,
    primary key (project_id, ordinal)
);
