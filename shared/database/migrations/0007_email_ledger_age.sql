-- Old entries are found, and deleted, by their age.
create index email_ledger_updated_at_idx on email_ledger (updated_at);
