-- What was done by whom. Each chain counts from 1 without a gap, and each hash covers the one before it.
create table audits (
    -- A project's id, or `server`. No reference: what was done in a project outlives it.
    chain      text not null,
    seq        integer not null,
    created_at integer not null,
    author     text not null,
    action     text not null,
    target     text not null,
    address    text not null,
    hash       text not null,
    primary key (chain, seq)
) strict;

-- The end of each chain, and its lock.
create table audit_heads (
    chain text primary key,
    seq   integer not null,
    hash  text not null
) strict;

create trigger audits_are_not_changed before update on audits
begin select raise(abort, 'audits are only ever added to'); end;

create trigger audits_are_not_removed before delete on audits
begin select raise(abort, 'audits are only ever added to'); end;
