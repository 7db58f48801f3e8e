-- The latest end model of a project; its file is an object.
create table end_models (
    project_id uuid primary key references projects on delete cascade,
    -- What it is and how it does; the object's hash is the model's.
    report     jsonb not null
);
