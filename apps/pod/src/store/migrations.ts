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
  `
  -- Policies of datasets that were set after pod.yaml. The newest line of a dataset counts.
  create table dataset_policies (
    seq integer primary key autoincrement,
    dataset text not null,
    -- Of the policy with every default filled in.
    hash text not null,
    -- As it was written, as JSON.
    written text not null,
    set_at integer not null,
    set_by text not null
  ) strict;
  create index dataset_policies_by_dataset on dataset_policies (dataset, seq);
  create trigger dataset_policies_no_update before update on dataset_policies begin select raise(abort, 'policies are append-only'); end;
  create trigger dataset_policies_no_delete before delete on dataset_policies begin select raise(abort, 'policies are append-only'); end;

  -- Datasets that were added while the pod ran. The newest line of a name counts; without a config it was removed.
  create table added_datasets (
    seq integer primary key autoincrement,
    name text not null,
    config text,
    changed_at integer not null,
    changed_by text not null
  ) strict;
  create index added_datasets_by_name on added_datasets (name, seq);
  create trigger added_datasets_no_update before update on added_datasets begin select raise(abort, 'added datasets are append-only'); end;
  create trigger added_datasets_no_delete before delete on added_datasets begin select raise(abort, 'added datasets are append-only'); end;

  -- Frames that modellers keep: a plan, bound to the versions of the datasets it was made over. No rows.
  create table stored_frames (
    user_id text not null,
    name text not null,
    plan text not null,
    tables text not null,
    versions text not null,
    made_at integer not null,
    expires_at integer not null,
    primary key (user_id, name)
  ) strict, without rowid;
  create index stored_frames_by_end on stored_frames (expires_at);

  -- Queries that wait for the custodian, or did.
  create table reviews (
    id text primary key,
    assignment_id text not null,
    user_id text not null,
    -- Of exactly what is shown: an approval counts for nothing else.
    hash text not null,
    -- The question without its assignment and answer: what an approval for several runs is good for.
    question text not null,
    shown text not null,
    record text not null,
    answer blob not null,
    state text not null check (state in ('waiting', 'approved', 'denied', 'expired', 'outdated')),
    made_at integer not null,
    deadline_at integer not null,
    decided_at integer,
    decided_by text,
    note text,
    -- Further runs; null: as many as come until then.
    runs_left integer check (runs_left >= 0),
    good_until integer,
    -- At the hub: the request of the modeller that it belongs to, and what the hub has been told.
    request_id text,
    told_at integer,
    end_told_at integer,
    check ((state in ('approved', 'denied')) = (decided_by is not null))
  ) strict, without rowid;
  create unique index reviews_waiting on reviews (assignment_id) where state = 'waiting';
  create index reviews_by_question on reviews (user_id, question) where state = 'approved';
  create index reviews_by_state on reviews (state, made_at);

  -- Sets of units that stand behind what was released, for the difference rule: sizes and keyed sums, no ids.
  create table released_sets (
    seq integer primary key autoincrement,
    user_id text not null,
    dataset text not null,
    assignment_id text not null,
    released_at integer not null,
    units text not null
  ) strict;
  create index released_sets_by_user on released_sets (user_id, dataset);
  create trigger released_sets_no_update before update on released_sets begin select raise(abort, 'released sets are append-only'); end;
  create trigger released_sets_no_delete before delete on released_sets begin select raise(abort, 'released sets are append-only'); end;

  -- Which datasets a modeller was answered from, and when: what the limits per day count.
  create table query_counts (
    user_id text not null,
    dataset text not null,
    assignment_id text not null,
    answered_at integer not null,
    primary key (user_id, dataset, assignment_id)
  ) strict, without rowid;
  create index query_counts_by_time on query_counts (answered_at);

  -- Answers by question, versions and policies: the same question is answered with the same bytes.
  create table answered_queries (
    user_id text not null,
    question text not null,
    record text not null,
    answer blob not null,
    answered_at integer not null,
    primary key (user_id, question)
  ) strict, without rowid;
  create index answered_queries_by_time on answered_queries (answered_at);

  -- Queries as they were asked, for trying out another policy on them.
  create table asked_queries (
    seq integer primary key autoincrement,
    assignment_id text not null unique,
    asked_at integer not null,
    asker text not null,
    datasets text not null,
    plan text not null,
    tables text not null,
    decision text not null
  ) strict;
  `,
  `
  -- An answer may be about thousands of sets, and every one is looked for before it is remembered.
  create index released_sets_by_sum on released_sets (user_id, dataset, json_extract(units, '$.sum'), json_extract(units, '$.size'));
  `,
  `
  -- Charges say whom and what they are for, and have their delta in whole 10⁻¹⁵. 'question': what the same answer may be given for again.
  alter table charges add column user_id text;
  alter table charges add column dataset text;
  alter table charges add column delta_femto integer not null default 0 check (delta_femto >= 0);
  alter table charges add column question text;
  create index charges_by_dataset on charges (dataset);

  -- What the custodian has said of budgets, with the reason. 'limit': from now on this one. 'reset': charges that were final by then count no more.
  create table budget_changes (
    seq integer primary key autoincrement,
    at integer not null,
    scope text not null check (scope in ('grant', 'dataset')),
    subject text not null,
    kind text not null check (kind in ('limit', 'reset')),
    micro_epsilon integer check (micro_epsilon >= 0),
    delta_femto integer check (delta_femto >= 0),
    charges_seq integer not null,
    reason text not null,
    changed_by text not null,
    check ((kind = 'limit') = (micro_epsilon is not null)),
    check ((kind = 'limit') = (delta_femto is not null))
  ) strict;
  create index budget_changes_by_subject on budget_changes (scope, subject, seq);
  create trigger budget_changes_no_update before update on budget_changes begin select raise(abort, 'changes of budgets are append-only'); end;
  create trigger budget_changes_no_delete before delete on budget_changes begin select raise(abort, 'changes of budgets are append-only'); end;

  -- Answers with noise, by question: the same question is answered with the same bytes, since noise that is drawn again tells more.
  create table private_answers (
    user_id text not null,
    question text not null,
    assignment_id text not null,
    answer blob not null,
    answered_at integer not null,
    primary key (user_id, question)
  ) strict, without rowid;
  create trigger private_answers_no_update before update on private_answers begin select raise(abort, 'an answer with noise stays as it is'); end;

  -- Steps of private tasks: each has one question and one answer, stored before it leaves.
  create table private_steps (
    assignment_id text not null,
    step integer not null,
    question_hash text not null,
    answer blob not null,
    primary key (assignment_id, step)
  ) strict, without rowid;
  create trigger private_steps_no_update before update on private_steps begin select raise(abort, 'an answer with noise stays as it is'); end;
  `,
  `
  -- Sets of units that were released together: sizes and keyed sums, no ids, and once how they are made. The digest is of who is in them.
  create table released_families (
    seq integer primary key autoincrement,
    user_id text not null,
    dataset text not null,
    digest text not null,
    assignment_id text not null,
    released_at integer not null,
    family text not null,
    unique (user_id, dataset, digest)
  ) strict;
  insert into released_families (user_id, dataset, digest, assignment_id, released_at, family)
    select user_id, dataset, 'set ' || min(seq), assignment_id, released_at, json_object(
      'dataset', dataset, 'version', version, 'feature', feature, 'sizes', json_group_array(size order by is_all desc, seq), 'sums', json_group_array(sum order by is_all desc, seq),
      'hasAll', json(iif(max(is_all), 'true', 'false')), 'isApart', json(iif(sum(size) = 2 * max(iif(is_all, size, null)), 'true', 'false')), 'recipe', json_object('plan', json(plan), 'carrier', carrier, 'making', making))
    from (
      select seq, user_id, dataset, assignment_id, released_at, units ->> '$.version' as version, units ->> '$.feature' as feature, units ->> '$.size' as size, units ->> '$.sum' as sum, units -> '$.recipe.plan' as plan,
        units ->> '$.recipe.carrier' as carrier, json_remove(units ->> '$.recipe.row', '$.row') as making, coalesce(json_extract(units ->> '$.recipe.row', '$.row') = '', 0) as is_all
      from released_sets)
    group by user_id, dataset, assignment_id, released_at, version, feature, plan, carrier, making
    order by min(seq);
  drop table released_sets;
  create trigger released_families_no_update before update on released_families begin select raise(abort, 'released sets are append-only'); end;
  create trigger released_families_no_delete before delete on released_families begin select raise(abort, 'released sets are append-only'); end;

  -- What waits, or may be given again, is remembered in the same way when it leaves.
  update reviews set record = json_set(record, '$.measurement.sets', json((
    select json_group_array(json_object(
      'dataset', value ->> '$.dataset', 'version', value ->> '$.version', 'feature', value ->> '$.feature', 'sizes', json_array(value ->> '$.size'), 'sums', json_array(value ->> '$.sum'), 'hasAll', json('false'), 'isApart', json('false'),
      'recipe', json_object('plan', value -> '$.recipe.plan', 'carrier', value ->> '$.recipe.carrier', 'making', json_remove(value ->> '$.recipe.row', '$.row') || '')))
    from json_each(record, '$.measurement.sets'))))
    where json_type(record, '$.measurement.sets') = 'array';
  `,
];
