package io.weathervane.worker.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.routing.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real worker that refuses each version but one by an error, and writes down which it was offered. */
class ProtocolVersionNegotiationTest {
    private static final String REFUSAL = "\"error\":{\"code\":-32602,\"message\":\"Unsupported protocol version\"%s}";

    private static final String WORKER = """
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%[,\\}]*}
          case "$line" in
            *'"tools/list"'*) answer '"result":{"tools":[{"name":"echo"}]}' ;;
            *'"initialize"'*)
              version=${line#*'"protocolVersion":"'}; version=${version%%'"'*}; echo "$version" >>offered
              if [ "$version" = KNOWN ]; then
                answer '"result":{"protocolVersion":"KNOWN","capabilities":{"tools":{}}}'
              else
                answer 'REFUSAL'
              fi ;;
            *'"server/discover"'*) answer '"error":{"code":-32601,"message":"Method not found"}' ;;
          esac
        done
        """;

    @TempDir
    Path folder;

    @Test
    void aRefusedWorkerIsOfferedTheNewestVersionThatItNames() throws Exception {
        assertThat(protocolOf("2025-03-26", ",\"data\":{\"supported\":[\"2024-11-05\",\"2025-03-26\",\"2020-01-01\"]}"))
                .isEqualTo("mcp 2025-03-26");

        assertThat(offered()).containsExactly("2025-11-25", "2025-03-26");
    }

    @Test
    void aRefusalThatNamesNoVersionIsFollowedByOlderOnes() throws Exception {
        assertThat(protocolOf("2024-11-05", "")).isEqualTo("mcp 2024-11-05");

        assertThat(offered()).containsExactly("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");
    }

    @Test
    void aWorkerThatRefusesEachVersionDoesNotStart() throws Exception {
        WorkerActionRefusedException refused =
                catchThrowableOfType(WorkerActionRefusedException.class, () -> protocolOf("2023-01-01", ""));

        assertThat(refused).hasMessageContaining("Unsupported protocol version");
        assertThat(offered()).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void aWorkerThatNamesNoVersionOfOursIsOfferedNoOther() throws Exception {
        assertThatThrownBy(() -> protocolOf("2023-01-01", ",\"data\":{\"supported\":[\"2023-01-01\"]}"))
                .isInstanceOf(WorkerActionRefusedException.class);

        assertThat(offered()).containsExactly("2025-11-25");
    }

    private List<String> offered() throws Exception {
        return Files.readAllLines(folder.resolve("offered"));
    }

    private String protocolOf(String known, String data) {
        String script =
                "cd '" + folder + "'\n" + WORKER.replace("KNOWN", known).replace("REFUSAL", REFUSAL.formatted(data));
        Worker worker = Worker.start(
                SampleReleases.shell("picky", script),
                TestWorkers.mark(),
                Duration.ofSeconds(20),
                0,
                TestWorkers.dependencies(WorkerPolicy.defaults()),
                spawned -> {});
        try {
            return worker.protocol();
        } finally {
            worker.dispose(Duration.ofMillis(100), Duration.ofSeconds(2));
        }
    }
}
