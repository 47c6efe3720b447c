# What the measurements share; read by them, not run. Starts real daemons in a temporary folder.
# Takes the JDK from JAVA_HOME, else as bin/camel-crond finds it.
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
# The daemon watches it: nothing else may be written there.
mkdir "$folder/etc"
pid=

# Ends the daemon that was started last.
stop() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  [ -z "$pid" ] || wait "$pid" 2>/dev/null || true
  pid=
}
trap 'stop; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM

# What is measured: this clone, or another clone or installed directory.
home=${CROND_BENCH_HOME:-.}

# Builds if there is no jar yet, as for a user.
"$home/bin/camel-crond" --version >/dev/null

now() {
  date +%s.%N
}

# Starts a daemon with an empty store on $folder/etc/crontab; its log is $folder/log, began=when. With http=true it
# serves on $port.
http=false
port=18190
start() {
  rm -rf "$folder/store" "$folder/log"
  began=$(now)
  CROND_STORE_DIR="$folder/store" CROND_HTTP_ENABLED="$http" CROND_HTTP_PORT="$port" CROND_HTTP_TOKEN=bench \
    "$home/bin/camel-crond" run "$folder/etc/crontab" >"$folder/log" 2>&1 &
  pid=$!
}

# Waits until the log has so many lines with a text: seen TEXT COUNT
seen() {
  until [ "$(grep -c "$1" "$folder/log" 2>/dev/null)" -ge "$2" ] 2>/dev/null; do
    kill -0 "$pid" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
  done
}

# The log's time of the COUNTth line with a text, in seconds: logged TEXT COUNT
logged() {
  date +%s.%N -d "$(grep "$1" "$folder/log" | sed -n "$2s/ .*//p")"
}

# Seconds of CPU that the daemon and its ended children have used.
cpu() {
  sed 's/.*) //' "/proc/$pid/stat" |
    awk -v tick="$(getconf CLK_TCK)" '{ print ($12 + $13 + $14 + $15) / tick }'
}

pss() {
  awk '/^Pss:/ { printf "%d\n", $2 / 1024 }' "/proc/$pid/smaps_rollup"
}

minus() {
  awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f\n", a - b }'
}

# Middle of the numbers on standard input, with the least and the most: median < numbers
median() {
  sort -n | awk '{ x[NR] = $1 } END { printf "%s (%s-%s)", x[int((NR + 1) / 2)], x[1], x[NR] }'
}
