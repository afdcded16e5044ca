package io.weathervane.rollback;

import io.weathervane.rollback.ActionStepOutcome.Result;
import io.weathervane.util.SafeText;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of one action as they go: each is tried in turn and its outcome kept; or they are only described. */
final class ActionStepRunner {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final ServiceName service;
    private final Ticker ticker;
    private final List<ActionStepOutcome> outcomes = new ArrayList<>();

    ActionStepRunner(ServiceName service, Ticker ticker) {
        this.service = service;
        this.ticker = ticker;
    }

    /** Outcome and detail that a step reports of itself. */
    record StepResult(Result result, String detail) {
        static StepResult of(boolean ok, String detail) {
            return new StepResult(ok ? Result.DONE : Result.FAILED, detail);
        }

        static StepResult done(String detail) {
            return of(true, detail);
        }

        static StepResult failed(String detail) {
            return of(false, detail);
        }

        static StepResult skipped(String why) {
            return new StepResult(Result.SKIPPED, why);
        }
    }

    /**
     * One step.
     *
     * @param required whether the steps after it make no sense once it has failed
     * @param skipped why it is not tried; empty for a step that is
     */
    record Step(String name, boolean required, Optional<String> skipped, Supplier<StepResult> action) {
        /** Whatever becomes of it, the next one is tried. */
        static Step of(String name, Supplier<StepResult> action) {
            return new Step(name, false, Optional.empty(), action);
        }

        static Step required(String name, Supplier<StepResult> action) {
            return new Step(name, true, Optional.empty(), action);
        }

        static Step skipped(String name, String why) {
            return new Step(name, false, Optional.of(why), () -> StepResult.skipped(why));
        }

        /** What observe mode says of it. */
        private ActionStepOutcome described() {
            return skipped.map(why -> new ActionStepOutcome(name, Result.SKIPPED, why, 0))
                    .orElseGet(() -> new ActionStepOutcome(name, Result.WOULD_HAVE, "mode observe changes nothing", 0));
        }
    }

    /** Runs them in turn, up to a required one that fails; true when none of those failed. A step that throws has failed. */
    boolean run(List<Step> steps) {
        return steps.stream().allMatch(step -> run(step) || !step.required());
    }

    private boolean run(Step step) {
        Stopwatch taken = new Stopwatch(ticker);
        StepResult result = attempt(step);
        long took = taken.elapsed().toMillis();
        outcomes.add(new ActionStepOutcome(step.name(), result.result(), result.detail(), took));
        if (result.result() == Result.FAILED) {
            LOG.error(
                    "step failed step={} detail=\"{}\"{}",
                    step.name(),
                    SafeText.logged(result.detail()),
                    service.logged());
        }
        return result.result() != Result.FAILED;
    }

    private static StepResult attempt(Step step) {
        try {
            return step.action().get();
        } catch (RuntimeException e) {
            LOG.debug("step {} threw", step.name(), e);
            return StepResult.failed(Optional.ofNullable(e.getMessage()).orElse(e.toString()));
        }
    }

    /** The same steps, left undone. */
    static List<ActionStepOutcome> describe(List<Step> steps) {
        return steps.stream().map(Step::described).toList();
    }

    List<ActionStepOutcome> outcomes() {
        return List.copyOf(outcomes);
    }

    boolean done(String name) {
        return outcomes.stream().anyMatch(outcome -> outcome.step().equals(name) && outcome.result() == Result.DONE);
    }

    /** The first step that failed and why. */
    Optional<ActionStepOutcome> failure() {
        return outcomes.stream()
                .filter(outcome -> outcome.result() == Result.FAILED)
                .findFirst();
    }
}
