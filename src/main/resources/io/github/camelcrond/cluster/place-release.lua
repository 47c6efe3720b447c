-- Frees the places of runs that have left them, unless another owner has them. KEYS: four for each place. ARGV: owner;
-- for each place the run.
for n = 1, #KEYS / 4 do
  local place = place_at(4 * n - 3)
  if redis.call('HGET', place.owners, ARGV[n + 1]) == ARGV[1] then
    leave(place, ARGV[n + 1])
  end
end
