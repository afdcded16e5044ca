package io.weathervane.app;

import io.weathervane.util.Threads;
import java.util.List;
import java.util.function.Consumer;

/** Ends the child processes of all services with the server: that a worker ends then is no reason to act. */
record ChildProcessShutdown(List<Service> services) {
    static ChildProcessShutdown of(Modules modules) {
        return new ChildProcessShutdown(modules.services());
    }

    /** Waits for the calls that workers have in flight, for a limited time; they take no more. */
    void letCallsEnd() {
        ofEach("drain", service -> service.workers().manager().drain());
    }

    /** Ends every child process within about a second; may be called again, and from several threads. */
    void end() {
        services.forEach(service -> service.rollback().monitor().prepareToClose());
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
        Threads.forEach(name, services, services.size(), action);
    }
}
