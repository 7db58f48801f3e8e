-- A project's replicas are told by their epoch apart from those of a database that was set back: it changes when that
-- is noticed. Below the floor of the counter, tombstones are gone.
alter table projects add column epoch text not null default 'first';
alter table projects add column floor bigint not null default 0;

-- What the data folder's mark is compared with.
create table database_mark (
    mark text not null
);

-- Clients that number their operations.
create table devices (
    project_id   uuid not null references projects on delete cascade,
    id           uuid not null,
    author       text not null,
    name         text not null,
    -- The project's epoch when it was registered.
    epoch        text not null,
    -- The number of the last operation that has a receipt.
    acknowledged bigint not null default 0,
    -- Up to where it said it has pulled.
    cursor       bigint not null default 0,
    created_at   bigint not null,
    seen_at      bigint not null,
    primary key (project_id, id)
);

-- What was answered to each operation, so that a repeated one gets the same answer and does nothing.
create table operation_receipts (
    project_id uuid not null,
    device_id  uuid not null,
    seq        bigint not null,
    hash       text not null,
    receipt    jsonb not null,
    primary key (project_id, device_id, seq),
    foreign key (project_id, device_id) references devices on delete cascade
);
