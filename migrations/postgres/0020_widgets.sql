-- Feedback widgets. A removed one stays, because answers name it.
create table widgets (
    id              uuid primary key,
    project_id      uuid not null references projects on delete cascade,
    -- Publishable: pages carry it.
    key             text collate "C" not null unique,
    -- Keys of the HMAC that signs identities, as they are: a hash of one could not check a signature. The one before is
    -- good until a time.
    secret          text,
    old_secret      text,
    old_secret_until bigint,
    settings        jsonb not null,
    added_documents bigint not null default 0,
    revision        bigint not null default 1,
    removed         boolean not null default false,
    created_at      bigint not null,
    updated_at      bigint not null
);

create index widgets_project on widgets (project_id, id);

-- Where pages that asked for a widget are from.
create table widget_origins (
    widget_id uuid not null references widgets on delete cascade,
    origin    text collate "C" not null,
    accepted  bigint not null,
    refused   bigint not null,
    last_at   bigint not null,
    primary key (widget_id, origin)
);
