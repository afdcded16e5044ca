package io.weathervane.cli;

import io.weathervane.sample.SampleWorker;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The sample worker, which reads its own switches. */
@Command(
        name = "sample-worker",
        description = "A small worker on stdin and stdout, with switches to misbehave.",
        customSynopsis = "weathervane " + SampleWorker.USAGE,
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:its input has ended",
            "1:--die-at-start was given",
            "2:a switch is not known, or its value is wrong",
            "3:--exit-after or --exit-on-call was given"
        })
final class SampleWorkerCommand implements Callable<Integer> {
    private final OutputStream stdout;

    @Parameters(arity = "0..*", hidden = true)
    private List<String> switches = List.of();

    SampleWorkerCommand(OutputStream stdout) {
        this.stdout = stdout;
    }

    @Override
    public Integer call() throws IOException {
        return SampleWorker.run(switches.toArray(String[]::new), System.in, stdout, System.err);
    }
}
