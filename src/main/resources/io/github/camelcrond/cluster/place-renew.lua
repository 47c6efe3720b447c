-- Renews the leases of the runs of one owner, and answers for each: nothing, "replaced" and by which run, or "lost" and
-- to which run. KEYS: four for each place. ARGV: owner, lease in ms; for each place the run, its fence (0 while it waits)
-- and the limit.
local owner, lease = ARGV[1], ARGV[2]

-- A place that a run had before Redis lost its last writes is its own still, unless others have filled it.
local function restore(place, run, fence, limit)
  local given_away = tonumber(redis.call('HGET', place.owners, 'given away') or '0')
  if given_away < fence and redis.call('ZCARD', place.inside) < limit then
    redis.call('ZADD', place.inside, limit, run)
    redis.call('HSET', place.owners, run, owner)
    return owner
  end
end

local answers = {}
for n = 1, #KEYS / 4 do
  local place = place_at(4 * n - 3)
  local run, fence, limit = ARGV[3 * n], tonumber(ARGV[3 * n + 1]), tonumber(ARGV[3 * n + 2])
  local found = redis.call('HGET', place.owners, run)
  if (found or restore(place, run, fence, limit)) == owner then
    renew(place, run, lease)
    local by = redis.call('HGET', place.owners, replaced(run))
    answers[n] = by and 'replaced ' .. by or ''
  elseif fence == 0 then
    answers[n] = ''
  else
    answers[n] = 'lost ' .. (found and described(run, found) or holder(place))
  end
end
return answers
