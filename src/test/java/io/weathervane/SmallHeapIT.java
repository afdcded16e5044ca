package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** More bytes in calls and answers than the server has memory for: they wait or are told so, and the server stays. */
@Tag("slow")
class SmallHeapIT {
    private static final int CALLS = 24;
    private static final int BATCH = 34;
    private static final Duration STANDSTILL = Duration.ofMillis(400);
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-03-26\","
                    + "\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";
    private static final String TEXT = "x".repeat(2_000_000);

    @TempDir
    private Path workspace;

    /** By the request's id: whether it was answered with its own text. */
    private final Map<Integer, Boolean> answers = new ConcurrentHashMap<>();

    private final AtomicInteger sent = new AtomicInteger();

    @Tag("essential")
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
            awaitStandstill();
            assertThat(attack.isAlive()).as("the server takes no more").isTrue();
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

    @Tag("essential")
    @Test
    void requestsOverHttpThatThereIsNoMemoryForAreToldSo() throws Exception {
        ServerProcess.configure(workspace, "", "first");
        List<String> words = ServerProcess.serving(workspace);
        words.add(1, "-Xmx64m");
        try (ServerProcess server = ServerProcess.start(new ProcessBuilder(words))) {
            ProcessHandle worker = server.handle().children().findFirst().orElseThrow();
            signal(worker, "STOP");
            List<CompletableFuture<HttpResponse<String>>> calls =
                    IntStream.range(0, 20).mapToObj(call -> post(server.uri())).toList();
            Await.until("some are told", () -> calls.stream().anyMatch(CompletableFuture::isDone));
            signal(worker, "CONT");

            List<String> answers = calls.stream().map(SmallHeapIT::answer).toList();

            assertThat(answers)
                    .contains("200 with the text")
                    .allMatch(answer -> answer.equals("200 with the text")
                            || answer.startsWith("503 Try again later: there is no memory for this request of 2000"));
            assertThat(answers).anyMatch(answer -> answer.startsWith("503"));
            assertThat(server.call("echo", "{\"text\":\"afterwards\"}").toString())
                    .contains("afterwards");
            assertThat(server.stderr()).doesNotContain("OutOfMemoryError");
        }
    }

    /** Returns when no further call has been taken for a while. */
    private void awaitStandstill() {
        int[] before = {0};
        Await.until("the server takes no more", () -> {
            int now = sent.get();
            boolean stands = now > 0 && now == before[0];
            before[0] = now;
            LockSupport.parkNanos(STANDSTILL.toNanos());
            return stands;
        });
    }

    private static CompletableFuture<HttpResponse<String>> post(URI uri) {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
                + "\"arguments\":{\"text\":\"" + TEXT + "\"}}}";
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(uri)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(call))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static String answer(CompletableFuture<HttpResponse<String>> call) {
        HttpResponse<String> response = call.join();
        return response.statusCode() + " "
                + (response.statusCode() == 200
                        ? (response.body().contains(TEXT) ? "with the text" : "without")
                        : JsonRpcCodec.JSON
                                .readTree(response.body())
                                .at("/error/message")
                                .asString(""));
    }

    @ParameterizedTest
    @CsvSource({"3, 20", "20, 4"})
    void answersThatThereIsNoMemoryForFailTheirCallsAndNothingElse(int megabytes, int calls) throws Exception {
        Process server = start("--huge-reply-mb", Integer.toString(megabytes));
        Map<Integer, String> ends = new ConcurrentHashMap<>();
        try {
            Thread reader = new Thread(() -> readEnds(server, ends), "answers");
            reader.setDaemon(true);
            reader.start();
            for (int id = 1; id <= calls; id++) {
                call(server, id, "x");
            }
            Await.until("all have ended", () -> ends.size() == calls || !server.isAlive());

            assertThat(ends.values())
                    .allMatch(end -> end.equals("whole") || end.contains("bytes, for which there is no memory now"));
            assertThat(ends.containsValue("whole")).isEqualTo(megabytes == 3);
            assertThat(server.children().count()).isEqualTo(1);
            assertThat(Files.readString(workspace.resolve("stderr"))).doesNotContain("OutOfMemoryError");
        } finally {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void aBatchOverHttpWhoseAnswersThereIsNoMemoryForIsAnsweredWhole() throws Exception {
        ServerProcess.configure(workspace, "", "first --huge-reply-mb 2");
        List<String> words = ServerProcess.serving(workspace);
        words.add(1, "-Xmx64m");
        try (ServerProcess server = ServerProcess.start(new ProcessBuilder(words))) {
            assertEachIsWholeOrToldWhy(postBatch(server.uri(), "application/json"), /* allWhole= */ false);
            String events = postBatch(server.uri(), "application/json, text/event-stream")
                    .lines()
                    .filter(line -> line.startsWith("data: {"))
                    .map(line -> line.substring("data: ".length()))
                    .collect(Collectors.joining(",", "[", "]"));
            assertEachIsWholeOrToldWhy(events, /* allWhole= */ true);
            assertThat(server.handle().children().count()).isEqualTo(1);
            assertThat(server.stderr()).doesNotContain("OutOfMemoryError");
        }
    }

    private static String postBatch(URI uri, String accept) throws Exception {
        HttpRequest post = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(batch()))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(post, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    @Test
    void aBatchOnStdioWhoseAnswersThereIsNoMemoryForIsAnsweredWhole() throws Exception {
        Process server = start("--huge-reply-mb", "2");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            write(server, INITIALIZE);
            assertThat(lines.readLine()).contains("2025-03-26");
            write(server, batch());

            String line = lines.readLine();
            while (line != null && !line.startsWith("[")) {
                line = lines.readLine();
            }

            assertEachIsWholeOrToldWhy(String.valueOf(line), /* allWhole= */ false);
            assertThat(server.children().count()).isEqualTo(1);
            assertThat(Files.readString(workspace.resolve("stderr"))).doesNotContain("OutOfMemoryError");
        } finally {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly().waitFor();
        }
    }

    private static String batch() {
        return IntStream.range(0, BATCH)
                .mapToObj(id -> "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":"
                        + "\"echo\",\"arguments\":{\"text\":\"x\"}}}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static void assertEachIsWholeOrToldWhy(String json, boolean allWhole) {
        List<String> ends = JsonRpcCodec.JSON
                .readTree(json)
                .valueStream()
                .map(answer -> answer.at("/result/content/0/text").asString("").startsWith("xxxx")
                        ? "whole"
                        : answer.at("/error/code").asString("") + " "
                                + answer.at("/error/message").asString(answer.toString()))
                .toList();
        assertThat(ends)
                .hasSize(BATCH)
                .contains("whole")
                .allMatch(end ->
                        end.equals("whole") || end.startsWith("-32603 The server has no memory for this answer of 2"));
        assertThat(ends.stream().allMatch("whole"::equals)).isEqualTo(allWhole);
    }

    private static void write(Process server, String line) throws IOException {
        server.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        server.getOutputStream().flush();
    }

    private static void readEnds(Process server, Map<Integer, String> ends) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode message = JsonRpcCodec.JSON.readTree(line);
                String text = message.at("/result/content/0/text").asString("");
                ends.put(message.path("id").asInt(-1), text.startsWith("xxxx") ? "whole" : text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(String... switches) throws IOException {
        List<String> words = ServerProcess.weathervane("run", "--workspace", workspace.toString(), "--");
        words.add(1, "-Xmx64m");
        words.addAll(ServerProcess.weathervane("sample-worker", "--label", "first"));
        words.addAll(List.of(switches));
        return new ProcessBuilder(words)
                .redirectError(workspace.resolve("stderr").toFile())
                .start();
    }

    private void sendAll(Process server) {
        try {
            for (int call = 0; call < CALLS; call++) {
                call(server, 100 + call, TEXT);
                sent.incrementAndGet();
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
