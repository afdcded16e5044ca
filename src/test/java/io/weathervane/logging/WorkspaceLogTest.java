package io.weathervane.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.weathervane.testing.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class WorkspaceLogTest {
    @TempDir
    Path folder;

    private final LoggerContext context = new LoggerContext();
    private final FakeClock clock = FakeClock.atNoon();

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aTextFromOutsideCannotPassForAnEntry() throws IOException {
        List<String> lines =
                written(log -> log.info("worker said: {}", "x\n2026 INFO  [RollbackMonitor] forged\r\u001b[2J"));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).endsWith("[RollbackMonitor] worker said: x");
        assertThat(lines.get(1)).isEqualTo("  2026 INFO  [RollbackMonitor] forged\\u000d\\u001b[2J");
    }

    @Test
    void anEntryNamesTheTraceOfItsRequest() throws IOException {
        context.getMDCAdapter().put("traceId", "4bf92f3577b34da6a3ce929d0e0e4736");

        assertThat(written(log -> log.info("promoted")).get(0))
                .endsWith("promoted traceId=4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void secretsStayOut() throws IOException {
        List<String> lines =
                written(log -> log.warn("connecting", new IOException("postgres://jo:hunter2@db/x refused")));

        assertThat(String.join("\n", lines))
                .contains("postgres://jo:[redacted]@db/x refused")
                .doesNotContain("hunter2");
    }

    /** Two servers that start at a time delete what a killed one left, and one of them comes too late. */
    @Test
    void aRaceForWhatAKilledProgramLeftIsNoError() {
        LoggerContext configured = new LoggerContext();

        WorkspaceLog.configure(configured);

        assertThat(configured.getLogger("org.sqlite.SQLiteJDBCLoader").isErrorEnabled())
                .isFalse();
        assertThat(configured.getLogger("org.sqlite.core.DB").isErrorEnabled()).isTrue();
        configured.stop();
    }

    @Test
    void aVeryLongEntryIsCut() throws IOException {
        List<String> lines = written(log -> log.info("y".repeat(MessageLayout.LENGTH_MAX + 5)));

        assertThat(lines).singleElement().asString().endsWith("y… (5 characters more)");
    }

    @Test
    void aFullLogIsPutAsideAndThreeAreKept() throws IOException {
        try (WorkspaceLog log = open(200)) {
            for (int i = 0; i < 40; i++) {
                logger().info("entry {} {}", i, "z".repeat(50));
            }

            assertThat(names(log.file().getParent()))
                    .containsExactly("messages.log", "messages.log.1", "messages.log.2", "messages.log.3");
            assertThat(Files.readString(log.file().resolveSibling("messages.log.1")))
                    .contains("entry 3");
            assertThat(log.file()).content().contains("entry 39");
        }
    }

    @Test
    void refusesAFolderItCannotMake() throws IOException {
        Path file = Files.writeString(folder.resolve("sessions"), "a file");

        assertThatThrownBy(() -> WorkspaceLog.open(context, file, clock, 1000)).isInstanceOf(IOException.class);
    }

    @Test
    void anEntryHasTimeLevelAndShortName() throws IOException {
        List<String> lines = written(log -> log.info("Starting post-promotion health monitoring"));

        assertThat(lines)
                .singleElement()
                .asString()
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  \\[RollbackMonitor] Starting"
                        + " post-promotion health monitoring");
    }

    @Test
    void furtherLinesOfOneEntryStayAsTheyAreWhenIndented() throws IOException {
        List<String> lines = written(log -> log.error("CRITICAL: Executing automatic rollback\n  errorRate: 0.425"));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).endsWith("ERROR [RollbackMonitor] CRITICAL: Executing automatic rollback");
        assertThat(lines.get(1)).isEqualTo("  errorRate: 0.425");
    }

    @Test
    void aRestartGoesOnInTheSameFolder() throws IOException {
        Path first;
        try (WorkspaceLog log = open(1_000_000)) {
            first = log.file();
            logger().info("before");
        }
        clock.advance(Duration.ofDays(1));

        try (WorkspaceLog log = open(1_000_000)) {
            logger().info("after");

            assertThat(log.file()).isEqualTo(first);
        }
        assertThat(first.getParent().getFileName().toString()).matches("20261123-120000-[0-9a-f]{4}");
        assertThat(names(folder.resolve("sess%d"))).hasSize(1);
        assertThat(first).content().contains("before", "after");
    }

    @Test
    void aClosedLogIsNotWrittenTo() throws IOException {
        WorkspaceLog log = open(1_000_000);
        log.close();
        log.close();

        logger().info("late");

        assertThat(log.file()).content().isEmpty();
    }

    /** In a process of its own, because the test's own JVM has its logging and streams already. */
    @Test
    void nothingGoesToStandardOutput() throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Talker.class.getName(),
                        folder.resolve("sessions").toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(out).isEmptyFile();
        assertThat(Files.readAllLines(err)).hasSize(2);
        assertThat(err)
                .content()
                .contains("WARN  [WorkspaceLogTest$Talker] shown", "INFO  [WorkspaceLogTest$Talker] shown later");
        try (Stream<Path> files = Files.walk(folder.resolve("sessions"))) {
            Path log = files.filter(Files::isRegularFile).findFirst().orElseThrow();
            assertThat(log)
                    .content()
                    .contains("in the file only", "shown later")
                    .doesNotContain("too early");
        }
    }

    /** Logs before and after the log is open. */
    static final class Talker {
        public static void main(String[] args) throws IOException {
            Logger log = LoggerFactory.getLogger(Talker.class);
            log.info("too early");
            log.warn("shown");
            try (WorkspaceLog open = WorkspaceLog.open(Path.of(args[0]), Clock.systemUTC())) {
                log.info("in the file only {}", open.file());
                log.debug("nowhere");
                WorkspaceLog.showOnStderr(Level.INFO);
                log.info("shown later");
            }
        }
    }

    private List<String> written(Consumer<Logger> talk) throws IOException {
        try (WorkspaceLog log = open(1_000_000)) {
            talk.accept(logger());
            return Files.readAllLines(log.file());
        }
    }

    private WorkspaceLog open(long bytesMax) throws IOException {
        return WorkspaceLog.open(context, folder.resolve("sess%d"), clock, bytesMax);
    }

    private Logger logger() {
        return context.getLogger("io.weathervane.rollback.RollbackMonitor");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
