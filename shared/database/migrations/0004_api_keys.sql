create table api_keys (
  id text primary key,
  name text not null,
  key_hash text not null constraint api_keys_key_hash_key unique,
  role text not null check (role in ('machine', 'operator')),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
