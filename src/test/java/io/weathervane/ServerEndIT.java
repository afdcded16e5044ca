package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weathervane.testing.ClingingWorker;
import io.weathervane.testing.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * However a client, a terminal or an init system ends a server, no process of its own is left when it has ended, ready or
 * still starting, also those that went away from their parents. Some combinations in each build, by a seed; all of them by
 * {@code scripts/soak ends}.
 */
class ServerEndIT {
    private static final int ENDS = Integer.getInteger("weathervane.ends", 6);
    private static final long SEED = Long.getLong("weathervane.seed", 20261129);

    /** Servers at a time: each is mostly waited for. */
    private static final int AT_ONCE = 4;

    /** A client that closes stdin waits so long for the end, then sends SIGTERM, then waits as long and sends SIGKILL. */
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(2);

    /** A worker that heeds the end of its stdin has ended by then, and the server has not given up what is left of it. */
    private static final Duration WORKERS_END = Duration.ofMillis(400);

    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\","
                    + "\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}\n";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"look\"}}\n";

    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;
    private static final int SIGUSR1 = 10;

    /** What is done to the server. */
    private enum Ending {
        END_OF_INPUT,
        END_OF_INPUT_THEN_TERM,
        END_OF_INPUT_AND_TERM_AT_ONCE,
        END_OF_INPUT_AND_TERM_ONCE_THE_WORKER_HAS_ENDED,
        END_OF_INPUT_WITH_A_CALL_IN_FLIGHT_THEN_TERM,
        TERM,
        TERM_TWICE,
        INT,
        HUP,
        USR1
    }

    private record Situation(List<String> doors, String manner, Ending ending) {
        boolean isPossible() {
            return doors.contains("--stdio") || !ending.name().startsWith("END_OF_INPUT");
        }
    }

    @TempDir
    private Path folder;

    @Test
    void leavesNoProcess() throws Exception {
        List<Situation> all = situations();
        Collections.shuffle(all, new Random(SEED));
        List<String> left = new ArrayList<>();

        ExecutorService sideBySide = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Callable<List<String>>> ends = all.subList(0, Math.min(ENDS, all.size())).stream()
                    .map(situation ->
                            (Callable<List<String>>) () -> end(situation, Files.createTempDirectory(folder, "end")))
                    .toList();
            for (Future<List<String>> end : sideBySide.invokeAll(ends)) {
                left.addAll(end.get());
            }
        } finally {
            sideBySide.shutdownNow();
        }

        assertThat(left).isEmpty();
    }

    @Test
    void aSecondSignalDoesNotLeaveWhatAWorkerThatHasEndedHadStarted() throws Exception {
        assertThat(end(
                        new Situation(
                                List.of("--stdio"), "careless", Ending.END_OF_INPUT_AND_TERM_ONCE_THE_WORKER_HAS_ENDED),
                        folder))
                .isEmpty();
    }

    @Test
    void aSignalThatEndsAnyProgramEndsTheWorkersToo() throws Exception {
        assumeThat(Files.exists(Path.of("/proc/self/status"))).isTrue();
        assumeThat(ignores(SIGUSR1)).isFalse();
        assertThat(end(new Situation(List.of("--stdio"), "stubborn", Ending.USR1), folder))
                .isEmpty();
    }

    /**
     * Whether a program started here is deaf to the signal: a shell without job control has its background jobs ignore
     * SIGINT, {@code nohup} has its program ignore SIGHUP, children inherit that, and a JVM leaves it so.
     */
    private static boolean ignores(int signal) throws IOException {
        return isIn("SigIgn:", signal, Path.of("/proc/self/status"));
    }

    /** A server that has just started does not catch all of them yet. */
    private static void awaitCaught(Process server, int signal) throws IOException {
        Path status = Path.of("/proc/" + server.pid() + "/status");
        Instant limit = Instant.now().plusSeconds(60);
        while (!isIn("SigCgt:", signal, status)) {
            assertThat(Instant.now())
                    .as("the server catches the signal " + signal)
                    .isBefore(limit);
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    private static boolean isIn(String set, int signal, Path status) throws IOException {
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith(set))
                        .mapToLong(
                                line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                        .anyMatch(ignored -> (ignored & 1L << (signal - 1)) != 0);
    }

    private static List<Situation> situations() throws IOException {
        List<Situation> all = new ArrayList<>();
        for (List<String> doors : List.of(List.of("--stdio"), List.of("--http"), List.of("--stdio", "--http"))) {
            for (String manner : ClingingWorker.MANNERS) {
                for (Ending ending : EnumSet.complementOf(EnumSet.of(Ending.USR1))) {
                    all.add(new Situation(doors, manner, ending));
                }
            }
        }
        boolean deafToInt = ignores(SIGINT);
        boolean deafToHup = ignores(SIGHUP);
        all.removeIf(situation -> !situation.isPossible()
                || (deafToInt && situation.ending() == Ending.INT)
                || (deafToHup && situation.ending() == Ending.HUP));
        return all;
    }

    private static List<String> end(Situation situation, Path workspace) throws Exception {
        ClingingWorker.write(workspace);
        List<String> words = new ArrayList<>(List.of("run", "--workspace", workspace.toString()));
        words.addAll(situation.doors());
        words.addAll(situation.doors().contains("--http") ? List.of("--port", "0") : List.of());
        words.addAll(List.of("--", "sh", "clinging.sh", situation.manner()));
        Process server = new ProcessBuilder(ServerProcess.weathervane(words.toArray(String[]::new)))
                .directory(workspace.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(workspace.resolve("stderr").toFile())
                .start();
        try {
            write(server, INITIALIZE);
            ClingingWorker.awaitRunning(workspace);
            return end(situation, server, workspace);
        } finally {
            server.destroyForcibly().waitFor();
            ClingingWorker.running(workspace).forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static List<String> end(Situation situation, Process server, Path workspace) throws Exception {
        List<String> wrong = new ArrayList<>();
        end(situation.ending(), server);
        if (!server.waitFor(60, TimeUnit.SECONDS)) {
            wrong.add(situation + ": does not end");
        }
        String errors = Files.readString(workspace.resolve("stderr"))
                .lines()
                .filter(line -> line.contains(" ERROR "))
                .collect(Collectors.joining("\n"));
        if (!errors.isEmpty()) {
            wrong.add(situation + ": an ordinary end is logged as an error: " + errors);
        }
        int count = ClingingWorker.running(workspace).size();
        if (count > 0) {
            wrong.add(situation + ": " + count + " are left; " + Files.readString(workspace.resolve("stderr")));
        }
        return wrong;
    }

    private static void end(Ending ending, Process server) throws Exception {
        switch (ending) {
            case END_OF_INPUT -> server.getOutputStream().close();
            case END_OF_INPUT_THEN_TERM -> {
                server.getOutputStream().close();
                if (!server.waitFor(CLIENT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    signal(server, "TERM");
                }
            }
            case END_OF_INPUT_AND_TERM_AT_ONCE -> {
                server.getOutputStream().close();
                signal(server, "TERM");
            }
            case END_OF_INPUT_AND_TERM_ONCE_THE_WORKER_HAS_ENDED -> {
                server.getOutputStream().close();
                if (!server.waitFor(WORKERS_END.toMillis(), TimeUnit.MILLISECONDS)) {
                    signal(server, "TERM");
                }
            }
            case END_OF_INPUT_WITH_A_CALL_IN_FLIGHT_THEN_TERM -> {
                write(server, CALL);
                server.getOutputStream().close();
                if (!server.waitFor(CLIENT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    signal(server, "TERM");
                }
            }
            case TERM -> signal(server, "TERM");
            case TERM_TWICE -> {
                signal(server, "TERM");
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                signal(server, "TERM");
            }
            case INT -> signal(server, "INT");
            case HUP -> signal(server, "HUP");
            case USR1 -> {
                awaitCaught(server, SIGUSR1);
                signal(server, "USR1");
            }
        }
    }

    private static void write(Process server, String line) throws IOException {
        server.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
        server.getOutputStream().flush();
    }

    private static void signal(Process server, String name) throws Exception {
        int failed = new ProcessBuilder("kill", "-" + name, Long.toString(server.pid()))
                .start()
                .waitFor();
        assertThat(failed == 0 || !server.isAlive()).as("the signal is sent").isTrue();
    }
}
