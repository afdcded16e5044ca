package io.weathervane.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * SIGHUP, which tells a program at a terminal that the terminal is gone, and a daemon, which has none, to read its
 * configuration again.
 */
public final class HangupSignal {
    /** Stands for the terminal of the process that opens it; there is nothing to open for a process without one. */
    private static final Path TERMINAL = Path.of("/dev/tty");

    private HangupSignal() {}

    /** Whether a hangup means that a terminal is gone. */
    public static boolean isOfTerminal() {
        try {
            Files.newInputStream(TERMINAL).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Does this at each SIGHUP, on a thread of its own, in place of the end of the process; also where the program that
     * started this one has it ignore the signal, as {@code nohup} does, so that it is not ended by it. On a JDK without
     * handlers of signals it goes on to end the process.
     */
    public static void handle(Runnable action) {
        OsSignals.find().ifPresent(signals -> signals.handle("HUP", /* evenIgnored= */ true, number -> action.run()));
    }
}
