package io.weathervane.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads from {@code /proc} which sockets the processes hold that this one, or a process of its, has started. What ends
 * meanwhile holds none. What is there and cannot be read, for want of descriptors for example, is a failure: otherwise
 * a worker that uses them up would be taken for a stranger.
 */
final class DescendantSockets {
    private static final String SOCKET = "socket:[";

    private final Path proc;

    DescendantSockets(Path proc) {
        this.proc = proc;
    }

    /**
     * The inodes of all sockets of this process's descendants.
     *
     * @throws UncheckedIOException when the table of processes, or a descendant's part of it, cannot be read
     */
    Set<Long> socketsOfDescendants() {
        return socketsOfDescendants(ProcessHandle.current().pid());
    }

    /** The inodes of all sockets of the descendants of this process. */
    Set<Long> socketsOfDescendants(long root) {
        Set<Long> sockets = new HashSet<>();
        for (long pid : ProcessDescendants.descendants(parents(), root)) {
            addSockets(proc.resolve(String.valueOf(pid)), sockets);
        }
        return sockets;
    }

    private Map<Long, Long> parents() {
        Map<Long, Long> parents = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                parentOf(process)
                        .ifPresent(parent ->
                                parents.put(Long.parseLong(process.getFileName().toString()), parent));
            }
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return parents;
    }

    /** {@code 4711 (name) S 1 ...}: a name may have anything in it, so what counts stands after the last bracket. */
    private static OptionalLong parentOf(Path process) {
        try {
            String line = new String(Files.readAllBytes(process.resolve("stat")), StandardCharsets.ISO_8859_1);
            String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", 3);
            return OptionalLong.of(Long.parseLong(fields[1]));
        } catch (IOException e) {
            requireGone(process, e);
            return OptionalLong.empty();
        }
    }

    private static void addSockets(Path process, Set<Long> sockets) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : open) {
                socket(descriptor).ifPresent(sockets::add);
            }
        } catch (AccessDeniedException otherUsers) {
            // Its connections belong to another user, and the table of connections names that user.
            return;
        } catch (DirectoryIteratorException | IOException e) {
            requireGone(process, e);
        }
    }

    /** To ask whether a path is there takes no descriptor. */
    private static void requireGone(Path process, Exception failure) {
        if (Files.exists(process, LinkOption.NOFOLLOW_LINKS)) {
            throw new UncheckedIOException(new IOException(process + " cannot be read", failure));
        }
    }

    private static Optional<Long> socket(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith(SOCKET)
                    ? Optional.of(Long.parseLong(target.substring(SOCKET.length(), target.length() - 1)))
                    : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
