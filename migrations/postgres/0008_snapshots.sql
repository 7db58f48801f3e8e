create table snapshots (
    project_id uuid not null references projects on delete cascade,
    id         text not null,
    -- The project's counter when it was made.
    seq        bigint not null,
    name       text not null,
    rows       bigint not null,
    covered    bigint not null,
    -- Canonical JSON, byte for byte: its hash is the id.
    manifest   text not null,
    created_at bigint not null,
    primary key (project_id, id)
);

create unique index snapshots_seq on snapshots (project_id, seq);
