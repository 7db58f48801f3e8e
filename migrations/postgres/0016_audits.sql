-- What was done by whom. Each chain counts from 1 without a gap, and each hash covers the one before it.
create table audits (
    -- A project's id, or `server`. No reference: what was done in a project outlives it.
    chain      text not null,
    seq        bigint not null,
    created_at bigint not null,
    author     text not null,
    action     text not null,
    target     text not null,
    address    text not null,
    hash       text not null,
    primary key (chain, seq)
);

-- The end of each chain, and its lock.
create table audit_heads (
    chain text primary key,
    seq   bigint not null,
    hash  text not null
);

create function audits_are_only_added_to() returns trigger language plpgsql as $$
begin raise exception 'audits are only ever added to'; end $$;

create trigger audits_are_only_added_to before update or delete on audits
for each row execute function audits_are_only_added_to();
