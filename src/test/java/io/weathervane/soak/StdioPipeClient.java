package io.weathervane.soak;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A server on stdio and its client, with many calls at once; hears every answer, also one that no call waits for. */
final class StdioPipeClient implements AutoCloseable {
    private static final int ANSWER_SECONDS_MAX = 60;
    private static final int END_SECONDS_MAX = 60;

    private final Process process;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final BiConsumer<Long, JsonNode> onAnswer;

    /** @param onAnswer gets each answer with its id, before the caller does */
    StdioPipeClient(ProcessBuilder program, BiConsumer<Long, JsonNode> onAnswer) throws IOException {
        this.onAnswer = onAnswer;
        process = program.start();
        Thread reader = new Thread(this::read, "answers");
        reader.setDaemon(true);
        reader.start();
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("protocolVersion", "2025-11-25");
        params.putObject("capabilities");
        params.putObject("clientInfo").put("name", "soak").put("version", "1");
        await(send(nextId(), "initialize", params));
        write(JsonRpcCodec.JSON.createObjectNode().put("jsonrpc", "2.0").put("method", "notifications/initialized"));
    }

    long nextId() {
        return ids.incrementAndGet();
    }

    /** The result of a tool call under this id. */
    JsonNode call(long id, String tool, ObjectNode arguments) throws IOException {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("name", tool);
        params.set("arguments", arguments);
        return await(send(id, "tools/call", params));
    }

    private CompletableFuture<JsonNode> send(long id, String method, ObjectNode params) throws IOException {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        ObjectNode request =
                JsonRpcCodec.JSON.createObjectNode().put("jsonrpc", "2.0").put("id", id);
        request.put("method", method).set("params", params);
        write(request);
        return answer;
    }

    private static JsonNode await(CompletableFuture<JsonNode> answer) throws IOException {
        try {
            return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (Exception e) {
            throw new IOException("no answer: " + e, e);
        }
    }

    private void write(ObjectNode message) throws IOException {
        byte[] line = (message + "\n").getBytes(StandardCharsets.UTF_8);
        OutputStream in = process.getOutputStream();
        synchronized (this) {
            in.write(line);
            in.flush();
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode message = JsonRpcCodec.JSON.readTree(line);
                if (message.path("id").isIntegralNumber() && !message.has("method")) {
                    long id = message.path("id").longValue();
                    onAnswer.accept(id, message);
                    CompletableFuture<JsonNode> answer = waiting.remove(id);
                    if (answer != null) {
                        answer.complete(message.path("result"));
                    }
                }
            }
        } catch (IOException e) {
            waiting.values().forEach(answer -> answer.completeExceptionally(e));
        }
    }

    /** Lets the server end, and all its workers with it. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the server did not end");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
