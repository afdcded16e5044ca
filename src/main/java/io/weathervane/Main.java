package io.weathervane;

import io.weathervane.cli.WeatherVaneCommand;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;

/** The command line. */
public final class Main {
    private Main() {}

    /**
     * On stdio stdout carries the protocol and nothing else, so a server takes it here, once; whatever a library
     * prints goes to stderr.
     */
    public static void main(String[] args) {
        Map<String, String> environment = System.getenv();
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        PrintStream out = new PrintStream(stdout, true, StandardCharsets.UTF_8);
        boolean serves = args.length > 0 && args[0].equals("serve");
        System.setOut(serves ? System.err : out);
        CommandLine line = WeatherVaneCommand.create(
                environment,
                stdout,
                new ServeCommand(environment, new FileInputStream(FileDescriptor.in), stdout, System.err),
                new DemoCommand(out));
        System.exit(line.execute(args));
    }
}
