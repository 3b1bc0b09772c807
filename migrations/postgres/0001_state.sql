-- What the state's servers must not lose, and nothing that can be worked out again. Run by the owner of the database;
-- the servers themselves act as palika_server, who owns nothing and sees one town in each transaction.

do $$
begin
    if not exists (select from pg_roles where rolname = 'palika_server') then
        create role palika_server nologin nosuperuser nocreatedb nocreaterole nobypassrls;
        execute format('grant palika_server to %I', current_user);
    end if;
end
$$;

-- The town of this transaction; nothing where none was said, and then no row is seen.
create function town_at_hand() returns bigint language sql stable parallel safe
    as $$ select nullif(current_setting('palika.town', true), '')::bigint $$;

create table town (
    town bigint primary key,
    public_key bytea not null,
    certificate bytea not null,
    enrolled_ms bigint not null
);

create table enrolment (
    code_hash bytea primary key,
    town bigint not null,
    expires_ms bigint not null,
    used_by bytea
);

create table invitation (
    id text primary key,
    town bigint not null,
    device bytea not null,
    package bytea not null,
    expires_ms bigint not null,
    nonce bytea,
    taken_ms bigint
);
create index invitation_of_town on invitation (town);

-- One row a town. Whoever adds to the town's log or to its list of keys locks it first, so both grow in the order in
-- which they become visible: a reader that remembers how far it read never skips what was committed late.
create table log (
    town bigint primary key,
    -- The name of this copy, towards devices that remember how far they hold its list of keys.
    replica bytea not null,
    arrival bigint not null default 0,
    key_order bigint not null default 0,
    -- The last arrival that may have moved trust in a device.
    trust_arrival bigint not null default 0,
    -- Up to which arrival `revoked` was worked out, and whether nothing waited for its past then.
    judged_arrival bigint not null default 0,
    judged_whole boolean not null default true
);

-- One chain for each device and epoch.
create table chain (
    town bigint not null,
    device bytea not null,
    epoch bigint not null,
    public_key bytea not null,
    head_seq bigint not null,
    head_hash bytea not null,
    primary key (town, device, epoch)
);

-- The log itself, as signed stretches of one chain. Only ever added to.
create table entry_range (
    town bigint not null,
    device bytea not null,
    epoch bigint not null,
    first_seq bigint not null,
    last_seq bigint not null,
    last_hash bytea not null,
    arrival bigint not null,
    received_ms bigint not null,
    bytes bytea compression lz4 not null,
    primary key (town, device, epoch, last_seq),
    unique (town, arrival)
);

-- Evidence: ranges whose chain or signature is wrong, or that fork a chain held here.
create table refused (
    town bigint not null,
    fingerprint bytea not null,
    received_ms bigint not null,
    device bytea not null,
    epoch bigint not null,
    first_seq bigint not null,
    reason text not null,
    bytes bytea compression lz4 not null,
    primary key (town, fingerprint)
);

-- Keys of persons' sealed fields, wrapped under the town's secret. An empty wrap marks an erased key and wins.
create table person_key (
    town bigint not null,
    person bytea not null,
    key_order bigint not null,
    wrapped bytea not null,
    primary key (town, person),
    unique (town, key_order)
);

-- What each device's copy last said it durably holds, and how far its list of keys is held here.
create table peer (
    town bigint not null,
    device bytea not null,
    heads bytea not null,
    keys_replica bytea not null,
    keys_order bigint not null,
    heard_ms bigint not null,
    primary key (town, device)
);

-- Devices that some entry of the log says are trusted no further. Whether it holds is a matter of the fold; a device
-- that nobody named needs none.
create table named_revoked (
    town bigint not null,
    device bytea not null,
    primary key (town, device)
);

-- What the fold said of them, up to log.judged_arrival.
create table revoked (
    town bigint not null,
    device bytea not null,
    primary key (town, device)
);

do $$
declare
    name text;
begin
    foreach name in array array['town', 'enrolment', 'invitation', 'log', 'chain', 'entry_range', 'refused',
                                'person_key', 'peer', 'named_revoked', 'revoked']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy of_town on %I using (town = town_at_hand()) with check (town = town_at_hand())', name);
    end loop;
end
$$;

-- Whoever takes an invitation knows its name and not yet the town: the name is half of a secret.
create policy by_name on invitation for select using (id = current_setting('palika.invitation', true));
-- The operator's list of enrolled towns: numbers and public keys.
create policy listed on town for select using (current_setting('palika.listing', true) = 'towns');

-- No right to change or remove what the log holds.
grant select, insert on town, entry_range, refused, named_revoked to palika_server;
grant select, insert, update on enrolment, log, chain, person_key, peer to palika_server;
grant select, insert, update, delete on invitation to palika_server;
grant select, insert, delete on revoked to palika_server;
