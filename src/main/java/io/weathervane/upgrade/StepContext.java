package io.weathervane.upgrade;

import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** The part of an upgrade that one of its steps works with. */
final class StepContext {
    /** How often a step that waits looks whether it still should. */
    static final Duration LOOK = Duration.ofMillis(100);

    private final Upgrade upgrade;
    private final UpgradeDirectory directory;
    private final CancellationToken cancellation;
    private final AbortConditions abortConditions;
    private final Records records;
    private final Consumer<String> activity;

    /** Writes a record, or says why not. */
    interface Records {
        void write(String name, ObjectNode content) throws IOException;
    }

    /** @param activity is told what the step is doing, in words */
    StepContext(
            Upgrade upgrade,
            UpgradeDirectory directory,
            CancellationToken cancellation,
            AbortConditions abortConditions,
            Records records,
            Consumer<String> activity) {
        this.upgrade = upgrade;
        this.directory = directory;
        this.cancellation = cancellation;
        this.abortConditions = abortConditions;
        this.records = records;
        this.activity = activity;
    }

    Upgrade upgrade() {
        return upgrade;
    }

    UpgradeDirectory folder() {
        return directory;
    }

    AbortConditions abortConditions() {
        return abortConditions;
    }

    /** Why the upgrade cannot go on; empty while it can. */
    Optional<String> problem() {
        return abortConditions.problem();
    }

    void write(String name, ObjectNode content) throws IOException {
        records.write(name, content);
    }

    /** Whether the server ends: what can be taken up again later is left as it is. */
    boolean closing() {
        return cancellation.closing();
    }

    void reportActivity(String what) {
        activity.accept(what);
    }

    void pause(Duration atMost) throws InterruptedException {
        cancellation.pause(atMost);
    }

    /** Waits so long; ends early with why the upgrade cannot go on. */
    Optional<StepOutcome> waitFor(Duration time, Ticker ticker) throws InterruptedException {
        Stopwatch wait = new Stopwatch(ticker, time);
        while (true) {
            Optional<String> problem = problem();
            if (problem.isPresent()) {
                return Optional.of(new Failed(problem.get()));
            }
            Duration left = wait.left();
            if (left.isZero()) {
                return Optional.empty();
            }
            pause(left.compareTo(LOOK) < 0 ? left : LOOK);
        }
    }
}
