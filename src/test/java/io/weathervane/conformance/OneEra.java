package io.weathervane.conformance;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes a server of both eras one of a single era: requests of the other are refused before the server sees them. */
final class OneEra {
    private static final String VERSION = "io.modelcontextprotocol/protocolVersion";
    private static final int PIPE_BYTES = 1 << 16;

    private final boolean modern;
    private final OutputStream answers;

    /** @param era {@code legacy} or {@code modern} */
    OneEra(String era, OutputStream answers) {
        if (!era.equals("legacy") && !era.equals("modern")) {
            throw new IllegalArgumentException("--era is legacy or modern, was " + era);
        }
        this.modern = era.equals("modern");
        this.answers = answers;
    }

    /** What is left of the lines, for the server to read. */
    InputStream filter(InputStream lines) throws IOException {
        PipedOutputStream passed = new PipedOutputStream();
        InputStream rest = new PipedInputStream(passed, PIPE_BYTES);
        Thread filter = new Thread(() -> filter(lines, passed), "one-era");
        filter.setDaemon(true);
        filter.start();
        return rest;
    }

    private void filter(InputStream lines, OutputStream passed) {
        try (passed;
                BufferedReader reader = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode message = JsonRpcCodec.JSON.readTree(line);
                boolean refused = message.has("method")
                        && message.has("id")
                        && message.path("params").path("_meta").has(VERSION) != modern;
                write(refused ? answers : passed, refused ? refusal(message).toString() : line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode refusal(JsonNode message) {
        ObjectNode answer = JsonRpcCodec.JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", message.path("id"));
        if (modern) {
            ObjectNode error = answer.putObject("error").put("code", -32022).put("message", "Unsupported version");
            ObjectNode data = error.putObject("data").put("requested", "none");
            data.putArray("supported").add("2026-07-28");
        } else {
            answer.putObject("error").put("code", -32601).put("message", "Method not found");
        }
        return answer;
    }

    private static void write(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
