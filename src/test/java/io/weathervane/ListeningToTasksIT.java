package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A modern client of {@code run} listens to tasks of a modern worker and of ours on one stream. */
class ListeningToTasksIT {
    /** Ends its task when a file is there, after it was listened to. */
    private static final String WORKER = """
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$1" "$2"; }
        say() { printf '{"jsonrpc":"2.0","method":"notifications/%s","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":%s},%s}}\\n' "$1" "$listening" "$2"; }
        task() { printf '"taskId":"t-1","status":"%s","createdAt":"2026-01-01T00:00:00Z","lastUpdatedAt":"2026-01-01T00:00:00Z","ttlMs":null' "$1"; }
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%,*}
          case "$line" in
            *'"taskIds"'*) listening=$id
              say subscriptions/acknowledged '"notifications":{"taskIds":["t-1"]}'
              say tasks "$(task completed),\\"result\\":{\\"content\\":[]}" ;;
            *'"tools/call"'*) answer "$id" "\\"result\\":{\\"resultType\\":\\"task\\",$(task working)}" ;;
            *'"tasks/get"'*) answer "$id" "\\"result\\":{\\"resultType\\":\\"complete\\",$(task working)}" ;;
            *'"server/discover"'*) answer "$id" '"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}}' ;;
            *'"tools/list"'*) answer "$id" '"result":{"resultType":"complete","tools":[{"name":"t","inputSchema":{"type":"object"}}]}' ;;
          esac
        done
        """;

    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}},";

    @TempDir
    private Path workspace;

    @Test
    void bothAreToldOfOnTheSubscription() throws Exception {
        List<String> words = ServerProcess.weathervane("run", "--workspace", workspace.toString(), "--");
        words.addAll(List.of("sh", "-c", WORKER));
        try (StdioClient client = StdioClient.start(new ProcessBuilder(words))) {
            String theirs = begin(client, "t", "{}");
            String ours = begin(client, "evidence_collect", "{\"minutes\":1}");
            assertThat(theirs).isEqualTo("t-1");

            int listening = client.send(
                    "subscriptions/listen",
                    "{" + META + "\"notifications\":{\"taskIds\":[\"t-1\",\"unknown\",\"" + ours + "\"]}}");

            Await.until("both have ended", () -> has(client, "t-1") && has(client, ours));
            JsonNode first = client.received().stream()
                    .filter(message -> message.at("/params/_meta/io.modelcontextprotocol~1subscriptionId")
                                    .asInt(-1)
                            == listening)
                    .findFirst()
                    .orElseThrow();
            assertThat(first.at("/params/notifications/taskIds").valueStream().map(JsonNode::asString))
                    .containsExactlyInAnyOrder("t-1", ours);
        }
    }

    private static String begin(StdioClient client, String tool, String arguments) throws IOException {
        JsonNode result = client.answer(client.send(
                        "tools/call", "{" + META + "\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}"))
                .path("result");
        assertThat(result.path("resultType").asString("")).as("%s", result).isEqualTo("task");
        return result.path("taskId").asString("");
    }

    private static boolean has(StdioClient client, String task) {
        return client.received().stream()
                .filter(message -> message.path("method").asString("").equals("notifications/tasks"))
                .map(message -> message.path("params"))
                .anyMatch(state -> state.path("taskId").asString("").equals(task)
                        && state.path("status").asString("").equals("completed"));
    }
}
