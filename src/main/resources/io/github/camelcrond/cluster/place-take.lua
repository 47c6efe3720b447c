-- Takes the places of a run in their order, as far as there is room, and gives it its fence when it has all of them.
-- KEYS: the fence; four for each place. ARGV: run, owner, lease in ms, scheduled instant in ms; for each place its limit
-- and what the run does when it is full.
local run, owner, lease, instant = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local last_fence = redis.call('GET', KEYS[1]) or '0'

local function replace_all(place)
  local by = described(run, owner)
  for _, other in ipairs(redis.call('ZRANGE', place.inside, 0, -1)) do
    redis.call('HSET', place.owners, replaced(other), by)
  end
  for _, other in ipairs(redis.call('ZRANGE', place.waiting, 0, -1)) do
    redis.call('HSET', place.owners, replaced(other), by)
    redis.call('ZREM', place.waiting, other)
  end
end

local function room_in(place, limit)
  local least = redis.call('ZRANGE', place.inside, 0, 0, 'WITHSCORES')[2] or limit
  return math.max(0, math.min(limit, least) - redis.call('ZCARD', place.inside))
end

-- What keeps the run from a place that it has not; nothing if it is inside now.
local function obstacle(place, limit, when_full)
  local room = room_in(place, limit)
  if not redis.call('ZSCORE', place.waiting, run) then
    -- Those that wait get the room first, even if they have not asked since it is there.
    local ahead = redis.call('ZCARD', place.waiting)
    if ahead >= room and when_full == 'SKIP' then
      return {'FULL', holder(place)}
    end
    if ahead > room and when_full == 'WAIT_ALONE' then
      return {'QUEUED', holder(place)}
    end
    if ahead >= room and when_full == 'REPLACE' then
      replace_all(place)
    end
    redis.call('ZADD', place.waiting, instant, run)
  end
  if redis.call('ZRANK', place.waiting, run) >= room then
    return {'WAITS', holder(place)}
  end
  redis.call('ZREM', place.waiting, run)
  redis.call('ZADD', place.inside, limit, run)
end

for n = 1, (#KEYS - 1) / 4 do
  local place = place_at(4 * n - 2)
  for _, dead in ipairs(redis.call('ZRANGEBYSCORE', place.leases, '-inf', now)) do
    leave(place, dead)
    redis.call('HSET', place.owners, 'given away', last_fence)
    redis.call('PEXPIRE', place.owners, DAY)
  end
  local by = redis.call('HGET', place.owners, replaced(run))
  if by then
    return {'REPLACED', by}
  end
  local found
  if not redis.call('ZSCORE', place.inside, run) then
    found = obstacle(place, tonumber(ARGV[2 * n + 3]), ARGV[2 * n + 4])
  end
  if not found or found[1] == 'WAITS' then
    -- A run that the queue delivers again takes the place of its first delivery.
    redis.call('HSET', place.owners, run, owner)
    renew(place, run, lease)
  end
  if found then
    return {found[1], found[2], tostring(n)}
  end
end
-- At least the time: it rises even if Redis has lost the last writes in a failover, or all of them.
local fence = string.format('%.0f', math.max(tonumber(last_fence) + 1, now))
redis.call('SET', KEYS[1], fence)
return {'TAKEN', fence}
