package io.weathervane.transport.http;

import io.weathervane.util.FileStamp;
import io.weathervane.util.PemFileException;
import io.weathervane.util.PemFiles;
import io.weathervane.util.Threads;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate a server shows, as its files are now: handshakes after a change use the new pair, connections go
 * on with the old. A new pair that cannot be used changes nothing but the health report: two files are never
 * replaced in one moment, and the next look may find them whole.
 */
final class ReloadingTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("Tls");

    private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);

    /** Never leaves the process: what it locks is in memory only. */
    private static final String PASSWORD = "in memory";

    private final TlsFiles files;
    private final Clock clock;
    private final SslContextFactory.Server context = new SslContextFactory.Server();
    private final ScheduledExecutorService looking =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("tls-files"));
    private List<Optional<FileStamp>> seen;
    private volatile Optional<String> problem = Optional.empty();

    /** @throws HttpStartException when the files cannot be used */
    ReloadingTls(TlsFiles files, Clock clock) {
        this.files = files;
        this.clock = clock;
        this.seen = stamps();
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        context.setKeyStorePassword(PASSWORD);
        try {
            context.setKeyStore(read());
        } catch (PemFileException e) {
            throw new HttpStartException("Cannot serve TLS: " + e.getMessage(), e);
        }
    }

    SslContextFactory.Server context() {
        return context;
    }

    /** Looks after the files from now on; the context must have been started. */
    void watch() {
        long interval = LOOK_INTERVAL.toMillis();
        var unused = looking.scheduleWithFixedDelay(
                Threads.repeated("tls-files", this::look), interval, interval, TimeUnit.MILLISECONDS);
    }

    Optional<String> problem() {
        return problem;
    }

    private void look() {
        List<Optional<FileStamp>> now = stamps();
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        try {
            KeyStore store = read();
            context.reload(fresh -> context.setKeyStore(store));
            problem = Optional.empty();
            LOG.info("the certificate was read again file={}", files.certificate());
        } catch (Exception e) {
            problem = Optional.of("the old certificate is still shown: " + e.getMessage());
            LOG.error("the new certificate cannot be used, the old one stays: {}", e.getMessage());
        }
    }

    private KeyStore read() throws PemFileException {
        return PemFiles.keyStore(files.certificate(), files.key(), PASSWORD.toCharArray(), clock.instant());
    }

    private List<Optional<FileStamp>> stamps() {
        return FileStamp.of(List.of(files.certificate(), files.key()));
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
