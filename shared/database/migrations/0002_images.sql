create table images (
  id text primary key,
  owner_id text not null references users (id),
  storage_key text not null constraint images_storage_key_key unique,
  content_type text not null,
  width integer,
  height integer,
  bytes bigint not null check (bytes >= 0),
  original_name text,
  created_at timestamptz not null default now()
);
create index images_owner_id_idx on images (owner_id, created_at desc);

-- One row per variant and format; job_id and fence say which attempt made it.
create table image_variants (
  image_id text not null references images (id) on delete cascade,
  variant text not null,
  format text not null,
  key text not null,
  content_type text not null,
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  bytes bigint not null check (bytes > 0),
  job_id text not null,
  fence bigint not null,
  created_at timestamptz not null default now(),
  primary key (image_id, variant, format)
);
