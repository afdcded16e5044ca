# What makes a start quick and is kept between starts. Sourced by the launcher; says nothing.
#
#   target/start/            or, where that cannot be written, a folder of this checkout in ~/.cache/weathervane
#     KEY/                   for one jar and one JDK
#       sqlite-*             SQLite's native library, unpacked by the server itself
#       stdio.* http.* call.*  archives of loaded classes, for the ways of starting
#
# A start uses an archive when there is one. When there is none it goes on without, and has all of them made in the
# background by real runs of the jar in a workspace of their own. `WVO_QUICK_START=off` does without all this.

readonly ARCHIVE_SECONDS_MAX=120
readonly ARCHIVE_ANSWER_SECONDS_MAX=60
readonly ARCHIVE_PAUSE_SECONDS=5 # the start that asked for the archives is over by then

# Looks at what there is. Reads java_home, java_version, jar, root; the arguments are the launcher's.
quick_look() {
  kind= folder= archives= archive= torn=
  archive_kind "$@"
  [ "${WVO_QUICK_START:-}" != off ] && look || archives=
}

# Sets `quick_options` for the JVM, by what quick_look found.
quick_start() {
  local made_for=
  quick_options=()
  [ -n "$archives" ] || return 0
  quick_options=("-Dweathervane.start=$archives")
  [ -n "$kind" ] || return 0
  case " ${WVO_JAVA_OPTIONS:-} ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-}" in
    *-Xshare* | *SharedArchive* | *AOT* | *AtExit*) return 0 ;; # the JVM refuses two of these
  esac
  [ -z "$torn" ] || rm -f "$torn" "$archives/made-for"
  [ ! -f "$archives/made-for" ] || read -r made_for <"$archives/made-for" || true
  if [ "$made_for" != "$jar" ]; then
    make_archives_in_background
  elif [ -n "$archive" ]; then
    quick_options+=("$archive_option=$archive")
  fi
}

# Sets `kind`, and `archive_option` to the one for this JDK: classes that are linked already from 25 on, class-data
# sharing before.
archive_kind() {
  local ours
  archive_option=-XX:SharedArchiveFile
  [ "$java_version" -lt 25 ] || archive_option=-XX:AOTCache
  case ${1:-} in
    call | rollback | audit) kind=call ;;
    serve)
      kind=http
      case " $* " in
        *" --http "*) ;;
        *" --stdio "*) kind=stdio ;;
      esac
      ;;
    run)
      kind=stdio
      ours=" $* "
      case ${ours%% -- *}" " in # what follows -- is the command
        *" --http "*) kind=http ;;
      esac
      ;;
  esac
}

# Sets `folder`, `archives` and `archive`, of the first folder that will do: what lies in it is run as it is, so it must
# belong to this user and be closed to all others, who must not be able to put another in its place either.
look() {
  local beside=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/weathervane
  for folder in "$root/target/start" "$beside/${root//\//-}"; do
    # Only the folder itself is closed: other users of this machine run the launcher, too.
    [ -d "$folder" ] || (umask go-w && mkdir -p "${folder%/*}" && umask 077 && mkdir "$folder") 2>/dev/null || continue
    [ -O "$folder" ] && [ -w "$folder" ] && [ ! -L "$folder" ] || continue
    look_into "$java_home/lib/server/libjvm.so" && return 0
  done
  return 1
}

# One look at everything, as each program started here costs milliseconds. The key tells one jar and JDK from another by
# what the JVM itself goes by, size and time. An archive has its size in its name: the JVM dies of one that was cut off.
look_into() {
  local size time mode name jar_is= jvm_is= closed= open=
  archives= archive= torn=
  while read -r size time mode name; do
    case $name in
      "$jar") jar_is=$size-$time ;;
      "$1") jvm_is=$size-$time ;;
      "$folder") [ "$mode" != 700 ] || closed=1 ;;
      "${folder%/*}") [[ $mode != *[2367] ]] || open=1 ;;
      "$archives/$kind.$size") archive=$name ;;
      "$archives/$kind".*) torn=$name ;;
    esac
    [ -z "$jar_is" ] || [ -z "$jvm_is" ] || archives=$folder/${jar_is}_${jvm_is}_${java_home//\//-}
  done <<<"$(exec stat -c '%s %Y %a %n' "$jar" "$1" "${folder%/*}" "$folder" "$folder"/*/"${kind:-none}".* 2>/dev/null)"
  [ -n "$archives" ] && [ -n "$closed" ] && [ -z "$open" ] || return 1
  [ -d "$archives" ] || (umask 077 && mkdir "$archives") 2>/dev/null
}

# Detached twice, so that it neither belongs to the server nor holds any of its streams.
make_archives_in_background() {
  command -v flock >/dev/null && command -v timeout >/dev/null || return 0
  (make_archives </dev/null >/dev/null 2>&1 &)
}

make_archives() {
  trap '' HUP PIPE
  sleep "$ARCHIVE_PAUSE_SECONDS"
  umask 077
  cd "$folder" || return 0 # the caller's folder may go
  exec 8>"$folder/lock" || return 0
  flock -n 8 || return 0
  local made_for= old
  [ ! -f "$archives/made-for" ] || read -r made_for <"$archives/made-for" || true
  [ "$made_for" != "$jar" ] || return 0
  unset "${!WVO_@}" JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
  work=$folder/work
  for old in "$folder"/*"_${java_home//\//-}"; do
    [ "$old" = "$archives" ] || rm -rf "$old"
  done
  rm -rf "$work" "$archives"/stdio.* "$archives"/http.* "$archives"/call.*
  mkdir -p "$work" "$archives" || return 0
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' INT TERM
  train stdio serve --stdio
  train http serve --stdio --http --port 0
  printf '%s\n' "$jar" >"$work/made-for"
  mv "$work/made-for" "$archives/made-for"
}

# Runs the server as a client would, and keeps what it loaded: train KIND WORDS...
train() {
  local kind=$1
  shift
  mkdir "$work/$kind.workspace" || return 0
  coproc SERVER { train_java "$kind" "$@" --workspace "$work/$kind.workspace" 2>"$work/$kind.err"; }
  local server=$SERVER_PID in=${SERVER[1]} out=${SERVER[0]}
  talk "$in" "$out" || true
  if [ "$kind" = http ]; then
    talk_http "$(sed -n 's|.*http://127\.0\.0\.1:\([0-9]*\)/mcp.*|\1|p' "$work/http.err")" || true
    train_java call call --workspace "$work/http.workspace" mcp_admin_flags get --flag PROMPT_MODE </dev/null || true
    keep call
  fi
  eval "exec $in>&-"
  wait "$server" || true
  keep "$kind"
}

train_java() {
  local kind=$1 making=(-XX:ArchiveClassesAtExit="$work/$1")
  shift
  # Without the run's profiles: replaying them costs a start more than they save it.
  [ "$java_version" -lt 25 ] ||
    making=(-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput="$work/$kind")
  exec 8>&-
  timeout -k 5 "$ARCHIVE_SECONDS_MAX" nice -n 19 "$java_home/bin/java" "${options[@]}" \
    "-Dweathervane.start=$archives" "${making[@]}" -jar "$jar" "$@"
}

# Only what the JVM takes without a word against it comes into use, and then at once as a whole.
keep() {
  local check=(-Xshare:on)
  [ "$java_version" -lt 25 ] || check=(-XX:AOTMode=on)
  [ -s "$work/$1" ] || return 0
  ! "$java_home/bin/java" "${options[@]}" "${check[@]}" "$archive_option=$work/$1" -jar "$jar" --version ||
    mv "$work/$1" "$archives/$1.$(stat -c %s "$work/$1")"
}

# What clients do first, in both revisions of the protocol: talk IN OUT.
talk() {
  local line
  while IFS= read -r line; do
    printf '%s\n' "$line" >&"$1"
    case $line in
      *'"id":'*) IFS= read -r -t "$ARCHIVE_ANSWER_SECONDS_MAX" -u "$2" line ;;
    esac
  done < <(messages)
}

talk_http() {
  local line answer
  while IFS= read -r line; do
    exec 7<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf 'POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nContent-Type: application/json\r\n' "$1" >&7
    printf 'Accept: application/json, text/event-stream\r\n' >&7
    case $line in *io.modelcontextprotocol/protocolVersion*)
      printf 'MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: mcp_admin_flags\r\n' >&7
      ;;
    esac
    printf 'Connection: close\r\nContent-Length: %s\r\n\r\n%s' "${#line}" "$line" >&7
    while IFS= read -r -t "$ARCHIVE_ANSWER_SECONDS_MAX" -u 7 answer; do :; done
    exec 7>&-
  done < <(messages)
}

messages() {
  local client='"clientInfo":{"name":"archive","version":"1"}' call i
  call='"name":"mcp_admin_flags","arguments":{"action":"get","flag":"PROMPT_MODE"}'
  printf '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},%s}}\n' "$client"
  printf '{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
  printf '{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}\n'
  for i in 3 4 5; do
    printf '{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{%s}}\n' "$i" "$call"
    printf '{"jsonrpc":"2.0","id":1%s,"method":"tools/call","params":{%s,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/%s}}}\n' \
      "$i" "$call" "${client#\"}"
  done
}
