create table snapshots (
    project_id blob not null references projects on delete cascade,
    id         text not null,
    -- The project's counter when it was made.
    seq        integer not null,
    name       text not null,
    rows       integer not null,
    covered    integer not null,
    -- Canonical JSON, byte for byte: its hash is the id.
    manifest   text not null,
    created_at integer not null,
    primary key (project_id, id)
) strict;

create unique index snapshots_seq on snapshots (project_id, seq);
