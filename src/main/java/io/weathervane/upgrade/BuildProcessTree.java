package io.weathervane.upgrade;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A build or test process and all processes that it started, which are ended together: its descendants and, where there is
 * {@code /proc}, the processes of its session, because a process whose parent has ended has no ancestor of ours any more.
 *
 * @param pid of the program itself, which leads a session where {@code setsid} is
 * @param startedMillis when it began: with the pid, names it for good
 * @param upgrade what its {@link #VARIABLE} says, and that of all that it started
 */
record BuildProcessTree(long pid, long startedMillis, String upgrade) {
    /** Names the upgrade to what runs for it. */
    static final String VARIABLE = "WVO_UPGRADE_ID";

    private static final Path PROC = Path.of("/proc");

    /** Where the session is among the fields of {@code /proc/PID/stat} behind the name: state, parent, group, session. */
    private static final int SESSION_FIELD = 3;

    /** A process may start another while it is being killed, but not for ever. */
    private static final int ROUNDS_MAX = 5;

    static BuildProcessTree of(Process process, String upgrade) {
        return new BuildProcessTree(process.pid(), started(process.toHandle()).orElse(0L), upgrade);
    }

    private static Optional<Long> started(ProcessHandle handle) {
        return handle.info().startInstant().map(start -> start.toEpochMilli());
    }

    /** Kills the processes of it that are left; returns how many there were. */
    int kill() {
        int killed = 0;
        for (int round = 0; round < ROUNDS_MAX; round++) {
            List<ProcessHandle> living = living();
            if (living.isEmpty()) {
                break;
            }
            living.forEach(ProcessHandle::destroyForcibly);
            killed = Math.max(killed, living.size());
        }
        return killed;
    }

    /** Its processes that run; none when another program has the pid meanwhile. */
    List<ProcessHandle> living() {
        Optional<ProcessHandle> found = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (found.isPresent() && !found.flatMap(BuildProcessTree::started).equals(Optional.of(startedMillis))) {
            return List.of();
        }
        Stream<ProcessHandle> tree =
                found.stream().flatMap(first -> Stream.concat(Stream.of(first), first.descendants()));
        return Stream.concat(tree, ProcessHandle.allProcesses().filter(this::isInSession))
                .distinct()
                .toList();
    }

    /** By number and by the variable: the number alone may be that of a later session. */
    private boolean isInSession(ProcessHandle one) {
        Path folder = PROC.resolve(Long.toString(one.pid()));
        try {
            String stat = Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
            if (fields.length <= SESSION_FIELD || !fields[SESSION_FIELD].equals(Long.toString(pid))) {
                return false;
            }
            String environment = Files.readString(folder.resolve("environ"), StandardCharsets.ISO_8859_1);
            return ('\0' + environment).contains('\0' + VARIABLE + '=' + upgrade + '\0');
        } catch (IOException e) {
            // It has ended meanwhile, belongs to another user, or there is no such folder on this system.
            return false;
        }
    }
}
