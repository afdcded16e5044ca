package io.weathervane.util;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells which processes hold locks on a file, where the system says so (Linux: {@code /proc/locks}). */
public final class LockHolders {
    private static final Path LOCKS = Path.of("/proc/locks");

    /** Most lines that are read. */
    private static final int LINES_MAX = 100_000;

    private LockHolders() {}

    /**
     * A lock on a range of a file's bytes.
     *
     * @param pid below 1 when the system does not say whose it is
     * @param exclusive whether it keeps readers' locks out too
     */
    public record Holder(long pid, boolean exclusive, long first, long last) {
        public boolean covers(long offset) {
            return first <= offset && offset <= last;
        }

        /** For a message: {@code process 4711 (user nobody, sqlite3)}. */
        public String describe() {
            if (pid < 1) {
                return "a process that the system does not name";
            }
            String user = ProcessHandle.of(pid)
                    .flatMap(handle -> handle.info().user())
                    .map(name -> "user " + name)
                    .orElse("user unknown");
            return "process " + pid + " (" + user
                    + program(pid).map(name -> ", " + name).orElse("") + ")";
        }

        private static Optional<String> program(long pid) {
            try {
                String name = Files.readString(Path.of("/proc/" + pid + "/comm"), StandardCharsets.ISO_8859_1);
                return Optional.of(name.replaceAll("[^ -~]", "")).filter(text -> !text.isBlank());
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }

    /** The locks that are held on the file now; none where the system does not tell. Does not open the file. */
    public static List<Holder> of(Path file) {
        Optional<UnixFileAttributes> attributes = UnixFileAttributes.of(file);
        if (attributes.isEmpty() || !Files.isReadable(LOCKS)) {
            return List.of();
        }
        String inode = ":" + attributes.get().inode();
        String exact = device(attributes.get().device()) + inode;
        try (Stream<String> lines = Files.lines(LOCKS, StandardCharsets.ISO_8859_1)) {
            List<String[]> ofInode = lines.limit(LINES_MAX)
                    .map(line -> line.trim().split("\\s+"))
                    .filter(fields -> fields.length == 8 && fields[5].endsWith(inode))
                    .toList();
            // Some file systems give a file another device here than to those who look at it.
            boolean known = ofInode.stream().anyMatch(fields -> fields[5].equals(exact));
            return ofInode.stream()
                    .filter(fields -> !known || fields[5].equals(exact))
                    .filter(fields -> fields[1].equals("POSIX") || fields[1].equals("OFDLCK"))
                    .map(LockHolders::holder)
                    .toList();
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
    }

    private static Holder holder(String[] fields) {
        long last = fields[7].equals("EOF") ? Long.MAX_VALUE : Long.parseLong(fields[7]);
        return new Holder(Long.parseLong(fields[4]), fields[3].equals("WRITE"), Long.parseLong(fields[6]), last);
    }

    /** As {@code /proc/locks} writes it: major and minor number in hexadecimal digits. */
    private static String device(long device) {
        long major = ((device >> 8) & 0xfff) | ((device >> 32) & ~0xfffL);
        long minor = (device & 0xff) | ((device >> 12) & ~0xffL);
        return String.format(Locale.ROOT, "%02x:%02x", major, minor);
    }
}
