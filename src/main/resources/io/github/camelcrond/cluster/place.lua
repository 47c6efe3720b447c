-- What the other scripts begin with. A place has four keys: the runs inside by their limits, those that wait by
-- scheduled instant in ms, the ends of the leases of both in ms, and their owners ("host id"); owners also has, as
-- "given away", the last fence that was given out before a run lost the place because its lease had ended.
local DAY = 24 * 60 * 60 * 1000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function place_at(key)
  return {inside = KEYS[key], waiting = KEYS[key + 1], leases = KEYS[key + 2], owners = KEYS[key + 3]}
end

local function replaced(run)
  return run .. ' replaced'
end

local function described(run, owner)
  return 'run ' .. run .. ' on ' .. string.match(owner, '^%S*')
end

-- Describes a run inside, or else the first that waits; empty if there is none.
local function holder(place)
  local run = redis.call('ZRANGE', place.inside, 0, 0)[1] or redis.call('ZRANGE', place.waiting, 0, 0)[1]
  return run and described(run, redis.call('HGET', place.owners, run) or '') or ''
end

-- A lease is never longer than an hour.
local function renew(place, run, lease)
  redis.call('ZADD', place.leases, now + lease, run)
  for _, key in pairs(place) do
    redis.call('PEXPIRE', key, DAY)
  end
end

local function leave(place, run)
  redis.call('ZREM', place.inside, run)
  redis.call('ZREM', place.waiting, run)
  redis.call('ZREM', place.leases, run)
  redis.call('HDEL', place.owners, run, replaced(run))
end
