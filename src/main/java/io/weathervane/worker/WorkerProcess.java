package io.weathervane.worker;

import io.weathervane.util.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One child process, from spawn to reaped. */
final class WorkerProcess {
    /** ENOENT as the JDK words it: {@code error=2,} up to 17, {@code error: 2 (} in 25. */
    private static final Pattern NO_SUCH_FILE = Pattern.compile("error[=:] ?2\\b");

    private static final Logger LOG = LoggerFactory.getLogger("WorkerProcess");
    private static final String LABEL_VARIABLE = "WVO_WORKER_LABEL";

    /** How long a process that was sent SIGKILL may take to be gone. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private final Process process;
    private final StderrDrain stderr;
    private final String label;

    private WorkerProcess(String label, Process process, StderrDrain stderr) {
        this.label = label;
        this.process = process;
        this.stderr = stderr;
    }

    /** @throws WorkerRefusedException when the program cannot be run */
    static WorkerProcess spawn(WorkerRelease release, Ticker ticker) {
        ProcessBuilder builder = new ProcessBuilder(release.command());
        release.folder().ifPresent(folder -> {
            if (!Files.isDirectory(folder)) {
                throw new WorkerRefusedException(
                        "worker " + release.label() + " cannot be started: its folder " + folder + " is not there");
            }
            builder.directory(folder.toFile());
        });
        builder.environment().putAll(release.environment());
        builder.environment().put(LABEL_VARIABLE, release.label());
        try {
            Process process = builder.start();
            StderrDrain stderr = StderrDrain.start(release.label(), process.getErrorStream(), ticker);
            return new WorkerProcess(release.label(), process, stderr);
        } catch (IOException e) {
            throw new WorkerRefusedException(cannotRun(release, e), e);
        }
    }

    private static String cannotRun(WorkerRelease release, IOException e) {
        String program = release.command().get(0);
        String why = NO_SUCH_FILE.matcher(String.valueOf(e.getMessage())).find()
                ? "command not found: " + program
                : "command " + program + " cannot be run: " + e.getMessage();
        return "worker " + release.label() + " cannot be started: " + why;
    }

    InputStream stdout() {
        return process.getInputStream();
    }

    OutputStream stdin() {
        return process.getOutputStream();
    }

    long pid() {
        return process.pid();
    }

    /** When the operating system says it began: with the pid, names a process for good. */
    Optional<Instant> startInstant() {
        return process.info().startInstant();
    }

    boolean alive() {
        return process.isAlive();
    }

    Optional<Integer> exitCode() {
        return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
    }

    /** Runs the action when the process has ended; at once when it has already. */
    void onExit(Runnable action) {
        var unused = process.onExit().thenRun(action);
    }

    /** Waits for the end at most so long; true when it has ended. */
    boolean awaitExit(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    List<String> lastStderrLines() {
        return stderr.lastLines();
    }

    /** The last lines of a process that has ended, including what it said at the very end. */
    List<String> lastWords() throws InterruptedException {
        if (!process.isAlive()) {
            stderr.awaitEnd(Duration.ofSeconds(1));
        }
        return stderr.lastLines();
    }

    /**
     * Ends the process, whose stdin has been closed: waits half the limit, sends SIGTERM, waits the other half, sends
     * SIGKILL. What it started itself and left running is killed after it.
     */
    void stop(Duration limit) {
        List<ProcessHandle> offspring = process.descendants().toList();
        Duration half = limit.dividedBy(2);
        try {
            if (!awaitExit(half)) {
                signal(/* kill= */ false);
            }
            if (!awaitExit(half)) {
                LOG.warn("worker={} pid={} ignores SIGTERM; killing it", label, pid());
                signal(/* kill= */ true);
            }
            if (!awaitExit(KILL_LIMIT)) {
                LOG.error("worker={} pid={} is still there after SIGKILL", label, pid());
            }
        } catch (InterruptedException e) {
            signal(/* kill= */ true);
            Thread.currentThread().interrupt();
        }
        offspring.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }

    /** The processes it started itself, directly or not. */
    List<Long> descendantPids() {
        return process.descendants().map(ProcessHandle::pid).toList();
    }

    /** Ends the process at once, and what it started: a launcher such as npx leaves the server itself to a child. */
    void kill() {
        List<ProcessHandle> offspring = process.descendants().toList();
        signal(/* kill= */ true);
        offspring.forEach(ProcessHandle::destroyForcibly);
    }

    /** By its handle: {@link Process#destroy} would close the streams as well, and lose the process's last words. */
    private void signal(boolean kill) {
        boolean sent =
                kill ? process.toHandle().destroyForcibly() : process.toHandle().destroy();
        if (!sent) {
            LOG.debug("worker={} pid={} had ended already", label, pid());
        }
    }
}
