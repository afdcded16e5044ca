package io.weathervane.util;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

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
        String stat = read(pid, "stat");
        String behindName = stat.substring(stat.lastIndexOf(')') + 1).strip();
        return behindName.startsWith("Z") || behindName.startsWith("X");
    }

    /** The running processes that are as wished, but this one. */
    static List<ChildProcessMarker.Marked> all(Predicate<ChildProcessMarker.Marked> wished) {
        if (!Files.isDirectory(PROC)) {
            return List.of();
        }
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses()
                .filter(handle -> handle.pid() != self)
                .map(handle -> new ChildProcessMarker.Marked(handle, read(handle.pid(), "environ")))
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
