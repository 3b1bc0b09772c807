-- A device that ran twice gives one of its branches up. What is held of it stays, beside the log: its rows are only marked.
alter table entry_range add column aside boolean not null default false;
-- Two branches of one chain may end at the same number.
alter table entry_range drop constraint entry_range_pkey;
alter table entry_range add primary key (town, device, epoch, last_seq, last_hash);

-- Signed heads of such branches: nothing that ends in one is taken any more.
create table given_up (
    town bigint not null,
    device bytea not null,
    epoch bigint not null,
    seq bigint not null,
    hash bytea not null,
    primary key (town, device, epoch, seq, hash)
);

alter table given_up enable row level security;
alter table given_up force row level security;
create policy of_town on given_up using (town = town_at_hand()) with check (town = town_at_hand());

grant select, insert on given_up to palika_server;
grant update (aside) on entry_range to palika_server;
