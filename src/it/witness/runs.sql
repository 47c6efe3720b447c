-- What jobs write down about themselves. The constraint decides whether runs of a job with CRON_OVERLAP = skip overlapped.
create extension btree_gist;

create table runs (
  id bigint generated always as identity primary key,
  job text not null,
  group_name text generated always as (substring(job from '^.*-group')) stored,
  scheduled text not null,
  run text not null,
  host text not null,
  fence bigint,
  alone boolean not null,
  refused boolean not null default false,
  ended boolean not null default false,
  during tstzrange not null,
  exclude using gist (job with =, during with &&) where (alone and not refused)
);

create index on runs (job, lower(during));
create index on runs using gist (group_name, during);

-- Host * stands for a fault of Redis, which concerns all hosts.
create table faults (what text, host text, kills boolean, began timestamptz, healed timestamptz);

-- A process exists from its first note to its last one; one that is killed notes no end.
create function begin_run(job text, scheduled text, run text, host text, fence bigint, alone boolean)
returns bigint language plpgsql as $$
declare
  t timestamptz := clock_timestamp();
  noted bigint;
begin
  insert into runs (job, scheduled, run, host, fence, alone, during)
  values (job, scheduled, run, host, fence, alone, tstzrange(t, t, '[]')) returning id into noted;
  return noted;
exception when exclusion_violation then
  insert into runs (job, scheduled, run, host, fence, alone, refused, during)
  values (job, scheduled, run, host, fence, alone, true, tstzrange(t, t, '[]')) returning id into noted;
  return noted;
end $$;

create function note_run(noted bigint, last boolean) returns void language plpgsql as $$
declare
  t timestamptz := clock_timestamp();
begin
  update runs set ended = last, during = tstzrange(lower(during), t, '[]') where id = noted;
exception when exclusion_violation then
  update runs set refused = true, ended = last, during = tstzrange(lower(during), t, '[]') where id = noted;
end $$;

-- Whether a fault of a host, or one that killed its daemon, may have cost a run its lease; renewals are up to a third of
-- a lease apart, and need some time after the fault.
create function suffered(of text, only_kills boolean, run tstzrange) returns boolean language sql stable as $$
  select exists (
    select from faults
    where host = of and (kills or not only_kills)
      and tstzrange(began - interval '3 s', healed + interval '5 s') && run)
$$;

-- Pairs of runs of a job that overlapped, the one with the lower fence in front.
create view overlapping as
select a.job, a.run as older, b.run as newer, a.host as older_host, b.host as newer_host, a.fence as older_fence,
  b.fence as newer_fence, a.during as older_time, b.during as newer_time
from runs a join runs b on a.job = b.job and a.during && b.during
  and (a.fence < b.fence or a.fence = b.fence and a.id < b.id)
where a.alone and (a.refused or b.refused);

-- Runs at whose begin two others of their group, whose limit is two, were in progress; each with each of the others.
create view crowding as
select b.job, a.run as older, b.run as newer, a.host as older_host, b.host as newer_host, a.fence as older_fence,
  b.fence as newer_fence, a.during as older_time, b.during as newer_time
from runs b join runs a on a.id <> b.id and a.group_name = b.group_name and a.during @> lower(b.during)
where (
  select count(*) from runs c
  where c.id <> b.id and c.group_name = b.group_name and c.during @> lower(b.during)
) >= 2;

-- For each fault that was healed, how long it took until a new run of each job had begun that ended well. Jobs that last
-- longer than a fault may still be in progress from before it.
create view recoveries as
select f.what, f.host, f.healed, j.job, extract(epoch from r.began - f.healed) as took
from faults f
cross join (select distinct job from runs where job not like '%-long-_') j
left join lateral (
  select min(lower(during)) as began from runs where runs.job = j.job and ended and lower(during) >= f.healed
) r on true;
