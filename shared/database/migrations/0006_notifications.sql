-- Posts of jobs that people apply for; a background job is something else.
create table job_posts (
  id text primary key,
  owner_id text not null references users (id),
  title text not null,
  description text not null,
  created_at timestamptz not null default now()
);
create index job_posts_created_at_idx on job_posts (created_at desc, id);

create table job_applications (
  job_post_id text not null references job_posts (id) on delete cascade,
  applicant_id text not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (job_post_id, applicant_id)
);

create table follows (
  follower_id text not null references users (id) on delete cascade,
  followed_id text not null references users (id) on delete cascade check (followed_id <> follower_id),
  created_at timestamptz not null default now(),
  primary key (follower_id, followed_id)
);
create index follows_followed_id_idx on follows (followed_id);

-- user_id is no reference: Python programs notify people whom only their own tables know.
-- A job notifies a person once, whatever the number of its attempts.
create table notifications (
  id bigint generated always as identity primary key,
  user_id text not null,
  kind text not null,
  title text not null,
  body text not null,
  link text,
  job_id text not null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  constraint notifications_job_id_user_id_key unique (job_id, user_id)
);
create index notifications_user_id_idx on notifications (user_id, id desc);
create index notifications_unread_idx on notifications (user_id) where read_at is null;
create index notifications_created_at_idx on notifications (created_at);

-- Where a person can be reached by push. token is FCM's registration token, OneSignal's subscription
-- id or the address of a browser's push service, whose two keys stand beside it.
create table devices (
  id text primary key,
  user_id text not null,
  provider text not null check (provider in ('fcm', 'onesignal', 'webpush')),
  token text not null,
  p256dh text,
  auth text,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  constraint devices_provider_token_key unique (provider, token)
);
create index devices_user_id_idx on devices (user_id);

-- What a person wants of a kind of notification; '*' is for all kinds, and null for "as that says".
-- Quiet hours are minutes of the day in the person's own time zone and may pass midnight.
create table notification_preferences (
  user_id text not null,
  kind text not null,
  in_app boolean,
  push boolean,
  quiet_from integer check (quiet_from between 0 and 1439),
  quiet_until integer check (quiet_until between 0 and 1439),
  time_zone text,
  primary key (user_id, kind)
);

-- Which devices have been sent the push message of a job.
create table push_ledger (
  job_id text not null,
  device_id text not null,
  fence bigint not null,
  sent_at timestamptz not null default now(),
  primary key (job_id, device_id)
);
create index push_ledger_sent_at_idx on push_ledger (sent_at);
