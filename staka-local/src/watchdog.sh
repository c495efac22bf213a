# Holds one server for its owner. Standard input: a pipe that only the owner can write to. Standard output: the lock.
# Arguments: the run's folder, the log, the grace in tenths of a second (0: kill at once), then the server's command.
# Two processes, as POSIX sh can wait for a child or read a pipe, not both: this one reaps, the inner one listens.
run=$1 log=$2 grace=$3
shift 3
exec 2>>"$log" 3<&0 </dev/null
trap : HUP INT TERM

# The server keeps the lock (4) open as well: while it lives, nobody else may have its data.
"$@" 4>&1 >>"$log" 2>&1 3<&- &
server=$!
# The names carry this watchdog's id: after a restart there is another one for the same folder.
tell() { echo "$2" >"$run/$1.new" && mv "$run/$1.new" "$run/$1"; }
tell "pid.$$" "$server"
gone() { [ -e "$run/exit.$$" ]; }

(
    trap : HUP INT TERM
    while read -r order <&3; do
        gone || case $order in
            term) kill -TERM "$server" ;;
            kill) kill -KILL "$server" ;;
        esac
        # Another watchdog has taken over: leave the folder to it.
        [ "$order" = keep ] && exit
    done
    # The owner has closed the pipe, or is dead.
    if ! gone && [ "$grace" -gt 0 ]; then
        kill -TERM "$server"
        while ! gone && [ "$grace" -gt 0 ]; do
            sleep 0.1
            grace=$((grace - 1))
        done
    fi
    gone || kill -KILL "$server"
    # Waits for the reaper's note, or else for the server itself: the folder goes last.
    tries=200
    while ! gone && [ "$tries" -gt 0 ]; do
        kill -0 $$ 2>/dev/null || kill -0 "$server" 2>/dev/null || break
        sleep 0.02
        tries=$((tries - 1))
    done
    rm -rf -- "$run"
) &
listener=$!
exec 3<&-

while :; do
    wait "$server"
    code=$?
    # A trapped signal ends the wait early; 127 means that there is no such child any more.
    [ "$code" -ne 127 ] && kill -0 "$server" 2>/dev/null || break
done
tell "exit.$$" "$code"
while :; do
    wait "$listener"
    [ $? -ne 127 ] && kill -0 "$listener" 2>/dev/null || break
done
