-- What explains combined labels: the table of vote patterns with dev gold, and the weights of votes in the model that is used.
alter table label_reports add column votes bytea not null default '';
alter table label_reports add column weights bytea not null default '';
