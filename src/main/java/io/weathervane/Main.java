package io.weathervane;

import io.weathervane.cli.ExitCode;
import io.weathervane.cli.WeatherVaneCommand;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/** The command line. */
public final class Main {
    /** A buffer of a thread for its writes that is larger is not kept: 64 KiB. */
    private static final String KEPT_BUFFER_BYTES = "65536";

    private Main() {}

    /**
     * On stdio stdout carries the protocol and nothing else, so a server takes it here, once; whatever a library
     * prints goes to stderr.
     */
    public static void main(String[] args) {
        // What is written is for programs and for people of all countries alike: digits are 0 to 9 everywhere.
        Locale.setDefault(Locale.ROOT);
        boundDirectBuffers();
        MessageLogProvider.choose();
        Map<String, String> environment = System.getenv();
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        PrintStream out = new PrintStream(stdout, true, StandardCharsets.UTF_8);
        List<String> words = List.of(args);
        PathEncoding.problem(words, System.getProperty("user.dir", ""), System.getProperty("sun.jnu.encoding", "UTF-8"))
                .ifPresent(Main::refuse);
        ServerRunner serving =
                new ServerRunner(environment, new FileInputStream(FileDescriptor.in), stdout, System.err);
        Optional<PlainCommand> server = words.stream().findFirst().flatMap(name -> server(name, serving));
        System.setOut(server.isPresent() ? System.err : out);
        server.filter(command -> command.takePlain(words.subList(1, words.size())))
                .ifPresent(command -> System.exit(run(command)));
        WatchedOutput watched = new WatchedOutput(stdout);
        CommandLine line = WeatherVaneCommand.create(
                environment, watched, new ServeCommand(serving), RunCommand.line(serving), new DemoCommand(out));
        int code = line.execute(args);
        line.getOut().flush();
        System.exit(watched.lost().map(why -> sayLost(why, code)).orElse(code));
    }

    /**
     * Each thread that writes to a socket would keep a buffer outside the heap as large as the largest message that it
     * ever wrote, and the JVM has room for as much as the heap is. The JVM reads this before the first such write.
     */
    private static void boundDirectBuffers() {
        String name = "jdk.nio.maxCachedBufferSize";
        System.setProperty(name, System.getProperty(name, KEPT_BUFFER_BYTES));
    }

    /** What was asked for may be done, and its answer is not where the caller looks for it. */
    private static int sayLost(String why, int code) {
        System.err.println("weathervane: the answer could not be written to stdout (" + why + ")");
        return code == ExitCode.OK ? ExitCode.UNVERIFIED : code;
    }

    private static void refuse(String why) {
        System.err.println("weathervane: " + why);
        System.exit(ExitCode.USAGE);
    }

    private static Optional<PlainCommand> server(String name, ServerRunner serving) {
        return switch (name) {
            case "serve" -> Optional.of(new ServeCommand(serving));
            case "run" -> Optional.of(new RunCommand(serving));
            default -> Optional.empty();
        };
    }

    private static int run(PlainCommand server) {
        try {
            return server.call();
        } catch (Exception e) {
            return WeatherVaneCommand.explain(e, WeatherVaneCommand.terminal(System.err));
        }
    }
}
