-- Secrets that let programs in. Only their hash is kept.
create table tokens (
    id           uuid primary key,
    -- The one project it is good for; all if null.
    project_id   uuid references projects on delete cascade,
    name         text not null,
    hash         text not null unique,
    scopes       jsonb not null,
    created_at   bigint not null,
    last_used_at bigint,
    revoked_at   bigint
);

-- What was answered to a request that carried an idempotency key, written by the request's own transaction.
create table receipts (
    scope        text not null,
    key          text not null,
    request_hash text not null,
    response     jsonb not null,
    created_at   bigint not null,
    primary key (scope, key)
);

create index receipts_created_at on receipts (created_at);
