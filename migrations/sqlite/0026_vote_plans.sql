-- When the votes of a plan were last in use: those of plans long unused are forgotten.
create table vote_plans (
    project_id blob not null references projects on delete cascade,
    plan       text not null,
    used_at    integer not null,
    primary key (project_id, plan)
) strict;

insert into vote_plans (project_id, plan, used_at)
select distinct project_id, plan, cast(strftime('%s', 'now') as integer) * 1000000 from vote_blocks;
