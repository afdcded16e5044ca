package io.weathervane.conformance;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes a server of both generations one of a single generation: what opens the conversation in the other is refused before it. */
enum SingleGenerationServer {
    /** As a server that has never heard of {@code server/discover}. */
    LEGACY("server/discover", -32601, "Method not found: server/discover"),
    /** As a server that has left the handshake behind. */
    MODERN("initialize", -32022, "Unsupported protocol version");

    private static final int PIPE_BYTES = 1 << 20;

    private final String refused;
    private final int code;
    private final String message;

    SingleGenerationServer(String refused, int code, String message) {
        this.refused = refused;
        this.code = code;
        this.message = message;
    }

    /** The input without what is refused, which is answered at once. */
    InputStream of(InputStream in, PrintStream out) {
        try {
            PipedOutputStream passed = new PipedOutputStream();
            PipedInputStream rest = new PipedInputStream(passed, PIPE_BYTES);
            Thread filter = new Thread(() -> pass(in, out, passed), "one-era");
            filter.setDaemon(true);
            filter.start();
            return rest;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pass(InputStream in, PrintStream out, PipedOutputStream passed) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
                PipedOutputStream rest = passed) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains(refused)) {
                    refuse(JsonRpcCodec.JSON.readTree(line), out);
                } else {
                    rest.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                    rest.flush();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void refuse(JsonNode request, PrintStream out) {
        ObjectNode answer = JsonRpcCodec.JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", request.path("id"));
        ObjectNode error = answer.putObject("error").put("code", code).put("message", message);
        error.putObject("data").putArray("supported").add("2026-07-28");
        out.print(answer + "\n");
        out.flush();
    }
}
