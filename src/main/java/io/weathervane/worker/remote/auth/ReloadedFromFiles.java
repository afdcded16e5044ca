package io.weathervane.worker.remote.auth;

import io.weathervane.util.FileStamp;
import io.weathervane.util.PemFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Value that is made from files, and made again when they have changed. While the files cannot be used, as between the
 * replacement of a certificate and that of its key, the last value stays in use.
 */
final class ReloadedFromFiles<T> {
    private static final Logger LOG = LoggerFactory.getLogger("Credentials");

    private final List<Path> files;
    private final Maker<T> maker;
    private List<Optional<FileStamp>> stamps;
    private volatile T made;

    /** Makes it of the files as they are. */
    @FunctionalInterface
    interface Maker<T> {
        T make() throws PemFileException, GeneralSecurityException;
    }

    /** Makes it for the first time, when the files must be of use. */
    ReloadedFromFiles(List<Path> files, Maker<T> maker) throws PemFileException, GeneralSecurityException {
        this.files = List.copyOf(files);
        this.maker = maker;
        this.stamps = FileStamp.of(files);
        this.made = maker.make();
    }

    /** After a look at the files. */
    synchronized T current() {
        List<Optional<FileStamp>> now = FileStamp.of(files);
        if (!now.equals(stamps)) {
            stamps = now;
            try {
                made = maker.make();
                LOG.info("read again files={}", files);
            } catch (PemFileException | GeneralSecurityException e) {
                LOG.warn("what was read before is still used: {}", e.getMessage());
            }
        }
        return made;
    }

    /** Without a look at them, in the middle of a handshake that has begun with it. */
    T last() {
        return made;
    }
}
