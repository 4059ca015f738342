-- People who sign in. Addresses and user names are unique whatever their case.
create table users (
  id text primary key,
  email text not null,
  username text not null,
  first_name text not null,
  password_hash text not null,
  role text not null default 'user' check (role in ('user', 'operator', 'admin')),
  created_at timestamptz not null default now()
);
create unique index users_email_key on users (lower(email));
create unique index users_username_key on users (lower(username));

-- Only the hash of a session's token is kept: a copy of this table opens no session.
create table sessions (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  token_hash text not null constraint sessions_token_hash_key unique,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index sessions_user_id_idx on sessions (user_id);
create index sessions_expires_at_idx on sessions (expires_at);

create table password_resets (
  token_hash text primary key,
  user_id text not null references users (id) on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index password_resets_user_id_idx on password_resets (user_id);
create index password_resets_expires_at_idx on password_resets (expires_at);
