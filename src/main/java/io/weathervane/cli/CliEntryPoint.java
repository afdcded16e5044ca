package io.weathervane.cli;

import io.weathervane.app.ServerRunner;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/** Runs the command that the command line names; a server in its plain form starts without picocli. */
public final class CliEntryPoint {
    /** From here on the JVM writes the arguments of children by the locale, before as files: Java 18. */
    private static final int JAVA_WITH_NAMES_BY_LOCALE = 18;

    private final Map<String, String> environment;
    private final FileOutputStream stdout;
    private final ServerRunner runner;

    private CliEntryPoint(Map<String, String> environment, FileInputStream stdin, FileOutputStream stdout) {
        this.environment = environment;
        this.stdout = stdout;
        this.runner = new ServerRunner(environment, stdin, stdout, System.err);
    }

    public static CliEntryPoint ofThisProcess() {
        return new CliEntryPoint(
                System.getenv(), new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
    }

    /**
     * Runs the command and gives its exit code. On stdio stdout carries the protocol and nothing else, so a server takes it
     * here, once; whatever a library prints goes to stderr.
     */
    public int run(List<String> words) {
        Optional<String> unreadable = unreadable(words);
        if (unreadable.isPresent()) {
            System.err.println("weathervane: " + unreadable.get());
            return ExitCode.USAGE;
        }
        PrintStream out = new PrintStream(stdout, true, StandardCharsets.UTF_8);
        Optional<SelfParsingCommand> server = words.stream().findFirst().flatMap(this::server);
        System.setOut(server.isPresent() ? System.err : out);
        return server.filter(command -> command.takePlain(words.subList(1, words.size())))
                .map(CliEntryPoint::call)
                .orElseGet(() -> parseAndRun(words, out));
    }

    private Optional<String> unreadable(List<String> words) {
        String folder = System.getProperty("user.dir", "");
        Charset ofChildren = Runtime.version().feature() < JAVA_WITH_NAMES_BY_LOCALE
                ? Charset.defaultCharset()
                : StandardCharsets.UTF_8;
        return PathEncodingCheck.problem(words, folder, System.getProperty("sun.jnu.encoding", "UTF-8"))
                .or(() -> PathEncodingCheck.unwritable(words, ofChildren))
                .or(() -> PathEncodingCheck.lostBytes(
                        words,
                        PathEncodingCheck::commandLine,
                        List.of(folder, environment.getOrDefault("WVO_WORKSPACE_ROOT", ""))));
    }

    private Optional<SelfParsingCommand> server(String name) {
        return switch (name) {
            case "serve" -> Optional.of(new ServeCommand(runner));
            case "run" -> Optional.of(new RunWorkerCommand(runner));
            default -> Optional.empty();
        };
    }

    private static int call(SelfParsingCommand server) {
        try {
            return server.call();
        } catch (Exception e) {
            return WeatherVaneCommand.explain(e, WeatherVaneCommand.terminal(System.err));
        }
    }

    private int parseAndRun(List<String> words, PrintStream out) {
        LossDetectingOutputStream watched = new LossDetectingOutputStream(stdout);
        CommandLine line = WeatherVaneCommand.create(
                environment, watched, new ServeCommand(runner), RunWorkerCommand.line(runner), new DemoCommand(out));
        int code = line.execute(words.toArray(String[]::new));
        line.getOut().flush();
        return watched.lost().map(why -> reportLost(why, code)).orElse(code);
    }

    /** Reports that a request may be done although its answer is not where the caller looks for it. */
    private static int reportLost(String why, int code) {
        System.err.println("weathervane: the answer could not be written to stdout (" + why + ")");
        return code == ExitCode.OK ? ExitCode.UNVERIFIED : code;
    }
}
