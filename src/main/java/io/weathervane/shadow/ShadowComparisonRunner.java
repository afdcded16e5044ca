package io.weathervane.shadow;

import io.weathervane.util.Ticker;
import io.weathervane.worker.WorkerManager;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Makes the same calls to the active worker and the canary and compares what comes back. Only tools that both workers
 * annotate with {@code readOnlyHint: true} are ever called.
 */
public final class ShadowComparisonRunner {
    private final UnaryOperator<String> redact;
    private final Clock clock;
    private final Ticker ticker;

    /** @param redact takes the secrets out of a text: everything in the report went through it */
    public ShadowComparisonRunner(UnaryOperator<String> redact, Clock clock, Ticker ticker) {
        this.redact = redact;
        this.clock = clock;
        this.ticker = ticker;
    }

    /**
     * Compares, on the calling thread, until the plan is done, too much has gone wrong, or it is cancelled. A canary
     * that fails, hangs or dies is a finding, not an exception.
     *
     * @param cancelled asked often, also while a call is waited for
     */
    public ShadowReport run(
            ShadowComparisonConfig config,
            WorkerManager workers,
            RecentCalls recentCalls,
            ShadowProgressListener progress,
            BooleanSupplier cancelled) {
        try (WorkerPairCaller pair =
                new WorkerPairCaller(workers, config.thresholds().callTimeout(), cancelled, ticker)) {
            return new ShadowComparisonRun(config, pair, new ReportRedactor(redact), clock, ticker)
                    .run(workers, recentCalls, progress);
        }
    }
}
