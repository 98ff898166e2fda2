/** The store's tables, one text for each version; a released text is never edited. */
export const migrations: readonly string[] = [
  `
  -- What the pod has taken up. 'noted': in its mailbox, not claimed. 'open': claimed. 'ended': the answer is stored.
  create table assignments (
    id text primary key,
    state text not null check (state in ('noted', 'open', 'ended')),
    epoch integer not null default 0,
    task_id text,
    grant_id text,
    manifest_hash text,
    -- Runs that were begun, and those that a crash of the runner ended.
    starts integer not null default 0,
    crashes integer not null default 0,
    verdict text,
    -- The report, whole: it can be repeated word for word.
    outcome text check (outcome in ('done', 'denied', 'failed', 'parked')),
    code text,
    result blob,
    noted_at integer not null,
    ended_at integer,
    reported_at integer,
    check ((state = 'ended') = (outcome is not null)),
    check (result is null or outcome = 'done')
  ) strict, without rowid;
  create index assignments_by_state on assignments (state, reported_at);

  -- Which assignment a task was first seen with.
  create table seen_tasks (
    task_id text primary key,
    owner text not null,
    forget_at integer not null
  ) strict, without rowid;
  create index seen_tasks_by_end on seen_tasks (forget_at);

  -- Grants that the hub has revoked; none comes back.
  create table revoked_grants (grant_id text primary key, revoked_at integer not null) strict, without rowid;

  -- Epsilon in whole millionths. 'reserve' counts at once, 'commit' makes it final, 'release' takes back what nothing was computed for.
  create table charges (
    seq integer primary key autoincrement,
    at integer not null,
    kind text not null check (kind in ('reserve', 'commit', 'release')),
    grant_id text not null,
    assignment_id text not null,
    micro_epsilon integer not null check (micro_epsilon >= 0),
    delta real not null check (delta >= 0 and delta < 1),
    unique (assignment_id, kind)
  ) strict;
  create index charges_by_grant on charges (grant_id);
  create trigger charges_no_update before update on charges begin select raise(abort, 'charges are append-only'); end;
  create trigger charges_no_delete before delete on charges begin select raise(abort, 'charges are append-only'); end;

  create table audit (
    seq integer primary key autoincrement,
    at integer not null,
    action text not null,
    subject text not null,
    detail text not null,
    previous_hash text not null,
    hash text not null
  ) strict;
  create trigger audit_no_update before update on audit begin select raise(abort, 'the audit is append-only'); end;
  create trigger audit_no_delete before delete on audit begin select raise(abort, 'the audit is append-only'); end;

  -- What was published of a dataset, by the fingerprint of its file and configuration.
  create table schemas (
    dataset text primary key,
    fingerprint text not null,
    schema text not null,
    inspected_at integer not null
  ) strict, without rowid;
  `,
];
