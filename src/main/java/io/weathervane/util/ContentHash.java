package io.weathervane.util;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;

/** What is in a file, in a few words: the same exactly as long as the content is the same. */
public final class ContentHash {
    /** Largest file that is read: 256 MiB. Of a larger one size and time of change are told. */
    public static final long BYTES_MAX = 256L * 1024 * 1024;

    private static final String KNOWN = "sha256 ";

    private ContentHash() {}

    public static String of(Path file) {
        try {
            long size = Files.size(file);
            return size > BYTES_MAX
                    ? "too large to be hashed, " + size + " bytes, changed at " + Files.getLastModifiedTime(file)
                    : KNOWN + sha256(file);
        } catch (IOException e) {
            return "cannot be read";
        }
    }

    /** Whether this, from {@link #of}, depends on all of the content. */
    public static boolean isOfAll(String hash) {
        return hash.startsWith(KNOWN);
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digested = new DigestInputStream(in, Sha256.newDigest())) {
            digested.transferTo(OutputStream.nullOutputStream());
            return Sha256.hex(digested.getMessageDigest().digest());
        }
    }
}
