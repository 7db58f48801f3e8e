create table jobs (
    id               blob primary key,
    project_id       blob not null references projects on delete cascade,
    spec             text not null,
    state            text not null,
    progress_done    integer not null default 0,
    progress_total   integer not null default 0,
    progress_rows    integer not null default 0,
    attempts         integer not null default 0,
    cancel_requested integer not null default 0,
    error            text,
    result           text,
    -- The job that must be done before this one may start.
    after_id         blob references jobs,
    -- Who runs it, and until when that holds unless renewed.
    owner            blob,
    lease_until      integer,
    -- Not before.
    run_at           integer not null,
    created_at       integer not null,
    started_at       integer,
    finished_at      integer
) strict;

create index jobs_project on jobs (project_id, id);
create index jobs_open on jobs (run_at, id) where state in ('queued', 'running');
create index jobs_after on jobs (after_id);
