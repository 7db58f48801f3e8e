-- What people said of the documents that were combined, for explanations.
alter table label_reports add column people bytea not null default '';
