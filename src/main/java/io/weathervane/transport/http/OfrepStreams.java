package io.weathervane.transport.http;

import io.weathervane.ofrep.OfrepFlags;
import io.weathervane.reader.FlagReaders;
import io.weathervane.util.Threads;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Event streams of OFREP (ADR 0008 of open-feature/protocol). Each is a reader: an event names an epoch and the reader,
 * and the fetch that names it back is the acknowledgement. One thread writes to all of them; a change that comes while it
 * writes is one more round, however many changes there were.
 */
final class OfrepStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("FlagStreams");

    /** Most streams at a time, beside all other connections. */
    static final int STREAMS_MAX = 2_000;

    /** How long after a change a reader that has not fetched is told each second, and how often afterwards: 30 s. */
    private static final int REMINDED_SECONDS = 30;

    private static final int ID_BYTES = 16;

    private final OfrepFlags flags;
    private final FlagReaders readers;
    private final Clock clock;
    private final Predicate<HttpExchange> stillAdmitted;
    private final Set<OfrepStream> open = ConcurrentHashMap.newKeySet();
    private final Semaphore places = new Semaphore(STREAMS_MAX);
    private final Semaphore changes = new Semaphore(0);
    private final SecureRandom random = new SecureRandom();
    private final OfrepServices.Subscription subscription;
    private final Thread notifier = Threads.loop("flag-streams", this::notifyAllAfterEachChange);
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("flag-streams-keep-alive"));
    private final AtomicInteger secondsSinceChange = new AtomicInteger();
    private volatile boolean closed;

    /**
     * Begins to follow the flags.
     *
     * @param silence how long a stream is silent before a comment is sent on it
     * @param stillAdmitted whether the caller of an open stream would be let in now
     */
    OfrepStreams(OfrepServices services, Clock clock, Duration silence, Predicate<HttpExchange> stillAdmitted) {
        this.flags = services.flags();
        this.readers = services.readers();
        this.clock = clock;
        this.stillAdmitted = stillAdmitted;
        this.subscription = services.changes().subscribe(changes::release);
        notifier.start();
        var unusedToo = timer.scheduleWithFixedDelay(
                Threads.repeated("flag-streams-remind", this::remind), 1, 1, TimeUnit.SECONDS);
        var unused = timer.scheduleWithFixedDelay(
                Threads.repeated("flag-streams-keep-alive", this::sweep),
                silence.toMillis(),
                silence.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Opens a stream for the exchange's caller; false when there is no place for it. */
    boolean open(HttpExchange httpExchange) {
        if (closed || !places.tryAcquire()) {
            return false;
        }
        String id = newId();
        String owner = httpExchange.caller().name();
        endTheOneBefore(httpExchange);
        if (!readers.join(id, "stream of " + owner + " " + id.substring(0, 6), owner)) {
            places.release();
            return false;
        }
        OfrepStream stream = new OfrepStream(httpExchange, id, this::ended);
        open.add(stream);
        // A change between the client's first fetch and this moment would be missed otherwise.
        stream.offer(event(stream));
        if (closed) {
            stream.end();
        }
        return true;
    }

    /** A client that comes back names its last event: its old stream is gone, whether that was noticed or not. */
    private void endTheOneBefore(HttpExchange httpExchange) {
        Optional<String> last =
                Optional.ofNullable(httpExchange.headers().get("Last-Event-ID")).flatMap(OfrepEventTag::reader);
        if (last.isEmpty()) {
            return;
        }
        String owner = httpExchange.caller().name();
        String before = last.get();
        open.stream()
                .filter(stream -> stream.reader().equals(before)
                        && stream.exchange().caller().name().equals(owner))
                .forEach(OfrepStream::end);
        readers.replaced(before, owner);
    }

    private void ended(OfrepStream stream) {
        if (open.remove(stream)) {
            places.release();
            readers.leave(stream.reader());
        }
    }

    private void notifyAllAfterEachChange() {
        try {
            while (!closed) {
                changes.acquire();
                changes.drainPermits();
                secondsSinceChange.set(0);
                open.forEach(stream -> stream.offer(event(stream)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] event(OfrepStream stream) {
        long epoch = flags.epoch();
        String tag = OfrepEventTag.of(epoch, stream.reader());
        String event = "id: " + tag + "\nevent: message\ndata: {\"type\":\"refetchEvaluation\",\"etag\":\"\\\"" + tag
                + "\\\"\",\"lastModified\":" + clock.instant().getEpochSecond() + "}\n\n";
        return event.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Tells those again that have not fetched: a client whose one fetch failed does not try by itself. Each second for 30 s,
     * then every 30 s.
     */
    private void remind() {
        int seconds = secondsSinceChange.incrementAndGet();
        if (seconds <= REMINDED_SECONDS || seconds % REMINDED_SECONDS == 0) {
            open.forEach(stream -> {
                if (readers.isBehind(stream.reader())) {
                    stream.offer(event(stream));
                }
            });
        }
    }

    private void sweep() {
        for (OfrepStream stream : open) {
            if (stillAdmitted.test(stream.exchange())) {
                stream.keepAlive();
            } else {
                LOG.info(
                        "A flag stream was ended: its token is no longer good. caller={}",
                        stream.exchange().caller().name());
                stream.end();
            }
        }
    }

    private String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    @Override
    public void close() {
        closed = true;
        notifier.interrupt();
        timer.shutdownNow();
        subscription.close();
        open.forEach(OfrepStream::end);
    }
}
