package io.weathervane.bench.decisions;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.PreviousWorkerReplayRequest;
import io.weathervane.monitor.PreviousWorkerReplayResult;
import io.weathervane.monitor.PreviousWorkerReplayResult.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Answers calls that the new worker had: a caller's bad call fails here too, and so does any other while an outage lasts,
 * with the outage's share.
 */
final class PreviousWorker {
    /** Failed and passed calls that are made again, as many as the product makes. */
    private static final int CALLS_MAX = 20;

    private final Promotion promotion;
    private final SplittableRandom chance;

    PreviousWorker(Promotion promotion) {
        this.promotion = promotion;
        this.chance = promotion.chance();
    }

    /** As the product asks: of the tool alone only where enough of its failed calls may be asked. */
    PreviousWorkerReplayResult answer(PreviousWorkerReplayRequest request, double now) {
        return answer(request.tool().filter(tool -> isAskable(tool, now)), now);
    }

    private boolean isAskable(String tool, double now) {
        long failed = 0;
        for (int call = promotion.firstAfter(now) - 1;
                call >= 0 && failed < PreviousWorkerReplayResult.FAILED_MIN;
                call--) {
            failed += promotion.counts(call)
                            && promotion.isReadOnly(call)
                            && promotion.failed(call)
                            && promotion.tool(call).equals(tool)
                    ? 1
                    : 0;
        }
        return failed >= PreviousWorkerReplayResult.FAILED_MIN;
    }

    private PreviousWorkerReplayResult answer(Optional<String> tool, double now) {
        Map<String, Outcome> answers = new HashMap<>();
        int failed = 0;
        int passed = 0;
        for (int call = promotion.firstAfter(now) - 1;
                call >= 0 && (failed < CALLS_MAX || passed < CALLS_MAX);
                call--) {
            if (promotion.counts(call)
                    && promotion.isReadOnly(call)
                    && tool.stream().allMatch(promotion.tool(call)::equals)) {
                boolean failedThere = promotion.failsBeforeToo(call) || chance.nextDouble() < promotion.outage(now);
                CallCounts one = new CallCounts(1, failedThere ? 1 : 0);
                if (promotion.failed(call) && failed++ < CALLS_MAX) {
                    answers.merge(promotion.tool(call), new Outcome(one, CallCounts.NONE), Outcome::plus);
                } else if (!promotion.failed(call) && passed++ < CALLS_MAX) {
                    answers.merge(promotion.tool(call), new Outcome(CallCounts.NONE, one), Outcome::plus);
                }
            }
        }
        return new PreviousWorkerReplayResult(answers);
    }
}
