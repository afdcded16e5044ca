package io.weathervane.worker;

/**
 * The worker asked its client something, and the answer comes with a further request: the call goes on with
 * {@link WorkerManager#resume}.
 */
public final class WorkerInputRequiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String ticket;
    private final transient WorkerInputRequest question;

    public WorkerInputRequiredException(String ticket, WorkerInputRequest question) {
        super("the client has to answer the worker first", null, false, /* writableStackTrace= */ false);
        this.ticket = ticket;
        this.question = question;
    }

    /** What the call is found by; good for one time. */
    public String ticket() {
        return ticket;
    }

    public WorkerInputRequest question() {
        return question;
    }
}
