package io.weathervane.peer;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines of {@code /proc/net/unix}: {@code num: references protocol flags type state inode path}, a byte a character. */
record ProcNetUnixTable(List<String> lines) {
    /** The path is all that is left: it may begin and end with blanks. */
    private static final Pattern LINE =
            Pattern.compile("\\s*\\S+:(?: +[0-9A-Fa-f]+){3} +([0-9A-Fa-f]+) +([0-9A-Fa-f]+) +(\\d+)(?: (.*))?");

    private static final String STREAM = "0001";
    private static final String CONNECTED = "03";
    private static final String ABSTRACT = "@";

    private record Row(String type, String state, long inode, String path) {
        boolean isConnected() {
            return type.equals(STREAM) && state.equals(CONNECTED);
        }
    }

    /** The sockets that are bound to this path. */
    Set<Long> boundTo(String path) {
        String shown = new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return inodes(row -> row.path().equals(shown));
    }

    /** The connected stream sockets that may be the end of a client without a path: with no name, or an abstract one. */
    Set<Long> clientsWithoutPath() {
        return inodes(
                row -> row.isConnected() && (row.path().isEmpty() || row.path().startsWith(ABSTRACT)));
    }

    /** All connected stream sockets, whatever their names are. */
    Set<Long> connected() {
        return inodes(Row::isConnected);
    }

    private Set<Long> inodes(Predicate<Row> wanted) {
        Set<Long> inodes = new HashSet<>();
        for (String line : lines) {
            Matcher columns = LINE.matcher(line);
            if (columns.matches()) {
                String path = columns.group(4) == null ? "" : columns.group(4);
                Row row = new Row(columns.group(1), columns.group(2), Long.parseLong(columns.group(3)), path);
                if (wanted.test(row)) {
                    inodes.add(row.inode());
                }
            }
        }
        return inodes;
    }
}
