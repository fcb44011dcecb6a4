#!/usr/bin/env bash
# start.sh [PROGRAM [ARGUMENT…]]
# Process 1 of the container: starts the Functions host by the script of its image (or another program), and tells a stop to all that
# it has started. That script, as process 1, would hear no SIGTERM and hand none on: host and worker would be killed at the end of the
# grace, with the jobs that run. The worker is told in the same moment as the host, which would tell it only after its own listeners
# have stopped.
set -um

if [ $# = 0 ]; then
  set -- /opt/startup/start_nonappservice.sh
  # An image without that script: the host itself.
  [ -x "$1" ] || set -- /azure-functions-host/Microsoft.Azure.WebJobs.Script.WebHost
fi

# With -m it has a process group of its own, in which all are that it starts.
"$@" &
group=$!
tell() { kill -s TERM -- "-$group" 2>/dev/null; }
trap tell TERM INT

wait "$group"
code=$?
# Either a stop was told, which ends the script at once and the others when they are ready; or the host has ended by itself, and its
# worker must not stay behind.
tell
while kill -s 0 -- "-$group" 2>/dev/null; do
  sleep 0.1 &
  wait $!
done
exit "$code"
