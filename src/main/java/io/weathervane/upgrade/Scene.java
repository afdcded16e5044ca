package io.weathervane.upgrade;

import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** What a step sees of the upgrade that it belongs to. */
final class Scene {
    /** How often a step that waits looks whether it still should. */
    static final Duration LOOK = Duration.ofMillis(100);

    private final Upgrade upgrade;
    private final Folder folder;
    private final Halt halt;
    private final Lookout lookout;
    private final Records records;
    private final Consumer<String> said;

    /** Writes a record, or says why not. */
    interface Records {
        void write(String name, ObjectNode content) throws IOException;
    }

    /** @param said is told what the step is doing, in words */
    Scene(Upgrade upgrade, Folder folder, Halt halt, Lookout lookout, Records records, Consumer<String> said) {
        this.upgrade = upgrade;
        this.folder = folder;
        this.halt = halt;
        this.lookout = lookout;
        this.records = records;
        this.said = said;
    }

    Upgrade upgrade() {
        return upgrade;
    }

    Folder folder() {
        return folder;
    }

    Lookout lookout() {
        return lookout;
    }

    /** Why the upgrade cannot go on; empty while it can. */
    Optional<String> problem() {
        return lookout.problem();
    }

    void write(String name, ObjectNode content) throws IOException {
        records.write(name, content);
    }

    /** Whether the server ends: what can be taken up again later is left as it is. */
    boolean closing() {
        return halt.closing();
    }

    void say(String what) {
        said.accept(what);
    }

    void pause(Duration atMost) throws InterruptedException {
        halt.pause(atMost);
    }

    /** Waits so long; ends early with why the upgrade cannot go on. */
    Optional<StepOutcome> waitFor(Duration time, Ticker ticker) throws InterruptedException {
        long begun = ticker.nanos();
        while (true) {
            Optional<String> problem = problem();
            if (problem.isPresent()) {
                return Optional.of(new Failed(problem.get()));
            }
            Duration left = time.minusNanos(ticker.nanos() - begun);
            if (left.isNegative() || left.isZero()) {
                return Optional.empty();
            }
            pause(left.compareTo(LOOK) < 0 ? left : LOOK);
        }
    }
}
