-- A video as it was uploaded, and what its processing found and made. The owner may be a user of
-- another product that enqueues here, so it refers to no table of ours.
create table videos (
  id text primary key,
  owner_id text not null,
  -- Where the original lies: a key in storage, or a path in an upload folder.
  source text not null,
  content_type text,
  bytes bigint check (bytes >= 0),
  original_name text,
  -- The job that processes it, or did.
  job_id text,
  width integer check (width > 0),
  height integer check (height > 0),
  duration_ms bigint check (duration_ms >= 0),
  master_key text,
  poster_key text,
  thumbnails_key text,
  fence bigint not null default 0,
  created_at timestamptz not null default now(),
  ready_at timestamptz
);
create index videos_owner_id_idx on videos (owner_id, created_at desc);

-- One row per quality; job_id and fence say which attempt made it.
create table video_renditions (
  video_id text not null references videos (id) on delete cascade,
  quality text not null,
  -- All its objects' keys start with this and a slash.
  folder text not null,
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  frame_rate double precision not null check (frame_rate > 0),
  codecs text not null,
  bandwidth bigint not null check (bandwidth > 0),
  average_bandwidth bigint not null check (average_bandwidth > 0),
  bytes bigint not null check (bytes > 0),
  job_id text not null,
  fence bigint not null,
  created_at timestamptz not null default now(),
  primary key (video_id, quality)
);

-- A resumable upload under way; its id becomes the video's.
create table uploads (
  id text primary key,
  owner_id text not null references users (id),
  length_bytes bigint not null check (length_bytes >= 0),
  offset_bytes bigint not null default 0 check (offset_bytes between 0 and length_bytes),
  original_name text,
  qualities jsonb not null,
  expires_at timestamptz not null,
  finished_at timestamptz,
  created_at timestamptz not null default now()
);
create index uploads_expires_at_idx on uploads (expires_at) where finished_at is null;

-- The bytes that have arrived, in pieces; each an object in storage.
create table upload_parts (
  upload_id text not null references uploads (id) on delete cascade,
  start_byte bigint not null check (start_byte >= 0),
  bytes bigint not null check (bytes > 0),
  key text not null,
  primary key (upload_id, start_byte)
);
