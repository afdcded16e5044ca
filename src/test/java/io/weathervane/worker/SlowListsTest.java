package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real worker that answers {@code tools/list} late, while there is a file {@code hold}. */
class SlowListsTest {
    private static final String WORKER = """
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$1" "$2"; }
        tools='{"name":"echo"}'
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%[,\\}]*}
          case "$line" in
            *'"tools/list"'*) echo "$line" >>asked
              ( while [ -e hold ]; do sleep 0.02; done; answer "$id" "\\"result\\":{\\"tools\\":[$tools]}" ) &
              tools=$tools',{"name":"more"}' ;;
            *'"initialize"'*) answer "$id" '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}' ;;
            *'"server/discover"'*) answer "$id" '"error":{"code":-32601,"message":"Method not found"}' ;;
          esac
        done
        """;

    @TempDir
    Path folder;

    private TestWorkers workers;

    @BeforeEach
    void open() {
        workers = new TestWorkers(folder, SampleReleases.shell("w", "cd '" + folder + "'\n" + WORKER));
    }

    @AfterEach
    void close() throws IOException {
        Files.deleteIfExists(folder.resolve("hold"));
        workers.close();
    }

    @Test
    void listsOfLastTimeAreGivenAndTheWorkerIsAskedOnce() throws Exception {
        WorkerManager manager = workers.start("w");
        WorkerContentService content = manager.content();
        assertThat(names(content)).containsExactly("echo");
        Files.writeString(folder.resolve("hold"), "");
        Await.until("the copy is old", content::toolsMayBeOld);

        CompletableFuture<?>[] clients = IntStream.range(0, 8)
                .mapToObj(client -> CompletableFuture.runAsync(content::refreshTools))
                .toArray(CompletableFuture<?>[]::new);

        assertThat(CompletableFuture.allOf(clients))
                .as("long before the worker's limit of 10 s")
                .succeedsWithin(Duration.ofSeconds(8));
        assertThat(names(content)).containsExactly("echo");
        assertThat(Files.readAllLines(folder.resolve("asked")))
                .as("at the start and once since")
                .hasSize(2);
        Files.delete(folder.resolve("hold"));
        Await.until("the late answer is taken", () -> names(content).equals(List.of("echo", "more")));
    }

    private static List<String> names(WorkerContentService content) {
        return content.list(WorkerListKind.TOOLS).stream()
                .map(tool -> tool.path("name").asString(""))
                .toList();
    }
}
