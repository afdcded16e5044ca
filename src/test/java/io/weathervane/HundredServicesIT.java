package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.EchoHttpServer;
import io.weathervane.testing.ReservedPort;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** As many services as there may be behind the packaged server, three of which are not there. */
@Tag("slow")
class HundredServicesIT {
    private static final int COMMANDS = 96;

    /** Answers each call with its first argument. */
    private static final String WORKER = """
            while IFS= read -r line; do
                id=${line#*'"id":'}
                reply='"error":{"code":-32601,"message":"Method not found"}'
                case $line in
                *'"method":"initialize"'*)
                    reply='"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"one","version":"1"}}' ;;
                *'"method":"notifications/'*) continue ;;
                *'"method":"tools/list"'*) reply='"result":{"tools":[{"name":"who","inputSchema":{"type":"object"}}]}' ;;
                *'"method":"ping"'*) reply='"result":{}' ;;
                *'"method":"tools/call"'*) reply='"result":{"content":[{"type":"text","text":"'$1'"}]}' ;;
                esac
                printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "${id%%[,\\}]*}" "$reply"
            done
            """;

    @TempDir
    private Path workspace;

    @Test
    void allAnswerUnderTheirOwnNamesThoseThatAreDownAreNamedAndNoneIsLeftAtTheEnd() throws Exception {
        Files.writeString(workspace.resolve("worker.sh"), WORKER);
        try (EchoHttpServer remote = new EchoHttpServer("elsewhere");
                ReservedPort nothing = ReservedPort.take()) {
            Files.writeString(workspace.resolve("weathervane.yaml"), yaml(remote, nothing));
            try (StdioClient client = StdioClient.packaged(workspace)) {
                Await.until(
                        "all that are there are listed",
                        () -> who(client.toolNames()).size() == COMMANDS);
                assertThat(client.toolNames()).noneMatch(name -> name.startsWith("gone"));

                List<Integer> calls = IntStream.range(0, COMMANDS)
                        .mapToObj(number -> call(client, "s" + number + "_who"))
                        .toList();
                for (int number = 0; number < COMMANDS; number++) {
                    assertThat(client.text(calls.get(number))).isEqualTo("s" + number);
                }
                assertThat(client.text(client.call("elsewhere_echo", "{\"text\":\"hello\"}")))
                        .contains("hello");
                for (String gone : List.of("gone-program", "gone-file", "gone-host")) {
                    JsonNode status = client.answer(client.call("worker_status", "{\"service\":\"" + gone + "\"}"));
                    assertThat(status.at("/result/structuredContent/status").asString(""))
                            .as(gone)
                            .isIn("down", "degraded");
                    assertThat(status.at("/result/structuredContent/notes"))
                            .as(gone)
                            .isNotEmpty();
                }

                List<ProcessHandle> workers = client.handle().children().toList();
                assertThat(workers).hasSize(COMMANDS);
                client.endInput();
                assertThat(client.awaitExit()).isZero();
                assertThat(workers).noneMatch(ProcessHandle::isAlive);
            }
        }
    }

    private static String yaml(EchoHttpServer remote, ReservedPort nothing) {
        StringBuilder yaml = new StringBuilder("services:\n");
        for (int number = 0; number < COMMANDS; number++) {
            yaml.append("  s%1$d: {releases: {one: {command: [sh, worker.sh, s%1$d]}}}\n".formatted(number));
        }
        return yaml.append("  elsewhere: {releases: {one: {url: \"" + remote.uri() + "\"}}}\n")
                .append("  gone-program: {releases: {one: {command: [/nowhere/program]}}}\n")
                .append("  gone-file: {releases: {one: {command: [sh, nowhere.sh]}}}\n")
                .append("  gone-host: {releases: {one: {url: \"http://127.0.0.1:" + nothing.number() + "/mcp\"}}}\n")
                .toString();
    }

    private static int call(StdioClient client, String tool) {
        try {
            return client.call(tool);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> who(List<String> tools) {
        return tools.stream().filter(name -> name.endsWith("_who")).toList();
    }
}
