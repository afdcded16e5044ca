package io.weathervane;

import io.weathervane.cli.WeatherVaneCommand;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
        List<String> words = List.of(args);
        boolean serves = !words.isEmpty() && words.get(0).equals("serve");
        System.setOut(serves ? System.err : out);
        ServeCommand plain = serve(environment, stdout);
        if (serves && plain.takePlain(words.subList(1, words.size()))) {
            System.exit(run(plain));
        }
        CommandLine line =
                WeatherVaneCommand.create(environment, stdout, serve(environment, stdout), new DemoCommand(out));
        System.exit(line.execute(args));
    }

    private static ServeCommand serve(Map<String, String> environment, OutputStream stdout) {
        return new ServeCommand(environment, new FileInputStream(FileDescriptor.in), stdout, System.err);
    }

    private static int run(ServeCommand serve) {
        try {
            return serve.call();
        } catch (Exception e) {
            return WeatherVaneCommand.explain(
                    e,
                    new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), /* autoFlush= */ true));
        }
    }
}
