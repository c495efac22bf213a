# Runs a server for its owner. Standard input: a pipe that only the owner can write to. Standard output: the lock.
# Arguments: the run's folder, the log, the grace period in tenths of a second (0: kill at once), the server's command.
# There are two processes, because POSIX sh cannot wait for a child and read a pipe: this one reaps, the inner listens.
run=$1 log=$2 grace=$3
shift 3
exec 2>>"$log" 3<&0 </dev/null
trap : HUP INT TERM

# The server keeps the lock (4) open too: no other instance may use its data while it runs.
"$@" 4>&1 >>"$log" 2>&1 3<&- &
server=$!
# The file names contain this watchdog's process id: a restart starts another one for the same folder.
report() { echo "$2" >"$run/$1.new" && mv "$run/$1.new" "$run/$1"; }
report "pid.$$" "$server"
gone() { [ -e "$run/exit.$$" ]; }

(
    trap : HUP INT TERM
    while read -r order <&3; do
        gone || case $order in
            term) kill -TERM "$server" ;;
            kill) kill -KILL "$server" ;;
        esac
        # Another watchdog has taken over the folder.
        [ "$order" = keep ] && exit
    done
    # The owner has closed the pipe or has ended.
    if ! gone && [ "$grace" -gt 0 ]; then
        kill -TERM "$server"
        while ! gone && [ "$grace" -gt 0 ]; do
            sleep 0.1
            grace=$((grace - 1))
        done
    fi
    gone || kill -KILL "$server"
    # Waits for the exit file, or for the server itself; the folder is removed last.
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
    # A trapped signal interrupts the wait; 127 means that the child no longer exists.
    [ "$code" -ne 127 ] && kill -0 "$server" 2>/dev/null || break
done
report "exit.$$" "$code"
while :; do
    wait "$listener"
    [ $? -ne 127 ] && kill -0 "$listener" 2>/dev/null || break
done
