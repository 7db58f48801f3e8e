-- What the latest combine found.
create table label_reports (
    project_id blob primary key references projects on delete cascade,
    -- Hash of all that was combined: while the project's inputs have this hash, the report is not stale.
    inputs     text not null,
    -- How the combine was asked for.
    request    text not null,
    report     text not null,
    -- Vote patterns and what each model makes of them.
    patterns   blob not null
) strict;

-- The pattern of each row of a chunk.
create table label_blocks (
    project_id blob not null references projects on delete cascade,
    chunk      text not null,
    bytes      blob not null,
    primary key (project_id, chunk)
) strict;
