package io.weathervane.app;

import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.upgrade.Upgrades;
import io.weathervane.util.Threads;
import io.weathervane.worker.WorkerManager;

/** Everybody who has child processes, and how those end with the server: the workers' end is no reason to act on. */
record ChildProcesses(WorkerManager workers, RollbackMonitor monitor, Upgrades upgrades) {
    /** Waits for the calls that workers have in flight, for a limited time; they take no more. */
    void letCallsEnd() {
        workers.drain();
    }

    /** Ends every child process within about a second; may be called again, and from several threads. */
    void end() {
        monitor.prepareToClose();
        Thread programs = Threads.daemon("end-programs", upgrades::endPrograms);
        programs.start();
        workers.endProcesses();
        Threads.join(programs);
    }
}
