package io.weathervane.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one call: it runs, and then is answered or cancelled, whichever comes first, once. It keeps what waits for
 * the end, for a cancellation, and for the answer to be on its way. Its lock is held for no action.
 */
final class CallLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(RunningCall.class);

    /** What a cancellation runs; guarded by this object, as are the next two. */
    private final List<Runnable> onCancel = new ArrayList<>(1);

    private final List<Runnable> afterAnswer = new ArrayList<>(0);
    private boolean answerSent;

    /** Set before {@link #state} says so, so that who sees the one sees the other. */
    private Cancellation cancellation = Cancellation.SILENT;

    private volatile State state = State.RUNNING;
    private volatile Runnable onEnd = () -> {};

    private enum State {
        RUNNING,
        ANSWERED,
        CANCELLED
    }

    /**
     * Occasion of a cancellation.
     *
     * @param reason the client's words; empty when it gave none, or did not ask for it
     * @param byBlock whether such calls are blocked from now on
     */
    record Cancellation(Optional<String> reason, boolean byBlock) {
        /** One that needs no words: its tool took too long, or its client is gone. */
        static final Cancellation SILENT = new Cancellation(Optional.empty(), /* byBlock= */ false);
    }

    boolean hasEnded() {
        return state != State.RUNNING;
    }

    boolean isCancelled() {
        return state == State.CANCELLED;
    }

    /** Occasion of the cancellation; empty while the call was not cancelled. */
    Optional<Cancellation> cancellation() {
        return isCancelled() ? Optional.of(cancellation) : Optional.empty();
    }

    /** Ends the call with its tool's answer; false when it had ended before. */
    boolean endAnswered() {
        synchronized (this) {
            if (hasEnded()) {
                return false;
            }
            state = State.ANSWERED;
        }
        onEnd.run();
        return true;
    }

    /**
     * Ends the call without its tool's answer; false when it had ended before.
     *
     * @param toClient tells the client; the actions on a cancellation run after it
     */
    boolean endCancelled(Cancellation occasion, Runnable toClient) {
        List<Runnable> actions;
        synchronized (this) {
            if (hasEnded()) {
                return false;
            }
            cancellation = occasion;
            state = State.CANCELLED;
            actions = List.copyOf(onCancel);
            onCancel.clear();
        }
        onEnd.run();
        toClient.run();
        actions.forEach(CallLifecycle::runQuietly);
        return true;
    }

    /**
     * Runs the action once the call has ended, in whichever way, and before its client can know. To be asked by the threads
     * that begin the call, one after the other.
     */
    void whenEnded(Runnable action) {
        Runnable earlier = onEnd;
        onEnd = () -> {
            earlier.run();
            action.run();
        };
        if (hasEnded()) {
            action.run();
        }
    }

    /** Runs the action when the call is cancelled, now if it has been; never when it is answered first. */
    void onCancel(Runnable action) {
        synchronized (this) {
            if (!hasEnded()) {
                onCancel.add(action);
                return;
            }
        }
        if (isCancelled()) {
            runQuietly(action);
        }
    }

    /** Runs the action once the answer is on its way, now if it is. */
    void afterAnswer(Runnable action) {
        synchronized (this) {
            if (!answerSent) {
                afterAnswer.add(action);
                return;
            }
        }
        runQuietly(action);
    }

    /** The answer is on its way, or it is clear that none will be. */
    void answerSent() {
        List<Runnable> actions;
        synchronized (this) {
            answerSent = true;
            actions = List.copyOf(afterAnswer);
            afterAnswer.clear();
        }
        actions.forEach(CallLifecycle::runQuietly);
    }

    private static void runQuietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("An action on the end of a call failed", e);
        }
    }
}
