package io.weathervane.worker;

/**
 * Totals of the calls that a worker was given since it became active. The numbers only grow; a worker that was
 * restarted in place goes on counting, one that takes over by a switch begins at 0.
 *
 * <p>A call counts as failed on a JSON-RPC error, a time-out, a lost worker, a malformed reply, and, when configured, a
 * result with {@code isError: true}. A call that its caller cancelled does not count at all, nor does one that failed by its
 * caller's mistake: invalid parameters, an unknown method, a tool that the worker does not list. But a tool that went well
 * with the worker before and is listed no more is this worker's fault.
 *
 * @param failureRun failures back to back up to now
 */
public record CallTotals(long requests, long errors, long failureRun) {
    public static final CallTotals NONE = new CallTotals(0, 0, 0);
}
