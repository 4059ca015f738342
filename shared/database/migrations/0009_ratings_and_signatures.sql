create table image_votes (
  image_id text not null references images (id) on delete cascade,
  user_id text not null references users (id),
  score integer not null check (score between 1 and 5),
  updated_at timestamptz not null default now(),
  primary key (image_id, user_id)
);

-- The votes of each image, counted; and of all images together, which always is the sum of these.
create table image_ratings (
  image_id text primary key references images (id) on delete cascade,
  votes bigint not null default 0,
  total bigint not null default 0,
  updated_at timestamptz not null default now()
);

create table rating_totals (
  one boolean primary key default true check (one),
  images bigint not null default 0,
  votes bigint not null default 0,
  total bigint not null default 0
);
insert into rating_totals default values;

create function forget_image_rating() returns trigger language plpgsql as $$
begin
  update rating_totals set
    images = images - (old.votes > 0)::integer, votes = votes - old.votes, total = total - old.total;
  return null;
end $$;
create trigger image_ratings_forgotten after delete on image_ratings
  for each row execute function forget_image_rating();

-- What each image looks like, for the similarity index: three averages (float32) and 3 × 40 wavelet
-- coefficients (int16), little-endian. `number` names it to indexes, which have no room for ids.
create table image_signatures (
  image_id text primary key references images (id) on delete cascade,
  number integer generated always as identity constraint image_signatures_number_key unique,
  signature bytea not null check (octet_length(signature) = 252),
  job_id text not null,
  fence bigint not null,
  created_at timestamptz not null default now()
);

-- Indexes follow the table: they hear the number of whatever was added, changed or deleted.
create function tell_image_signature() returns trigger language plpgsql as $$
begin
  perform pg_notify('image_signatures', coalesce(new.number, old.number)::text);
  return null;
end $$;
create trigger image_signatures_told after insert or delete on image_signatures
  for each row execute function tell_image_signature();
create trigger image_signatures_changed after update on image_signatures
  for each row when (old.signature is distinct from new.signature)
  execute function tell_image_signature();
