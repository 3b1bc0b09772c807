-- Projections: folds over the log. Droppable; `verify` rebuilds them from zero and compares.

-- Codes that repeat on every row (services, heads).
create table code (
    id integer primary key,
    text text not null unique
) strict;

-- The town's founding, once.
create table town (
    code integer primary key,
    name_hindi text not null,
    name_english text not null,
    certificate blob not null,
    chain integer not null,
    seq integer not null
) strict;

create table device (
    device blob primary key,
    chain integer not null,
    seq integer not null,
    name text not null,
    counter text not null,
    certificate blob not null
) strict, without rowid;

-- What enrolled a device, for judging its entries. `force`, here and below, has a bit for each way of reading cuts in
-- which the entry has force: 1 as though nobody were cut off, 2 with every cut, 4 with the cuts that hold.
create table enrolment (
    device blob not null,
    chain integer not null,
    seq integer not null,
    force integer not null,
    primary key (device, chain, seq)
) strict, without rowid;

-- Each revocation, with the last head it accepts of the device. Not dropped for a refold: a cut must be known before what
-- lies beyond it is folded.
create table revocation (
    device blob not null,
    chain integer not null,
    seq integer not null,
    last_epoch integer not null,
    last_seq integer not null,
    primary key (device, chain, seq)
) strict, without rowid;

-- A later head taken for good, for each revocation that the supervisor who took it had seen. Not dropped either.
create table acceptance (
    device blob not null,
    revocation_chain integer not null,
    revocation_seq integer not null,
    chain integer not null,
    seq integer not null,
    last_epoch integer not null,
    last_seq integer not null,
    primary key (device, revocation_chain, revocation_seq, chain, seq)
) strict, without rowid;

-- What follows from both: the last head that the lowest revocation accepts, and the last that is trusted.
create table device_cut (
    device blob primary key,
    unlifted_epoch integer not null,
    unlifted_seq integer not null,
    epoch integer not null,
    seq integer not null
) strict, without rowid;

create table staff (
    user blob primary key,
    name_hindi text not null,
    name_english text not null,
    chain integer not null,
    seq integer not null
) strict, without rowid;

create table grant_of_role (
    hash blob primary key,
    user blob not null,
    role integer not null,
    chain integer not null,
    seq integer not null,
    force integer not null
) strict, without rowid;

create table withdrawal (
    grant_hash blob not null,
    chain integer not null,
    seq integer not null,
    force integer not null,
    primary key (grant_hash, chain, seq)
) strict, without rowid;

create table staff_key (
    device blob not null,
    user blob not null,
    certificate blob not null,
    chain integer not null,
    seq integer not null,
    primary key (device, user, chain, seq)
) strict, without rowid;

create table definition (
    hash blob primary key,
    name text not null,
    bytes blob not null,
    chain integer not null,
    seq integer not null
) strict, without rowid;

create table consumer (
    id integer primary key,
    service integer not null,
    code text not null,
    unique (code, service)
) strict;

-- Two sums a due, so that order cannot matter.
create table due (
    consumer integer not null,
    year integer not null,
    head integer not null,
    demand_paise integer,
    applied_paise integer not null,
    -- Two unequal demands of one name arrived; the stronger stands and a case is open.
    demand_conflict integer not null,
    primary key (consumer, year, head)
) strict, without rowid;

-- Dues paid beyond the demand: the double-collection list reads only these.
create index due_in_excess on due (consumer) where demand_paise >= 0 and applied_paise > demand_paise;

create table record (
    id integer primary key,
    document blob not null unique,
    consumer integer not null,
    property_id text not null,
    old_id text not null,
    owner_hindi text not null,
    owner_english text not null,
    guardian_hindi text not null,
    guardian_english text not null,
    door_number text not null,
    ward text not null,
    locality text not null,
    address text not null,
    usage text not null
) strict;
create index record_by_consumer on record (consumer);

create table record_change (
    record integer not null,
    chain integer not null,
    seq integer not null,
    -- Its author had no authority: it stays in the document, but the field is shown as it was before.
    disputed integer not null,
    primary key (record, chain, seq)
) strict, without rowid;

create table conflict (
    record integer not null,
    field text not null,
    primary key (record, field)
) strict, without rowid;

-- The last sealed mobile of a record by (at_ms, hash); others stay in the log.
create table contact (
    -- Never given twice, and a new one with each change: what came since the index of mobiles was made is after it.
    id integer primary key autoincrement,
    document blob not null unique,
    sealed blob not null,
    at_ms integer not null,
    hash blob not null
) strict;

create table shift (
    chain integer not null,
    seq integer not null,
    hash blob not null,
    counter text not null,
    business_date integer not null,
    float_paise integer not null,
    holder blob not null,
    opened_at_ms integer not null,
    closed_seq integer,
    remitted_seq integer,
    primary key (chain, seq)
) strict, without rowid;

create table receipt (
    chain integer not null,
    seq integer not null,
    year integer not null,
    serial integer not null,
    business_date integer not null,
    shift_seq integer not null,
    service integer not null,
    consumer integer,
    amount_paise integer not null,
    mode integer not null,
    payer text not null,
    cancelled_seq integer,
    remitted_seq integer,
    disputed integer not null,
    primary key (chain, seq)
) strict, without rowid;
create index receipt_by_consumer on receipt (consumer) where consumer is not null;
create index receipt_by_day on receipt (business_date);

-- Last number of each series: receipts, certificates of payment, remittance slips.
create table series (
    chain integer not null,
    kind integer not null,
    year integer not null,
    last_serial integer not null,
    primary key (chain, kind, year)
) strict, without rowid;

create table receipt_event (
    receipt_chain integer not null,
    receipt_seq integer not null,
    chain integer not null,
    seq integer not null,
    kind integer not null,
    primary key (receipt_chain, receipt_seq, chain, seq)
) strict, without rowid;

create table remittance (
    chain integer not null,
    seq integer not null,
    year integer not null,
    serial integer not null,
    business_date integer not null,
    bank text not null,
    account text not null,
    amount_paise integer not null,
    primary key (chain, seq)
) strict, without rowid;

create table leaf_book (
    book text primary key,
    first_leaf integer not null,
    last_leaf integer not null,
    counter text not null,
    chain integer not null,
    seq integer not null
) strict, without rowid;

create table leaf (
    book text not null,
    leaf integer not null,
    chain integer not null,
    seq integer not null,
    primary key (book, leaf, chain, seq)
) strict, without rowid;

create table case_settled (
    name text not null,
    chain integer not null,
    seq integer not null,
    decision text not null,
    remark text not null,
    primary key (name, chain, seq)
) strict, without rowid;
