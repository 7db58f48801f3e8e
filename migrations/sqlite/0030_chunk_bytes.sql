-- Bytes of text in a chunk, by which browsers decide how much of a corpus they hold; 0 where it was not counted.
alter table chunks add column text_bytes integer not null default 0;
