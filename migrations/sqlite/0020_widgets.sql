-- Feedback widgets. A removed one stays, because answers name it.
create table widgets (
    id              blob primary key,
    project_id      blob not null references projects on delete cascade,
    -- Publishable: pages carry it.
    key             text not null unique,
    -- Keys of the HMAC that signs identities, as they are: a hash of one could not check a signature. The one before is
    -- good until a time.
    secret          text,
    old_secret      text,
    old_secret_until integer,
    settings        text not null,
    added_documents integer not null default 0,
    revision        integer not null default 1,
    removed         integer not null default 0,
    created_at      integer not null,
    updated_at      integer not null
) strict;

create index widgets_project on widgets (project_id, id);

-- Where pages that asked for a widget are from.
create table widget_origins (
    widget_id blob not null references widgets on delete cascade,
    origin    text not null,
    accepted  integer not null,
    refused   integer not null,
    last_at   integer not null,
    primary key (widget_id, origin)
) strict;
