-- Answers of a product's users, those that a later one replaced too.
create table feedback (
    id         uuid primary key,
    project_id uuid not null references projects on delete cascade,
    widget_id  uuid not null references widgets on delete cascade,
    -- Made by the page: what is sent again is stored once.
    client_id  uuid not null,
    author     text collate "C" not null,
    document   text collate "C" not null,
    question   text not null,
    shown      bigint,
    snapshot   text,
    reply      text not null,
    label      bigint,
    origin     text not null,
    replaced   boolean not null default false,
    -- By the user's clock.
    given_at   bigint,
    created_at bigint not null,
    unique (widget_id, client_id)
);

-- What one user says of one document counts once.
create unique index feedback_one_answer on feedback (widget_id, author, document) where not replaced;
create index feedback_project on feedback (project_id, id);

-- Texts that widgets sent and the corpus does not hold yet: the next collect makes documents of them.
create table waiting_texts (
    project_id uuid not null references projects on delete cascade,
    document   text collate "C" not null,
    -- Hash of the text, by which one that is sent twice is found.
    hash       text collate "C" not null,
    text       text not null,
    created_at bigint not null,
    primary key (project_id, document)
);

create index waiting_texts_hash on waiting_texts (project_id, hash);
