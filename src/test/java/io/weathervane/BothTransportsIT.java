package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** One process, one state, two transports: {@code serve --stdio --http}. */
class BothTransportsIT {
    private static final Pattern ADDRESS = Pattern.compile("http://\\S+/mcp");

    @TempDir
    private Path workspace;

    @Test
    void whatIsSetThroughOneDoorIsReadThroughTheOtherAndBothEndWithStdin() throws Exception {
        ServerProcess.configure(workspace, "", "stable");
        try (StdioClient client = StdioClient.packaged(workspace, "--http", "--port", "0")) {
            URI uri = address(client);
            JsonNode set = ServerProcess.call(
                    uri, "mcp_admin_flags", "{\"action\":\"set\",\"flags\":{\"PROMPT_MODE\":\"verbose\"}}");
            assertThat(set.path("isError").asBoolean(false)).isFalse();

            int get = client.call("mcp_admin_flags", "{\"action\":\"get\",\"flag\":\"PROMPT_MODE\"}");
            int echo = client.call("echo", "{\"text\":\"hello\"}");

            assertThat(client.text(get)).contains("verbose");
            assertThat(client.text(echo)).contains("hello");
            assertThat(ServerProcess.text(ServerProcess.call(uri, "echo", "{\"text\":\"hello\"}")))
                    .contains("hello");
            List<ProcessHandle> workers = client.handle().children().toList();

            client.endInput();

            assertThat(client.awaitExit()).isZero();
            assertThat(client.notJson()).isEmpty();
            Await.until("no worker is left behind", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(isListening(uri)).isFalse();
        }
    }

    /** Every HTTP call here has the id 1, and so has the first one on stdio. */
    @Test
    void callersWithTheSameIdGetEachTheirOwnAnswerFromTheOneWorker() throws Exception {
        ServerProcess.configure(workspace, "", "stable");
        try (StdioClient client = StdioClient.packaged(workspace, "--http", "--port", "0")) {
            URI uri = address(client);
            List<CompletableFuture<String>> answers = IntStream.range(0, 20)
                    .mapToObj(caller -> CompletableFuture.supplyAsync(() -> echoed(uri, "caller " + caller)))
                    .toList();

            assertThat(client.text(client.call("echo", "{\"text\":\"on stdio\"}")))
                    .contains("on stdio");
            for (int caller = 0; caller < answers.size(); caller++) {
                assertThat(answers.get(caller).get(60, TimeUnit.SECONDS)).contains("\"caller " + caller + "\"");
            }
        }
    }

    private static String echoed(URI uri, String text) {
        try {
            return ServerProcess.text(ServerProcess.call(uri, "echo", "{\"text\":\"" + text + "\"}"));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URI address(StdioClient client) {
        Await.until("it listens", () -> ADDRESS.matcher(client.stderr()).find());
        Matcher address = ADDRESS.matcher(client.stderr());
        assertThat(address.find()).isTrue();
        return URI.create(address.group());
    }

    private static boolean isListening(URI uri) throws Exception {
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }
}
