package io.weathervane.app;

import io.weathervane.util.Threads;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service that the configuration does not have any more, while it ends: no new call reaches it, the calls that it has in flight
 * may end, then its child processes end and all that is about it. Its records stay, also a watch that is under way:
 * it goes on when a configuration has the service again, as after a restart.
 */
final class LeavingService {
    private static final Logger LOG = LoggerFactory.getLogger("Services");

    private final Service service;
    private final Runnable gone;
    private final Thread thread;

    /** @param gone called once it has ended */
    LeavingService(Service service, Runnable gone) {
        this.service = service;
        this.gone = gone;
        this.thread = Threads.daemon("leave-service", this::end);
    }

    Service service() {
        return service;
    }

    /** Ends it beside the caller. */
    void begin() {
        thread.start();
    }

    /** Waits for its end. */
    void await() {
        Threads.join(thread);
    }

    private void end() {
        ChildProcessShutdown processes = new ChildProcessShutdown(() -> List.of(service));
        try {
            service.workers().manager().drainForGood();
            processes.end();
            service.startup().close();
            service.close();
            LOG.info("service={} has ended, the configuration does not have it any more", service.name());
        } catch (RuntimeException e) {
            LOG.error("service={} did not end well", service.name(), e);
        } finally {
            gone.run();
        }
    }
}
