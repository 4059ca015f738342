-- Who filled in a form of which business.
create table clients (
  id bigint generated always as identity primary key,
  owner_id text not null references users (id),
  name text not null,
  email text not null,
  form_data jsonb not null,
  created_at timestamptz not null default now()
);
create index clients_owner_id_idx on clients (owner_id, created_at desc);

-- One row per job: a repetition finds its number again. client_id and owner_uid are what the producer
-- says, and producers may keep clients and owners in a database of their own.
create table contracts (
  id bigint generated always as identity primary key,
  client_id bigint not null,
  owner_uid text not null,
  job_id text not null constraint contracts_job_id_key unique,
  fence bigint not null,
  status text not null check (status in ('drafting', 'completed')),
  storage_key text,
  bytes bigint,
  total_minor bigint,
  currency text,
  link_hash text,
  link_expires_at timestamptz,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  check (
    status = 'drafting'
    or (
      storage_key is not null and bytes is not null and total_minor is not null
      and currency is not null and completed_at is not null
    )
  )
);
create index contracts_owner_uid_idx on contracts (owner_uid, created_at desc);
