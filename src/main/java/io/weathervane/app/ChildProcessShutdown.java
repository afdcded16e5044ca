package io.weathervane.app;

import io.weathervane.util.Threads;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Ends the child processes of these services: that a worker ends then is no reason to act. */
record ChildProcessShutdown(Supplier<List<Service>> services) {
    /** Of all services of the server, with those that are ending already. */
    static ChildProcessShutdown of(Modules modules) {
        return new ChildProcessShutdown(modules.services()::withEnding);
    }

    /** Waits for the calls that workers have in flight, for a limited time; they take no more. */
    void letCallsEnd() {
        ofEach("drain", service -> service.workers().manager().drain());
    }

    /** Ends every child process within about a second; may be called again, and from several threads. */
    void end() {
        services.get().forEach(service -> service.rollback().monitor().prepareToClose());
        Thread programs = Threads.daemon(
                "end-programs",
                () -> ofEach(
                        "end-programs", service -> service.upgrades().manager().endPrograms()));
        programs.start();
        ofEach("end-workers", service -> service.workers().manager().endProcesses());
        Threads.join(programs);
    }

    /** For all at a time: the limits of several are not to add up. */
    private void ofEach(String name, Consumer<Service> action) {
        List<Service> now = services.get();
        Threads.forEach(name, now, now.size(), action);
    }
}
