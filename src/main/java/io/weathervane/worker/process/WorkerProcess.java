package io.weathervane.worker.process;

import io.weathervane.util.ChildProcessMarker;
import io.weathervane.util.ProcessTree;
import io.weathervane.util.Ticker;
import io.weathervane.worker.ChildEnvironment;
import io.weathervane.worker.ProcessUsage;
import io.weathervane.worker.RunningServer;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One child process, from spawn to reaped. */
public final class WorkerProcess implements RunningServer {
    /** ENOENT as the JDK words it: {@code error=2,} up to 17, {@code error: 2 (} in 25. */
    private static final Pattern NO_SUCH_FILE = Pattern.compile("error[=:] ?2\\b");

    private static final Logger LOG = LoggerFactory.getLogger("WorkerProcess");
    private static final String LABEL_VARIABLE = "WVO_WORKER_LABEL";

    /** How long a process that was sent SIGKILL may take to be gone. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private final Process process;
    private final ProcessTree tree;
    private final StderrDrain stderr;
    private final String label;

    private WorkerProcess(String label, Process process, ProcessTree tree, StderrDrain stderr) {
        this.label = label;
        this.process = process;
        this.tree = tree;
        this.stderr = stderr;
    }

    /**
     * Starts the program.
     *
     * @param service whose worker it is, for texts and logs
     * @param mark what the process has as its {@link ChildProcessMarker#VARIABLE}
     * @throws WorkerActionRefusedException when the program cannot be run
     */
    public static WorkerProcess spawn(ServiceName service, WorkerRelease release, String mark, Ticker ticker) {
        boolean refers = release.launch()
                .filter(launch -> !launch.references().isEmpty())
                .isPresent();
        return start(service.shown(release.label()), refers ? ReferencedValues.fill(release) : release, mark, ticker);
    }

    private static WorkerProcess start(String shown, WorkerRelease release, String mark, Ticker ticker) {
        Optional<RunAsUser> other = RunAsUser.of(release);
        ProcessBuilder builder = new ProcessBuilder(
                other.map(user -> user.command(release.command())).orElse(release.command()));
        release.folder().ifPresent(folder -> {
            if (!Files.isDirectory(folder)) {
                throw new WorkerActionRefusedException(
                        "worker " + shown + " cannot be started: its folder " + folder + " is not there");
            }
            other.ifPresent(user -> user.refuseUnreachable(folder));
            builder.directory(folder.toFile());
        });
        inherit(shown, release, builder.environment());
        builder.environment().putAll(release.environment());
        other.ifPresent(user -> user.putInto(builder.environment(), release.environment()));
        builder.environment().put(LABEL_VARIABLE, release.label());
        builder.environment().put(ChildProcessMarker.VARIABLE, mark);
        try {
            Process process = builder.start();
            return of(shown, process, new ProcessTree(process, mark, ticker), ticker);
        } catch (IOException e) {
            throw new WorkerActionRefusedException(cannotRun(shown, release, e), e);
        }
    }

    /** Takes a process that runs; from here on its stderr is read. One that cannot be read is killed. */
    public static WorkerProcess of(String label, Process process, ProcessTree tree, Ticker ticker) {
        try {
            return new WorkerProcess(label, process, tree, StderrDrain.start(label, process.getErrorStream(), ticker));
        } catch (RuntimeException | Error e) {
            tree.kill();
            throw e;
        }
    }

    private static void inherit(String shown, WorkerRelease release, Map<String, String> variables) {
        Set<String> missing = ChildEnvironment.missing(variables, release.inheritance());
        ChildEnvironment.reduce(variables, release.inheritance());
        if (!missing.isEmpty()) {
            LOG.warn(
                    "worker={} starts without {}: inheritEnvironment names what the server itself does not have",
                    shown,
                    String.join(", ", missing));
        }
    }

    private static String cannotRun(String shown, WorkerRelease release, IOException e) {
        String program = release.command().get(0);
        String why = NO_SUCH_FILE.matcher(String.valueOf(e.getMessage())).find()
                ? "command not found: " + program
                : "command " + program + " cannot be run: " + e.getMessage();
        return "worker " + shown + " cannot be started: " + why;
    }

    public InputStream stdout() {
        return process.getInputStream();
    }

    public OutputStream stdin() {
        return process.getOutputStream();
    }

    @Override
    public OptionalLong pid() {
        return OptionalLong.of(process.pid());
    }

    @Override
    public long instance() {
        return process.pid();
    }

    @Override
    public Optional<ProcessUsage> usage() {
        return ProcessUsageReader.of(this);
    }

    /** When the operating system says it began: with the pid, names a process for good. */
    Optional<Instant> startInstant() {
        return process.info().startInstant();
    }

    @Override
    public boolean alive() {
        return process.isAlive();
    }

    /** Whether nothing runs any longer, neither the process nor what it started. */
    @Override
    public boolean allEnded() {
        return !process.isAlive() && tree.running().isEmpty();
    }

    @Override
    public Optional<Integer> exitCode() {
        return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
    }

    /** Runs the action when the process has ended; at once when it has already. */
    @Override
    public void onExit(Runnable action) {
        var unused = process.onExit().thenRun(action);
    }

    /** Waits for the end at most so long; true when it has ended. */
    @Override
    public boolean awaitExit(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public List<String> lastStderrLines() {
        return stderr.lastLines();
    }

    /** The last lines of a process that has ended, including what it said at the very end. */
    @Override
    public List<String> lastStderr() throws InterruptedException {
        if (!process.isAlive()) {
            stderr.awaitEnd(Duration.ofSeconds(1));
        }
        return stderr.lastLines();
    }

    /**
     * Ends the process, whose stdin has been closed, and all that it started: waits for a part of the limit, sends
     * SIGTERM, waits for another, sends SIGKILL. Two threads may do so at the same time, each at its own pace.
     *
     * @param patience from closed stdin to SIGTERM, and from there to SIGKILL
     */
    @Override
    public void stop(Duration patience) {
        tree.running();
        try {
            boolean ended = awaitExit(patience) && tree.awaitEnd(Duration.ZERO);
            if (!ended) {
                endByForce(patience);
            }
        } catch (InterruptedException e) {
            tree.kill();
            Thread.currentThread().interrupt();
        }
    }

    private void endByForce(Duration patience) throws InterruptedException {
        tree.terminate();
        if (!tree.awaitEnd(patience)) {
            LOG.warn("worker={} pid={} ignores SIGTERM; killing it", label, instance());
            tree.kill();
        }
        if (!awaitExit(KILL_LIMIT)) {
            LOG.error("worker={} pid={} is still there after SIGKILL", label, instance());
        }
    }

    /** The processes it started itself, directly or not. */
    List<Long> descendantPids() {
        return process.descendants().map(ProcessHandle::pid).toList();
    }

    /** Ends the process at once, and what it started: a launcher such as npx leaves the server itself to a child. */
    @Override
    public void kill() {
        tree.kill();
    }
}
