-- When the votes of a plan were last in use: those of plans long unused are forgotten.
create table vote_plans (
    project_id uuid not null references projects on delete cascade,
    plan       text not null,
    used_at    bigint not null,
    primary key (project_id, plan)
);

insert into vote_plans (project_id, plan, used_at)
select distinct project_id, plan, cast(extract(epoch from now()) * 1000000 as bigint) from vote_blocks;
