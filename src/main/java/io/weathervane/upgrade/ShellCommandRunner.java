package io.weathervane.upgrade;

import io.weathervane.util.ChildProcessMarker;
import io.weathervane.util.ExecutableFinder;
import io.weathervane.util.PrivateFiles;
import io.weathervane.util.ProcessTree;
import io.weathervane.util.SafeText;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.worker.ChildEnvironment;
import io.weathervane.worker.InheritedEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A program run for an upgrade to its end, in bounded time, with its output in a file of bounded size. It has begun only
 * once it is written down, and nothing that it started outlives it.
 */
final class ShellCommandRunner {
    /** How long a program that is no longer wanted may take to end by itself. */
    private static final Duration END_LIMIT = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration LAST_OUTPUT_LIMIT = Duration.ofSeconds(2);
    private static final int PIECE = 8192;

    /** Waits for a line before it becomes the program: its end comes instead when the server dies before. */
    private static final List<String> GATE = List.of("sh", "-c", "read -r go && exec \"$@\"", "sh");

    private static final String SESSION_PROGRAM = "setsid";

    private final BuildProcessRegistry buildProcesses;
    private final String upgrade;
    private final Ticker ticker;
    private final Duration limit;
    private final long outputMax;
    private final InheritedEnvironment inheritance;

    /**
     * Result of a command.
     *
     * @param problem why it does not count as a success
     * @param cut whether there was more output than is kept
     */
    record Result(Optional<String> problem, boolean cut) {}

    /**
     * @param outputMax bytes of output that are kept; the rest is read and dropped
     * @param inheritance which of the server's own variables the program gets
     */
    ShellCommandRunner(
            BuildProcessRegistry buildProcesses,
            String upgrade,
            Ticker ticker,
            Duration limit,
            long outputMax,
            InheritedEnvironment inheritance) {
        this.buildProcesses = buildProcesses;
        this.upgrade = upgrade;
        this.ticker = ticker;
        this.limit = limit;
        this.outputMax = outputMax;
        this.inheritance = inheritance;
    }

    /** @param stop asked often; a sentence in it ends the program */
    Result run(
            List<String> command,
            Path folder,
            Map<String, String> environment,
            Path output,
            Supplier<Optional<String>> stop)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(gated(command, folder))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        ChildEnvironment.reduce(builder.environment(), inheritance);
        builder.environment().putAll(environment);
        String mark = buildProcesses.nextMark();
        builder.environment().put(BuildProcessTree.VARIABLE, upgrade);
        builder.environment().put(ChildProcessMarker.VARIABLE, mark);
        Process process = builder.start();
        BuildProcessTree buildTree = BuildProcessTree.of(process, upgrade);
        ProcessTree tree = new ProcessTree(process, mark, ticker);
        buildProcesses.begun(tree);
        try {
            Optional<String> problem = open(process, buildTree, stop);
            return problem.isPresent() ? new Result(problem, /* cut= */ false) : follow(process, tree, output, stop);
        } finally {
            tree.kill();
            buildTree.kill();
            buildProcesses.over(tree);
            buildProcesses.forget(buildTree);
        }
    }

    private static List<String> gated(List<String> command, Path folder) {
        List<String> all = new ArrayList<>();
        String searched = Optional.ofNullable(System.getenv("PATH")).orElse("");
        ExecutableFinder.find(SESSION_PROGRAM, folder, searched)
                .map(Path::toString)
                .ifPresent(all::add);
        all.addAll(GATE);
        all.addAll(command);
        return all;
    }

    /** Returns why it may not begin; empty when it has begun. */
    private Optional<String> open(Process process, BuildProcessTree tree, Supplier<Optional<String>> stop)
            throws IOException {
        try (OutputStream gate = process.getOutputStream()) {
            Optional<String> problem = RequiredRecordWait.await(buildProcesses.remember(tree), ticker, stop);
            if (problem.isEmpty()) {
                gate.write('\n');
            }
            return problem;
        }
    }

    private Result follow(Process process, ProcessTree tree, Path output, Supplier<Optional<String>> stop)
            throws InterruptedException {
        Keeper keeper = new Keeper(process.getInputStream(), output, outputMax);
        Thread drain = Threads.daemon("upgrade-output", keeper);
        drain.start();
        Optional<String> problem = await(process, stop);
        end(tree);
        drain.join(LAST_OUTPUT_LIMIT.toMillis());
        return new Result(problem.or(keeper::problem), keeper.cut);
    }

    private Optional<String> await(Process process, Supplier<Optional<String>> stop) throws InterruptedException {
        Stopwatch time = new Stopwatch(ticker, limit);
        while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            Optional<String> why = stop.get();
            if (why.isPresent()) {
                return why;
            }
            if (time.passed()) {
                return Optional.of("it did not end within " + limit.toSeconds() + " s");
            }
        }
        int code = process.exitValue();
        return code == 0 ? Optional.empty() : Optional.of("it ended with exit code " + code);
    }

    /** Ends what is left of it: itself, and what it started. */
    private static void end(ProcessTree tree) throws InterruptedException {
        tree.terminate();
        if (!tree.awaitEnd(END_LIMIT)) {
            tree.kill();
        }
    }

    /** Reads to the end and keeps the first part, as text that is fit to be shown. */
    private static final class Keeper implements Runnable {
        private final InputStream in;
        private final Path file;
        private final long max;
        private long kept;
        private volatile boolean cut;
        private volatile Optional<String> failure = Optional.empty();

        Keeper(InputStream in, Path file, long max) {
            this.in = in;
            this.file = file;
            this.max = max;
        }

        Optional<String> problem() {
            return failure;
        }

        @Override
        public void run() {
            try (in;
                    OutputStream out = Channels.newOutputStream(
                            PrivateFiles.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING))) {
                keep(out);
            } catch (IOException e) {
                failure = Optional.of("its output could not be kept in " + file.getFileName() + ": " + e.getMessage());
            }
        }

        private void keep(OutputStream out) throws IOException {
            Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
            char[] piece = new char[PIECE];
            int held = 0;
            for (int read = reader.read(piece); read >= 0; read = reader.read(piece, held, PIECE - held)) {
                int end = held + read;
                // A line feed may follow it, and the two are one end of a line.
                held = piece[end - 1] == '\r' ? 1 : 0;
                write(out, new String(piece, 0, end - held));
                piece[0] = '\r';
            }
            write(out, "\r".repeat(held));
        }

        private void write(OutputStream out, String text) throws IOException {
            byte[] bytes = SafeText.lines(text).getBytes(StandardCharsets.UTF_8);
            int take = (int) Math.min(bytes.length, max - kept);
            out.write(bytes, 0, take);
            kept += take;
            if (take < bytes.length && !cut) {
                cut = true;
                out.write("\n[the rest of the output was not kept]\n".getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
