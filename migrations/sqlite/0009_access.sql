-- Secrets that let programs in. Only their hash is kept.
create table tokens (
    id           blob primary key,
    -- The one project it is good for; all if null.
    project_id   blob references projects on delete cascade,
    name         text not null,
    hash         text not null unique,
    scopes       text not null,
    created_at   integer not null,
    last_used_at integer,
    revoked_at   integer
) strict;

-- What was answered to a request that carried an idempotency key, written by the request's own transaction.
create table receipts (
    scope        text not null,
    key          text not null,
    request_hash text not null,
    response     text not null,
    created_at   integer not null,
    primary key (scope, key)
) strict;

create index receipts_created_at on receipts (created_at);
