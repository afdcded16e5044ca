package io.weathervane.app;

import io.weathervane.config.Config;
import io.weathervane.core.ServerContext;
import io.weathervane.tool.Tool;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The starts of all services, some at a time and each beside the others: one that hangs holds up no other for long, and a hundred
 * do not take the time from those that could be up already, nor from the server.
 */
final class ServiceStartups implements AutoCloseable {
    /** With several services a list waits no longer for one that is starting: it would hide what the others have. */
    private static final Duration ONE_OF_SEVERAL_WAIT_MAX = Duration.ofSeconds(5);

    /** Services that start at the same time, as long as none of them takes longer than {@link #TURN_MAX}. */
    private static final int AT_ONCE_MAX = 8;

    /** How long a service waits for a place, for itself and each {@value #AT_ONCE_MAX} before it: 1 s. Then it starts beside them. */
    private static final Duration TURN_MAX = Duration.ofSeconds(1);

    private final List<WorkerStartup> startups;
    private final List<Runnable> atEnd;
    private final StartTurns turns;
    private final Ticker ticker;

    private ServiceStartups(List<WorkerStartup> startups, List<Runnable> atEnd, StartTurns turns, Ticker ticker) {
        this.startups = List.copyOf(startups);
        this.atEnd = atEnd;
        this.turns = turns;
        this.ticker = ticker;
    }

    /** @param lock told once every service has started that a crash of the server before is dealt with */
    static ServiceStartups of(Modules modules, Config config, WorkspaceLock lock) {
        AtomicInteger left = new AtomicInteger(modules.services().size());
        List<Runnable> atEnd = new CopyOnWriteArrayList<>();
        StartTurns turns = new StartTurns(AT_ONCE_MAX, TURN_MAX);
        List<WorkerStartup> startups = IntStream.range(0, modules.services().size())
                .mapToObj(index -> startup(modules, index, config, () -> {
                    turns.run(index, () -> modules.services().get(index).begin(lock.afterCrash()));
                    if (left.decrementAndGet() == 0) {
                        lock.recovered();
                        atEnd.forEach(Runnable::run);
                    }
                }))
                .toList();
        return new ServiceStartups(
                startups, atEnd, turns, modules.serverContext().ticker());
    }

    private static WorkerStartup startup(Modules modules, int index, Config config, Runnable start) {
        ServerContext serverContext = modules.serverContext();
        Duration wait = config.services().get(index).workers().startWait();
        boolean shortened = modules.services().size() > 1 && wait.compareTo(ONE_OF_SEVERAL_WAIT_MAX) > 0;
        WorkerStartup startup = new WorkerStartup(
                start,
                WorkerStartup.ActiveWorker.of(
                        modules.services().get(index).workers().manager().content()),
                shortened ? ONE_OF_SEVERAL_WAIT_MAX : wait,
                serverContext.clock(),
                serverContext.ticker());
        startup.follow(serverContext.events());
        return startup;
    }

    /** Has the work done once, when the services have started; to be said before {@link #begin}. */
    void afterAll(Runnable work) {
        atEnd.add(work);
    }

    void begin() {
        startups.forEach(WorkerStartup::begin);
    }

    /** The start of the service at this place. */
    WorkerStartup of(int index) {
        return startups.get(index);
    }

    /** Whether one has not come to its end yet. */
    boolean areUnderWay() {
        return startups.stream().anyMatch(WorkerStartup::isUnderWay);
    }

    /** Waits for the end of all, as {@link WorkerStartup#await} does; each has its limit from the server's start on. */
    void await() {
        startups.forEach(WorkerStartup::await);
    }

    /** Waits as long as clients do. */
    void awaitForClients() {
        startups.forEach(WorkerStartup::awaitForClients);
    }

    /** The tool, called after the start of all services when it has to do with workers. */
    Tool awaitingStart(Tool tool) {
        Tool awaiting = tool;
        for (WorkerStartup startup : startups) {
            awaiting = startup.awaitingStart(awaiting);
        }
        return awaiting;
    }

    /** Gives starts that go on some more time, all together; none waits for its turn any longer. */
    @Override
    public void close() {
        turns.open(startups.size());
        Stopwatch limit = new Stopwatch(ticker, WorkerStartup.WAIT_MAX);
        startups.forEach(startup -> startup.awaitEnd(limit));
    }
}
