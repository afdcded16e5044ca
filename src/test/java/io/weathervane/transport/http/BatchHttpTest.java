package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Batches over HTTP, which 2025-03-26 and 2024-11-05 have and later versions have not. */
class BatchHttpTest {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    private static final String NOTICE = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}";
    private static final String SAY =
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"say\",\"arguments\":{\"text\":\"hi\"}}}";

    private HttpFixture http;

    @BeforeEach
    void start() {
        http = new HttpFixture();
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void answersEachOfTheBatchInOneArray() throws Exception {
        HttpResponse<String> response = post(
                session("2025-03-26"),
                "\n [" + PING + "," + NOTICE + "," + SAY
                        + ",7,{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"no/such\"},{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":5}]");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode answers = JsonRpcCodec.JSON.readTree(response.body());
        assertThat(answers.valueStream().map(BatchHttpTest::brief))
                .containsExactlyInAnyOrder("1 ok", "2 ok", "null -32600", "3 -32601", "4 -32600");
        assertThat(response.body()).contains("\"hi (");
    }

    @Test
    void runsTheRequestsOfABatchBesideEachOther() throws Exception {
        String waits =
                "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"wait\",\"arguments\":{}}}";
        String cancels = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":2}}";

        HttpResponse<String> response = post(session("2025-03-26"), "[" + waits + "," + cancels + "," + PING + "]");

        assertThat(JsonRpcCodec.JSON.readTree(response.body()).valueStream().map(BatchHttpTest::brief))
                .containsExactly("1 ok");
    }

    @Test
    void refusesASecondRequestOfOneIdAndABatchInTheBatch() throws Exception {
        HttpResponse<String> response = http.post("[" + PING + "," + PING + ",[" + PING + "]]");

        assertThat(JsonRpcCodec.JSON.readTree(response.body()).valueStream().map(BatchHttpTest::brief))
                .containsExactlyInAnyOrder("1 ok", "1 -32600", "null -32600");
        assertThat(response.body()).contains("with this id is running already", "a batch has no batches in it");
    }

    @Test
    void hasNothingToSayToNotificationsOnly() throws Exception {
        HttpResponse<String> response = post(session("2025-03-26"), "[" + NOTICE + "," + NOTICE + "]");

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void answersAsEventsOnceSomethingComesBefore() throws Exception {
        String steps = SAY.replace("\"say\"", "\"steps\"")
                .replace("\"arguments\"", "\"_meta\":{\"progressToken\":\"p\"},\"arguments\"");

        HttpResponse<String> response = http.post(
                "[" + steps + "," + PING + "]",
                "Mcp-Session-Id",
                session("2025-03-26"),
                "Accept",
                "application/json, text/event-stream");

        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        List<String> data = response.body()
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .toList();
        assertThat(data).anyMatch(line -> line.contains("notifications/progress"));
        assertThat(data.stream().filter(line -> line.contains("\"result\""))).hasSize(2);
    }

    @Test
    void refusesWhatIsNotSentInABatch() throws Exception {
        String initialize = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                + "\"2025-03-26\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";
        String modern =
                "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\",\"params\":{" + HttpFixture.META + "}}";

        HttpResponse<String> response = http.post("[" + initialize + "," + modern + "," + PING.replace("1", "3") + "]");

        assertThat(JsonRpcCodec.JSON.readTree(response.body()).valueStream().map(BatchHttpTest::brief))
                .containsExactlyInAnyOrder("1 -32600", "2 -32600", "3 ok");
        assertThat(response.body()).contains("initialize is not sent in a batch");
        assertThat(response.headers().firstValue("Mcp-Session-Id")).isEmpty();
    }

    @Test
    void refusesABatchThatIsEmptyTooLongOrOfAnotherVersion() throws Exception {
        String many = IntStream.rangeClosed(1, 101).mapToObj(i -> NOTICE).collect(Collectors.joining(",", "[", "]"));
        String old = session("2025-03-26");

        assertThat(post(old, "[]").statusCode()).isEqualTo(400);
        assertThat(post(old, many).body()).contains("a batch has from 1 to 100 messages, this one has 101");
        HttpResponse<String> later = post(session("2025-11-25"), "[" + PING + "]");
        assertThat(later.statusCode()).isEqualTo(400);
        assertThat(later.body()).contains("not supported in this version");
        assertThat(post("no such session", "[" + PING + "]").statusCode()).isEqualTo(404);
    }

    private String session(String version) throws Exception {
        HttpResponse<String> welcome = http.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":"
                + "{\"protocolVersion\":\"" + version
                + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}");
        return welcome.headers().firstValue("Mcp-Session-Id").orElseThrow();
    }

    private HttpResponse<String> post(String session, String body) throws Exception {
        return http.post(body, "Mcp-Session-Id", session);
    }

    private static String brief(JsonNode answer) {
        String what = answer.has("result") ? "ok" : answer.at("/error/code").asString("");
        return (answer.path("id").isNull() ? "null" : answer.path("id").asString("")) + " " + what;
    }
}
