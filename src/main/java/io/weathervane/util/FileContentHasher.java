package io.weathervane.util;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Short description of a file's content; two of them are equal if and only if the contents are. */
public final class FileContentHasher {
    /** Largest file that is read: 256 MiB. Of a larger one size and time of change are told. */
    public static final long BYTES_MAX = 256L * 1024 * 1024;

    private static final String KNOWN = "sha256 ";

    /** Files from this size on are remembered, such as the program {@code node}: 1 MiB. */
    private static final long REMEMBERED_BYTES_MIN = 1024L * 1024;

    private static final int REMEMBERED_MAX = 64;

    private static final Map<Version, String> KNOWN_HASHES = new ConcurrentHashMap<>();

    private FileContentHasher() {}

    public static String of(Path file) {
        return of(file, Clock.systemUTC());
    }

    static String of(Path file, Clock clock) {
        try {
            long size = Files.size(file);
            return size > BYTES_MAX
                    ? "too large to be hashed, " + size + " bytes, changed at " + Files.getLastModifiedTime(file)
                    : KNOWN + sha256(file, clock);
        } catch (IOException e) {
            return "cannot be read";
        }
    }

    /** Whether this, from {@link #of}, depends on all of the content. */
    public static boolean isOfAll(String hash) {
        return hash.startsWith(KNOWN);
    }

    /**
     * A large program of the system is read once, as long as nothing of it has changed. A file that another user than root
     * can write is read each time: through a mapping of its memory it can change while no time of it does.
     */
    private static String sha256(Path file, Clock clock) throws IOException {
        Optional<Version> version = Files.size(file) < REMEMBERED_BYTES_MIN || !isOfSystem(file)
                ? Optional.empty()
                : Version.of(file, clock);
        Optional<String> known = version.map(KNOWN_HASHES::get);
        if (known.isPresent()) {
            return known.get();
        }
        String hash = read(file);
        if (version.isPresent()) {
            if (KNOWN_HASHES.size() >= REMEMBERED_MAX) {
                KNOWN_HASHES.clear();
            }
            KNOWN_HASHES.put(version.get(), hash);
        }
        return hash;
    }

    private static boolean isOfSystem(Path file) throws IOException {
        Path real = file.toRealPath();
        return Stream.of(Optional.of(real), Optional.ofNullable(real.getParent()))
                .flatMap(Optional::stream)
                .allMatch(path -> UnixFileAttributes.of(path)
                        .filter(UnixFileAttributes::isWrittenByRootAlone)
                        .isPresent());
    }

    /**
     * A file's version, which changes with each write: the system sets the time of its last change. A file that has
     * changed just now may change again within the same tick, so it has no version yet.
     */
    private record Version(Path file, String key, long size, FileTime changed) {
        private static final Duration SETTLED = Duration.ofSeconds(2);

        static Optional<Version> of(Path file, Clock clock) throws IOException {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
                Instant now = clock.instant();
                return changed.toInstant().isAfter(now.minus(SETTLED))
                        ? Optional.empty()
                        : Optional.of(
                                new Version(file, String.valueOf(attributes.fileKey()), attributes.size(), changed));
            } catch (UnsupportedOperationException | IllegalArgumentException e) {
                return Optional.empty(); // no such attributes on this system
            }
        }
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digested = new DigestInputStream(in, Sha256.newDigest())) {
            digested.transferTo(OutputStream.nullOutputStream());
            return Sha256.hex(digested.getMessageDigest().digest());
        }
    }
}
