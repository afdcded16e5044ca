package io.weathervane.util;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reads from {@code /proc} what the JDK does not tell of processes; nothing where there is no such folder. */
final class ProcFileSystem {
    private static final Path PROC = Path.of("/proc");

    /** Most of an environment that is read: what Linux lets a program be started with is less. */
    private static final int ENVIRONMENT_BYTES_MAX = 8 * 1024 * 1024;

    private ProcFileSystem() {}

    /** Whether it still does anything: a process that has ended and that its parent has not asked about does not. */
    static boolean isRunning(ProcessHandle handle) {
        return handle.isAlive() && !isZombie(handle.pid());
    }

    private static boolean isZombie(long pid) {
        return isZombie(behindName(pid));
    }

    private static boolean isZombie(String behindName) {
        return behindName.startsWith("Z") || behindName.startsWith("X");
    }

    /** Status of a process from its state on: the state, a space, the number of its parent, and more. */
    private static String behindName(long pid) {
        String stat = read(pid, "stat");
        return stat.substring(stat.lastIndexOf(')') + 1).strip();
    }

    /** A running process and the number of its parent. */
    record Found(ChildProcessMarker.Marked marked, long parent) {
        ProcessHandle handle() {
            return marked.handle();
        }
    }

    /** All running processes but this one; none where there is no {@code /proc}. */
    static List<Found> everything() {
        return others().flatMap(handle -> found(handle).stream()).toList();
    }

    private static Stream<ProcessHandle> others() {
        long self = ProcessHandle.current().pid();
        return Files.isDirectory(PROC)
                ? ProcessHandle.allProcesses().filter(handle -> handle.pid() != self)
                : Stream.empty();
    }

    private static Optional<Found> found(ProcessHandle handle) {
        String behindName = behindName(handle.pid());
        String[] fields = behindName.split(" ", 3);
        if (fields.length < 3 || isZombie(behindName) || !handle.isAlive()) {
            return Optional.empty();
        }
        return Optional.of(new Found(marked(handle), Long.parseLong(fields[1])));
    }

    private static ChildProcessMarker.Marked marked(ProcessHandle handle) {
        return new ChildProcessMarker.Marked(handle, read(handle.pid(), "environ"));
    }

    /** The running processes that are as wished, but this one. Each start looks, so the status of the others is not read. */
    static List<ChildProcessMarker.Marked> all(Predicate<ChildProcessMarker.Marked> wished) {
        return others().map(ProcFileSystem::marked)
                .filter(wished)
                .filter(one -> isRunning(one.handle()))
                .toList();
    }

    /** The value of a variable in an environment as {@code /proc} shows it. */
    static Optional<String> variable(String environment, String name) {
        String all = '\0' + environment;
        int found = all.indexOf('\0' + name + '=');
        if (found < 0) {
            return Optional.empty();
        }
        int from = found + name.length() + 2;
        int to = all.indexOf('\0', from);
        return Optional.of(to < 0 ? all.substring(from) : all.substring(from, to));
    }

    /** Empty when the process has ended meanwhile, or is another user's. */
    private static String read(long pid, String file) {
        try (InputStream in =
                Files.newInputStream(PROC.resolve(Long.toString(pid)).resolve(file))) {
            return new String(in.readNBytes(ENVIRONMENT_BYTES_MAX), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
