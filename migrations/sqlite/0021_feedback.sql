-- Answers of a product's users, those that a later one replaced too.
create table feedback (
    id         blob primary key,
    project_id blob not null references projects on delete cascade,
    widget_id  blob not null references widgets on delete cascade,
    -- Made by the page: what is sent again is stored once.
    client_id  blob not null,
    author     text not null,
    document   text not null,
    question   text not null,
    shown      integer,
    snapshot   text,
    reply      text not null,
    label      integer,
    origin     text not null,
    replaced   integer not null default 0,
    -- By the user's clock.
    given_at   integer,
    created_at integer not null,
    unique (widget_id, client_id)
) strict;

-- What one user says of one document counts once.
create unique index feedback_one_answer on feedback (widget_id, author, document) where not replaced;
create index feedback_project on feedback (project_id, id);

-- Texts that widgets sent and the corpus does not hold yet: the next collect makes documents of them.
create table waiting_texts (
    project_id blob not null references projects on delete cascade,
    document   text not null,
    -- Hash of the text, by which one that is sent twice is found.
    hash       text not null,
    text       text not null,
    created_at integer not null,
    primary key (project_id, document)
) strict;

create index waiting_texts_hash on waiting_texts (project_id, hash);
