# Runs one program that must not outlive its owner. Standard input is a pipe whose other end only the owner holds: however
# the owner ends, by kill -9 too, the pipe closes, and the program is asked to stop, then killed when the grace is over.
# Should this guard be killed itself, the kernel kills the program (pdeathsig; set here and not by the owner, because it
# fires when the starting *thread* ends, and the owner has many).
#
# Arguments: stop signal, grace in seconds, log file or "", lock file or "", uid:gid or "", program, its arguments.
# Prints the program's process id on the first line; what follows is the program's output, unless a log file takes it.
# Exits as the program did (128 + signal when killed); 75 when the lock is still held by another server.

signal=$1 grace=$2 log=$3 lock=$4 user=$5
shift 5

exec 3<&0 4>&1 6>&2 </dev/null
if [ -n "$log" ]; then
  exec >>"$log" 2>&1
fi

# The lock lives as long as the program and not only as long as the owner: after a kill -9 the next run waits here
# until the old server has stopped.
if [ -n "$lock" ] && command -v flock >/dev/null; then
  exec 5>"$lock"
  # In turns of a tenth of a second: Busybox's flock cannot wait for so long and no longer.
  for ((tenths = 200; tenths > 0; tenths--)); do
    flock -n 5 && break
    sleep 0.1
  done
  if ((tenths == 0)); then
    echo "Another server still runs on these files (lock $lock)." >&6
    exit 75
  fi
fi

# A session of its own: Ctrl+C in the owner's terminal must not reach the program before the owner has said stop.
detached=()
if command -v setsid >/dev/null; then
  detached=(setsid)
fi
if [ -n "$user" ]; then
  detached+=(setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups)
fi
# In a second setpriv, because changing the user clears the death signal.
if setpriv --pdeathsig KILL true 2>/dev/null; then
  detached+=(setpriv --pdeathsig KILL)
fi
# The shell starts what runs in the background with these two ignored, and some programs (.NET's) leave it at that.
if env --default-signal=INT,QUIT true 2>/dev/null; then
  detached+=(env --default-signal=INT,QUIT)
fi

"${detached[@]}" sh -c 'echo "$$" >&4; exec "$@" 3<&- 4>&- 5>&- 6>&-' sh "$@" &
program=$!
exec >/dev/null 2>&1 4>&- 6>&-
trap '' INT TERM HUP

(
  exec 5>&-
  while read -r _ <&3; do :; done
  # CONT: a program that was paused must hear the stop signal too.
  kill -s "$signal" "$program"
  kill -s CONT "$program"
  for ((tenths = grace * 10; tenths > 0; tenths--)); do
    kill -0 "$program" || exit 0
    sleep 0.1
  done
  kill -s KILL "$program"
) &
watcher=$!
exec 3<&-

wait "$program"
code=$?
kill -s KILL "$watcher"
# What the program itself started and left behind.
kill -s KILL -- "-$program"
exit "$code"
