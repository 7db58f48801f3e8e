-- What explains combined labels: the table of vote patterns with dev gold, and the weights of votes in the model that is used.
alter table label_reports add column votes blob not null default x'';
alter table label_reports add column weights blob not null default x'';
