-- A new device's file while the log's history is on its way: what it began from, and what has come. Empty otherwise, and
-- local: never replicated, never digested.

-- The place in the log the snapshot was made at: what this device has seen of others until it has folded it itself.
create table arriving (
    device blob not null,
    epoch integer not null,
    seq integer not null,
    hash blob not null,
    primary key (device, epoch)
) strict, without rowid;

-- Chains as the snapshot's rows number them, by their number in this file.
create table arriving_chain (
    place integer primary key,
    chain integer not null
) strict;

create table arriving_segment (
    place integer primary key,
    name blob not null,
    -- 0 a part of the snapshot, 1 history.
    kind integer not null,
    bytes integer not null,
    records integer not null,
    receipts integer not null,
    paise integer not null,
    done integer not null
) strict;
