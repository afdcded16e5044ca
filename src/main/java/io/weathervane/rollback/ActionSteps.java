package io.weathervane.rollback;

import io.weathervane.rollback.ActionOutcome.Result;
import io.weathervane.util.SafeText;
import io.weathervane.util.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of carrying out one decision: each is tried, whatever became of those before, and its outcome kept. */
final class ActionSteps {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");
    private static final long NANOS_PER_MS = 1_000_000;

    private final Ticker ticker;
    private final List<ActionOutcome> outcomes = new ArrayList<>();

    ActionSteps(Ticker ticker) {
        this.ticker = ticker;
    }

    /** What a step says of itself. */
    record StepResult(boolean ok, String detail) {
        static StepResult done(String detail) {
            return new StepResult(true, detail);
        }

        static StepResult failed(String detail) {
            return new StepResult(false, detail);
        }
    }

    /** One step. */
    @FunctionalInterface
    interface Step {
        StepResult run();
    }

    /** Runs the step; one that throws has failed, and no more than that. */
    boolean run(String name, Step step) {
        long begun = ticker.nanos();
        StepResult said = attempt(name, step);
        long took = (ticker.nanos() - begun) / NANOS_PER_MS;
        outcomes.add(new ActionOutcome(name, said.ok() ? Result.DONE : Result.FAILED, said.detail(), took));
        if (!said.ok()) {
            LOG.error("step failed step={} detail=\"{}\"", name, SafeText.logged(said.detail()));
        }
        return said.ok();
    }

    void skip(String name, String why) {
        outcomes.add(new ActionOutcome(name, Result.SKIPPED, why, 0));
    }

    List<ActionOutcome> outcomes() {
        return List.copyOf(outcomes);
    }

    Optional<ActionOutcome> outcome(String name) {
        return outcomes.stream().filter(outcome -> outcome.step().equals(name)).findFirst();
    }

    boolean done(String name) {
        return outcome(name).map(ActionOutcome::done).orElse(false);
    }

    private static StepResult attempt(String name, Step step) {
        try {
            return step.run();
        } catch (RuntimeException e) {
            LOG.debug("step {} threw", name, e);
            return StepResult.failed(Optional.ofNullable(e.getMessage()).orElse(e.toString()));
        }
    }
}
