create table jobs (
    id               uuid primary key,
    project_id       uuid not null references projects on delete cascade,
    spec             jsonb not null,
    state            text not null,
    progress_done    bigint not null default 0,
    progress_total   bigint not null default 0,
    progress_rows    bigint not null default 0,
    attempts         bigint not null default 0,
    cancel_requested boolean not null default false,
    error            text,
    result           jsonb,
    -- The job that must be done before this one may start.
    after_id         uuid references jobs,
    -- Who runs it, and until when that holds unless renewed.
    owner            uuid,
    lease_until      bigint,
    -- Not before.
    run_at           bigint not null,
    created_at       bigint not null,
    started_at       bigint,
    finished_at      bigint
);

create index jobs_project on jobs (project_id, id);
create index jobs_open on jobs (run_at, id) where state in ('queued', 'running');
create index jobs_after on jobs (after_id);
