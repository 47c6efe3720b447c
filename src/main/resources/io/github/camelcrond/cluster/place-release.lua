-- Frees the places of runs that have left them, unless another owner has them, and notifies the daemons if runs wait for
-- one. KEYS: four for each place. ARGV: owner, channel; for each place the run.
local awaited = false
for n = 1, #KEYS / 4 do
  local place = place_at(4 * n - 3)
  if redis.call('HGET', place.owners, ARGV[n + 2]) == ARGV[1] then
    leave(place, ARGV[n + 2])
    awaited = awaited or redis.call('ZCARD', place.waiting) > 0
  end
end
if awaited then
  redis.call('PUBLISH', ARGV[2], '')
end
