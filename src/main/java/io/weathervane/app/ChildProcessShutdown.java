package io.weathervane.app;

import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.upgrade.UpgradeManager;
import io.weathervane.util.Threads;
import io.weathervane.worker.WorkerManager;

/** Ends the child processes of all modules with the server: that a worker ends then is no reason to act. */
record ChildProcessShutdown(WorkerManager workers, RollbackMonitor monitor, UpgradeManager upgrades) {
    static ChildProcessShutdown of(Modules modules) {
        return new ChildProcessShutdown(
                modules.workers().manager(),
                modules.rollback().monitor(),
                modules.upgrades().manager());
    }

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
