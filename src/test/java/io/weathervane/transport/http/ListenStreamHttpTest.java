package io.weathervane.transport.http;

import static io.weathervane.transport.http.HttpFixture.META;
import static io.weathervane.transport.http.StreamsFixture.BOTH;
import static io.weathervane.transport.http.StreamsFixture.WATCHED;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.WireSchema;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** {@code subscriptions/listen} over HTTP, and what else a modern stream has to keep to. */
@Timeout(60)
class ListenStreamHttpTest {
    /** Comments come as soon as a stream was silent for so long. */
    private static final Duration LIVELY = Duration.ofMillis(20);

    private StreamsFixture http = new StreamsFixture(few(4, Duration.ofHours(1)));

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void refusesAListenerThatReadsNoStream() throws Exception {
        HttpResponse<String> response =
                http.post(listening("1", "{}"), headers("subscriptions/listen", "application/json"));

        assertThat(response.statusCode()).isEqualTo(406);
        assertThat(response.body()).contains("\"id\":1", "text/event-stream");
    }

    @Test
    void answersAFilterItCannotReadWithAnErrorAndGivesThePlaceBack() throws Exception {
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> response =
                    http.post(listening("1", "{\"toolsListChanged\":3}"), headers("subscriptions/listen", BOTH));

            assertThat(response.body()).contains("-32602", "toolsListChanged");
        }
        try (EventReader stream = listen("1", "{}")) {
            assertThat(stream.message().data()).contains("acknowledged");
        }
    }

    @Test
    void acknowledgesAtOnceAndTellsWhatWasAskedForAndNoMore() throws Exception {
        try (EventReader stream =
                listen("\"s-1\"", "{\"toolsListChanged\":true,\"resourceSubscriptions\":[\"" + WATCHED + "\"]}")) {
            EventReader.Event acknowledged = stream.next().orElseThrow();
            assertThat(stream.headers.firstValue("Content-Type")).contains("text/event-stream");
            assertThat(stream.headers.firstValue("X-Accel-Buffering")).contains("no");
            assertThat(stream.headers.firstValue("Mcp-Session-Id")).isEmpty();
            assertThat(acknowledged.id()).isEmpty();
            assertThat(WireSchema.MODERN
                            .check("", acknowledged.json())
                            .at("/params/notifications/toolsListChanged")
                            .asBoolean(false))
                    .isTrue();

            http.dispatcher.changes().resourcesChanged();
            http.dispatcher.changes().resourceUpdated("test://other");
            http.dispatcher.changes().resourceUpdated(WATCHED);
            JsonNode updated = WireSchema.MODERN.check("", stream.message().json());
            http.dispatcher.changes().toolsChanged();
            JsonNode tools = WireSchema.MODERN.check("", stream.message().json());

            assertThat(updated.at("/params/uri").asString("")).isEqualTo(WATCHED);
            assertThat(tools.path("method").asString("")).isEqualTo("notifications/tools/list_changed");
            for (JsonNode message : List.of(acknowledged.json(), updated, tools)) {
                assertThat(message.at("/params/_meta/io.modelcontextprotocol~1subscriptionId")
                                .toString())
                        .isEqualTo("\"s-1\"");
            }
        }
    }

    @Test
    void tellsOfEachResourceBelowOneByItsOwnAddress() throws Exception {
        String below = WATCHED + "/1";
        try (EventReader stream = listen("1", "{\"resourceSubscriptions\":[\"" + WATCHED + "\",\"" + below + "\"]}")) {
            stream.message();

            http.dispatcher.changes().resourcesUpdatedBelow("test://watch");
            http.dispatcher.changes().resourcesUpdatedBelow(WATCHED);

            assertThat(stream.message().json().at("/params/uri").asString("")).isEqualTo(below);
            http.dispatcher.changes().resourceUpdated(WATCHED);
            assertThat(stream.message().json().at("/params/uri").asString("")).isEqualTo(WATCHED);
        }
    }

    @Test
    void keepsASilentStreamAliveWithComments() throws Exception {
        restart(few(4, LIVELY));
        try (EventReader stream = listen("1", "{}")) {
            stream.awaitComments(3);
        }
    }

    @Test
    void hasABoundOnOpenStreamsAndGivesThePlaceOfAClientThatIsGoneToAnother() throws Exception {
        restart(few(4, LIVELY));
        List<EventReader> open = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            open.add(listen("1", "{}"));
        }
        HttpResponse<String> refused = http.post(listening("7", "{}"), headers("subscriptions/listen", BOTH));
        try (EventReader get = http.get(http.session())) {
            assertThat(get.status).isEqualTo(503);
        }
        open.get(0).close();

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.body()).contains("\"id\":7", "2 streams");
        Await.until("the place to be free again", () -> {
            try (EventReader stream = listen("1", "{}")) {
                return stream.status == 200;
            }
        });
        open.get(1).close();
    }

    @Test
    void looksForClientsThatAreGoneWhenThereIsNoPlace() throws Exception {
        restart(few(2, Duration.ofHours(1)));
        listen("1", "{}").close();

        Await.until("the place to be free again", () -> {
            try (EventReader stream = listen("2", "{}")) {
                return stream.status == 200;
            }
        });
    }

    @Test
    void endsWithAResultWhenTheServerIsClosedWhichDoesNotWait() throws Exception {
        try (EventReader stream = listen("5", "{}")) {
            stream.message();
            long before = System.nanoTime();
            http.server.close();

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
            JsonNode result = WireSchema.MODERN.check(
                    "subscriptions/listen", stream.message().json());
            assertThat(result.get("id").asInt()).isEqualTo(5);
            assertThat(stream.next()).isEmpty();
        }
    }

    @Test
    void cancelsASilentCallWhoseClientIsGone() throws Exception {
        restart(few(4, LIVELY));
        String body = modernCall("wait");
        try (EventReader call = http.stream(body, headers("tools/call", BOTH, "Mcp-Name", "wait"))) {
            call.awaitComments(1);
        }

        assertThat(http.stopped.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void answersAMissingCapabilityWithABadRequestBeforeAnythingIsSent() throws Exception {
        try (StreamsFixture patient = new StreamsFixture()) {
            HttpResponse<String> response =
                    patient.post(modernCall("ask"), headers("tools/call", BOTH, "Mcp-Name", "ask"));
            HttpResponse<String> eventsOnly =
                    patient.post(modernCall("ask"), headers("tools/call", "text/event-stream", "Mcp-Name", "ask"));

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("-32021", "\"requiredCapabilities\":{\"elicitation\":{}}", "\"id\":3");
            assertThat(eventsOnly.statusCode()).isEqualTo(400);
        }
    }

    @Test
    void sendsAModernClientNoRequestButWhatItHasToBringAgain() throws Exception {
        String body = modernCall("ask").replace("clientCapabilities\":{}", "clientCapabilities\":{\"elicitation\":{}}");
        try (StreamsFixture patient = new StreamsFixture()) {
            HttpResponse<String> response = patient.post(body, headers("tools/call", BOTH, "Mcp-Name", "ask"));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(response.body()).contains("\"resultType\":\"input_required\"", "elicitation/create");
        }
    }

    private void restart(HttpOptions options) {
        http.close();
        http = new StreamsFixture(options);
    }

    private EventReader listen(String id, String filter) throws Exception {
        return http.stream(listening(id, filter), headers("subscriptions/listen", BOTH));
    }

    private static String listening(String id, String filter) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id
                + ",\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":" + filter + "," + META + "}}";
    }

    private static String modernCall(String tool) {
        return StreamsFixture.requesting(3, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":{}," + META + "}");
    }

    private static String[] headers(String method, String accept, String... more) {
        List<String> headers =
                new ArrayList<>(List.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method, "Accept", accept));
        headers.addAll(List.of(more));
        return headers.toArray(String[]::new);
    }

    /** A server of few connections, half of which may be streams. */
    private static HttpOptions few(int connections, Duration silence) {
        HttpOptions usual = StreamsFixture.lively(silence);
        return usual.with(usual.bounds().with(connections, usual.bounds().headerBytes()));
    }
}
