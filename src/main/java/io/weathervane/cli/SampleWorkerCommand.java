package io.weathervane.cli;

import io.weathervane.sample.SampleWorker;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The sample worker, which reads its own switches. */
@Command(name = "sample-worker", description = "A small worker on stdin and stdout, with switches to misbehave.")
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
