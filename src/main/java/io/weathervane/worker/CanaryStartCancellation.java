package io.weathervane.worker;

import org.jspecify.annotations.Nullable;

/** The canaries that one owner has started, one after the other; the owner may end what is starting at any moment. */
public final class CanaryStartCancellation {
    private @Nullable Runnable killing;
    private boolean ended;

    /** Kills the canary that is starting, if one is; none is started any more. One that is ready already stays. */
    public synchronized void end() {
        ended = true;
        if (killing != null) {
            killing.run();
        }
    }

    /** Before there is a process: a program that the caller no longer wants must not run for a moment either. */
    public synchronized void refuseWhenEnded(String label) {
        if (ended) {
            throw refusal(label);
        }
    }

    /**
     * There is a process; the owner may have changed its mind while it was made.
     *
     * @param kill ends the process at once
     */
    public synchronized void begun(Runnable kill) {
        killing = kill;
        if (ended) {
            kill.run();
        }
    }

    /** It is ready, or will never be; returns whether the owner has ended it. */
    public synchronized boolean over() {
        killing = null;
        return ended;
    }

    public static WorkerActionRefusedException refusal(String label) {
        return new WorkerActionRefusedException("the start of the canary " + label + " was called off");
    }
}
