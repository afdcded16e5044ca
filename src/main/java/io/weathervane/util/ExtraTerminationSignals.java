package io.weathervane.util;

import java.util.List;
import java.util.function.IntConsumer;

/**
 * Has those signals end this process in order that end it at once otherwise: the virtual machine runs its shutdown hooks
 * at SIGHUP, SIGINT and SIGTERM, and at no other one.
 */
public final class ExtraTerminationSignals {
    /** All that a process may catch, whose default is its end, and that the virtual machine does not use itself. */
    private static final List<String> NAMES =
            List.of("USR1", "ALRM", "VTALRM", "PROF", "IO", "PWR", "STKFLT", "XCPU", "SYS", "EMT", "RTMIN", "RTMAX");

    private ExtraTerminationSignals() {}

    /**
     * Hands the number of such a signal on, on a thread of its own. A system has only some of them; on a JDK without a class
     * for them the processes that are left are ended at the next start.
     */
    public static void handle(IntConsumer onSignal) {
        OsSignals.find()
                .ifPresent(signals -> NAMES.forEach(name -> signals.handle(name, /* evenIgnored= */ false, onSignal)));
    }
}
