package io.weathervane.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads from {@code /proc} which sockets the processes hold that this one, or a process of its, has started. */
final class Processes {
    private static final String SOCKET = "socket:[";

    private final Path proc;

    Processes(Path proc) {
        this.proc = proc;
    }

    /** The inodes of all sockets of this process's descendants; what ends meanwhile has none. */
    Set<Long> socketsOfDescendants() {
        Set<Long> sockets = new HashSet<>();
        for (long pid :
                ProcessAncestry.descendants(parents(), ProcessHandle.current().pid())) {
            addSockets(proc.resolve(pid + "/fd"), sockets);
        }
        return sockets;
    }

    private Map<Long, Long> parents() {
        Map<Long, Long> parents = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                parentIn(process.resolve("stat"))
                        .ifPresent(parent ->
                                parents.put(Long.parseLong(process.getFileName().toString()), parent));
            }
        } catch (IOException e) {
            return Map.of();
        }
        return parents;
    }

    /** {@code 4711 (name) S 1 ...}: a name may have anything in it, so what counts stands after the last bracket. */
    private static OptionalLong parentIn(Path stat) {
        try {
            String line = new String(Files.readAllBytes(stat), StandardCharsets.ISO_8859_1);
            String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", 3);
            return OptionalLong.of(Long.parseLong(fields[1]));
        } catch (IOException | RuntimeException gone) {
            return OptionalLong.empty();
        }
    }

    private static void addSockets(Path folder, Set<Long> sockets) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(folder)) {
            for (Path descriptor : open) {
                socket(descriptor).ifPresent(sockets::add);
            }
        } catch (IOException gone) {
            return;
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
