package io.weathervane.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;

/**
 * Tells whether the client of a local socket was started by this process. Java does not show the client's process
 * number, so the client is found by the name it gave its own end, as ours do; one without a path is taken for a
 * descendant as soon as any descendant holds a connection without one, and one whose name is not found as soon as any
 * descendant holds a connection.
 */
public final class DescendantPeerDetector {
    /** What stands in a name for bytes that are no text. */
    private static final char REPLACED = '\ufffd';

    private static final Path PROC = Path.of("/proc");

    private DescendantPeerDetector() {}

    /**
     * Whether it is a process that this one, or a process of its, has started. False on a system without
     * {@code /proc}.
     *
     * @param name the path to which the client has bound its end; empty when it has none
     * @throws UncheckedIOException when the system's tables are there and cannot be read, so that nothing is known
     */
    public static boolean isDescendant(String name) {
        if (!Files.isDirectory(PROC.resolve("self"))) {
            return false;
        }
        Set<Long> held = new DescendantSockets(PROC).socketsOfDescendants();
        if (held.isEmpty()) {
            return false;
        }
        try {
            ProcNetUnixTable table = new ProcNetUnixTable(
                    Files.readAllLines(PROC.resolve("self/net/unix"), StandardCharsets.ISO_8859_1));
            return isDescendant(name, table, held);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param held the sockets of the descendants */
    static boolean isDescendant(String name, ProcNetUnixTable table, Set<Long> held) {
        if (name.isEmpty()) {
            return !Collections.disjoint(held, table.clientsWithoutPath());
        }
        // A name that the table does not show as it is, with a line break in it for instance, hides whose it is; so
        // does
        // one that is no UTF-8, as Java shows another name in its place.
        Set<Long> named = name.indexOf(REPLACED) < 0 ? table.boundTo(name) : Set.of();
        return !Collections.disjoint(held, named.isEmpty() ? table.connected() : named);
    }
}
