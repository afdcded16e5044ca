package io.weathervane.tool.presentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class InconclusiveCheckFolderTest {
    @TempDir
    Path folder;

    private static JsonNode json(String text) {
        return JsonRpcCodec.JSON.readTree(text.replace('\'', '"'));
    }

    private static String check(int second, String verdict, int requests) {
        return "{'at':'2026-11-30T03:00:0" + second + "Z','verdict':'" + verdict + "','requests':" + requests
                + ",'errors':0,'detail':'d" + second + "'}";
    }

    @Test
    void aRunIsItsNewestCheckWithCountAndTimesAndAllItsCalls() {
        ArrayNode folded = InconclusiveCheckFolder.folded(
                json("[" + check(0, "inconclusive", 1) + "," + check(1, "inconclusive", 2) + "," + check(2, "breach", 9)
                        + "," + check(3, "inconclusive", 1) + "," + check(4, "pass", 9) + "]"));

        assertThat(folded.valueStream()
                        .map(one -> one.path("verdict").asString()
                                + one.path("count").asLong(1)))
                .containsExactly("inconclusive2", "breach1", "inconclusive1", "pass1");
        assertThat(folded.get(0).toString())
                .isEqualTo(
                        json("{'at':'2026-11-30T03:00:01Z','verdict':'inconclusive','requests':3,'errors':0,'detail':'d1',"
                                        + "'count':2,'from':'2026-11-30T03:00:00Z','to':'2026-11-30T03:00:01Z'}")
                                .toString());
        assertThat(folded.get(2).has("count")).as("one alone is as it was").isFalse();
        assertThat(InconclusiveCheckFolder.newest(folded, 2)).hasSize(2).last().isEqualTo(folded.get(3));
        assertThat(InconclusiveCheckFolder.newest(folded, 0)).isEmpty();
        assertThat(InconclusiveCheckFolder.folded(json("[]"))).isEmpty();
    }

    @Test
    void aQuietWatchTakesOneLineInEveryList() {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS.replace("300ms", "100ms"))) {
            server.done("worker_start_canary", "{'release': 'good'}");
            server.done("worker_promote", "{'confirm': true}");
            Await.until(
                    "some checks without calls",
                    () -> server.done("monitor_status", "{}").path("checkCount").asLong() >= 4);

            ObjectNode status = server.done("monitor_status", "{}");
            JsonNode quiet = status.path("checks").path(0);
            assertThat(status.path("checks").size()).isEqualTo(1);
            assertThat(quiet.path("verdict").asString()).isEqualTo("inconclusive");
            assertThat(quiet.path("count").asLong()).isGreaterThanOrEqualTo(4);
            assertThat(quiet.path("from").asString())
                    .isLessThan(quiet.path("to").asString());
            assertThat(server.textOf("monitor_status", "{}")
                            .lines()
                            .filter(line -> line.contains("inconclusive, the last: ")))
                    .hasSize(1)
                    .first()
                    .asString()
                    .matches("\\d+ checks \\S+ to \\S+: inconclusive, the last: .+");

            ObjectNode explained = server.done("decision_explain", "{'thresholds': {'errorRateThreshold': 0.5}}");
            assertThat(explained.path("decision").asString()).isEqualTo("healthy");
            assertThat(explained.path("conclusive").asBoolean(true)).isFalse();
            assertThat(explained.at("/inputs/checks").size()).isEqualTo(1);
            assertThat(explained.at("/inputs/earlierChecks").size()).isLessThanOrEqualTo(1);
            assertThat(explained.at("/replay/checks").size()).isEqualTo(1);

            assertThat(server.textOf("audit_query", "{'kinds': ['decision'], 'limit': 100}")
                            .lines())
                    .hasSize(1)
                    .first()
                    .asString()
                    .matches("\\d+ inconclusive decisions #\\d+ to #\\d+, \\S+ to \\S+, the last: #\\d+ .*"
                            + "decision healthy \\(inconclusive\\) by .*");
            assertThat(server.done("audit_query", "{'kinds': ['decision']}")
                            .path("events")
                            .size())
                    .as("as data each is there")
                    .isGreaterThanOrEqualTo(4);
        }
    }
}
