package io.weathervane.worker.process;

import io.weathervane.util.BoundedLineReader;
import io.weathervane.util.LogRateLimiter;
import io.weathervane.util.PrivateKeyRedactor;
import io.weathervane.util.Redactor;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a worker's stderr so that it never blocks, logs it within a budget, and keeps the last lines; without secrets. */
final class StderrDrain {
    private static final Logger LOG = LoggerFactory.getLogger("Worker");
    private static final int LINE_BYTES_MAX = 4 * 1024;
    private static final int KEPT_MAX = 20;

    private final String label;
    private final BoundedLineReader lines;
    private final LogRateLimiter rateLimiter;
    private final PrivateKeyRedactor keys = new PrivateKeyRedactor();

    /** May hold secrets. */
    private final Deque<String> kept = new ArrayDeque<>();

    private final Thread thread;

    private StderrDrain(String label, InputStream stderr, Ticker ticker) {
        this.label = label;
        this.lines = new BoundedLineReader(stderr, LINE_BYTES_MAX);
        this.rateLimiter = new LogRateLimiter(ticker);
        this.thread = Threads.loop("worker-stderr-" + label, this::drain);
    }

    static StderrDrain start(String label, InputStream stderr, Ticker ticker) {
        StderrDrain drain = new StderrDrain(label, stderr, ticker);
        drain.thread.start();
        return drain;
    }

    /** The last lines, oldest first, without secrets. */
    List<String> lastLines() {
        List<String> lastLines;
        synchronized (kept) {
            lastLines = List.copyOf(kept);
        }
        return lastLines.stream().map(Redactor::clean).toList();
    }

    /** Waits until the worker's last words are read; they come after its end. */
    void awaitEnd(Duration limit) throws InterruptedException {
        thread.join(Math.max(1, limit.toMillis()));
    }

    private void drain() {
        try {
            Optional<BoundedLineReader.Line> line = lines.next();
            while (line.isPresent()) {
                keep(textOf(line.get()));
                line = lines.next();
            }
        } catch (IOException e) {
            LOG.debug("worker={} stderr ended: {}", label, e.getMessage());
        }
        logDropped();
    }

    /** Without private keys, which go over several lines; other secrets are looked for in what is logged or shown only. */
    private String textOf(BoundedLineReader.Line line) {
        return line.tooLong()
                ? "(a line of " + line.length() + " bytes, dropped)"
                : keys.clean(new String(line.bytes(), StandardCharsets.UTF_8));
    }

    private void keep(String text) {
        synchronized (kept) {
            kept.addLast(text);
            if (kept.size() > KEPT_MAX) {
                kept.removeFirst();
            }
        }
        if (rateLimiter.take()) {
            logDropped();
            LOG.info("worker={} stderr: {}", label, Redactor.clean(text));
        }
    }

    private void logDropped() {
        long dropped = rateLimiter.takeDropped();
        if (dropped > 0) {
            LOG.warn("worker={} stderr: {} lines left out of the log", label, dropped);
        }
    }
}
