package io.weathervane.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A worker that does not end with its stdin, and leaves processes in its own session, in another session, and without
 * their parent. Each writes its number into {@code pids}. Its argument says what else it does not do: {@code starting}
 * becomes never ready, {@code stubborn} does not end on SIGTERM, {@code polite} ends with its stdin and leaves the others,
 * {@code careless} too, and those do not end on SIGTERM.
 */
public final class ClingingWorker {
    /** What it is told. */
    public static final List<String> MANNERS = List.of("ready", "starting", "stubborn", "polite", "careless");

    private static final String SCRIPT = """
        [ "$1" = stubborn ] && trap '' TERM HUP INT
        left='echo $$ >>pids; exec sleep 600'
        [ "$1" = careless ] && left="trap '' TERM HUP INT; $left"
        sh -c "$left" </dev/null >/dev/null 2>&1 &
        setsid sh -c "$left" </dev/null >/dev/null 2>&1 &
        (setsid sh -c "$left" </dev/null >/dev/null 2>&1 &)
        while [ "$(grep -c . pids)" -lt 3 ]; do sleep 0.01; done
        echo $$ >>pids
        [ "$1" = starting ] && exec sleep 600
        while IFS= read -r line; do
            id=${line#*'"id":'}
            reply='"error":{"code":-32601,"message":"Method not found"}'
            case $line in
            *'"method":"initialize"'*)
                reply='"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"clinging","version":"1"}}' ;;
            *'"method":"notifications/'*) continue ;;
            *'"method":"tools/list"'*)
                reply='"result":{"tools":[{"name":"look","inputSchema":{"type":"object"}}]}' ;;
            *'"method":"ping"'*) reply='"result":{}' ;;
            *'"method":"tools/call"'*) sleep 600; continue ;;
            esac
            printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "${id%%[,\\}]*}" "$reply"
        done
        [ "$1" = polite ] || [ "$1" = careless ] || exec sleep 600
        """;

    /** How many processes there are of one. */
    public static final int PROCESSES = 4;

    private ClingingWorker() {}

    /** Puts {@code clinging.sh} there. */
    public static void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("clinging.sh"), SCRIPT);
        Files.writeString(folder.resolve("pids"), "");
    }

    /** Those that have said that they run, and still do. */
    public static List<ProcessHandle> running(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("pids")).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(line -> ProcessHandle.of(Long.parseLong(line)))
                .flatMap(Optional::stream)
                .filter(ClingingWorker::isRunning)
                .toList();
    }

    /** A process that is not asked about any more has ended, though it is still listed. */
    public static boolean isRunning(ProcessHandle handle) {
        try {
            String stat = Files.readString(Path.of("/proc/" + handle.pid() + "/stat"));
            return handle.isAlive()
                    && !stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (IOException e) {
            return handle.isAlive() && !Files.isDirectory(Path.of("/proc"));
        }
    }

    /** Waits until all of one are there. */
    public static List<ProcessHandle> awaitRunning(Path folder) throws IOException {
        Await.until("the worker and what it left run", () -> running(folder).size() >= PROCESSES);
        return running(folder);
    }
}
