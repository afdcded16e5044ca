package io.weathervane.worker.protocol;

/** Leaves a call that waits for its client's answer as it is; caught where the call can be kept. */
public final class CallAwaitingInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient PendingCall call;

    CallAwaitingInputException(PendingCall call) {
        super("the client has to answer first", null, false, /* writableStackTrace= */ false);
        this.call = call;
    }

    public PendingCall call() {
        return call;
    }
}
