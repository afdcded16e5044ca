package io.weathervane.peer;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds connections in the text of {@code /proc/net/tcp} and {@code tcp6}. Only an established one with an inode has an
 * owner: what is being closed stands there with user 0 and inode 0, which is not root.
 */
final class ProcNetTcpTable {
    private static final String ESTABLISHED = "01";

    /** Fields of a line: number, local address, remote address, state, queues, timer, retransmits, user, time-out, inode. */
    private static final int FIELDS = 10;

    private ProcNetTcpTable() {}

    /** The two ends of a connection, as seen by the one whose owner is asked for. */
    record Ends(String local, String remote) {
        static Ends of(InetSocketAddress local, InetSocketAddress remote, boolean six) {
            return new Ends(written(local, six), written(remote, six));
        }
    }

    /** Owner of one end of a connection, by user and socket. */
    record Holder(long uid, long inode) {}

    /** The holders of those of the wanted ends that are there and open. */
    static Map<Ends, Holder> find(byte[] table, Set<Ends> wanted) {
        Map<Ends, Holder> found = new HashMap<>();
        int begin = 0;
        for (int i = 0; i < table.length && found.size() < wanted.size(); i++) {
            if (table[i] == '\n') {
                line(table, begin, i, wanted, found);
                begin = i + 1;
            }
        }
        return found;
    }

    private static void line(byte[] table, int begin, int end, Set<Ends> wanted, Map<Ends, Holder> found) {
        String[] fields = new String[FIELDS];
        int at = begin;
        for (int i = 0; i < FIELDS; i++) {
            while (at < end && table[at] == ' ') {
                at++;
            }
            int from = at;
            while (at < end && table[at] != ' ') {
                at++;
            }
            if (from == at) {
                return;
            }
            fields[i] = new String(table, from, at - from, StandardCharsets.ISO_8859_1);
            if (i == 3 && !isWanted(fields, wanted)) {
                return;
            }
        }
        long inode = Long.parseLong(fields[FIELDS - 1]);
        if (inode != 0) {
            found.put(new Ends(fields[1], fields[2]), new Holder(Long.parseLong(fields[FIELDS - 3]), inode));
        }
    }

    private static boolean isWanted(String[] fields, Set<Ends> wanted) {
        return fields[3].equals(ESTABLISHED) && wanted.contains(new Ends(fields[1], fields[2]));
    }

    /** As the kernel writes it: each group of four bytes as a number of the machine's byte order. */
    private static String written(InetSocketAddress end, boolean six) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(end.getAddress(), six)).order(ByteOrder.nativeOrder());
        StringBuilder text = new StringBuilder();
        while (bytes.hasRemaining()) {
            text.append(String.format(Locale.ROOT, "%08X", bytes.getInt()));
        }
        return text.append(String.format(Locale.ROOT, ":%04X", end.getPort())).toString();
    }

    private static byte[] bytes(InetAddress address, boolean six) {
        byte[] own = address.getAddress();
        if (!six || !(address instanceof Inet4Address)) {
            return own;
        }
        ByteBuffer mapped = ByteBuffer.allocate(16);
        mapped.position(10);
        return mapped.put((byte) 0xff).put((byte) 0xff).put(own).array();
    }
}
