"""The account of shared sweeps, in the schema ``switchcorr_work`` beside Procrastinate's own tables.

A device stands in ``work_visit`` once a sweep, whoever visited it: that is what keeps a sweep that was taken over from counting it twice.
"""

from __future__ import annotations

from typing import LiteralString

SCHEMA = "switchcorr_work"
REFUSALS_TO_STOP = 3
"""Refused logins in a row, over all workers of a site, after which its sweeps are held; as in a sweep of one machine."""

FIND: LiteralString = "select to_regclass('switchcorr_work.work_visit') is not null as made"
BEFORE: LiteralString = """
select pg_advisory_xact_lock(1398227799); -- the letters SWCW: whoever makes the tables
create schema if not exists switchcorr_work;
set local search_path = switchcorr_work;
"""
TABLES: LiteralString = """
create table work_sweep (
    id bigint generated always as identity primary key,
    site text not null,
    name text not null,
    begun_at timestamptz not null default now(),
    ended_at timestamptz,
    devices integer not null,
    state text not null default 'running' check (state in ('running', 'done', 'stopped', 'incomplete')),
    in_a_row integer not null default 0,
    overruns integer not null default 0,
    released boolean not null default false,
    unique (site, name)
);
create table work_visit (
    sweep_id bigint not null references work_sweep on delete cascade,
    device text not null,
    status text not null,
    refused boolean not null default false,
    worker text not null,
    at timestamptz not null default now(),
    primary key (sweep_id, device)
);
"""

BEGIN_SWEEP: LiteralString = """
with gone as (
    update work_sweep set state = 'incomplete', ended_at = now() where site = %(site)s and state = 'running'
)
insert into work_sweep (site, name, devices) values (%(site)s, %(name)s, %(devices)s) returning id
"""
LAST_SWEEP: LiteralString = "select * from work_sweep where site = %(site)s order by id desc limit 1"
SWEEP: LiteralString = "select * from work_sweep where site = %(site)s and name = %(name)s"
OVERRUN: LiteralString = "update work_sweep set overruns = overruns + 1 where site = %(site)s and state = 'running'"
RELEASE: LiteralString = "update work_sweep set released = true where site = %(site)s and state = 'stopped' and not released returning name"
VISITED: LiteralString = "select device from work_visit where sweep_id = %(sweep)s"
NOTE_VISITS: LiteralString = """
insert into work_visit (sweep_id, device, status, worker)
select %(sweep)s, device, status, %(worker)s from unnest(%(devices)s::text[], %(statuses)s::text[]) as told (device, status)
on conflict do nothing
"""
NOTE_REFUSAL: LiteralString = """
with noted as (
    insert into work_visit (sweep_id, device, status, refused, worker)
    values (%(sweep)s, %(device)s, 'failed', true, %(worker)s) on conflict do nothing returning sweep_id
)
update work_sweep set in_a_row = in_a_row + 1,
    state = case when in_a_row + 1 >= %(limit)s then 'stopped' else state end,
    ended_at = case when in_a_row + 1 >= %(limit)s then now() else ended_at end
where id in (select sweep_id from noted)
"""
NOTE_ACCEPTED: LiteralString = "update work_sweep set in_a_row = 0 where id = %(sweep)s and in_a_row > 0 and state = 'running'"
SETTLE: LiteralString = """
update work_sweep set state = 'done', ended_at = now()
where id = %(sweep)s and state = 'running' and devices <= (select count(*) from work_visit where sweep_id = %(sweep)s)
"""
OPEN_JOBS: LiteralString = """
select count(*) as jobs from procrastinate_jobs where queue_name = %(queue)s and task_name = %(task)s and status in ('todo', 'doing')
"""
# After a restart of the server the living first get the time to give a sign of life.
TAKE_OVER: LiteralString = """
select id, procrastinate_retry_job_v2(id, now(), null, null, null) from (
    select job.id from procrastinate_jobs job left join procrastinate_workers worker on worker.id = job.worker_id
    where job.status = 'doing' and job.queue_name = %(queue)s
    and pg_postmaster_start_time() < now() - make_interval(secs => 2 * %(lease_s)s)
    and (worker.id is null or worker.last_heartbeat < now() - make_interval(secs => %(lease_s)s))
    order by job.id for update of job skip locked
) stalled
"""
# A job is held by the attempt and the worker that it was given to: whoever takes it over counts the attempts up.
# One that is suspended within its transaction must not hold the row for ever.
HOLDS: LiteralString = """
select id, set_config('idle_in_transaction_session_timeout', '10s', true) from switchcorr_work.procrastinate_jobs
where id = :job and status = 'doing' and attempts = :attempt and worker_id = :worker for share
"""
RENEW: LiteralString = """
update procrastinate_workers set last_heartbeat = now() where id = (
    select worker_id from procrastinate_jobs where id = %(job)s and status = 'doing' and attempts = %(attempt)s and worker_id = %(worker)s
) returning id
"""
FINISH: LiteralString = """
select procrastinate_finish_job_v1(id, %(status)s, false) from (
    select id from procrastinate_jobs
    where id = %(job)s and status = 'doing' and attempts = %(attempt)s and worker_id = %(worker)s for update
) held
"""
GIVE_BACK: LiteralString = """
select procrastinate_retry_job_v2(id, %(at)s, null, null, null) from (
    select id from procrastinate_jobs
    where id = %(job)s and status = 'doing' and attempts = %(attempt)s and worker_id = %(worker)s for update
) held
"""
STATE: LiteralString = """
select work_sweep.*, count(device) as visited, count(device) filter (where status = 'answered') as answered,
    count(device) filter (where refused) as refused, count(distinct worker) as workers
from work_sweep left join work_visit on sweep_id = id
where site = %(site)s or %(site)s = '' group by id order by id desc limit %(most)s
"""
JOBS: LiteralString = """
select queue_name as queue, status::text as status, count(*) as jobs from procrastinate_jobs
where status in ('todo', 'doing', 'failed') and (queue_name = %(queue)s or %(queue)s = '') group by 1, 2 order by 1, 2
"""
FORGET: LiteralString = "delete from work_sweep where site = %(site)s and begun_at < now() - make_interval(days => 30)"
