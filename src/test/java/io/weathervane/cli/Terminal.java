package io.weathervane.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;

/** Runs a command line as the program would, and keeps what it said. */
final class Terminal {
    private final Map<String, String> environment;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    Terminal(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Runs a command and returns its exit code; what an earlier one said is forgotten. */
    int run(String... words) {
        out.reset();
        err.getBuffer().setLength(0);
        CommandLine line = WeatherVaneCommand.create(environment, out);
        line.setErr(new PrintWriter(err, true));
        return line.execute(words);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString();
    }
}
