package io.weathervane.util;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A variable in the environment of each process that a server starts. All that such a process starts inherits it, so
 * it names a process's server for certain, also where parent and session no longer do and no record was written: a
 * workspace's secret number, the server's process, and a number for each child.
 */
public final class ChildProcessMarker {
    /** Names the server, and for it the child. */
    public static final String VARIABLE = "WVO_CHILD_OF";

    private static final char SEPARATOR = '.';

    /** Workspace, place, process, start, and the child's number. */
    private static final int PARTS = 5;

    /** Of this process, whatever workspace they are of. */
    private static final AtomicLong CHILDREN = new AtomicLong();

    private final String workspace;
    private final String server;

    /**
     * @param workspaceId random, made once for the workspace: paths and process numbers alone are the same in containers
     * @param place the folder of the workspace's state: a copy of it has the same id, and other processes
     */
    public ChildProcessMarker(String workspaceId, Path place) {
        ProcessHandle self = ProcessHandle.current();
        String folder = Integer.toHexString(real(place).toString().hashCode());
        this.workspace = workspaceId + SEPARATOR + folder + SEPARATOR;
        this.server = workspace + self.pid() + SEPARATOR + started(self) + SEPARATOR;
    }

    private static Path real(Path place) {
        try {
            return place.toRealPath();
        } catch (IOException e) {
            return place.toAbsolutePath().normalize();
        }
    }

    /** The variable's value for one more child. */
    public String next() {
        return server + CHILDREN.incrementAndGet();
    }

    /** A process with its environment as it was started with. */
    public record Marked(ProcessHandle handle, String environment) {
        public Optional<String> variable(String name) {
            return ProcFileSystem.variable(environment, name);
        }
    }

    /** The processes of this workspace whose server is gone. */
    public List<Marked> orphans() {
        return ProcFileSystem.all(
                one -> one.variable(VARIABLE).filter(this::isOfEndedServer).isPresent());
    }

    private boolean isOfEndedServer(String value) {
        String[] parts = value.split("\\.", -1);
        return value.startsWith(workspace) && parts.length == PARTS && !isRunning(parts[2], parts[3]);
    }

    /** A number that went to another process meanwhile began at another time. */
    private static boolean isRunning(String pid, String started) {
        try {
            return ProcessHandle.of(Long.parseLong(pid))
                    .filter(ProcFileSystem::isRunning)
                    .map(handle -> Long.toString(started(handle)).equals(started))
                    .orElse(false);
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private static long started(ProcessHandle handle) {
        Optional<Instant> start = handle.info().startInstant();
        return start.map(Instant::toEpochMilli).orElse(0L);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "ChildProcessMarker[%s]", server);
    }
}
