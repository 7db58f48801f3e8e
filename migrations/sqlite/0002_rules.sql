-- Rules as they are now; a deleted rule stays as a tombstone, so that its revisions keep counting.
create table rules (
    project_id blob not null references projects on delete cascade,
    id         blob not null,
    name       text not null,
    source     text not null,
    active     integer not null,
    revision   integer not null,
    deleted    integer not null default 0,
    created_at integer not null,
    updated_at integer not null,
    primary key (project_id, id)
) strict;

create unique index rules_name on rules (project_id, name) where not deleted;

-- Every revision there ever was.
create table rule_revisions (
    project_id blob not null,
    rule_id    blob not null,
    revision   integer not null,
    name       text not null,
    source     text not null,
    active     integer not null,
    deleted    integer not null,
    created_at integer not null,
    primary key (project_id, rule_id, revision),
    foreign key (project_id, rule_id) references rules on delete cascade
) strict;
