package io.weathervane.worker;

/**
 * What became of the calls that a worker was given since it became active. The numbers only grow; a worker that was
 * restarted in place goes on counting, one that takes over by a switch begins at 0.
 *
 * <p>A call counts as failed on a JSON-RPC error (also one that the caller brought about, such as an unknown tool or
 * invalid params: the worker's word cannot be checked), a time-out, a lost worker, a malformed reply, and, when
 * configured, a result with {@code isError: true}. A call that its caller cancelled does not count at all.
 *
 * @param failureRun failures back to back up to now
 */
public record Tally(long requests, long errors, long failureRun) {
    public static final Tally NONE = new Tally(0, 0, 0);
}
