package io.weathervane.transport.http;

import static io.weathervane.transport.http.StreamsFixture.BOTH;
import static io.weathervane.transport.http.StreamsFixture.WATCHED;
import static io.weathervane.transport.http.StreamsFixture.calling;
import static io.weathervane.transport.http.StreamsFixture.requesting;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The streams of legacy sessions (MCP 2025-11-25 basic/transports): by GET, of a POST, and what is left of one. */
@Timeout(60)
class SessionStreamsTest {
    private final StreamsFixture http = new StreamsFixture();

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void opensNoStreamWithoutASessionAndSaysSoAsClientsExpectIt() throws Exception {
        try (EventReader stream = http.get("")) {
            assertThat(stream.status).isEqualTo(405);
            assertThat(stream.headers.firstValue("Allow")).contains("POST");
        }
        try (EventReader stream = http.get("no-such-session")) {
            assertThat(stream.status).isEqualTo(404);
            assertThat(stream.text()).contains("begin again with initialize");
        }
    }

    @ParameterizedTest
    @CsvSource({"2026-07-28,405", "1999-01-01,400", "2025-06-18,200"})
    void servesGetAndDeleteToClientsOfLegacyVersionsOnly(String version, int status) throws Exception {
        String session = http.session();

        try (EventReader stream = http.get(session, "MCP-Protocol-Version", version)) {
            assertThat(stream.status).isEqualTo(status);
        }
        assertThat(http.delete(session, "MCP-Protocol-Version", version)).isEqualTo(status == 200 ? 204 : status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9-1", "nonsense", "", "1-99999999999999999999"})
    void refusesToGoOnAtAnEventItDoesNotKnow(String lastEventId) throws Exception {
        try (EventReader stream = http.get(http.session(), "Last-Event-ID", lastEventId)) {
            assertThat(stream.status).isEqualTo(400);
            assertThat(stream.text()).contains("Last-Event-ID");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "logging/setLevel      | {\"level\":\"debug\"}",
                "resources/subscribe   | {\"uri\":\"test://watched\"}",
                "resources/unsubscribe | {\"uri\":\"test://watched\"}"
            })
    void refusesWithoutASessionWhatNeedsOne(String method, String params) throws Exception {
        HttpResponse<String> response = http.post(requesting(4, method, params));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"id\":4", "-32600", "begin with initialize", "Mcp-Session-Id");
    }

    @Test
    void refusesANotificationOfAVersionThatDoesNotExist() throws Exception {
        HttpResponse<String> response = http.post(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", "MCP-Protocol-Version", "1999-01-01");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("2026-07-28, 2025-11-25");
    }

    @Test
    void tellsOfChangesOnTheStreamOfTheSession() throws Exception {
        String session = http.session();
        subscribe(session);
        try (EventReader stream = http.get(session)) {
            assertThat(stream.headers.firstValue("Content-Type")).contains("text/event-stream");
            assertThat(stream.headers.firstValue("X-Accel-Buffering")).contains("no");
            http.dispatcher.changes().toolsChanged();
            EventReader.Event tools = stream.message();
            http.dispatcher.changes().resourceUpdated("test://other");
            http.dispatcher.changes().resourceUpdated(WATCHED);
            EventReader.Event updated = stream.message();

            assertThat(method(tools)).isEqualTo("notifications/tools/list_changed");
            assertThat(method(updated)).isEqualTo("notifications/resources/updated");
            assertThat(updated.json().at("/params/uri").asString("")).isEqualTo(WATCHED);
            assertThat(tools.id()).isNotEmpty().isNotEqualTo(updated.id());
            http.dispatcher.changes().resourcesUpdatedBelow("test:/");
            assertThat(stream.message().json().at("/params/uri").asString("")).isEqualTo(WATCHED);
        }
    }

    /** A thread of its own tells, and may be late: what it tells once the stream is open is told again, rightly. */
    @Test
    void tellsOnceWhatChangedWhileNobodyWasListening() throws Exception {
        String session = http.session();
        subscribe(session);
        for (int i = 0; i < 100; i++) {
            http.dispatcher.changes().resourceUpdated(WATCHED);
            http.dispatcher.changes().toolsChanged();
        }
        http.dispatcher.changes().promptsChanged();
        try (EventReader stream = http.get(session)) {
            List<String> told = new ArrayList<>();
            while (!told.contains("notifications/prompts/list_changed")) {
                told.add(method(stream.message()));
            }
            assertThat(told)
                    .contains("notifications/resources/updated", "notifications/tools/list_changed")
                    .hasSizeLessThan(20);
        }
    }

    @Test
    void putsTheNewestStreamInThePlaceOfTheOneBefore() throws Exception {
        String session = http.session();
        try (EventReader first = http.get(session);
                EventReader second = http.get(session)) {
            assertThat(second.next().orElseThrow().data()).isEmpty();
            http.dispatcher.changes().toolsChanged();

            assertThat(method(second.message())).isEqualTo("notifications/tools/list_changed");
            assertThat(first.next().orElseThrow().data()).isEmpty();
            assertThat(first.next()).isEmpty();
        }
    }

    @Test
    void goesOnAfterTheLastEventThatTheClientHasSeen() throws Exception {
        String session = http.session();
        String seen;
        try (EventReader stream = http.get(session)) {
            http.dispatcher.changes().toolsChanged();
            seen = stream.message().id();
            http.dispatcher.changes().promptsChanged();
            stream.message();
        }
        try (EventReader stream = http.get(session, "Last-Event-ID", seen)) {
            EventReader.Event missed = stream.message();
            http.dispatcher.changes().resourcesChanged();

            assertThat(method(missed)).isEqualTo("notifications/prompts/list_changed");
            assertThat(method(stream.message())).isEqualTo("notifications/resources/list_changed");
        }
    }

    @Test
    void noticesThatAListenerIsGoneAndKeepsForItWhatItMissed() throws Exception {
        try (StreamsFixture lively = new StreamsFixture(StreamsFixture.lively(Duration.ofMillis(20)))) {
            String session = lively.session();
            String seen;
            try (EventReader stream = lively.get(session)) {
                seen = stream.next().orElseThrow().id();
                stream.awaitComments(3);
            }
            lively.dispatcher.changes().toolsChanged();

            try (EventReader again = lively.get(session, "Last-Event-ID", seen)) {
                assertThat(method(again.message())).isEqualTo("notifications/tools/list_changed");
            }
        }
    }

    @Test
    void asksOnTheStreamOfTheCallAndTakesTheAnswerByAnotherPost() throws Exception {
        String session = http.session();
        try (EventReader call = http.call(session, 1, "ask")) {
            EventReader.Event priming = call.next().orElseThrow();
            EventReader.Event question = call.message();
            String id = question.json().get("id").asString("");
            assertThat(priming.data()).isEmpty();
            assertThat(priming.id()).isNotEmpty().isNotEqualTo(question.id());
            assertThat(priming.retry()).isEqualTo("500");
            assertThat(method(question)).isEqualTo("elicitation/create");

            assertThat(answer(http.session(), id, "Eve").statusCode()).isEqualTo(202);
            assertThat(answer(session, "another-id", "Eve").statusCode()).isEqualTo(202);
            HttpResponse<String> taken = answer(session, id, "Ann");

            assertThat(taken.statusCode()).isEqualTo(202);
            assertThat(taken.body()).isEmpty();
            JsonNode result =
                    WireSchema.LEGACY.check("tools/call", call.message().json());
            assertThat(result.get("id").asInt()).isEqualTo(1);
            assertThat(result.toString()).contains("Ann").doesNotContain("Eve");
            assertThat(call.next()).isEmpty();
        }
    }

    @Test
    void aClientThatIsGoneWhileItIsAskedAnswersAndComesBackForTheResult() throws Exception {
        String session = http.session();
        EventReader.Event question;
        try (EventReader call = http.call(session, 1, "ask")) {
            question = call.message();
        }

        assertThat(answer(session, question.json().get("id").asString(""), "Ann")
                        .statusCode())
                .isEqualTo(202);

        try (EventReader rest = http.get(session, "Last-Event-ID", question.id())) {
            assertThat(rest.message().json().toString()).contains("\"id\":1", "Ann");
            assertThat(rest.next()).isEmpty();
        }
    }

    @Test
    void tellsTheToolWhenTheClientCannotBeAskedThisWay() throws Exception {
        String session = http.session();

        HttpResponse<String> plain =
                http.post(calling(1, "ask"), "Accept", "application/json", "Mcp-Session-Id", session);
        HttpResponse<String> sessionless = http.post(calling(1, "ask"), "Accept", BOTH);

        assertThat(plain.body()).contains("\"isError\":true", "accept text/event-stream");
        assertThat(sessionless.body()).contains("\"isError\":true", "did not declare");
    }

    @Test
    void primesNoClientThatWouldTakeTheEmptyEventForAMessage() throws Exception {
        String session = http.session("2025-06-18");
        try (EventReader call = http.call(session, 1, "ask")) {
            EventReader.Event question = call.next().orElseThrow();
            assertThat(method(question)).isEqualTo("elicitation/create");
            answer(session, question.json().get("id").asString(""), "Ann");
            call.message();
        }
    }

    @Test
    void goesOnWithTheCallOfAClientThatIsGoneAndKeepsItsAnswer() throws Exception {
        String session = http.session();
        String seen;
        try (EventReader call = http.call(session, 1, "wait")) {
            seen = call.message().id();
        }
        http.release.release();
        Await.until("the call to have ended", () -> http.release.availablePermits() == 0);

        try (EventReader rest = http.get(session, "Last-Event-ID", seen)) {
            assertThat(rest.message().json().toString()).contains("\"id\":1", "released");
            assertThat(rest.next()).isEmpty();
        }
        assertThat(http.stopped.availablePermits()).isZero();
    }

    @Test
    void letsTheConnectionOfACallGoAndDeliversTheRestToTheClientThatComesBack() throws Exception {
        String session = http.session();
        String primed;
        try (EventReader call = http.call(session, 1, "detached")) {
            primed = call.next().orElseThrow().id();
            assertThat(call.next()).isEmpty();
        }
        assertThat(http.waiting.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        assertThat(http.post(requesting(2, "ping", "{}"), "Mcp-Session-Id", session)
                        .statusCode())
                .isEqualTo(200);

        try (EventReader rest = http.get(session, "Last-Event-ID", primed);
                EventReader standalone = http.get(session)) {
            http.dispatcher.changes().toolsChanged();
            http.release.release();
            assertThat(method(rest.message())).isEqualTo("notifications/progress");
            JsonNode answer = rest.message().json();

            assertThat(WireSchema.LEGACY.check("tools/call", answer).get("id").asInt())
                    .isEqualTo(1);
            assertThat(rest.next()).isEmpty();
            assertThat(method(standalone.message())).isEqualTo("notifications/tools/list_changed");
        }
    }

    @Test
    void keepsTheConnectionOfAClientThatCouldNotComeBack() throws Exception {
        http.release.release(3);

        try (EventReader older = http.call(http.session("2025-06-18"), 1, "detached")) {
            assertThat(method(older.message())).isEqualTo("notifications/progress");
            assertThat(older.message().data()).contains("released");
        }
        try (EventReader sessionless = http.stream(calling(1, "detached"), "Accept", BOTH)) {
            assertThat(method(sessionless.message())).isEqualTo("notifications/progress");
            assertThat(sessionless.message().data()).contains("released");
        }
        HttpResponse<String> plain =
                http.post(calling(1, "detached"), "Accept", "application/json", "Mcp-Session-Id", http.session());
        assertThat(plain.body()).contains("released");
    }

    @Test
    void endsCallsAndStreamsWithTheSession() throws Exception {
        String session = http.session();
        try (EventReader stream = http.get(session);
                EventReader call = http.call(session, 1, "wait")) {
            assertThat(http.waiting.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            assertThat(http.delete(session)).isEqualTo(204);

            assertThat(http.stopped.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            stream.next();
            assertThat(stream.next()).isEmpty();
            while (call.next().isPresent()) {
                // the priming event and the progress
            }
        }
        try (EventReader gone = http.get(session)) {
            assertThat(gone.status).isEqualTo(404);
        }
    }

    @Test
    void makesAStreamOfACallThatIsSilentForLong() throws Exception {
        try (StreamsFixture lively = new StreamsFixture(StreamsFixture.lively(Duration.ofMillis(20)));
                EventReader call =
                        lively.stream(calling(1, "wait").replace("\"progressToken\":1", ""), "Accept", BOTH)) {
            call.awaitComments(3);
            lively.release.release();

            assertThat(call.message().data()).contains("released");
        }
    }

    @Test
    void endsTheStreamsWhenTheServerIsClosedAndDoesNotWaitForThem() throws Exception {
        try (EventReader stream = http.get(http.session())) {
            stream.next();
            long before = System.nanoTime();
            http.server.close();

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
            assertThat(stream.next()).isEmpty();
        }
    }

    private void subscribe(String session) throws Exception {
        HttpResponse<String> response = http.post(
                requesting(9, "resources/subscribe", "{\"uri\":\"" + WATCHED + "\"}"), "Mcp-Session-Id", session);
        assertThat(response.body()).contains("\"result\":{}");
    }

    private HttpResponse<String> answer(String session, String id, String name) throws Exception {
        return http.post(
                "{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"result\":{\"action\":\"accept\",\"content\":{\"name\":\""
                        + name + "\"}}}",
                "Mcp-Session-Id",
                session);
    }

    private static String method(EventReader.Event event) {
        return event.json().path("method").asString("");
    }
}
