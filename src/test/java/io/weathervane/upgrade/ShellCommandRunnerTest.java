package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.store.Database;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.Await;
import io.weathervane.util.ChildProcessMarker;
import io.weathervane.util.Ticker;
import io.weathervane.worker.InheritedEnvironment;
import io.weathervane.worker.ServiceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Programs that leave something running, and the record by which the next server finds it. */
class ShellCommandRunnerTest {
    /** Leaves a process behind whose parent has ended, and says its number. */
    private static final String ORPHAN = "(sleep 600 & echo $! > orphan); ";

    @TempDir
    Path folder;

    private Database database;
    private UpgradeStore store;
    private BuildProcessRegistry buildProcesses;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("test.db"), StoreOptions.defaults());
        store = new UpgradeStore(database, ServiceName.DEFAULT);
        buildProcesses = orphanProcesses();
    }

    private BuildProcessRegistry orphanProcesses() {
        return new BuildProcessRegistry(store, new ChildProcessMarker("this workspace", folder));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void itsOutputIsKeptAsTextThatIsFitToBeShown() throws Exception {
        String script = "printf 'a\\r"
                + "\\n"
                + "\\033[2J\\302\\233x\\342\\200\\256 caf\\303\\251 \\377\\r"
                + "'; sleep 0.1; printf '\\n"
                + "b\\r"
                + "'";

        assertThat(run(script, Optional.empty()).problem()).isEmpty();

        assertThat(Files.readString(folder.resolve("output")))
                .isEqualTo("a\n\\u001b[2J\\u009bx\\u202e café \ufffd\nb\\u000d");
    }

    @Test
    void whatItStartedDoesNotOutliveIt() throws Exception {
        ShellCommandRunner.Result result = run("sleep 600 & echo $! > child; exit 0", Optional.empty());

        assertThat(result.problem()).isEmpty();
        awaitEnd(pid("child"));
        Await.until("no program is written down", () -> store.programs().isEmpty());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void neitherDoesWhatHasNoParentAnyMore() throws Exception {
        assertThat(run(ORPHAN + "exit 0", Optional.empty()).problem()).isEmpty();
        awaitEnd(pid("orphan"));

        Files.delete(folder.resolve("orphan"));
        assertThat(run(ORPHAN + "sleep 600", Optional.of("not wanted")).problem())
                .contains("not wanted");
        awaitEnd(pid("orphan"));
    }

    @Test
    void doesNotBeginBeforeItIsWrittenDown() throws Exception {
        AtomicLong seconds = new AtomicLong();
        Ticker fast = () -> Duration.ofSeconds(seconds.incrementAndGet()).toNanos();
        database.close();

        ShellCommandRunner.Result result = run("echo > begun", Optional::empty, fast);

        assertThat(result.problem().orElse("")).startsWith("the database has not taken it within 5 s");
        assertThat(folder.resolve("begun")).doesNotExist();
    }

    @Test
    void aStopEndsTheWaitForTheDatabase() throws Exception {
        database.close();

        ShellCommandRunner.Result result = run("echo > begun", () -> Optional.of("not wanted"), Ticker.system());

        assertThat(result.problem()).contains("not wanted");
        assertThat(folder.resolve("begun")).doesNotExist();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatAKilledServerLeftIsEnded() throws Exception {
        Process left = new ProcessBuilder("setsid", "sh", "-c", ORPHAN + "exec sleep 600")
                .directory(folder.toFile())
                .start();
        BuildProcessTree tree = BuildProcessTree.of(left, "u-1");
        Await.until("it runs", () -> Files.exists(folder.resolve("orphan")) && pidIsWritten());
        try {
            assertThat(new BuildProcessTree(left.pid(), tree.startedMillis() - 1000, "u-1").kill())
                    .as("the number of a program that has ended went to this one")
                    .isZero();
            assertThat(left.isAlive()).isTrue();

            assertThat(buildProcesses.remember(tree).within(Duration.ofSeconds(10)))
                    .isTrue();
            assertThat(orphanProcesses().kill(/* search= */ true)).containsExactly(tree);

            awaitEnd(left.pid());
            Await.until("no program is written down", () -> store.programs().isEmpty());
            assertThat(ProcessHandle.of(pid("orphan")).filter(ProcessHandle::isAlive))
                    .as("in its session, but not marked as the upgrade's")
                    .isPresent();
        } finally {
            left.destroyForcibly();
            ProcessHandle.of(pid("orphan")).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatAKilledServerLeftIsEndedToTheLastOfIt() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", ORPHAN).directory(folder.toFile());
        builder.environment().put(BuildProcessTree.VARIABLE, "u-1");
        Process left = builder.start();
        BuildProcessTree tree = BuildProcessTree.of(left, "u-1");
        left.waitFor();
        assertThat(tree.living()).as("the program is over, its child is not").hasSize(1);

        assertThat(buildProcesses.remember(tree).within(Duration.ofSeconds(10))).isTrue();
        assertThat(orphanProcesses().kill(/* search= */ true)).containsExactly(tree);

        awaitEnd(pid("orphan"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatLeftItsSessionIsEndedTooBothWithTheProgramAndAfterTheServersDeath() throws Exception {
        String gone =
                "(setsid sh -c 'echo $$ > orphan; exec sleep 600' & ); while [ ! -s orphan ]; do sleep 0.01; done; ";
        assertThat(run(gone + "exit 0", Optional.empty()).problem()).isEmpty();
        awaitEnd(pid("orphan"));
        Files.delete(folder.resolve("orphan"));

        ProcessBuilder killed = new ProcessBuilder("sh", "-c", gone).directory(folder.toFile());
        killed.environment().put(BuildProcessTree.VARIABLE, "u-1");
        killed.environment().put(ChildProcessMarker.VARIABLE, ofAnEndedServer(buildProcesses.nextMark()));
        killed.start().waitFor();
        assertThat(orphanProcesses().kill(/* search= */ true))
                .extracting(BuildProcessTree::upgrade)
                .containsExactly("u-1");

        awaitEnd(pid("orphan"));
    }

    /** The same mark, of a server that began at another time. */
    private static String ofAnEndedServer(String mark) {
        String[] dependencies = mark.split("\\.", -1);
        dependencies[3] = "1";
        return String.join(".", dependencies);
    }

    private ShellCommandRunner.Result run(String script, Optional<String> stop)
            throws IOException, InterruptedException {
        return run(script, () -> stop.filter(why -> pidIsWritten()), Ticker.system());
    }

    private ShellCommandRunner.Result run(String script, Supplier<Optional<String>> stop, Ticker ticker)
            throws IOException, InterruptedException {
        return new ShellCommandRunner(
                        buildProcesses, "u-1", ticker, Duration.ofMinutes(1), 1000, InheritedEnvironment.none())
                .run(List.of("sh", "-c", script), folder, Map.of(), folder.resolve("output"), stop);
    }

    private boolean pidIsWritten() {
        try {
            return !Files.readString(folder.resolve("orphan")).isBlank();
        } catch (IOException e) {
            return false;
        }
    }

    private long pid(String name) throws IOException {
        return Long.parseLong(Files.readString(folder.resolve(name)).strip());
    }

    private static void awaitEnd(long pid) {
        Await.until(
                "process " + pid + " is over",
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
}
