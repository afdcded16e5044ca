package io.weathervane.app;

import io.weathervane.tool.Tool;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The starts of all services, some at a time and each beside the others: one that hangs holds up no other for long, and a hundred
 * do not take the time from those that could be up already, nor from the server.
 */
final class ServiceStartups implements AutoCloseable {
    /** Services that start at the same time, as long as none of them takes longer than {@link #TURN_MAX}. */
    private static final int AT_ONCE_MAX = 8;

    /** How long a service waits for a place, for itself and each {@value #AT_ONCE_MAX} before it: 1 s. Then it starts beside them. */
    private static final Duration TURN_MAX = Duration.ofSeconds(1);

    private final Services services;
    private final WorkspaceLock lock;
    private final Ticker ticker;
    private final List<Runnable> atEnd = new CopyOnWriteArrayList<>();
    private final StartTurns turns = new StartTurns(AT_ONCE_MAX, TURN_MAX);

    /** @param lock told once every service has started that a crash of the server before is dealt with */
    ServiceStartups(Modules modules, WorkspaceLock lock) {
        this.services = modules.services();
        this.ticker = modules.serverContext().ticker();
        this.lock = lock;
    }

    /** Has the work done once, when the services have started; to be said before {@link #begin}. */
    void afterAll(Runnable work) {
        atEnd.add(work);
    }

    /** Starts the services that there are. */
    void begin() {
        begin(services.all(), lock.afterCrash(), () -> {
            lock.recovered();
            atEnd.forEach(Runnable::run);
        });
    }

    /** Starts services that have come while the server ran. */
    void begin(List<Service> added) {
        begin(added, /* afterCrash= */ false, () -> {});
    }

    private void begin(List<Service> starting, boolean afterCrash, Runnable last) {
        AtomicInteger left = new AtomicInteger(starting.size());
        for (int index = 0; index < starting.size(); index++) {
            Service service = starting.get(index);
            int place = index;
            service.startup().begin(() -> turns.run(place, () -> service.begin(afterCrash)), () -> {
                if (left.decrementAndGet() == 0) {
                    last.run();
                }
            });
        }
    }

    /** Whether one has not come to its end yet. */
    boolean areUnderWay() {
        return services.all().stream().anyMatch(service -> service.startup().isUnderWay());
    }

    /** Waits for the end of all, as {@link WorkerStartup#await} does; each has its limit from its service's beginning on. */
    void await() {
        services.all().forEach(service -> service.startup().await());
    }

    /** Waits as long as clients do. */
    void awaitForClients() {
        services.all().forEach(service -> service.startup().awaitForClients());
    }

    /** The tool, called after the start of all services when it has to do with workers. */
    Tool awaitingStart(Tool tool) {
        return tool.needsWorkers() ? new StartAwaitingTool(tool, this::await) : tool;
    }

    /** Gives starts that go on some more time, all together; none waits for its turn any longer. */
    @Override
    public void close() {
        List<Service> all = services.all();
        turns.open(all.size());
        Stopwatch limit = new Stopwatch(ticker, WorkerStartup.WAIT_MAX);
        all.forEach(service -> service.startup().awaitEnd(limit));
    }
}
