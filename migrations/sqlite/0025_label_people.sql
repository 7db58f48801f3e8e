-- What people said of the documents that were combined, for explanations.
alter table label_reports add column people blob not null default x'';
