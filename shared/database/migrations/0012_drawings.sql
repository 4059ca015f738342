-- One row per drawing, made when it is asked for. storage_key and what follows is null until a worker
-- has drawn it; job_id and fence say which attempt did.
create table drawings (
  id text primary key,
  owner_id text,
  filename text not null,
  pattern text not null,
  job_id text,
  fence bigint,
  storage_key text,
  preview_key text,
  bytes bigint,
  drawn_mm double precision,
  travel_mm double precision,
  created_at timestamptz not null default now()
);
create index drawings_owner_id_idx on drawings (owner_id, created_at desc);
