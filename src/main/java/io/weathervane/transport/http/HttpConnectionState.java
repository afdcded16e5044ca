package io.weathervane.transport.http;

import io.weathervane.tool.Caller;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Progress of a connection's request, with its time, and the sender of the last request that was let in. The
 * connection's own threads set the progress; a thread that only looks replaces a step that is still as it was seen.
 */
final class HttpConnectionState {
    private Step step;
    private volatile @Nullable Caller caller;

    /** Phase of a connection's request. */
    enum Phase {
        /** Its request's head has not come whole. */
        HEAD,
        /** Its request's body has not come whole. */
        BODY,
        /** Its request is being answered. */
        WORKING,
        /** It has had an answer, and says nothing. */
        IDLE;

        ConnectionEviction.Activity activity() {
            return switch (this) {
                case HEAD, BODY -> ConnectionEviction.Activity.SPEAKING;
                case IDLE -> ConnectionEviction.Activity.IDLE;
                case WORKING -> ConnectionEviction.Activity.WORKING;
            };
        }
    }

    /**
     * A phase and its begin.
     *
     * @param since nanoseconds of the ticker
     * @param bytesIn what had come at the moment of the last answer: with more, a head has begun
     */
    record Step(Phase phase, long since, long bytesIn) {}

    /** Of a connection that has just been opened. */
    HttpConnectionState(long now) {
        step = new Step(Phase.HEAD, now, 0);
    }

    synchronized Step step() {
        return step;
    }

    synchronized void headReceived(long now) {
        step = new Step(Phase.BODY, now, 0);
    }

    synchronized void bodyReceived(long now) {
        if (step.phase() == Phase.BODY) {
            step = new Step(Phase.WORKING, now, 0);
        }
    }

    synchronized void answered(long now, long bytesIn) {
        if (step.phase() != Phase.HEAD) {
            step = new Step(Phase.IDLE, now, bytesIn);
        }
    }

    /** The next request's head has begun, if the connection has done nothing else since {@code seen}. */
    synchronized void headBegins(Step seen, long now) {
        if (step.equals(seen)) {
            step = new Step(Phase.HEAD, now, 0);
        }
    }

    /** The request was let in as this caller's, who holds the connection from now on. */
    void setCaller(Caller holder) {
        caller = holder;
    }

    /** Who sent the last request that was let in. */
    Optional<Caller> caller() {
        return Optional.ofNullable(caller);
    }
}
