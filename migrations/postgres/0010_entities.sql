-- What is synced: rules, lexicons, policies, the label set, settings, annotations, gold, merge conflicts. Each as it is
-- now; a deleted one stays as a tombstone, with its last body, until every device knows of it.
create table entities (
    project_id uuid not null references projects on delete cascade,
    kind       text not null,
    id         text collate "C" not null,
    -- The name it holds: no other of the kind can hold it. Null for kinds without names, and for what lost its name.
    name       text collate "C",
    body       jsonb not null,
    revision   bigint not null,
    -- The project's counter when it last changed; no two changes share one.
    seq        bigint not null,
    deleted    boolean not null,
    author     text not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (project_id, kind, id)
);

create unique index entities_seq on entities (project_id, seq);
create unique index entities_name on entities (project_id, kind, name) where not deleted;

-- Every revision there ever was; they outlive the tombstone.
create table entity_revisions (
    project_id uuid not null references projects on delete cascade,
    kind       text not null,
    id         text collate "C" not null,
    revision   bigint not null,
    body       jsonb not null,
    deleted    boolean not null,
    author     text not null,
    created_at bigint not null,
    primary key (project_id, kind, id, revision)
);

insert into entities
select project_id, kind, id, name, body, revision,
    (select seq from projects where projects.id = project_id)
        + row_number() over (partition by project_id order by kind, created_at, id),
    deleted, 'local', created_at, updated_at
from (
    select id as project_id, 'settings' as kind, 'settings' as id, null as name,
        jsonb_build_object('name', name, 'seed',
            case when seed < 0 then seed + 18446744073709551616::numeric else seed end) as body,
        1 as revision, false as deleted, created_at, updated_at
    from projects
    union all
    select id, 'label_set', 'labels', null, jsonb_build_object('labels', labels), revision, false, created_at, updated_at
    from projects
    union all
    select project_id, 'rule', id::text, case when deleted then null else name end,
        jsonb_build_object('name', name, 'source', source, 'active', active),
        revision, deleted, created_at, updated_at
    from rules
    union all
    select project_id, 'lexicon', name, case when deleted then null else name end,
        jsonb_build_object('hash', hash, 'count', terms),
        revision, deleted, updated_at, updated_at
    from lexicons
) as things;

update projects set seq = (select max(seq) from entities where project_id = projects.id);

insert into entity_revisions
select project_id, kind, id, revision, body, deleted, author, updated_at from entities where kind <> 'rule'
union all
select project_id, 'rule', rule_id::text, revision,
    jsonb_build_object('name', name, 'source', source, 'active', active), deleted, 'local', created_at
from rule_revisions;

drop table rule_revisions;
drop table rules;
drop table lexicons;
alter table projects drop column name;
alter table projects drop column labels;
alter table projects drop column seed;
alter table projects drop column revision;
alter table projects drop column updated_at;
