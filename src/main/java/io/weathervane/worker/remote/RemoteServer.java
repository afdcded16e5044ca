package io.weathervane.worker.remote;

import io.weathervane.util.Ticker;
import io.weathervane.worker.ProcessUsage;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.RunningServer;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.protocol.WorkerChannel;
import io.weathervane.worker.protocol.WorkerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server that runs elsewhere, as we are connected to it. It counts as running until we leave it: whether it answers, the
 * health probe and its calls tell. What it uses is unknown.
 */
public final class RemoteServer implements RunningServer {
    /** How long a server may take to hear that a session has ended: 1 s. */
    private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);

    private static final AtomicLong INSTANCES = new AtomicLong();

    private final String label;
    private final RemoteSpec spec;
    private final RequestCredentials credentials;
    private final Ticker ticker;
    private final long instance = -INSTANCES.incrementAndGet();
    private final CountDownLatch left = new CountDownLatch(1);
    private final CompletableFuture<Void> exit = new CompletableFuture<>();
    private final AtomicReference<@Nullable RemoteConnection> connection = new AtomicReference<>();

    public RemoteServer(String label, RemoteSpec spec, RequestCredentials credentials, Ticker ticker) {
        this.label = label;
        this.spec = spec;
        this.credentials = credentials;
        this.ticker = ticker;
    }

    /**
     * Makes the connection for a channel.
     *
     * @param messageBytes most bytes of a message of the server's
     * @throws WorkerActionRefusedException when what it takes for TLS cannot be used
     */
    public Function<WorkerChannel, WorkerConnection> connection(int messageBytes) {
        return channel -> {
            try {
                RemoteHttp http = new RemoteHttp(label, spec.urls(), credentials, messageBytes);
                RemoteConnection made = new RemoteConnection(label, spec.urls(), http, channel, ticker);
                connection.set(made);
                return made;
            } catch (IOException e) {
                throw new WorkerActionRefusedException(
                        "worker " + label + " cannot be connected to: " + e.getMessage(), e);
            }
        };
    }

    @Override
    public OptionalLong pid() {
        return OptionalLong.empty();
    }

    @Override
    public long instance() {
        return instance;
    }

    @Override
    public boolean alive() {
        return left.getCount() > 0;
    }

    @Override
    public boolean allEnded() {
        return !alive();
    }

    @Override
    public void onExit(Runnable action) {
        var unused = exit.thenRun(action);
    }

    @Override
    public boolean awaitExit(Duration limit) throws InterruptedException {
        return left.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Optional<Integer> exitCode() {
        return Optional.empty();
    }

    @Override
    public Optional<ProcessUsage> usage() {
        return Optional.empty();
    }

    @Override
    public Optional<String> problem(Duration limit) {
        RemoteConnection now = connection.get();
        return now == null ? Optional.of("it was left") : now.problemOfOthers(limit);
    }

    @Override
    public Optional<String> notServing() {
        return Optional.ofNullable(connection.get())
                .map(RemoteConnection::reachability)
                .flatMap(Reachability::problem);
    }

    @Override
    public List<String> lastStderrLines() {
        return List.of();
    }

    @Override
    public List<String> lastStderr() {
        return List.of();
    }

    @Override
    public void stop(Duration patience) {
        end(patience.compareTo(GOODBYE_LIMIT) < 0 ? patience : GOODBYE_LIMIT);
    }

    @Override
    public void kill() {
        end(Duration.ZERO);
    }

    private void end(Duration patience) {
        RemoteConnection now = connection.getAndSet(null);
        if (now != null) {
            now.end(patience);
        }
        left.countDown();
        exit.complete(null);
    }
}
