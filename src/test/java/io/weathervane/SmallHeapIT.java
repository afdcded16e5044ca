package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** More bytes in calls than the server has memory for, to a worker that does not read: they wait, and the server stays. */
class SmallHeapIT {
    private static final int CALLS = 40;
    private static final String TEXT = "x".repeat(2_000_000);

    @TempDir
    private Path workspace;

    /** By the request's id: whether it was answered with its own text. */
    private final Map<Integer, Boolean> answers = new ConcurrentHashMap<>();

    @Test
    void callsThatThereIsNoMemoryForWait() throws Exception {
        Process server = start();
        try {
            Thread reader = new Thread(() -> readAll(server), "answers");
            reader.setDaemon(true);
            reader.start();
            call(server, 1, "before");
            Await.until("it answers", () -> answers.containsKey(1));
            ProcessHandle worker = server.children().findFirst().orElseThrow();

            signal(worker, "STOP");
            Thread attack = new Thread(() -> sendAll(server), "attack");
            attack.start();
            attack.join(Duration.ofSeconds(3).toMillis());
            signal(worker, "CONT");
            attack.join();
            call(server, 2, "afterwards");

            Await.until("all are answered", () -> answers.size() == CALLS + 2 || !server.isAlive());
            assertThat(server.isAlive()).isTrue();
            assertThat(answers).hasSize(CALLS + 2).doesNotContainValue(false);
            assertThat(Files.readString(workspace.resolve("stderr"))).doesNotContain("OutOfMemoryError");
        } finally {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly().waitFor();
        }
    }

    private Process start() throws IOException {
        List<String> words = ServerProcess.weathervane("run", "--workspace", workspace.toString(), "--");
        words.add(1, "-Xmx64m");
        words.addAll(ServerProcess.weathervane("sample-worker", "--label", "first"));
        return new ProcessBuilder(words)
                .redirectError(workspace.resolve("stderr").toFile())
                .start();
    }

    private void sendAll(Process server) {
        try {
            for (int call = 0; call < CALLS; call++) {
                call(server, 100 + call, TEXT);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the server reads no longer", e);
        }
    }

    private static void call(Process server, int id, String text) throws IOException {
        String line = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
                + "\"arguments\":{\"text\":\"" + text + "\"}}}\n";
        server.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
        server.getOutputStream().flush();
    }

    private void readAll(Process server) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode message = JsonRpcCodec.JSON.readTree(line);
                int id = message.path("id").asInt(-1);
                String text = message.at("/result/content/0/text").asString("");
                answers.put(id, text.contains(id == 1 ? "before" : id == 2 ? "afterwards" : TEXT));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(ProcessHandle process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
