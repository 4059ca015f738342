-- What is known about the mail of each job: 'sending' was begun, 'sent' was accepted by the provider.
create table email_ledger (
  job_id text primary key,
  task text not null,
  status text not null check (status in ('sending', 'sent')),
  provider text,
  message_id text,
  fence bigint not null,
  updated_at timestamptz not null default now()
);
