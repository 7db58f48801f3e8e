-- Rules as they are now; a deleted rule stays as a tombstone, so that its revisions keep counting.
create table rules (
    project_id uuid not null references projects on delete cascade,
    id         uuid not null,
    name       text collate "C" not null,
    source     text not null,
    active     boolean not null,
    revision   bigint not null,
    deleted    boolean not null default false,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (project_id, id)
);

create unique index rules_name on rules (project_id, name) where not deleted;

-- Every revision there ever was.
create table rule_revisions (
    project_id uuid not null,
    rule_id    uuid not null,
    revision   bigint not null,
    name       text collate "C" not null,
    source     text not null,
    active     boolean not null,
    deleted    boolean not null,
    created_at bigint not null,
    primary key (project_id, rule_id, revision),
    foreign key (project_id, rule_id) references rules on delete cascade
);
