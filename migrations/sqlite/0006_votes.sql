-- A rule's votes on a chunk, by what they follow from: a cache that is never wrong.
create table vote_blocks (
    project_id blob not null references projects on delete cascade,
    engine     integer not null,
    chunk      text not null,
    plan       text not null,
    bytes      blob not null,
    primary key (project_id, engine, chunk, plan)
) strict;
