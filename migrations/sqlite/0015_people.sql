-- Those who sign in with a password.
create table accounts (
    id         blob primary key,
    -- In lower case.
    login      text not null unique,
    name       text not null,
    -- Argon2id, in the PHC string format.
    password   text not null,
    -- Whether they may look after the server itself.
    admin      integer not null,
    created_at integer not null
) strict;

-- What accounts may do in projects.
create table members (
    project_id blob not null references projects on delete cascade,
    account_id blob not null references accounts on delete cascade,
    role       text not null,
    created_at integer not null,
    primary key (project_id, account_id)
) strict;

create index members_account on members (account_id);

-- Browsers that are signed in. Of the secret only its hash is kept.
create table sessions (
    id         blob primary key,
    -- Null: someone who opened the link on the server's terminal.
    account_id blob references accounts on delete cascade,
    hash       text not null unique,
    agent      text not null,
    address    text not null,
    created_at integer not null,
    used_at    integer not null,
    expires_at integer not null
) strict;

create index sessions_account on sessions (account_id);

-- Links that make members. Of the secret only its hash is kept; one that was taken up is gone.
create table invitations (
    id         blob primary key,
    -- Null: to the server itself, as the one who looks after it.
    project_id blob references projects on delete cascade,
    role       text not null,
    note       text not null,
    hash       text not null unique,
    author     text not null,
    created_at integer not null,
    expires_at integer not null
) strict;

create index invitations_project on invitations (project_id);

-- Tokens end, and are good for what their scopes say; those made before there were scopes were good for everything.
alter table tokens add column expires_at integer;
update tokens set scopes = '["admin"]' where scopes = '[]';

-- Whose file it is: nobody else may look at it or import it.
alter table uploads add column author text not null default 'local';
