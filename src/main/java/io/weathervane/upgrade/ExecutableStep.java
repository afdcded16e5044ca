package io.weathervane.upgrade;

import java.io.IOException;

/** The work of one step. Runs on the upgrade's own thread and may take its time; it looks at {@link StepContext#problem} often. */
interface ExecutableStep {
    StepOutcome run(StepContext context) throws IOException, InterruptedException;
}
