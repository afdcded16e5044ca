package io.weathervane.peer;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The lines of {@code /proc/net/unix}: {@code num: references protocol flags type state inode path}. */
record UnixTable(List<String> lines) {
    private static final int TYPE = 4;
    private static final int STATE = 5;
    private static final int INODE = 6;
    private static final int PATH = 7;
    private static final String STREAM = "0001";
    private static final String CONNECTED = "03";

    /** The sockets that are bound to this path. */
    Set<Long> boundTo(String path) {
        Set<Long> inodes = new HashSet<>();
        for (String line : lines) {
            String[] fields = line.strip().split("\\s+", PATH + 1);
            if (fields.length > PATH && fields[PATH].equals(path)) {
                inodes.add(Long.parseLong(fields[INODE]));
            }
        }
        return inodes;
    }

    /** The connected stream sockets without a name: every client that did not give itself one. */
    Set<Long> unnamedClients() {
        Set<Long> inodes = new HashSet<>();
        for (String line : lines) {
            String[] fields = line.strip().split("\\s+", PATH + 1);
            if (fields.length == PATH && fields[TYPE].equals(STREAM) && fields[STATE].equals(CONNECTED)) {
                inodes.add(Long.parseLong(fields[INODE]));
            }
        }
        return inodes;
    }
}
