-- What is synced: rules, lexicons, policies, the label set, settings, annotations, gold, merge conflicts. Each as it is
-- now; a deleted one stays as a tombstone, with its last body, until every device knows of it.
create table entities (
    project_id blob not null references projects on delete cascade,
    kind       text not null,
    id         text not null,
    -- The name it holds: no other of the kind can hold it. Null for kinds without names, and for what lost its name.
    name       text,
    body       text not null,
    revision   integer not null,
    -- The project's counter when it last changed; no two changes share one.
    seq        integer not null,
    deleted    integer not null,
    author     text not null,
    created_at integer not null,
    updated_at integer not null,
    primary key (project_id, kind, id)
) strict;

create unique index entities_seq on entities (project_id, seq);
create unique index entities_name on entities (project_id, kind, name) where not deleted;

-- Every revision there ever was; they outlive the tombstone.
create table entity_revisions (
    project_id blob not null references projects on delete cascade,
    kind       text not null,
    id         text not null,
    revision   integer not null,
    body       text not null,
    deleted    integer not null,
    author     text not null,
    created_at integer not null,
    primary key (project_id, kind, id, revision)
) strict;

insert into entities
select project_id, kind, id, name, body, revision,
    (select seq from projects where projects.id = project_id)
        + row_number() over (partition by project_id order by kind, created_at, id),
    deleted, 'local', created_at, updated_at
from (
    select id as project_id, 'settings' as kind, 'settings' as id, null as name,
        json_object('name', name, 'seed', json(printf('%u', seed))) as body,
        1 as revision, 0 as deleted, created_at, updated_at
    from projects
    union all
    select id, 'label_set', 'labels', null, json_object('labels', json(labels)), revision, 0, created_at, updated_at
    from projects
    union all
    select project_id, 'rule',
        lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-'
            || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)),
        iif(deleted, null, name),
        json_object('name', name, 'source', source, 'active', json(iif(active, 'true', 'false'))),
        revision, deleted, created_at, updated_at
    from rules
    union all
    select project_id, 'lexicon', name, iif(deleted, null, name), json_object('hash', hash, 'count', terms),
        revision, deleted, updated_at, updated_at
    from lexicons
);

update projects set seq = (select max(seq) from entities where project_id = projects.id);

insert into entity_revisions
select project_id, kind, id, revision, body, deleted, author, updated_at from entities where kind <> 'rule'
union all
select project_id, 'rule',
    lower(substr(hex(rule_id), 1, 8) || '-' || substr(hex(rule_id), 9, 4) || '-' || substr(hex(rule_id), 13, 4) || '-'
        || substr(hex(rule_id), 17, 4) || '-' || substr(hex(rule_id), 21)),
    revision, json_object('name', name, 'source', source, 'active', json(iif(active, 'true', 'false'))),
    deleted, 'local', created_at
from rule_revisions;

drop table rule_revisions;
drop table rules;
drop table lexicons;
alter table projects drop column name;
alter table projects drop column labels;
alter table projects drop column seed;
alter table projects drop column revision;
alter table projects drop column updated_at;
