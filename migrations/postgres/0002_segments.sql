-- What was packed of a town's log for new devices, and under which names it lies on the shelf. Every server over this
-- database gives the same segments; a lost row costs the work of packing again.
create table segments (
    town bigint primary key,
    made bytea compression lz4 not null
);

alter table segments enable row level security;
alter table segments force row level security;
create policy of_town on segments using (town = town_at_hand()) with check (town = town_at_hand());

grant select, insert, update on segments to palika_server;
