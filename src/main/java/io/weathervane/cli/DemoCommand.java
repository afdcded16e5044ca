package io.weathervane.cli;

import io.weathervane.demo.Demo;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code weathervane demo}: the whole story on real parts, in a workspace of its own. */
@Command(
        name = "demo",
        description = "Promotes a canary that goes bad and shows how it is found out and rolled back.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final String MAIN_CLASS = "io.weathervane.Main";

    private final PrintStream out;

    DemoCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return Demo.run(out, thisProgram(), Clock.systemUTC());
    }

    private static List<String> thisProgram() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), MAIN_CLASS);
    }
}
