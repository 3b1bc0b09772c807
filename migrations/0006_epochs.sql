-- Devices that were put back from a backup, or that run twice.

-- The last entry of a chain that came from elsewhere. Of a chain of this computer's own it says that the file was put back
-- behind what others hold, or that a copy of it is at work: nothing more is written to it.
alter table chain add column came_seq integer not null default 0;

-- A later epoch of the same device may close what an earlier one left open, and pay it in: whose entry did, with its number.
alter table shift add column closed_epoch integer;
alter table shift add column remitted_epoch integer;
alter table receipt add column remitted_epoch integer;
update shift set closed_epoch = (select epoch from chain where chain.id = shift.chain) where closed_seq is not null;
update shift set remitted_epoch = (select epoch from chain where chain.id = shift.chain) where remitted_seq is not null;
update receipt set remitted_epoch = (select epoch from chain where chain.id = receipt.chain) where remitted_seq is not null;

-- Every close with its shift. Of two, the earlier epoch's holds.
create table shift_close (
    hash blob primary key,
    shift_chain integer not null,
    shift_seq integer not null,
    chain integer not null,
    seq integer not null
) strict, without rowid;
insert into shift_close (hash, shift_chain, shift_seq, chain, seq)
    select entry.hash, shift.chain, shift.seq, shift.chain, shift.closed_seq from shift
    join entry on entry.chain = shift.chain and entry.seq = shift.closed_seq;

-- Another row is the receipt: it was entered again, from its paper or from a branch that was given up. Shown, never summed.
alter table receipt add column replaced integer not null default 0;

-- Receipts entered again, by the hash of the entry that first recorded them.
create table recovered (
    original blob not null,
    chain integer not null,
    seq integer not null,
    device blob not null,
    epoch integer not null,
    year integer not null,
    serial integer not null,
    -- False where the paper's lines were typed by a person: they may differ from what the lost entry says.
    proven integer not null,
    primary key (original, chain, seq)
) strict, without rowid;
create index recovered_by_number on recovered (device, epoch, year, serial);

-- Signed heads of branches their own device gave up, and the last entry before them that stands: the lowest that it ever
-- said. Who had seen such a head is folded after that entry. Not dropped for a refold: what is to be
-- folded must be known first.
create table given_up (
    device blob not null,
    epoch integer not null,
    after_seq integer not null,
    seq integer not null,
    hash blob not null,
    primary key (device, epoch, seq, hash)
) strict, without rowid;

-- Entries of such branches that were held here. They stay beside the log; never replicated, never digested.
create table aside (
    device blob not null,
    epoch integer not null,
    seq integer not null,
    hash blob not null,
    at_ms integer not null,
    kind integer not null,
    bytes blob not null,
    primary key (device, epoch, seq, hash)
) strict, without rowid;
