package io.weathervane.upgrade;

import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.util.Redactor;
import io.weathervane.util.Ticker;
import io.weathervane.worker.Inheritance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs the build or the test of the canary in a shell, in the workspace; its output is kept beside the records. */
final class ScriptWork implements StepWork {
    /** The variable that names the folder a build may fill and the canary be started from. */
    static final String STAGING_VARIABLE = "WVO_STAGING_DIR";

    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final long OUTPUT_BYTES_MAX = 5L * 1024 * 1024;

    private final String what;
    private final String script;
    private final Path workspace;
    private final Leftovers leftovers;
    private final Ticker ticker;
    private final Inheritance inheritance;

    /**
     * @param what {@code build} or {@code test}
     * @param inheritance which of the server's own variables it gets
     */
    ScriptWork(
            String what, String script, Path workspace, Leftovers leftovers, Ticker ticker, Inheritance inheritance) {
        this.what = what;
        this.script = script;
        this.workspace = workspace;
        this.leftovers = leftovers;
        this.ticker = ticker;
        this.inheritance = inheritance;
    }

    @Override
    public StepOutcome run(Scene scene) throws IOException, InterruptedException {
        String output = what + ".log";
        scene.say(what + ": " + Redactor.clean(script));
        ShellRun.Result result = new ShellRun(
                        leftovers, scene.upgrade().id(), ticker, LIMIT, OUTPUT_BYTES_MAX, inheritance)
                .run(
                        List.of("sh", "-c", script),
                        workspace,
                        Map.of(STAGING_VARIABLE, scene.folder().staging().toString()),
                        scene.folder().file(output),
                        scene::problem);
        String where = "; its output is in " + output + (result.cut() ? " (the first part)" : "");
        return result.problem()
                .<StepOutcome>map(why -> new Failed("the " + what + " failed: " + why + where))
                .orElseGet(() -> new Passed("the " + what + " succeeded" + where));
    }
}
