-- This computer's own: never replicated, never digested.

-- The press that made each own receipt, so that a doubled Enter finds it.
create table press (
    draft blob primary key,
    seq integer not null
) strict, without rowid;

-- What a person had typed and not yet taken.
create table draft (
    user blob primary key,
    body text not null
) strict, without rowid;

-- A person's key at this device, locked with the password.
create table person_lock (
    user blob primary key,
    box blob not null,
    public_key blob not null
) strict, without rowid;

-- Settings of this window.
create table desk (
    name text primary key,
    value text not null
) strict, without rowid;

-- Names of localities by code, from the masters, for the search index.
create table place (
    code text primary key,
    hindi text not null,
    english text not null
) strict, without rowid;
