-- Jobs that are enqueued with what a transaction wrote, until a relay has moved them into their queues.
-- id is the job's own, so that one that is moved twice is still one job. refused says why a job will
-- never be taken: it is kept for whoever looks, and tried no more.
create table job_outbox (
  id text primary key,
  position bigint generated always as identity,
  job text not null,
  refused text,
  created_at timestamptz not null default now()
);
create index job_outbox_position_idx on job_outbox (position) where refused is null;
