-- The log itself, and what this replica knows about it. Nothing here is ever updated but heads and marks.

create table meta (
    name text primary key,
    value blob not null
) strict, without rowid;

-- One chain for each device and epoch.
create table chain (
    id integer primary key,
    device blob not null,
    epoch integer not null,
    public_key blob not null,
    head_seq integer not null,
    head_hash blob not null,
    -- The last entry the projections contain. Behind head_seq: the chain waits for its past.
    folded_seq integer not null,
    last_at_ms integer not null,
    unique (device, epoch)
) strict;

-- Authors repeat on every entry; the log stores their place here.
create table author (
    id integer primary key,
    user blob not null,
    grant_hash blob not null,
    unique (user, grant_hash)
) strict;

create table entry (
    chain integer not null,
    seq integer not null,
    hash blob not null,
    at_ms integer not null,
    kind integer not null,
    author integer,
    body blob not null,
    -- Held at the end of each batch only; ranges are cut here.
    signature blob,
    primary key (chain, seq)
) strict, without rowid;

-- What each chain's writer had folded, accumulated over its Seen entries up to folded_seq.
create table seen (
    chain integer not null,
    device blob not null,
    epoch integer not null,
    seq integer not null,
    primary key (chain, device, epoch)
) strict, without rowid;

-- Sound entries whose rule or authority failed.
create table disputed (
    chain integer not null,
    seq integer not null,
    reason text not null,
    primary key (chain, seq)
) strict, without rowid;

-- Kinds a later version wrote: kept, forwarded, folded after the upgrade.
create table unknown (
    chain integer not null,
    seq integer not null,
    primary key (chain, seq)
) strict, without rowid;

-- Evidence: ranges whose chain or signature is wrong, or that fork a chain held here. Local to this replica.
create table refused (
    id integer primary key,
    received_ms integer not null,
    device blob not null,
    epoch integer not null,
    first_seq integer not null,
    reason text not null,
    bytes blob not null,
    fingerprint blob not null unique
) strict;

-- Durable heads other replicas said they hold. Only this clears "unsent".
create table confirmed (
    peer text not null,
    device blob not null,
    epoch integer not null,
    seq integer not null,
    hash blob not null,
    at_ms integer not null,
    primary key (peer, device, epoch)
) strict, without rowid;

-- Keys of persons' sealed fields, wrapped under the town's secret. Replicated beside the log, never in it: erasing a
-- row erases the person's fields. An empty wrap marks an erased key and wins over any other.
create table person_key (
    -- Never given twice: peers remember it as "held up to here", and an erased key must come after it.
    id integer primary key autoincrement,
    person blob not null unique,
    wrapped blob not null
) strict;
