package io.weathervane.worker;

import java.util.Arrays;

/**
 * Counts the outcomes of calls, and keeps how long the newest took; see {@link Tally} for what counts. Its lock is held
 * for some additions and one array write at a time, but for the copy that {@link #recent} makes.
 */
final class OperationsTally {
    /** The newest calls that are kept: ten lie above their p99, and they take 8 KB. */
    private static final int RECENT_MAX = 1024;

    /** What each took in nanoseconds, as its complement when it failed. */
    private final long[] newest = new long[RECENT_MAX];

    private long requests;
    private long errors;
    private long failureRun;

    synchronized void succeeded(long nanos) {
        keep(Math.max(0, nanos));
        failureRun = 0;
    }

    synchronized void failed(long nanos) {
        keep(~Math.max(0, nanos));
        errors++;
        failureRun++;
    }

    private void keep(long call) {
        newest[(int) (requests % RECENT_MAX)] = call;
        requests++;
    }

    synchronized Tally now() {
        return new Tally(requests, errors, failureRun);
    }

    CallStatistics recent() {
        long[] calls = copy();
        long failed = Arrays.stream(calls).filter(call -> call < 0).count();
        return CallStatistics.of(
                Arrays.stream(calls).map(call -> call < 0 ? ~call : call).toArray(), failed);
    }

    private synchronized long[] copy() {
        return Arrays.copyOf(newest, (int) Math.min(requests, RECENT_MAX));
    }
}
