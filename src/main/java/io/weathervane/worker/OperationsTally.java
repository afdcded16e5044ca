package io.weathervane.worker;

/** Counts the outcomes of calls; see {@link Tally} for what counts. */
final class OperationsTally {
    private long requests;
    private long errors;
    private long failureRun;

    synchronized void succeeded() {
        requests++;
        failureRun = 0;
    }

    synchronized void failed() {
        requests++;
        errors++;
        failureRun++;
    }

    synchronized Tally now() {
        return new Tally(requests, errors, failureRun);
    }
}
