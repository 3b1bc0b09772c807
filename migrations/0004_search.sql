-- What the omnibox searches. Derived from the property projection and written in its transaction: every table here
-- but search_mobile may be emptied and built again (store::search::clear, then index_properties). None is replicated
-- and none enters a digest.

-- The words of each property as search compares them, one field a line. A copy and not a join: ranking a keystroke
-- reads up to some hundred rows, and these hold just what ranking needs, already normalised.
create table search_document (
    property_key integer primary key,
    body text not null,
    -- The register's numbers without separators and leading letters. All of a town begin alike, so typing one from its
    -- front is a range scan here and not a word of the full text index, where it would be in every row.
    property_number text not null,
    old_number text not null
) strict;
create index search_document_by_property_number on search_document (property_number);
create index search_document_by_old_number on search_document (old_number);

-- Which property holds which word. Terms are keys made by store::search, their first letter says of what kind: x a
-- word as written, f its fold, n a number, r a number's digits backwards, l how many words the owner's name has.
-- Contentless: the text itself is search_document. detail = column: a hit need not say where in the field it is.
-- prefix: one to five typed letters (after the kind's letter) match up to half the town, and are read from lists of
-- their own instead of being merged at each keystroke from the words that begin so; Singh alone is every third owner.
-- tokenize = ascii leaves Devanagari letters alone.
create virtual table search_text using fts5 (
    owner, guardian, place, number,
    content = '', contentless_delete = 1, detail = 'column', prefix = '2 3 4 5 6', tokenize = 'ascii'
);

-- Folds under their consonants, and under those with any one consonant left out, so that a misspelt word finds its
-- neighbours by range scans: two words one slip apart share a row. A few thousand words a town.
create table search_near (
    near text not null,
    fold text not null,
    primary key (near, fold)
) strict, without rowid;

-- Mobile numbers, a personal field: only in this encrypted file, filled where the key to the sealed field is held,
-- deleted with it. Digits backwards because people give the last four.
create table search_mobile (
    property_key integer not null,
    mobile text not null,
    reversed text not null,
    primary key (property_key, mobile)
) strict, without rowid;
create index search_mobile_by_end on search_mobile (reversed);
create index search_mobile_by_start on search_mobile (mobile);
