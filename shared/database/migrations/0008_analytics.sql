-- What users did, one row a job, in a partition for each month (UTC). A job's id and time never change,
-- so a job that is run again meets its own row.
create table analytics_events (
  job_id text not null,
  occurred_at timestamptz not null,
  user_id text not null,
  event_type text not null,
  event_data jsonb not null default '{}',
  recorded_at timestamptz not null default now(),
  primary key (job_id, occurred_at)
) partition by range (occurred_at);
create index analytics_events_occurred_at_idx on analytics_events (occurred_at, event_type);

-- Makes the partition that a day belongs to, unless it is there. It is attached when it is ready, which
-- lets others go on writing meanwhile; CREATE TABLE … PARTITION OF would lock all of them out.
create function make_analytics_partition(of_day date) returns void language plpgsql as $$
declare
  first timestamp := date_trunc('month', of_day::timestamp);
  partition text := 'analytics_events_' || to_char(first, 'YYYY_MM');
begin
  if to_regclass(partition) is not null then return; end if;
  perform pg_advisory_xact_lock(8001, 0);
  if to_regclass(partition) is not null then return; end if;
  execute format('create table %I (like analytics_events including all)', partition);
  execute format(
    'alter table analytics_events attach partition %I for values from (%L) to (%L)',
    partition, first || '+00', (first + interval '1 month') || '+00');
end $$;

-- Every day that has events. `version` grows with each INSERT of some; the roll-ups of the day hold
-- what it was at least.
create table analytics_days (
  day date primary key,
  version bigint not null default 1,
  rolled_up_version bigint not null default 0,
  rolled_up_at timestamptz
);

create table analytics_hourly (
  hour timestamptz not null,
  event_type text not null,
  events bigint not null,
  users bigint not null,
  primary key (hour, event_type)
);

create table analytics_daily (
  day date not null,
  event_type text not null,
  events bigint not null,
  users bigint not null,
  primary key (day, event_type)
);
