package io.weathervane.worker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.routing.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** A real worker that leaves capabilities out, and writes down which lists it is asked for. */
class UndeclaredListProbeTest {
    private static final String UNKNOWN = "answer '\"error\":{\"code\":-32601,\"message\":\"Method not found\"}'";
    private static final String TOOLS = "answer '\"result\":{\"tools\":[{\"name\":\"echo\"}]}'";

    private static final String WORKER = """
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%[,\\}]*}
          case "$line" in
            *'"tools/list"'*) echo tools >>asked; ON_TOOLS ;;
            *'"prompts/list"'*) echo prompts >>asked; answer '"result":{"prompts":[{"name":"greet"}]}' ;;
            *'"initialize"'*) answer '"result":{"protocolVersion":"2025-11-25"CAPABILITIES}' ;;
            *'"server/discover"'*) UNKNOWN ;;
          esac
        done
        """;

    @TempDir
    Path folder;

    private final List<Worker> started = new ArrayList<>();

    @AfterEach
    void endWorkers() {
        started.forEach(worker -> worker.dispose(Duration.ofMillis(100), Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"capabilities\":{}", ",\"capabilities\":{\"logging\":{},\"tools\":null}"})
    void toolsAreAskedForWhateverIsAnnounced(String capabilities) {
        Worker worker = start(capabilities, TOOLS);

        // One that was not quick enough for the start is asked again.
        assertThat(listedNow(worker, WorkerListKind.TOOLS)).containsExactly("echo");
        assertThat(names(worker.tools())).containsExactly("echo");
        assertThat(worker.session().has(WorkerListKind.TOOLS)).isTrue();
    }

    @Test
    void aWorkerThatKnowsNoToolsIsAskedOnce() throws Exception {
        Worker worker = start(",\"capabilities\":{\"prompts\":{}}", UNKNOWN);

        assertThat(listedNow(worker, WorkerListKind.TOOLS)).isEmpty();
        assertThat(worker.session().has(WorkerListKind.TOOLS)).isFalse();
        int settled = asked().size();
        assertThat(listedNow(worker, WorkerListKind.TOOLS)).isEmpty();
        assertThat(asked()).hasSize(settled);
    }

    @Test
    void aWorkerThatSaysNothingIsAskedSomeTimesAndStartsAllTheSame() throws Exception {
        Worker worker = start(",\"capabilities\":{\"logging\":{}}", ":");

        for (int attempt = 0; attempt < 4; attempt++) {
            Stopwatch brief = new Stopwatch(Ticker.system(), Duration.ofMillis(50));
            assertThat(worker.session().listNow(WorkerListKind.TOOLS, brief, WorkerCallContext.none()))
                    .isEmpty();
        }

        // The last questions may not have been read yet.
        assertThat(asked()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void promptsAreAskedForWhenNothingAtAllIsAnnouncedAndAClientWantsThem() throws Exception {
        Worker silent = start("", TOOLS);
        assertThat(asked()).as("the start").doesNotContain("prompts");

        assertThat(listedNow(silent, WorkerListKind.PROMPTS)).containsExactly("greet");
        assertThat(silent.session().has(WorkerListKind.PROMPTS)).isTrue();

        Worker announcing = start(",\"capabilities\":{\"tools\":{}}", TOOLS);

        assertThat(listedNow(announcing, WorkerListKind.PROMPTS)).isEmpty();
        assertThat(announcing.session().has(WorkerListKind.PROMPTS)).isFalse();
    }

    private static List<String> listedNow(Worker worker, WorkerListKind list) {
        Stopwatch stopwatch = new Stopwatch(Ticker.system(), Duration.ofSeconds(20));
        return names(worker.session().listNow(list, stopwatch, WorkerCallContext.none()));
    }

    private static List<String> names(List<ObjectNode> entries) {
        return entries.stream().map(entry -> entry.path("name").asString("")).toList();
    }

    private List<String> asked() throws Exception {
        Path file = folder.resolve("asked");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private Worker start(String capabilities, String onTools) {
        String script =
                WORKER.replace("ON_TOOLS", onTools).replace("UNKNOWN", UNKNOWN).replace("CAPABILITIES", capabilities);
        return Worker.start(
                SampleReleases.shell("terse", "cd '" + folder + "'\n" + script),
                TestWorkers.mark(),
                Duration.ofSeconds(20),
                0,
                TestWorkers.dependencies(WorkerPolicy.defaults()),
                started::add);
    }
}
