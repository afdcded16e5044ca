package io.weathervane.upgrade;

import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.util.Redactor;
import io.weathervane.util.Ticker;
import io.weathervane.worker.InheritedEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs the build or the test of the canary in a shell, in the workspace; its output is kept beside the records. */
final class BuildOrTestStep implements ExecutableStep {
    /** The variable that names the folder a build may fill and the canary be started from. */
    static final String STAGING_VARIABLE = "WVO_STAGING_DIR";

    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final long OUTPUT_BYTES_MAX = 5L * 1024 * 1024;

    private final String what;
    private final String script;
    private final Path workspace;
    private final BuildProcessRegistry buildProcesses;
    private final Ticker ticker;
    private final InheritedEnvironment inheritance;

    /**
     * @param what {@code build} or {@code test}
     * @param inheritance which of the server's own variables it gets
     */
    BuildOrTestStep(
            String what,
            String script,
            Path workspace,
            BuildProcessRegistry buildProcesses,
            Ticker ticker,
            InheritedEnvironment inheritance) {
        this.what = what;
        this.script = script;
        this.workspace = workspace;
        this.buildProcesses = buildProcesses;
        this.ticker = ticker;
        this.inheritance = inheritance;
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException, InterruptedException {
        String output = what + ".log";
        context.reportActivity(what + ": " + Redactor.clean(script));
        ShellCommandRunner.Result result = new ShellCommandRunner(
                        buildProcesses, context.upgrade().id(), ticker, LIMIT, OUTPUT_BYTES_MAX, inheritance)
                .run(
                        List.of("sh", "-c", script),
                        workspace,
                        Map.of(STAGING_VARIABLE, context.folder().staging().toString()),
                        context.folder().file(output),
                        context::problem);
        String where = "; its output is in " + output + (result.cut() ? " (the first part)" : "");
        return result.problem()
                .<StepOutcome>map(why -> new Failed("the " + what + " failed: " + why + where))
                .orElseGet(() -> new Passed("the " + what + " succeeded" + where));
    }
}
