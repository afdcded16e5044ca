package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.WireCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Reads a response as server-sent events, as they come, and checks each message against its generation's schema. Closing it
 * closes the connection.
 */
final class EventReader implements AutoCloseable {
    final int status;
    final HttpHeaders headers;
    private final InputStream body;
    private final BufferedReader lines;
    private final WireCheck check;
    private int comments;

    /** @param check knows what the client has sent */
    EventReader(HttpResponse<InputStream> response, WireCheck check) {
        this.check = check;
        this.status = response.statusCode();
        this.headers = response.headers();
        this.body = response.body();
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** One event; no id, retry or data is the empty text. */
    record Event(String id, String retry, String data) {
        JsonNode json() {
            return JsonRpcCodec.JSON.readTree(data);
        }
    }

    /** The next event, comments left out; empty when the stream has ended. */
    Optional<Event> next() throws IOException {
        String id = "";
        String retry = "";
        StringBuilder data = new StringBuilder();
        boolean any = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty() && any) {
                return Optional.of(checked(new Event(id, retry, data.toString())));
            } else if (line.startsWith(":")) {
                comments++;
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("retry: ")) {
                retry = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data.append(line.substring(6));
            }
            any |= !line.isEmpty() && !line.startsWith(":");
        }
        return Optional.empty();
    }

    private Event checked(Event event) {
        if (!event.data().isEmpty()) {
            check.received(event.json());
            check.verify();
        }
        return event;
    }

    /** The next event that has a message. */
    Event message() throws IOException {
        Event event = next().orElseThrow(() -> new AssertionError("the stream has ended"));
        return event.data().isEmpty() ? message() : event;
    }

    /** Reads until so many comments have come. */
    void awaitComments(int count) throws IOException {
        while (comments < count) {
            String line = lines.readLine();
            if (line == null) {
                throw new AssertionError("the stream has ended");
            }
            comments += line.startsWith(":") ? 1 : 0;
        }
    }

    String text() throws IOException {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
